"""What the runner costs beside bare simulation, how it grows, and what it keeps in memory.

Each measure runs in a process of its own, as in `simulator.benchmark`:

    python -m experiments.benchmark --apart overhead     the measures of one run, as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from experiments.execution.dispatch import dispatch
from experiments.execution.perform import Played, lost
from experiments.execution.processes import Processes
from experiments.execution.unit import Unit
from experiments.execution.workers import pack, unpacked
from experiments.execution.worlds import Worlds
from experiments.runner import begun, fill, run, units_of
from experiments.store import reading
from simulator.benchmark import Measure, peak_memory, print_measures
from simulator.intervals import CONFIDENCE

if TYPE_CHECKING:
    from experiments.plan import Plan

UNITS: Final = 100
WARM: Final = 8  # units after which kernels are loaded in all workers
PAIRS: Final = 8  # of runner and bare simulation, UNITS each
TURNS: Final = 5  # of each in a pair, taken alternately; workers share their units evenly
WORKERS: Final = 2
FEW, MANY = 1_000, 20_000
OVERHEAD_ALLOWED: Final = 5.0  # per cent
EFFICIENCY_WANTED: Final = 90.0
GROWTH_ALLOWED: Final = 1.1
RESUME_ALLOWED: Final = 5.0
# 32 quarters of two scenarios of `demo` take about 200 ms on one core.
_PLAN: Final = """\
format: 1
id: benchmark
title: {{fr: "Mesure", en: "Benchmark"}}
question: {{fr: "Combien de temps ?", en: "How long?"}}
levers: {{policies: [rabot-10]}}
uncertainties: {{parameters: {{inertia: {{}}}}}}
outcomes: [{{indicator: jobs_fte, at: 2026Q4}}]
design: {{kind: latin_hypercube, n: {points}, seed: 1}}
replicates: {replicates}
population: demo
quarters: 32
"""


def _plan(points: int, replicates: int = 1) -> tuple[str, Plan]:
    from experiments.plan import parse_plan

    text = _PLAN.format(points=points, replicates=replicates)
    return text, parse_plan(text)


def overhead() -> list[Measure]:
    """Runner over bare simulation: the same units, in turns, by the same worker processes.

    What else a machine does comes and goes within minutes. So runner and bare simulation take
    short turns; turns of a hundred units of each, as many as a part of the tables holds, make a
    pair; and the median of the pairs is told. The final tables are added to every pair. The end of
    a turn is the mean of its workers' ends: that one waits for the other is of the turns alone.
    """
    from scipy import stats

    text, plan = _plan(UNITS, PAIRS + 1)
    work, design = Worlds(plan), plan.design_points()

    def units(pair: int, first: int, last: int) -> list[Unit]:
        return list(units_of(design, [(pair, point) for point in range(first, last)]))

    bare, runner = np.zeros(PAIRS), np.zeros(PAIRS)
    with TemporaryDirectory() as place:
        path = Path(place, "out")
        crew = _Both(WORKERS, work, path / reading.JOURNAL)
        with begun(plan, text, path, None) as folder:
            crew.warm(units(0, 0, WARM))

            def play(turn: list[Unit]) -> float:
                kept: list[float] = []

                def keep(unit: Unit, content: bytes | None) -> None:
                    folder.keep(unit, content)
                    kept.append(time.perf_counter())

                begin = time.perf_counter()
                missing = folder.extend([unit.key for unit in turn])
                assert len(missing) == len(turn)
                dispatch(turn, crew, keep, lambda unit: lost(work, unit))
                return float(np.mean(kept[-WORKERS:])) - begin

            # A part of the tables is then closed within a turn, with workers at work as usual.
            play(units(0, 0, WARM))
            for pair in range(PAIRS):
                for turn in range(TURNS):
                    first, last = (UNITS * n // TURNS for n in (turn, turn + 1))
                    some = units(pair + 1, first, last)
                    sides = [(runner, play), (bare, crew.alone)]
                    for seconds, side in sides if turn % 2 else reversed(sides):
                        seconds[pair] += side(some)
            crew.close(at_once=False)
            begin = time.perf_counter()
            folder.finish(plan.title.en, 0.0)
            runner += (time.perf_counter() - begin) / PAIRS
    added = (runner / bare - 1) * 100
    interval = stats.quantile_test(added, q=0).confidence_interval(CONFIDENCE)
    each = np.median(bare) / UNITS * WORKERS * 1e3
    what = (
        f"runner over bare simulation, units of {each:.0f} ms on {WORKERS} workers: median of "
        f"{PAIRS} pairs of turns, 90 % interval {interval.low:.1f} to {interval.high:.1f}"
    )
    details = {"bare_seconds": bare.tolist(), "runner_seconds": runner.tolist()}
    return [Measure("overhead", what, float(np.median(added)), "%", OVERHEAD_ALLOWED, details)]


class _Both(Processes):
    """Workers that also simulate and do nothing else."""

    def warm(self, units: list[Unit]) -> None:
        """Until every worker is there and has loaded its kernels."""
        self.renew(alone=False)
        while len({process for _, process in self._shares(units)}) < self.count:
            pass

    def alone(self, units: list[Unit]) -> float:
        """Seconds on the clock, units shared out beforehand, nothing kept; mean of the workers."""
        seconds, processes = zip(*self._shares(units), strict=True)
        assert len(set(processes)) == self.count
        return float(np.mean(seconds))

    def _shares(self, units: list[Unit]) -> list[tuple[float, int]]:
        assert self._pool is not None
        packed = pack(self._work)
        shares = [units[n :: self.count] for n in range(self.count)]
        sent = [self._pool.submit(_simulated, packed, share) for share in shares]
        return [future.result() for future in sent]


def _simulated(packed: bytes, units: list[Unit]) -> tuple[float, int]:
    """Seconds that it took, and in which process."""
    work = unpacked(packed)
    assert isinstance(work, Worlds)
    begin = time.perf_counter()
    for unit in units:
        work.runs(unit)
    return time.perf_counter() - begin, os.getpid()


def efficiency() -> list[Measure]:
    """Units a second of two workers over twice those of one; of bare processes beside it."""
    measures = []
    for name, side, least in (
        ("efficiency", _with_runner, EFFICIENCY_WANTED), ("efficiency bare", _bare, None)
    ):  # fmt: skip
        one, two = [], []
        for _ in range(2):
            one.append(side(1))
            two.append(side(WORKERS))
        value = min(one) / (WORKERS * min(two)) * 100
        told = "runner" if least else "bare simulation"
        what = f"{told}, from one to {WORKERS} workers, of the ideal"
        details = {"one_seconds_a_unit": one, "two_seconds_a_unit": two}
        measures.append(Measure(name, what, value, "%", None, details, least))
    return measures


def _with_runner(workers: int) -> float:
    """Seconds a unit with the runner, once its workers are warm, final tables included."""
    times: list[float] = []

    def note(done: int, total: int) -> None:
        times.append(time.perf_counter())

    plan = _plan(UNITS)[1]
    with TemporaryDirectory() as folder:
        run(plan, Path(folder, "out"), workers=workers, progress=note)
        return (time.perf_counter() - times[WARM]) / (UNITS - WARM)


def _bare(workers: int) -> float:
    """Seconds a unit without, once the workers are warm."""
    plan = _plan(UNITS)[1]
    units = list(units_of(plan.design_points(), [(0, point) for point in range(UNITS)]))
    crew = _Both(workers, Worlds(plan), Path())
    crew.warm(units[:WARM])
    seconds = crew.alone(units[WARM:])
    crew.close(at_once=False)
    return seconds / (UNITS - WARM)


@dataclass(frozen=True)
class Repeated:
    """One unit's tables for every unit: all of the runner, and nothing of the model."""

    seed: int
    tables: Mapping[str, pa.Table] = field(repr=False)

    def __call__(self, unit: Unit) -> Played:
        """See `Work`."""
        return Played({name: _of(unit, table) for name, table in self.tables.items()}, "none")


