"""The journal keeps what it acknowledged; damage is seen, and what is whole before it is kept."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from pathlib import Path
from random import Random

import pytest

from dashboard.workshop.journal import Journal, dated
from dashboard.workshop.room import events
from dashboard.workshop.room.evolve import replayed
from simulator.problems import InputError

copying = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks files in use")


def _written(path: Path, opened: events.Opened, rooms: int = 1, steps: int = 6) -> None:
    journal = Journal(path)
    for number in range(rooms):
        room = f"ROOM{number}"
        journal.add(room, 0, 0, "facilitator", None, [opened])
        for step in range(steps):
            event = events.Switched(what="paused", on=step % 2 == 0)
            journal.add(room, step + 1, step, "facilitator", f"request-{step}", [event])
    journal.close()


@pytest.mark.parametrize("step", ["_check_log", "_restore_openings", "_copy_openings"])
def test_a_journal_that_cannot_be_opened_closes_its_file(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second try is not refused because the first one still holds the file."""
    path = tmp_path / "rooms.sqlite"

    def refuse(*given: object) -> None:
        raise OSError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(Journal, step, refuse)
        with pytest.raises(OSError, match="disk"):
            Journal(path)
    assert Journal(path).rooms() == []


def test_what_was_written_is_read_again(tmp_path: Path, opened: events.Opened) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened, rooms=2)
    journal = Journal(path)
    assert journal.mended == [] and journal.rooms() == ["ROOM0", "ROOM1"]
    lines = journal.read("ROOM1")
    assert [line.number for line in lines] == list(range(7))
    assert lines[0].event == opened and not replayed(dated(lines)).paused
    assert journal.read("ELSEWHERE") == []


def test_a_request_acts_once(tmp_path: Path, opened: events.Opened) -> None:
    journal = Journal(tmp_path / "rooms.sqlite")
    journal.add("ROOM", 0, 0, "facilitator", None, [opened])
    event = events.Switched(what="paused", on=True)
    assert journal.add("ROOM", 1, 1, "facilitator", "request-1", [event, event])
    assert not journal.add("ROOM", 3, 2, "facilitator", "request-1", [event])
    assert journal.knows("ROOM", "request-1") and len(journal.read("ROOM")) == 3


def test_lines_follow_each_other(tmp_path: Path, opened: events.Opened) -> None:
    journal = Journal(tmp_path / "rooms.sqlite")
    journal.add("ROOM", 0, 0, "facilitator", None, [opened])
    event = events.Switched(what="paused", on=True)
    for wrong in (0, 2):
        with pytest.raises(ValueError, match="does not follow"):
            journal.add("ROOM", wrong, 1, "facilitator", None, [event])
    assert len(journal.read("ROOM")) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE journal SET event = replace(event, 'true', 'false') WHERE line = 3", "digest"),
        ("UPDATE journal SET at = at + 1 WHERE line = 3", "digest"),
        ("DELETE FROM journal WHERE line = 3", "missing"),
    ],
)
def test_an_altered_line_ends_the_room_before_it(
    tmp_path: Path, opened: events.Opened, change: str, reason: str
) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened, rooms=2)
    with sqlite3.connect(path) as connection:
        connection.execute(change + " AND room = 'ROOM0'")
    connection.close()
    journal = Journal(path)
    assert len(journal.read("ROOM0")) == 3 and len(journal.read("ROOM1")) == 7
    assert reason in journal.mended[0]
    # It goes on from there; what was set aside is still in the file.
    event = events.Switched(what="paused", on=True)
    assert journal.add("ROOM0", 3, 9, "facilitator", "request-new", [event])
    journal.close()
    with sqlite3.connect(path) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM set_aside").fetchone()
    connection.close()
    assert kept >= 3
    assert Journal(path).mended == []


