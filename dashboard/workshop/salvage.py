"""What a damaged journal file still gives, and whether the end of its log was lost."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import struct
import tempfile
from pathlib import Path
from typing import Final

Row = tuple[object, ...]
TABLES: Final = ("journal", "openings")
COLUMNS: Final = "room, line, at, actor, request, event, digest"
_MOST_LINES: Final = 100_000  # of a room; more is damage
_PAGE: Final = 4096  # bytes, of a file that SQLite makes today
_OPENING: Final = b'{"kind":"opened",'  # how the first line of every room begins
# Of a write-ahead log: its header, the header of a frame (https://sqlite.org/fileformat2.html#wal).
_HEADER, _FRAME = 32, 24


def text_of(raw: bytes) -> str:
    """A text as it stands in the file; where letters are damaged its digest fits no more."""
    return raw.decode("utf-8", "replace")


def holds_rooms(path: Path) -> bool:
    """Whether a file is a journal, or was one before it was damaged. OSError."""
    for part in (path, Path(f"{path}-wal")):  # a new journal is all in its log
        if part is path or part.is_file():
            content = part.read_bytes()
            if b"TABLE journal" in content[: 1 << 16] or _OPENING in content:
                return True
    return False


def salvaged(path: Path, schema: str) -> dict[str, list[Row]]:
    """Table → rows that a damaged file still gives; the rest is passed over.

    schema: statements that made the tables. Where nothing is read the first page may be damaged:
    it says where the tables begin, and is the same in every journal.
    """
    found = _read(path, None)
    return found if any(found.values()) else _read(path, schema)


def _read(path: Path, schema: str | None) -> dict[str, list[Row]]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "journal.sqlite")
        for suffix in ("", "-wal"):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        if schema is not None:
            _renew_first_page(copy, schema)
        _pad(copy)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            connection.text_factory = text_of
            lengths = _lengths(connection)
            return {table: _rows(connection, table, lengths) for table in TABLES}


def _renew_first_page(path: Path, schema: str) -> None:
    """Give a file the first page of a new journal, and the number of its own pages."""
    new = path.with_name("new.sqlite")
    with contextlib.closing(sqlite3.connect(new)) as connection:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.executescript(schema)
    page = bytearray(new.read_bytes()[:_PAGE])
    pages = -(-path.stat().st_size // _PAGE)
    page[28:32] = pages.to_bytes(4, "big")  # https://sqlite.org/fileformat2.html, section 1.3.7
    with path.open("r+b") as file:
        file.write(page)
        file.truncate(pages * _PAGE)


def _pad(path: Path) -> None:
    """Give a file that was cut the length that it had: SQLite reads none of it otherwise."""
    with path.open("r+b") as file:
        page, pages = struct.unpack(">16xH10xI", file.read(32).ljust(32, b"\0"))
        whole = (65_536 if page == 1 else page) * pages
        if path.stat().st_size < whole < 2 * path.stat().st_size + 2**24:
            file.truncate(whole)


def _lengths(connection: sqlite3.Connection) -> dict[str, int]:
    """Room → its last line, as far as it is to be seen from both ends of the tables."""
    found: dict[str, int] = {}
    for table in TABLES:
        for order in ("ASC", "DESC"):
            with contextlib.suppress(sqlite3.DatabaseError):
                for room, line in connection.execute(
                    f"SELECT room, line FROM {table} ORDER BY room {order}, line {order}"
                ):
                    if isinstance(room, str) and line in range(_MOST_LINES):
                        found[room] = max(found.get(room, 0), line)
    return found


def _rows(connection: sqlite3.Connection, table: str, lengths: dict[str, int]) -> list[Row]:
    """Rows one by one: a damaged page costs those that lie on it, and no other."""
    saved: list[Row] = []
    for room, last in lengths.items():
        line, there = 0, True
        while line <= last or there:
            there = False
            with contextlib.suppress(sqlite3.DatabaseError):
                rows = connection.execute(
                    f"SELECT {COLUMNS} FROM {table} WHERE room = ? AND line = ?", (room, line)
                ).fetchall()
                saved += rows
                there = bool(rows)
            line += 1
    return saved


def frames_written(log: bytes) -> int:
    """Number of the last frame of a write-ahead log that ended a writing, 0 where none did.

    SQLite reads a log up to its first damaged frame and says nothing of what comes after.
    """
    if len(log) < _HEADER + _FRAME:
        return 0
    (page,) = struct.unpack(">8xI", log[:12])
    if not 512 <= page <= 65_536:
        return 0
    heads = [log[at : at + _FRAME] for at in range(_HEADER, len(log), _FRAME + page)]
    # Frames of an older log may follow: they have other salts.
    for salts in (log[16:24], heads[0][8:16]):
        ends = [n for n, head in enumerate(heads, 1) if head[8:16] == salts and any(head[4:8])]
        if ends:
            return ends[-1]
    return 0
