"""The journal of all rooms: one SQLite file, lines are only added, each one is on the disk at once.

Write-ahead log with `synchronous=FULL`: a line that was acknowledged survives a power cut. Every
line carries the digest of itself and of the line before, so that damage is seen: what is whole
before it is kept, what comes after is set aside in a table of its own. Without its first line, by
far the longest, a room is lost: there is a second copy of it.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dashboard.workshop.room.events import EVENTS, Event
from dashboard.workshop.room.evolve import Dated
from dashboard.workshop.salvage import (
    COLUMNS,
    TABLES,
    frames_written,
    holds_rooms,
    salvaged,
    text_of,
)
from simulator.problems import InputError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS journal (
  room TEXT NOT NULL, line INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
  request TEXT, event TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (room, line)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS requests ON journal (room, request) WHERE request IS NOT NULL;
CREATE TABLE IF NOT EXISTS openings (
  room TEXT NOT NULL PRIMARY KEY, line INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
  request TEXT, event TEXT NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS set_aside (
  room TEXT, line INTEGER, at INTEGER, actor TEXT, request TEXT, event TEXT, digest TEXT,
  reason TEXT, seen INTEGER
);
"""
_HEADER: Final = b"SQLite format 3\0"
_DAMAGED: Final = ".damaged-"  # in the names of copies, before the time
_LOG_PAGES: Final = 100  # of the log, before they are folded in: what damage of the log could cost

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A line of the journal: who did what, when (wall time in milliseconds)."""

    number: int
    at: int
    actor: str
    event: Event


class Journal:
    """Journals of all rooms of a file; its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Damage is mended first: see `mended`.

        Raises InputError where it is another kind of file, OSError or sqlite3.Error where it can
        be neither read nor made.
        """
        _check_kind(path)
        self.path = path
        self.mended: list[str] = []  # what was damaged, in words for whoever runs the server
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = self._opened()
        try:
            with self._lock:
                self._restore_openings()
                self._set_broken_lines_aside()
                self._copy_openings()
        except BaseException:
            self.close()
            raise

    def rooms(self) -> list[str]:
        """Codes of all rooms, the oldest first."""
        with self._lock:
            found = self._connection.execute(
                "SELECT room FROM journal WHERE line = 0 ORDER BY at, room"
            )
            return [room for (room,) in found]

    def read(self, room: str) -> list[Line]:
        """All lines of a room, in order; none where it is not known.

        Raises ValueError where a newer version wrote what this one does not know; it stays.
        """
        with self._lock:
            rows = self._connection.execute(
                "SELECT line, at, actor, event FROM journal WHERE room = ? ORDER BY line", (room,)
            ).fetchall()
        return [
            Line(line, at, actor, EVENTS.validate_json(event)) for line, at, actor, event in rows
        ]

    def last(self, room: str) -> int:
        """When something happened in a room last, also where its lines cannot be read."""
        with self._lock:
            found = self._connection.execute("SELECT max(at) FROM journal WHERE room = ?", (room,))
            return int(found.fetchone()[0])

    def add(
        self, room: str, first: int, at: int, actor: str, request: str | None, events: list[Event]
    ) -> bool:
        """Write events as lines from number `first` on, all or none; they are on the disk then.

        False where the request was written before: it acts only once. Raises sqlite3.Error where
        the disk refuses, and ValueError where the lines would not follow the last one.
        """
        with self._lock, self._writing() as connection:
            if request is not None and self._known(room, request):
                return False
            last = connection.execute(
                "SELECT line, digest FROM journal WHERE room = ? ORDER BY line DESC LIMIT 1",
                (room,),
            ).fetchone()
            following, before = (0, "") if last is None else (last[0] + 1, last[1])
            if following != first:
                raise ValueError(f"line {first} of room {room} does not follow {following - 1}")
            for offset, event in enumerate(events):
                text = event.model_dump_json()
                key = request if offset == 0 else None
                before = _digest(before, room, first + offset, at, actor, key, text)
                connection.execute(
                    f"INSERT INTO journal ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (room, first + offset, at, actor, key, text, before),
                )
            if first == 0:
                self._copy_openings()
        return True

    def knows(self, room: str, request: str) -> bool:
        """Whether a request was written already."""
        with self._lock:
            return self._known(room, request)

    def opened_by(self, request: str) -> str | None:
        """Code of the room that a request opened, None where it opened none."""
        with self._lock:
            found = self._connection.execute(
                "SELECT room FROM openings WHERE request = ?", (request,)
            ).fetchone()
            return None if found is None else str(found[0])

    def delete(self, room: str) -> None:
        """Remove a room and all its lines, from the file as well."""
        with self._lock:
            with self._writing() as connection:
                for table in (*TABLES, "set_aside"):
                    connection.execute(f"DELETE FROM {table} WHERE room = ?", (room,))
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; its log is folded in."""
        with self._lock:
            self._connection.close()

    # -- the file -------------------------------------------------------------------------

    def _known(self, room: str, request: str) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM journal WHERE room = ? AND request = ?", (room, request)
        )
        return found.fetchone() is not None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk ends it by itself
                self._connection.execute("ROLLBACK")
            raise

    def _opened(self) -> sqlite3.Connection:
        log = b""
        with suppress(OSError):
            log = Path(f"{self.path}-wal").read_bytes()
        try:
            connection = _connect(self.path)
            try:
                self._check_log(connection, log)
            except BaseException:
                connection.close()
                raise
            return connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # no right to write, a full disk, another kind of file system
            kept = self._aside()
            self.mended.append(f"{self.path}: {error}; the file as it was is {kept.name}")
        connection = _connect(self.path)
        saved = salvaged(kept, _SCHEMA)
        with connection:
            for table, rows in saved.items():
                connection.executemany(
                    f"INSERT OR IGNORE INTO {table} ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
                )
        self.mended.append(f"{self.path}: {len(saved['journal'])} lines were read from it")
        return connection

    def _check_log(self, connection: sqlite3.Connection, log: bytes) -> None:
        """Say so where the log holds more than SQLite reads of it."""
        _, read, _ = connection.execute("PRAGMA wal_checkpoint").fetchone()
        if read < frames_written(log):
            kept = self._damaged().name + "-wal"
            self.path.with_name(kept).write_bytes(log)
            self._say(f"{self.path}: its log is damaged, and what was decided last may be missing; "
                      f"the log as it was is {kept}")  # fmt: skip

    def _aside(self) -> Path:
        """Move the damaged file away with its log; nothing of it is thrown away."""
        kept = self._damaged()
        for suffix in ("", "-wal", "-shm"):
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                shutil.move(part, f"{kept}{suffix}")
        return kept

    def _damaged(self) -> Path:
        """Name under which something damaged is kept."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        return self.path.with_name(f"{self.path.name}{_DAMAGED}{stamp}")

    def _restore_openings(self) -> None:
        """Put the copy of an opening in its place where that is damaged or gone."""
        copies = self._connection.execute(f"SELECT {COLUMNS} FROM openings").fetchall()
        for copy in copies:
            room = copy[0]
            first = self._connection.execute(
                f"SELECT {COLUMNS} FROM journal WHERE room = ? AND line = 0", (room,)
            ).fetchone()
            if _is_whole(copy) and not (first is not None and _is_whole(first)):
                with self._writing() as connection:
                    connection.execute(
                        f"INSERT OR REPLACE INTO journal ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        copy,
                    )
                self._say(f"room {room}: its opening was damaged; the copy takes its place")

    def _copy_openings(self) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO openings SELECT {COLUMNS} FROM journal AS whole "
            "WHERE line = 0 AND NOT EXISTS (SELECT 1 FROM openings WHERE room = whole.room "
            "AND digest = whole.digest AND event = whole.event)"
        )

    def _set_broken_lines_aside(self) -> None:
        for (room,) in self._connection.execute("SELECT DISTINCT room FROM journal").fetchall():
            broken = self._first_broken(room)
            if broken is None:
                continue
            number, reason = broken
            with self._writing() as connection:
                connection.execute(
                    f"INSERT INTO set_aside SELECT {COLUMNS}, ?, ? FROM journal "
                    "WHERE room = ? AND line >= ?",
                    (reason, int(time.time()), room, number),
                )
                connection.execute(
                    "DELETE FROM journal WHERE room = ? AND line >= ?", (room, number)
                )
            self._say(f"room {room}: {reason} in line {number}; it goes on before it")

    def _say(self, damage: str) -> None:
        self.mended.append(damage)
        log.warning("%s", damage)

    def _first_broken(self, room: str) -> tuple[int, str] | None:
        before = ""
        rows = self._connection.execute(
            "SELECT line, at, actor, request, event, digest FROM journal WHERE room = ? "
            "ORDER BY line", (room,),
        )  # fmt: skip
        for expected, (line, at, actor, request, event, digest) in enumerate(rows.fetchall()):
            if line != expected:
                return line, "a line is missing"
            before = _digest(before, room, line, at, actor, request, event)
            if before != digest:
                return line, "the digest does not fit"
        return None


def _digest(
    before: str, room: str, line: int, at: int, actor: str, request: str | None, event: str
) -> str:
    # In a damaged file a column may hold anything.
    parts = map(str, (before, room, line, at, actor, request or "", event))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _is_whole(opening: tuple[Any, ...]) -> bool:
    """Whether the first line of a room is as it was written."""
    room, line, at, actor, request, event, digest = opening
    return line == 0 and digest == _digest("", room, line, at, actor, request, event)


def _check_kind(path: Path) -> None:
    """A file of another kind is never moved away as a damaged journal."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        begins = file.read(len(_HEADER))
    if begins != _HEADER and not holds_rooms(path):
        raise InputError.single(
            "rooms", f"{path} is no file of rooms",
            "keep it, and give another file with --rooms",
        )  # fmt: skip


def damaged_copies(path: Path) -> list[Path]:
    """Copies of a journal, and of its log, that were damaged and were kept as they were."""
    begins = f"{path.name}{_DAMAGED}"
    return sorted(one for one in path.parent.iterdir() if one.name.startswith(begins))


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are opened by hand; the journal has its own lock.
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
    try:
        # Two servers on one file would write past each other; the second one is told at once.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        connection.text_factory = text_of
        (found,) = connection.execute("PRAGMA quick_check").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(str(found).splitlines()[0])
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def dated(lines: list[Line]) -> list[Dated]:
    """Events with their times, as `replayed` takes them."""
    return [(line.at, line.event) for line in lines]
