"""Processes that die and disks that refuse: nothing stops, and what failed has another try."""

from __future__ import annotations

import os
import shutil
import signal
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.live.workers import Workers
from dashboard.workshop.engine import Engine
from dashboard.workshop.room.state import Room
from dashboard.workshop.worlds import watched
from dashboard.workshop.worlds.watched import Watched
from simulator.results import Results
from tests.workshop.rooms import played
from tests.workshop.test_engine import FIRST, finished, small, until


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_process_that_died_while_it_had_nothing_to_do_stops_nothing(
    engine: Engine, workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    os.kill(workers.pids()[0], signal.SIGKILL)
    until(lambda: _is_broken(workers, 0))
    assert finished(engine, played(small(), FIRST)).outcomes[0].complete
    assert caplog.records == [], "nothing failed: another process was there in time"


def _is_broken(workers: Workers, number: int) -> bool:
    try:
        workers.run(number, os.getpid).result()  # type: ignore[arg-type]
    except BrokenExecutor:
        return True
    return False


def _in_the_way(engine: Engine, room: Room) -> Path:
    """A folder where a file of the first world of what was played is to be written."""
    needs = Watched(room, engine.store / "nobody").needs_of(room)
    assert needs.played is not None
    folder = engine.store / room.code / needs.played.key / "0.reading"
    (folder / "something").mkdir(parents=True)
    return folder


def _given_up(engine: Engine, room: Room) -> bool:
    told = engine.look(room).progress
    return told is not None and told.failed is not None and told.total == 0


@pytest.mark.parametrize("again", [(), (0.0, 0.0)], ids=["not again", "twice"])
def test_what_failed_has_a_new_try_when_its_results_are_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    again: tuple[float, ...],
) -> None:  # fmt: skip
    monkeypatch.setattr(watched, "_AGAIN_AFTER", again)
    room = played(small(), FIRST)
    folder = _in_the_way(engine, room)
    until(lambda: _given_up(engine, room) and len(caplog.records) == 1 + len(again))
    with pytest.raises(RuntimeError, match="cannot be simulated"):
        engine.keep(room)
    shutil.rmtree(folder)
    assert Results.load(engine.keep(room)).scenario_ids[-1] == "salle-abc234"
    assert finished(engine, room).outcomes[0].complete


def test_what_failed_is_tried_again_by_itself(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "_AGAIN_AFTER", (0.5,))
    room = played(small(), FIRST)
    folder = _in_the_way(engine, room)
    until(lambda: (told := engine.look(room).progress) is not None and told.failed is not None)
    shutil.rmtree(folder)
    assert finished(engine, room).outcomes[0].complete


def test_a_world_that_cannot_be_played_is_told_and_the_engine_goes_on(engine: Engine) -> None:
    room = played(small(), FIRST)
    settings = room.settings.model_copy(update={"population": "keine"})
    room = replace(room, settings=settings)
    engine.look(room)
    until(lambda: (told := engine.look(room).progress) is not None and told.failed is not None)
    assert engine.look(room).outcomes == {}
    with pytest.raises(RuntimeError, match="cannot be simulated"):
        engine.keep(room)
    fine = played(small().model_copy(update={"code": "FINE"}), FIRST)
    assert finished(engine, fine).outcomes[0].complete
