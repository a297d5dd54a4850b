"""The process is killed, the disk is full, the file is damaged: what was acknowledged is there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import sys
from dataclasses import fields
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from dashboard.workshop.hall import Hall, NotRecorded
from dashboard.workshop.room.state import Phase, Room
from tests.workshop.acting import (
    PHASES,
    advance,
    body,
    facilitator,
    guess,
    hall_in,
    room_in,
)

forking = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


def _state(room: Room) -> str:
    """All of a room but its deck and secret, in words that go through a pipe."""
    left_out = {"deck", "secret", "settings"}
    return repr([(f.name, getattr(room, f.name)) for f in fields(room) if f.name not in left_out])


def _acts_without_end(folder: Path, code: str, phones: list[str], told: Connection) -> None:
    """Open the hall and decide, again and again; each answer is told once it is given."""
    hall = hall_in(folder)
    room = hall.room(code)
    step = 0
    while True:
        step += 1
        if room.room.phase == "predict":
            hall.act(phones[step % 2], body(do="predict", round=0, values=guess(step % 100 / 100)))
        elif room.room.phase == "decide":
            hall.act(phones[step % 2], body(do="choose", round=0, cards=[], ready=step % 3 == 0))
        elif room.room.phase == "ended":
            hall.act(facilitator(room), body(do="undo", of=room.room.steps[-1][0]))
            hall.act(facilitator(room), body(do="end"))
        else:
            hall.act(facilitator(room), body(do="timer", seconds=step))
        told.send((len(room.lines), _state(room.room)))


@forking
@pytest.mark.parametrize("phase", PHASES)
def test_after_a_kill_everything_acknowledged_is_there(tmp_path: Path, phase: Phase) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    phones = [hall.join(room.code, table) for table in ("table-1", "table-2")]
    if phase != "lobby":
        advance(hall, room, phase)
    hall.close()
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(
        target=_acts_without_end, args=(tmp_path, room.code, phones, there), daemon=True
    )
    process.start()
    there.close()
    answers = [here.recv() for _ in range(4)]
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    try:
        while True:
            answers.append(here.recv())
    except EOFError:
        pass
    lines, state = answers[-1]
    again = hall_in(tmp_path)
    found = again.room(room.code)
    assert again.mended == []
    assert lines <= len(found.lines) <= lines + 2  # one more decision was perhaps being answered
    if len(found.lines) == lines:
        assert _state(found.room) == state
    assert found.room.phase == phase or phase == "ended"
    for phone in phones:
        assert again.holder(phone).room == room.code


def _fills_the_disk(folder: Path, told: Connection) -> None:
    import resource

    hall = hall_in(folder)
    room = hall.room(hall.codes[0])
    size = sum(path.stat().st_size for path in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40_000, size + 40_000))
    acknowledged, refused = 0, 0
    before = room.room
    while refused < 3:
        try:
            hall.act(facilitator(room), body(do="seat", name=f"N{acknowledged}", role="culture",
                                             table="table-1"))  # fmt: skip
            acknowledged += 1
            before = room.room
        except NotRecorded:
            refused += 1
            assert room.room is before
    told.send((acknowledged, _state(room.room)))


@forking
def test_a_full_disk_acknowledges_nothing(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    code = room_in(hall).code
    hall.close()
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_fills_the_disk, args=(tmp_path, there)
    )
    process.start()
    there.close()
    acknowledged, state = here.recv()
    process.join()
    assert acknowledged > 3
    again = hall_in(tmp_path)  # there is room again
    found = again.room(code)
    assert _state(found.room) == state and len(found.lines) == 1 + acknowledged
    again.act(facilitator(found), body(do="end"))
    assert found.room.phase == "ended"


def _played(folder: Path) -> tuple[str, list[str]]:
    """A journal of two rooms in which something happened: code and names of the first's table."""
    hall = hall_in(folder)
    room, other = room_in(hall), room_in(hall)
    for number in range(40):
        for each in (room, other):
            hall.act(facilitator(each), body(do="seat", name=f"Nom {number}", role="culture",
                                             table="table-1"))  # fmt: skip
    hall.close()
    return room.code, hall.codes


def _at(found: Hall, code: str) -> int:
    """Lines of a room that hold; each one is what was written."""
    lines = found.room(code).lines
    names = [line.event.name for line in lines[1:]]  # type: ignore[union-attr]
    assert names == [f"Nom {number}" for number in range(len(names))]
    return len(lines)


def test_a_row_that_was_altered_ends_its_room_there(tmp_path: Path) -> None:
    code, codes = _played(tmp_path)
    connection = sqlite3.connect(tmp_path / "rooms.sqlite")
    with connection:
        connection.execute(
            "UPDATE journal SET event = replace(event, 'Nom 20', 'Nom 99') WHERE room = ?", (code,)
        )
    connection.close()
    again = hall_in(tmp_path)
    assert _at(again, code) == 21 and [code in one for one in again.mended] == [True]
    assert _at(again, next(other for other in codes if other != code)) == 41
    again.act(facilitator(again.room(code)), body(do="end"))  # and it goes on from there
    again.close()
    assert hall_in(tmp_path).mended == []


@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_damaged_bytes_leave_what_is_before_them(tmp_path: Path, damage: str) -> None:
    _, codes = _played(tmp_path)
    path = tmp_path / "rooms.sqlite"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    if damage == "flipped":
        content[middle : middle + 3000] = bytes(
            255 - byte for byte in content[middle : middle + 3000]
        )
    else:
        del content[3 * len(content) // 4 :]
    path.write_bytes(content)
    again = hall_in(tmp_path)
    assert again.mended and set(again.codes) <= set(codes)
    for code in again.codes:
        assert _at(again, code) >= 1
        again.act(facilitator(again.room(code)), body(do="end"))
    assert [one.name for one in tmp_path.glob("*.damaged-*")] != []
