"""The engine beside its plain Mesa twin: the measure `twin` of `penser-demain benchmark`.

    python -m tests.benchmark.twin        the measures, as JSON

Not a test: times depend on the machine and on what else runs on it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

from simulator.benchmark import BASELINE, SEED, UNIT, Measure, print_measures
from simulator.model import SCHEDULE, EssModel, record
from simulator.population import load_population
from simulator.processes.costs import remember_year
from tests.reference.comparison import differences, picture
from tests.reference.mesa_twin import QUARTER, TwinModel

TIMES_WANTED = 50.0  # agents over columns, at least
# The engine's quarter without its books: laws, recorder. The twin has none.
PROCESSES = tuple(remember_year if process is record else process for process in SCHEDULE)
NAMES = tuple(process.__name__ for process in PROCESSES)
Process = Callable[[Any], None]
Seconds = list[float]  # of each process


def twin(population: str = "national", quarters: int = 8, repeats: int = 5) -> list[Measure]:
    """Engine and twin, the same quarters from the same state, in turn, in this process."""
    assert tuple(process.__name__ for process in QUARTER) == NAMES
    people = load_population(population)
    columns: list[Seconds] = []
    agents: list[Seconds] = []
    draws, rows, lived = None, 0, 0
    # In the first turn, not counted, kernels are compiled and the table of draws is filled.
    for turn in range(1 + repeats):
        engine = EssModel(BASELINE, population=people, seed=SEED, collect=False)
        other = TwinModel(engine, draws=draws)
        draws, rows = other.draws, len(other.organisations)
        gc.collect()
        gc.freeze()  # what is there at the start is not searched for garbage again and again
        theirs, lived = _time(other, QUARTER, quarters)
        ours, _ = _time(engine, PROCESSES, quarters)
        gc.unfreeze()
        if found := differences(picture(engine), other):
            raise RuntimeError(f"engine and twin disagree, times say nothing: {found[0]}")
        if turn:
            columns.append(ours)
            agents.append(theirs)
        other.release()
        engine.release()
    ratios = [sum(slow) / sum(fast) for slow, fast in zip(agents, columns, strict=True)]
    details = {"organisations": rows, "quarters": quarters, "repeats": repeats, "ratios": ratios}
    fast, slow = _by_process(columns, lived), _by_process(agents, lived)
    beside = {
        name: {"columns_ns": fast[name], "agents_ns": slow[name],
               "times": slow[name] / fast[name] if fast[name] else None}
        for name in NAMES
    }  # fmt: skip
    what = f"a quarter of {rows:,} organisations"
    return [
        _measure("columns", f"{what}: columns", columns, lived),
        _measure("agents", f"{what}: one Mesa agent each", agents, lived),
        Measure(
            "ratio", f"agents over columns, median of {repeats}", statistics.median(ratios),
            "times", details={**details, "beside": beside}, least=TIMES_WANTED,
        ),
    ]  # fmt: skip


def _measure(name: str, what: str, turns: list[Seconds], lived: int) -> Measure:
    """Nanoseconds for an organisation and quarter: median of the turns."""
    total = [sum(turn) / lived * 1e9 for turn in turns]
    return Measure(name, what, statistics.median(total), UNIT, details={"processor_ns": total})


def _by_process(turns: list[Seconds], lived: int) -> dict[str, float]:
    """The same, by process of the quarter."""
    spent = [statistics.median(turn) for turn in zip(*turns, strict=True)]
    return {name: seconds / lived * 1e9 for name, seconds in zip(NAMES, spent, strict=True)}


def _time(
    world: EssModel | TwinModel, processes: tuple[Process, ...], quarters: int
) -> tuple[Seconds, int]:
    """Processor seconds by process, and for a twin the organisation-quarters that were lived."""
    seconds, lived = [0.0] * len(processes), 0
    for _ in range(quarters):
        if isinstance(world, EssModel):
            world.recorder.start_quarter()
            world.programmes.start()
        else:
            lived += len(world.organisations)
        for place, process in enumerate(processes):
            started = time.process_time()
            process(world)
            seconds[place] += time.process_time() - started
        world.quarter += 1
    return seconds, lived


if __name__ == "__main__":
    print_measures(twin())
