"""All measures of `simulator.benchmark`, and the engine beside its plain Mesa twin.

    python -m tests.benchmark.run                    everything
    python -m tests.benchmark.run twin --json        one measure

Nothing here is a test: times depend on the machine and on what else runs on it.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from simulator.benchmark import BASELINE, MEASURES, SEED, UNIT, Measure, print_measures, run_apart
from simulator.cli.benchmark import chosen, report
from simulator.model import SCHEDULE, EssModel, record
from simulator.population import load_population
from simulator.problems import InputError
from simulator.processes.costs import remember_year
from tests.reference.comparison import differences, picture
from tests.reference.mesa_twin import QUARTER, TwinModel

QUARTERS = 8
REPEATS = 5
POPULATION = "national"
TIMES_WANTED = 50.0  # agents over columns, at least
# The engine's quarter without its books: laws, recorder. The twin has none.
PROCESSES = tuple(remember_year if process is record else process for process in SCHEDULE)
Process = Callable[[Any], None]


def twin() -> list[Measure]:
    """Engine and twin, the same quarters from the same state, in turn, in this process."""
    people = load_population(POPULATION)
    names = [process.__name__ for process in PROCESSES]
    assert names == [process.__name__ for process in QUARTER]
    columns, agents = [], []
    draws, rows, lived = None, 0, 0
    # In the first turn, not counted, kernels are compiled and the table of draws is filled.
    for turn in range(1 + REPEATS):
        engine = EssModel(BASELINE, population=people, seed=SEED, collect=False)
        other = TwinModel(engine, draws=draws)
        draws, rows = other.draws, len(other.organisations)
        gc.collect()
        gc.freeze()  # what is there at the start is not searched for garbage again and again
        theirs, lived = _time(other, QUARTER)
        ours, _ = _time(engine, PROCESSES)
        gc.unfreeze()
        if found := differences(picture(engine), other):
            raise RuntimeError(f"engine and twin disagree, times say nothing: {found[0]}")
        if turn:
            columns.append(ours)
            agents.append(theirs)
        other.remove_all_agents()
        engine.release()
    details = {"organisations": rows, "quarters": QUARTERS, "repeats": REPEATS}
    ratios = [sum(slow) / sum(fast) for slow, fast in zip(agents, columns, strict=True)]
    return [
        _measure(
            "columns", f"a quarter of {rows:,} organisations: columns", columns, lived, details
        ),
        _measure(
            "agents", f"a quarter of {rows:,} organisations: one Mesa agent each", agents, lived,
            details,
        ),
        Measure(
            "ratio", f"agents over columns, median of {REPEATS}", statistics.median(ratios),
            "times", least=TIMES_WANTED, details={**details, "ratios": ratios, "by_process": {
                name: statistics.median(turn[place] for turn in agents)
                / max(statistics.median(turn[place] for turn in columns), 1e-9)
                for place, name in enumerate(names)
            }},
        ),
    ]  # fmt: skip


def _measure(
    name: str, what: str, turns: list[list[float]], lived: int, details: dict[str, Any]
) -> Measure:
    """Nanoseconds for an organisation and quarter, in all and by process: medians of the turns."""
    total = [sum(turn) / lived * 1e9 for turn in turns]
    medians = {
        process.__name__: statistics.median(turn[place] for turn in turns) / lived * 1e9
        for place, process in enumerate(QUARTER)
    }
    more = {"processor_ns": total, "by_process_ns": medians}
    return Measure(name, what, statistics.median(total), UNIT, details={**details, **more})


def _time(world: EssModel | TwinModel, processes: tuple[Process, ...]) -> tuple[list[float], int]:
    """Processor seconds by process, and for a twin the organisation-quarters that were lived."""
    seconds, lived = [0.0] * len(processes), 0
    for _ in range(QUARTERS):
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


OWN = {"twin": twin}


def benchmark(
    measures: Annotated[list[str] | None, typer.Argument(help="All if none is named.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Measure the engine, and the engine beside its Mesa twin."""
    modules = {
        **dict.fromkeys(MEASURES, "simulator.benchmark"),
        **dict.fromkeys(OWN, "tests.benchmark.run"),
    }
    names = chosen(measures or (), tuple(modules))
    report({name: partial(run_apart, name, modules[name]) for name in names}, json_)


def main() -> None:
    """Run from a shell, or as the process apart that measures one thing."""
    if sys.argv[1:2] == ["--apart"]:
        print_measures(OWN[sys.argv[2]]())
        return
    try:
        typer.run(benchmark)
    except InputError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
