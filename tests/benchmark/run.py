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
from typing import Annotated

import typer

from simulator.benchmark import BASELINE, MEASURES, SEED, UNIT, Measure, print_measures, run_apart
from simulator.cli.benchmark import chosen, report
from simulator.population import load_population
from simulator.problems import InputError
from tests.reference.mesa_twin import TwinModel
from tests.reference.reduced_engine import ReducedEngine

QUARTERS = 8
REPEATS = 5
POPULATION = "national"


def twin() -> list[Measure]:
    """Engine and twin, the same processes from the same state, in turn, in this process."""
    people = load_population(POPULATION)
    columns, agents, ratios = [], [], []
    rows = 0
    for _ in range(REPEATS):
        engine = ReducedEngine(BASELINE, population=people, seed=SEED)
        other = TwinModel(engine)
        engine.draws.fill(range(QUARTERS))
        rows = len(other.agents)
        ours, lived = _time(engine.step, partial(_living, engine))
        theirs, lived_there = _time(other.step, partial(len, other.agents))
        if lived != lived_there:
            raise RuntimeError("engine and twin disagree: their times cannot be compared")
        columns.append(ours / lived * 1e9)
        agents.append(theirs / lived * 1e9)
        ratios.append(theirs / ours)
        other.remove_all_agents()
        engine.release()
    details = {"organisations": rows, "quarters": QUARTERS, "repeats": REPEATS}
    return [
        Measure(
            "columns", f"twin's processes, {rows:,} organisations: columns",
            statistics.median(columns), UNIT, details={**details, "processor_ns": columns},
        ),
        Measure(
            "agents", f"twin's processes, {rows:,} organisations: one Mesa agent each",
            statistics.median(agents), UNIT, details={**details, "processor_ns": agents},
        ),
        Measure(
            "ratio", f"agents over columns, median of {REPEATS}",
            statistics.median(ratios), "times", details={**details, "ratios": ratios},
        ),
    ]  # fmt: skip


def _living(engine: ReducedEngine) -> int:
    return int(engine.organisations.alive.sum())


def _time(step: Callable[[], None], living: Callable[[], int]) -> tuple[float, int]:
    """Processor seconds, and the organisation-quarters that they brought forward."""
    seconds, lived = 0.0, 0
    gc.collect()
    for _ in range(QUARTERS):
        lived += living()
        started = time.process_time()
        step()
        seconds += time.process_time() - started
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