@pytest.mark.parametrize("damage", ["header", "page", "tables"])
def test_a_first_page_that_is_damaged_costs_nothing(
    tmp_path: Path, opened: events.Opened, damage: str
) -> None:
    path, whole = tmp_path / "rooms.sqlite", tmp_path / "whole.sqlite"
    _written(path, opened, rooms=3, steps=40)
    shutil.copyfile(path, whole)
    content = bytearray(path.read_bytes())
    first, last = {"header": (0, 100), "page": (0, 4096), "tables": (100, 4096)}[damage]
    content[first:last] = bytes(255 - byte for byte in content[first:last])
    path.write_bytes(content)
    journal, before = Journal(path), Journal(whole)
    assert journal.rooms() == before.rooms() == ["ROOM0", "ROOM1", "ROOM2"]
    for room in before.rooms():
        assert journal.read(room) == before.read(room)
    assert "123 lines were read" in journal.mended[1]
    (kept,) = tmp_path.glob("rooms.sqlite.damaged-*")
    assert kept.read_bytes() == bytes(content)
    journal.add("ROOM0", 41, 99, "facilitator", None, [events.Switched(what="paused", on=True)])
    journal.close()
    assert Journal(path).mended == []


@pytest.mark.parametrize("place", [0.2, 0.6, 0.9])
def test_a_damaged_file_gives_what_it_still_holds(
    tmp_path: Path, opened: events.Opened, place: float
) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened, rooms=4)
    content = bytearray(path.read_bytes())
    start = int(len(content) * place)
    content[start : start + 6000] = b"\x5a" * len(content[start : start + 6000])
    path.write_bytes(content)
    journal = Journal(path)
    assert journal.mended and list(tmp_path.glob("rooms.sqlite.damaged-*"))
    for room in journal.rooms():
        replayed(dated(journal.read(room)))  # whole as far as it goes
    assert journal.rooms()
    journal.add("AFTER", 0, 0, "facilitator", None, [opened])
    journal.close()


def test_letters_that_are_none_end_the_room_before_them(
    tmp_path: Path, opened: events.Opened
) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened, rooms=2)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE journal SET event = CAST(replace(CAST(event AS BLOB), x'70', x'ff') AS TEXT) "
            "WHERE room = 'ROOM0' AND line = 4"
        )
    connection.close()
    journal = Journal(path)
    assert [len(journal.read(room)) for room in ("ROOM0", "ROOM1")] == [4, 7]
    assert len(journal.mended) == 1 and "ROOM0" in journal.mended[0]


@pytest.mark.parametrize("damage", ["UPDATE journal SET event = substr(event, 9)",
                                    "DELETE FROM journal"])  # fmt: skip
def test_the_opening_of_a_room_is_there_twice(
    tmp_path: Path, opened: events.Opened, damage: str
) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened, rooms=2)
    with sqlite3.connect(path) as connection:
        connection.execute(f"{damage} WHERE room = 'ROOM0' AND line = 0")
    connection.close()
    journal = Journal(path)
    lines = journal.read("ROOM0")
    assert len(lines) == 7 and lines[0].event == opened
    assert "ROOM0: its opening was damaged" in journal.mended[0]
    journal.close()
    # Where both are gone, so is the room; the other one is not, and the file goes on.
    with sqlite3.connect(path) as connection:
        for table in ("journal", "openings"):
            connection.execute(f"UPDATE {table} SET event = 'x' WHERE room = 'ROOM0' AND line = 0")
    connection.close()
    again = Journal(path)
    assert again.rooms() == ["ROOM1"] and "line 0" in again.mended[0]


def test_a_journal_of_before_is_given_its_second_copies(
    tmp_path: Path, opened: events.Opened
) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened)
    for change in ("DROP TABLE openings", "UPDATE journal SET actor = 'x' WHERE line = 0"):
        with sqlite3.connect(path) as connection:
            connection.execute(change)
        connection.close()
        journal = Journal(path)
        assert len(journal.read("ROOM0")) == 7
        journal.close()