def _of(unit: Unit, table: pa.Table) -> pa.Table:
    for name in ("design_id", "replicate"):
        place = table.column_names.index(name)
        numbers = np.full(table.num_rows, getattr(unit, name))
        table = table.set_column(place, name, pa.array(numbers, table.schema.field(name).type))
    return table


def few() -> list[Measure]:
    """Peak memory of the process that runs 1,000 units."""
    return _memory(FEW)


def many() -> list[Measure]:
    """The same of 20,000, the runner's own time, and the time to find them finished."""
    return _memory(MANY)


def _memory(units: int) -> list[Measure]:
    text, plan = _plan(units)
    [first] = units_of(plan.design_points(), [(0, 0)])
    work = Repeated(plan.seed, Worlds(plan)(first).tables)
    with TemporaryDirectory() as folder:
        out = Path(folder, "out")
        crew = Processes(WORKERS, work, out / "journal")
        begin = time.perf_counter()
        try:
            fill(plan, text, out, crew, work, lambda done, total: None)
        finally:
            crew.close(at_once=False)
        each = (time.perf_counter() - begin) / units
        size = sum(file.stat().st_size for file in out.rglob("*.parquet")) / 1e6
        begin = time.perf_counter()
        run(plan, out, resume=True)
        again = time.perf_counter() - begin
    what, details = f"runner alone, {units:,} units", {"megabytes_written": size}
    measures = [
        Measure(f"time {units}", f"{what}, each", each * 1e3, "ms", None, details),
        Measure(f"resume {units}", f"{what}, resumed when finished", again, "s", RESUME_ALLOWED),
    ]
    peak = peak_memory()
    if peak is not None:
        measures.insert(0, Measure(f"memory {units}", f"{what}, peak memory", peak / 1e9, "GB"))
    return measures


MEASURES: Final[Mapping[str, Callable[[], list[Measure]]]] = {
    "overhead": overhead, "efficiency": efficiency, "few": few, "many": many,
}  # fmt: skip


def run_apart(name: str) -> list[Measure]:
    """Run one of `MEASURES` in a process of its own."""
    from simulator.benchmark import ONE_THREAD

    done = subprocess.run(
        [sys.executable, "-m", "experiments.benchmark", "--apart", name],
        stdout=subprocess.PIPE, check=True, env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    return [Measure(**entry) for entry in json.loads(done.stdout)]


def growth(found: list[Measure]) -> list[Measure]:
    """How much more memory many units take than few, where both were measured."""
    peaks = {measure.name: measure.value for measure in found}
    both = [peaks.get(f"memory {count}") for count in (FEW, MANY)]
    if None in both:
        return []
    ratio = float(both[1] / both[0])  # type: ignore[operator]
    what = f"peak memory of {MANY:,} units over that of {FEW:,}"
    return [Measure("memory growth", what, ratio, "times", GROWTH_ALLOWED)]


if __name__ == "__main__":
    print_measures(MEASURES[sys.argv[2]]())
