"""Units that raise, and workers that die, cost themselves and nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from experiments.execution.dispatch import dispatch
from experiments.execution.perform import lost
from experiments.execution.processes import Processes
from experiments.execution.unit import Unit
from experiments.execution.workers import GivenExecutor
from experiments.store import parcel
from tests.experiments.execution.works import Toy, line_of

ROOT = Path(__file__).parents[3]
UNITS = [Unit(d, 0, {"x_inertia": d / 30}) for d in range(30)]


@pytest.fixture
def traces(tmp_path: Path) -> Path:
    (tmp_path / "journal").mkdir()
    (tmp_path / "traces").mkdir()
    return tmp_path / "traces"


def play(work: Toy, workers: int = 2) -> dict[int, dict[str, object]]:
    """Lines of `runs` by design point, after all units were played by processes."""
    journal = work.folder.parent / "journal"
    found: dict[int, dict[str, object]] = {}
    kept = []

    def keep(unit: Unit, content: bytes | None) -> None:
        kept.append(unit)
        content = content or (journal / parcel.file_name(*unit.key)).read_bytes()
        found[unit.design_id] = line_of(content)

    crew = Processes(workers, work, journal)
    try:
        dispatch(UNITS, crew, keep, lambda unit: lost(work, unit))
    finally:
        crew.close(at_once=False)
    assert sorted(kept, key=lambda unit: unit.key) == UNITS, "each unit is kept exactly once"
    return found


def test_what_raises_is_played_once(traces: Path) -> None:
    """Where nobody dies: a death may take a unit of another worker with it, whatever it answers."""
    work = Toy(traces, raises=frozenset({3}))
    runs = play(work)
    assert [d for d, run in runs.items() if run["status"] == parcel.FAILED] == [3]
    assert work.tries(3) == 1, "an error is an answer, not to be asked for again"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_raises_is_noted_and_only_the_culprit_of_a_death_is_lost(traces: Path) -> None:
    work = Toy(
        traces, raises=frozenset({3}), dies=frozenset({11}), dies_once=frozenset({20}), rows=50_000
    )
    runs = play(work)
    failed = {d: run for d, run in runs.items() if run["status"] == parcel.FAILED}
    assert set(failed) == {3, 11}
    assert failed[3]["error"] == "ValueError: no world at {'x_inertia': 0.1}"
    assert "in __call__" in str(failed[3]["traceback"])
    assert "worker process died" in str(failed[11]["error"])
    assert work.tries(11) == 2, "once with the others, once alone"
    assert len(runs) == len(UNITS)


class Counting:
    """A thread pool that notes how many units it was given at a time."""

    def __init__(self, work: Toy) -> None:
        self.count, self.flying, self.most = 2, 0, 0
        self._pool = ThreadPoolExecutor(2)
        self._inner = GivenExecutor(self._pool, 2, work)
        self.died, self.check = self._inner.died, self._inner.check
        self.renew, self.close = self._inner.renew, self._inner.close

    def submit(self, unit: Unit) -> Future[bytes | None]:
        self.flying += 1
        self.most = max(self.most, self.flying)
        return self._inner.submit(unit)


def test_a_long_queue_is_never_in_flight_at_once(traces: Path) -> None:
    work = Toy(traces)
    taken = 0
    crew = Counting(work)

    def endless() -> Iterator[Unit]:
        nonlocal taken
        for unit in (Unit(d, 0) for d in range(500)):
            taken += 1
            yield unit

    def keep(unit: Unit, content: bytes | None) -> None:
        crew.flying -= 1
        assert taken <= 500

    dispatch(endless(), crew, keep, lambda unit: lost(work, unit))
    assert taken == 500
    assert crew.most == 4, "two units for each of two workers"


SCRIPT = """
import sys, time
from pathlib import Path
from experiments.execution.dispatch import dispatch
from experiments.execution.processes import Processes
from experiments.execution.unit import Unit
from tests.experiments.execution.works import Toy, line_of

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    work = Toy(folder / "traces", seconds=0.05)
    crew = Processes(2, work, folder / "journal")
    dispatch((Unit(d, 0) for d in range(10_000)), crew, lambda unit, content: None, None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_workers_do_not_outlive_a_killed_parent(traces: Path) -> None:
    script = traces.parent / "script.py"
    script.write_text(SCRIPT)
    started = subprocess.Popen(
        [sys.executable, str(script), str(traces.parent)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    while not any(traces.iterdir()):
        time.sleep(0.05)
        assert started.poll() is None
    workers = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(signal.SIGKILL)
    started.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