@copying
def test_a_log_that_is_damaged_is_told_and_kept(tmp_path: Path, opened: events.Opened) -> None:
    running, killed = tmp_path / "running", tmp_path / "killed"
    running.mkdir()
    journal = Journal(running / "rooms.sqlite")
    journal.add("ROOM", 0, 0, "facilitator", None, [opened])
    for step in range(30):
        event = events.Switched(what="paused", on=step % 2 == 0)
        journal.add("ROOM", step + 1, step, "facilitator", f"request-{step}", [event])
    shutil.copytree(running, killed)  # the files of a server that was killed
    journal.close()
    log = killed / "rooms.sqlite-wal"
    content = bytearray(log.read_bytes())
    place = len(content) // 2
    content[place : place + 100] = bytes(100)
    log.write_bytes(content)
    again = Journal(killed / "rooms.sqlite")
    lines = again.read("ROOM")
    assert 0 < len(lines) < 31 and [line.number for line in lines] == list(range(len(lines)))
    assert "its log is damaged" in again.mended[0]
    (kept,) = killed.glob("rooms.sqlite.damaged-*-wal")
    assert kept.read_bytes() == bytes(content)
    event = events.Switched(what="paused", on=True)
    again.add("ROOM", len(lines), 99, "facilitator", None, [event])
    again.close()
    assert Journal(killed / "rooms.sqlite").mended == []


@copying
@pytest.mark.parametrize("which", ["rooms.sqlite", "rooms.sqlite-wal"])
@pytest.mark.parametrize("seed", range(5))
def test_wherever_the_damage_is_what_is_read_is_what_was_written(
    tmp_path: Path, opened: events.Opened, which: str, seed: int
) -> None:
    """Bytes turned over, zeroed or cut off, of a file or of the log that a kill left."""
    running, killed = tmp_path / "running", tmp_path / "killed"
    running.mkdir()
    path = running / "rooms.sqlite"
    _written(path, opened, rooms=2, steps=20)
    journal = Journal(path)
    for step in range(20, 40):
        for room in ("ROOM0", "ROOM1"):
            event = events.Switched(what="paused", on=step % 2 == 0)
            journal.add(room, step + 1, step, "facilitator", f"request-{step}", [event])
    shutil.copytree(running, killed)
    journal.close()
    random = Random(seed)
    content = bytearray((killed / which).read_bytes())
    start, length = random.randrange(len(content)), random.choice([1, 40, 4096])
    for place in range(start, min(start + length, len(content))):
        content[place] ^= 255 if seed % 2 else content[place]
    if seed == 4:
        del content[start:]
    (killed / which).write_bytes(content)
    again = Journal(killed / "rooms.sqlite")
    whole = {line.number: line for line in Journal(path).read("ROOM0")}
    for room in again.rooms():
        lines = again.read(room)
        assert lines == [whole[number] for number in range(len(lines))]
    # What is missing is told, but for the end of a log that was cut off between two writings.
    is_whole = [len(again.read(room)) for room in ("ROOM0", "ROOM1")] == [41, 41]
    assert is_whole or again.mended or seed == 4
    again.close()


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rooms.sqlite"
    path.write_text("Une liste de courses, et rien d'autre.\n" * 50)
    with pytest.raises(InputError, match="is no file of rooms"):
        Journal(path)
    assert path.read_text().startswith("Une liste") and len(list(tmp_path.iterdir())) == 1


def test_lines_of_a_newer_version_are_left_alone(tmp_path: Path, opened: events.Opened) -> None:
    path = tmp_path / "rooms.sqlite"
    _written(path, opened)
    known = events.Switched(what="paused", on=True)
    unknown = known.model_copy(update={"kind": "danced"})
    journal = Journal(path)
    journal.add("ROOM0", 7, 9, "facilitator", None, [unknown])
    journal.close()
    again = Journal(path)
    assert again.mended == []
    with pytest.raises(ValueError, match="danced"):
        again.read("ROOM0")
    again.close()
    with sqlite3.connect(path) as connection:
        (lines,) = connection.execute("SELECT count(*) FROM journal").fetchone()
    connection.close()
    assert lines == 8


def test_a_deleted_room_leaves_nothing_in_the_file(tmp_path: Path, opened: events.Opened) -> None:
    path = tmp_path / "rooms.sqlite"
    named = opened.model_copy(
        update={"settings": opened.settings.model_copy(update={"title": "Nom à oublier"})}
    )
    journal = Journal(path)
    journal.add("ROOM", 0, 0, "facilitator", None, [named])
    journal.add("OTHER", 0, 0, "facilitator", None, [opened])
    journal.delete("ROOM")
    assert journal.rooms() == ["OTHER"]
    journal.close()
    for part in tmp_path.iterdir():
        assert "Nom à oublier".encode() not in part.read_bytes()
