"""All rooms of a journal file: who may do what, each decision on the disk before it counts.

Nothing here waits for a browser or a simulation. Methods may be called from any thread; those that
write wait for the disk.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from dashboard.workshop.clock import Clock
from dashboard.workshop.journal import Journal, Line
from dashboard.workshop.open_room import OpenRoom
from dashboard.workshop.room import decide, events
from dashboard.workshop.room.commands import FACILITATOR_COMMANDS, TABLE_COMMANDS
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.settings import Settings
from dashboard.workshop.tokens import (
    Holder,
    Keyring,
    member_of,
    new_code,
    new_member,
    new_secret,
    token,
)

MOST_ROOMS: Final = 60
KEPT_DAYS: Final = 30
UNFINISHED: Final = 3  # times as long is a room kept that has not ended: it may go on one day
LARGEST_COMMAND: Final = 16_000  # bytes
_DAY: Final = 24 * 3600 * 1000  # milliseconds
_DUE_FOR: Final = 24 * 3600.0  # seconds that pass before a room that is due is removed
_FACILITATOR_DOES: Final = frozenset(
    FACILITATOR_COMMANDS.json_schema(ref_template="{model}")["discriminator"]["mapping"]
)

log = logging.getLogger(__name__)


class NoSuchRoom(Exception):
    """No room has this code or token: never had, or not any more."""


class NotSeated(Exception):
    """The phone acts for no table any more: the facilitator made its table free."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotAllowed(Exception):
    """The holder of the token may not do this at all."""


class Malformed(Exception):
    """What was sent is no command; the message says where."""


class BadName(Malformed):
    """What was sent as a name is none: empty, or longer than a name may be."""


class NotRecorded(Exception):
    """The disk did not take it: nothing happened, and it can be tried again."""


class HallFull(Exception):
    """As many rooms are open as may be."""


