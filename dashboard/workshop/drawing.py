"""What a room's screens show, as parts by name: the room, who is there, what was simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from dashboard.contacts import Contact
from dashboard.language import Texts, texts_in
from dashboard.workshop.engine import Engine
from dashboard.workshop.errands import Errands
from dashboard.workshop.hall import Hall
from dashboard.workshop.journal import Line
from dashboard.workshop.outcome import Looked
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.stream import Key
from dashboard.workshop.views.console import console_parts
from dashboard.workshop.views.screen import screen_parts
from dashboard.workshop.views.table import table_parts
from dashboard.workshop.views.trace import told

TRACE_SHOWN: Final = 60  # lines


class Drawing:
    """Draws views; may be called from any thread. `links`: code → addresses for its facilitator."""

    def __init__(
        self, hall: Hall, engine: Engine | None, errands: Errands,
        links: Callable[[str], Mapping[str, str]], contacts: Sequence[Contact] = (),
    ) -> None:  # fmt: skip
        self.hall, self.engine, self.errands, self.links = hall, engine, errands, links
        self.contacts = contacts

    def __call__(
        self, code: str, keys: list[Key], present: Mapping[str, int]
    ) -> tuple[int, dict[Key, dict[str, str]]]:
        """Version and parts of the views; NoSuchRoom."""
        open_room = self.hall.room(code)
        with open_room.lock:
            room, version, last = open_room.room, open_room.version, open_room.lines[-TRACE_SHOWN:]
        looked = Looked() if self.engine is None else self.engine.look(room)
        links, now = self.links(code), self.hall.clock.now()

        def seen(key: Key, texts: Texts) -> Seen:
            is_console = key.kind == "console"
            return Seen(
                room, now, present, looked.outcomes, looked.supposed, looked.progress,
                links if is_console else {name: links[name] for name in ("join", "qr")},
                _trace(room, last, texts) if is_console else (),
                self.errands.results(room),
                self.errands.stands_for(room),
                self.contacts,
            )  # fmt: skip

        drawn: dict[Key, dict[str, str]] = {}
        for key in keys:
            texts = texts_in(key.language)
            shown = seen(key, texts)
            if key.kind == "table":
                drawn[key] = dict(table_parts(shown, key.table, "", texts))
            else:
                parts = console_parts if key.kind == "console" else screen_parts
                drawn[key] = dict(parts(shown, texts))
        return version, drawn


def _trace(room: Room, lines: list[Line], texts: Texts) -> tuple[tuple[int, str, str], ...]:
    """What happened, the newest first."""
    sentences = [(line, told(line.event, room, texts)) for line in reversed(lines)]
    return tuple(
        (line.at, _actor(room, line.actor), sentence)
        for line, sentence in sentences
        if sentence is not None
    )


def _actor(room: Room, actor: str) -> str:
    """A phone as the table that it sits at; others as they are."""
    table = room.table(room.members.get(actor.removeprefix("member/"), ""))
    return actor if table is None else table.name