class Hall:
    """Rooms by code.

    `on_change` is called with the code of a room, from any thread, whenever its screens have
    something new to show; `on_removal` when the room is no more. `mended` says what of the file
    was damaged; `closed` are rooms that it cannot read, and when something happened in them last.
    """

    def __init__(
        self, path: Path, *, kept_days: int = KEPT_DAYS, most_rooms: int = MOST_ROOMS,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        """Open the file and replay its rooms. Raises what `Journal` raises."""
        self.clock = clock or Clock()
        self.keys = Keyring()
        self.on_change: Callable[[str], None] = lambda code: None
        self.on_removal: Callable[[str], None] = lambda code: None
        self._kept_days = kept_days
        self._most_rooms = most_rooms
        self._rooms: dict[str, OpenRoom] = {}
        self._due: dict[str, float] = {}  # since when this process has seen that it is
        self._opening = threading.Lock()
        self._journal = Journal(path)
        self.mended = list(self._journal.mended)
        self.closed: dict[str, int] = {}  # milliseconds since 1970
        for code in self._journal.rooms():
            self._replay(code)

    # -- who is asked for -----------------------------------------------------------------

    @property
    def codes(self) -> list[str]:
        """Codes of all rooms, the oldest first."""
        return list(self._rooms)

    def has(self, code: str) -> bool:
        """Whether a room has this code."""
        return code in self._rooms

    def room(self, code: str) -> OpenRoom:
        """The room of a code; NoSuchRoom."""
        try:
            return self._rooms[code]
        except KeyError:
            raise NoSuchRoom(code) from None

    def holder(self, given: str) -> Holder:
        """Who holds a token. Raises NoSuchRoom, NotSeated."""
        found = self.keys.find(given)
        if found is None or found.room not in self._rooms:
            raise NoSuchRoom
        if found.kind == "member":
            self.table_of(found)
        return found

    def table_of(self, phone: Holder) -> str:
        """The table that a phone acts for now. Raises NoSuchRoom, NotSeated."""
        table = self.room(phone.room).room.seat_of(phone.member)
        if table is None:
            raise NotSeated(phone.room)
        return table

    def token(self, code: str, kind: Literal["facilitator", "screen"]) -> str:
        """The token that leads to the console or the projector of a room."""
        return token(self.room(code).room.secret, Holder(code, kind))

    # -- what is done ---------------------------------------------------------------------

    def open(self, settings: Settings, deck: Deck, request: str | None = None) -> OpenRoom:
        """A new room in its lobby; that of the `request` where this one opened a room before.

        Raises HallFull, NotRecorded, InputError for its scenario.
        """
        with self._opening:
            before = None if request is None else self._rooms.get(self._opened_by(request))
            if before is not None:
                return before
            if len(self._rooms) >= self._most_rooms:
                raise HallFull
            code = new_code(lambda code: code in self._rooms or code in self.closed)
            opened = events.Opened.of(settings, deck, code, new_secret())
            now = self.clock.now()
            made = OpenRoom.replayed([Line(0, now, "facilitator", opened)], now)
            self._write(code, 0, now, "facilitator", request, [opened])
            self._enter(made)
        self.on_change(code)
        return made

    def join(self, code: str, table: str, request: str | None = None) -> str:
        """A phone sits down at a table: its token, the same for the same `request`.

        Raises NoSuchRoom, Refused, NotRecorded.
        """
        open_room = self.room(code)
        secret = open_room.room.secret
        member = new_member() if request is None else member_of(secret, table, request)
        with open_room.lock:
            self._still_there(open_room)
            if open_room.room.seat_of(member) is not None:
                return token(secret, Holder(code, "member", member))
            if member in open_room.room.released:
                member = new_member()
            found = decide.join(open_room.room, member, table)
            self._record(open_room, f"member/{member}", None, found)
            made = self.keys.add(secret, Holder(code, "member", member))
        self.on_change(code)
        return made

    def act(self, given: str, body: bytes) -> int:
        """Do what the holder of a token asks; the version in which screens show it.

        A request that was done before is not done again. Raises NoSuchRoom, NotSeated, NotAllowed,
        Malformed, Refused and NotRecorded; nothing has happened then.
        """
        holder = self.holder(given)
        if holder.kind == "screen":
            raise NotAllowed
        open_room = self.room(holder.room)
        command = _read(holder, body)
        request = f"{holder.actor}/{command.id}"
        with open_room.lock:
            self._still_there(open_room)
            if self._knows(holder.room, request):
                return open_room.version
            room = open_room.room
            if holder.kind == "facilitator":
                found = decide.by_facilitator(room, command, self.clock.now(), secrets.randbits(31))
            else:
                found = decide.by_table(room, self.table_of(holder), command, holder.member)
            version = self._record(open_room, holder.actor, request, found)
        self.on_change(holder.room)
        return version

    def delete(self, given: str) -> None:
        """Remove the room of a facilitator's token, from the file as well."""
        holder = self.holder(given)
        if holder.kind != "facilitator":
            raise NotAllowed
        self.remove(holder.room)

    def remove(self, code: str) -> None:
        """Remove a room, from the file as well. Raises NoSuchRoom, NotRecorded."""
        with nullcontext() if code in self.closed else self.room(code).lock:
            try:
                self._journal.delete(code)
            except sqlite3.Error as error:
                raise NotRecorded(str(error)) from error
            self._rooms.pop(code, None)
            self.closed.pop(code, None)
            self.keys.forget(code)
        self.on_removal(code)
        self.on_change(code)

    def days(self, code: str) -> tuple[int, int]:
        """Days since anything happened in a room, and until it is due where nothing more does.

        By the machine's date, which may be wrong. Raises NoSuchRoom.
        """
        room = None if code in self.closed else self.room(code).room
        at = self.closed[code] if room is None else room.at
        passed = max(0, self.clock.machine() - at) // _DAY
        ended = room is not None and room.phase == "ended"
        kept = self._kept_days if ended else UNFINISHED * self._kept_days
        return passed, max(0, kept - passed)

    def due(self) -> list[str]:
        """Codes of rooms in which nothing has happened for long, by the machine's date."""
        return [code for code in (*self.codes, *self.closed) if self.days(code)[1] == 0]

    def expire(self) -> list[str]:
        """Remove rooms that this process has seen due for a day; their codes.

        A laptop without internet may have any date at its start: no room goes by a date alone. What
        the disk refuses is left for the next time.
        """
        now, removed = self.clock.steady(), []
        self._due = {code: self._due.get(code, now) for code in self.due()}
        for code, since in self._due.items():
            if now - since >= _DUE_FOR:
                try:
                    self.remove(code)
                except NotRecorded:
                    log.exception("room %s was not removed", code)
                else:
                    removed.append(code)
        return removed

    def changed(self, code: str) -> None:
        """Screens of a room have something new to show that is in no line of its journal."""
        open_room = self._rooms.get(code)
        if open_room is not None:
            with open_room.lock:
                open_room.changed(self.clock.now())
            self.on_change(code)

    def close(self) -> None:
        """Close the file."""
        self._journal.close()

    # -- inside ---------------------------------------------------------------------------

    def _replay(self, code: str) -> None:
        try:
            lines = self._journal.read(code)
            opened = OpenRoom.replayed(lines, lines[-1].at)
        except Exception as error:  # one room that cannot be read must not close the others
            log.exception("room %s cannot be replayed", code)
            self.closed[code] = self._journal.last(code)
            self.mended.append(f"room {code}: {error}; it stays closed (`penser-demain workshop "
                               f"remove {code}` removes it)")  # fmt: skip
            return
        self.clock.not_before(lines[-1].at)
        self._enter(opened)

    def _enter(self, opened: OpenRoom) -> None:
        self.keys.add_room(opened.code, opened.room.secret, opened.room.members)
        self._rooms[opened.code] = opened
        opened.changed(self.clock.now())

    def _record(
        self, open_room: OpenRoom, actor: str, request: str | None, found: list[events.Event]
    ) -> int:
        """Write, then go on; the version in which it is seen."""
        now = self.clock.now()
        if found:
            first = open_room.room.number
            self._write(open_room.code, first, now, actor, request, found)
            open_room.add([Line(first + n, now, actor, event) for n, event in enumerate(found)])
        return open_room.changed(now)

    def _write(
        self, code: str, first: int, now: int, actor: str, request: str | None,
        found: list[events.Event],
    ) -> None:  # fmt: skip
        try:
            self._journal.add(code, first, now, actor, request, found)
        except (sqlite3.Error, OSError, ValueError) as error:
            log.error("room %s: line %d was not written: %s", code, first, error)
            raise NotRecorded(str(error)) from error

    def _still_there(self, open_room: OpenRoom) -> None:
        if self._rooms.get(open_room.code) is not open_room:
            raise NoSuchRoom(open_room.code)

    def _opened_by(self, request: str) -> str:
        try:
            return self._journal.opened_by(request) or ""
        except sqlite3.Error as error:
            raise NotRecorded(str(error)) from error

    def _knows(self, code: str, request: str) -> bool:
        try:
            return self._journal.knows(code, request)
        except sqlite3.Error as error:
            raise NotRecorded(str(error)) from error


def _read(holder: Holder, body: bytes) -> Any:
    """The command of a body; NotAllowed where it is none of this holder's."""
    if len(body) > LARGEST_COMMAND:
        raise Malformed("too long")
    is_facilitator = holder.kind == "facilitator"
    adapter: Any = FACILITATOR_COMMANDS if is_facilitator else TABLE_COMMANDS
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        if not is_facilitator and _does(body) in _FACILITATOR_DOES:
            raise NotAllowed from None
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        wrong = BadName if first["loc"][-1:] == ("name",) else Malformed
        raise wrong(f"{where}: {first['msg']}" if where else str(first["msg"])) from None


def _does(body: bytes) -> object:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said.get("do") if isinstance(said, dict) else None
