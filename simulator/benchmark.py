"""How fast the engine runs and how much memory it takes, against what the project asks for.

Each measure runs in a process of its own, on one core unless it says otherwise, so that neither
the peak of memory nor the time of one falls on another:

    python -m simulator.benchmark --apart national      the measures of one run, as JSON

`penser-demain benchmark` runs them all and prints a table; in the project's sources, whose tests
have a plain Mesa twin of the engine, it measures the ratio of the two as well. Figures depend on
the machine, on the versions of the libraries and on what else runs there: they are compared with a
bound, never tested.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulator.population import Population

BASELINE: Final = "fil-de-l-eau"
SCENARIO: Final = "choc-regional"
SEED: Final = 2026
NATIONAL_QUARTERS: Final = 40
NATIONAL_REPEATS: Final = 3
FULL_QUARTERS: Final = 40
# From about 1,000 rows to one row per organisation.
GROWTH: Final = ("demo", "workshop", "national", "full")
GROWTH_QUARTERS: Final = 8
YEAR: Final = 4  # quarters after which most kernels have been called
ROUND_QUARTERS: Final = 12
ROUND_END: Final = 40
ROUND_REPEATS: Final = 9
WORKSHOP_REPLICATES: Final = 10
WORKSHOP_WORKERS: Final = 2
NANOSECONDS_ALLOWED: Final = 800.0  # per row and quarter of `national`
FULL_NANOSECONDS_ALLOWED: Final = 600.0
FULL_SECONDS_ALLOWED: Final = 4.0
GIGABYTES_ALLOWED: Final = 1.5
SECONDS_ALLOWED: Final = 3.0
UNIT: Final = "ns per row and quarter"
# Libraries of linear algebra would otherwise start a thread for each core.
ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Measure:
    """One figure, and the bounds that it should stay between (None: there is none)."""

    name: str
    what: str
    value: float
    unit: str
    allowed: float | None = None  # at most
    details: Mapping[str, Any] = field(default_factory=dict)
    least: float | None = None

    @property
    def within(self) -> bool | None:
        """True where the bounds are kept; None without any."""
        if self.allowed is None and self.least is None:
            return None
        high = self.allowed is None or self.value <= self.allowed
        return high and (self.least is None or self.value >= self.least)

    def to_json(self) -> dict[str, Any]:
        """Fields and verdict."""
        return {**dataclasses.asdict(self), "within": self.within}


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("numpy", "numba", "scipy", "mesa")},
    }


def peak_memory() -> float | None:
    """Largest resident memory of this process so far, bytes; None where it cannot be known."""
    # On Linux `getrusage` also counts the process that started this one: ask the kernel instead.
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


@dataclass(frozen=True)
class Played:
    """Time that one replicate took: quarters, recorder, ledger and draws, not the start."""

    rows: int
    quarters: int
    processor: float  # seconds of processor time
    elapsed: float  # seconds on the clock
    processes: Mapping[str, float]  # seconds on the clock, by process of the quarter

    def per_row(self, seconds: float) -> float:
        """Nanoseconds per row and quarter."""
        return seconds / self.rows / self.quarters * 1e9


def play(people: Population, quarters: int) -> Played:
    """Play one replicate of the baseline."""
    from simulator.model import EssModel

    # Mesa's data collector is for who steps a model by hand; the recorder works without it.
    model = EssModel(BASELINE, population=people, seed=SEED, quarters=quarters, collect=False)
    before = dict(model.process_seconds)
    processor, elapsed = time.process_time(), time.perf_counter()
    while model.running:
        model.step()
    model.recorder.finish()
    processor = time.process_time() - processor
    elapsed = time.perf_counter() - elapsed
    processes = {name: spent - before[name] for name, spent in model.process_seconds.items()}
    model.release()
    return Played(people.organisations.rows, quarters, processor, elapsed, processes)


def national() -> list[Measure]:
    """About 10,000 rows, 40 quarters, one replicate on one core."""
    from simulator.population import load_population

    people = load_population("national")
    play(people, YEAR)  # compiled kernels are loaded: their time is not the model's
    runs = [play(people, NATIONAL_QUARTERS) for _ in range(NATIONAL_REPEATS)]
    times = [run.per_row(run.processor) for run in runs]
    middle = sorted(runs, key=lambda run: run.processor)[len(runs) // 2]
    return [
        Measure(
            "national",
            f"national, {middle.rows:,} rows, {NATIONAL_QUARTERS} quarters, one core",
            statistics.median(times),
            UNIT,
            NANOSECONDS_ALLOWED,
            {
                "rows": middle.rows,
                "quarters": NATIONAL_QUARTERS,
                "processor_ns": times,
                "elapsed_ns": [run.per_row(run.elapsed) for run in runs],
                "process_ns": {
                    name: middle.per_row(spent) for name, spent in middle.processes.items()
                },
            },
        )
    ]


def full() -> list[Measure]:
    """All organisations, one by one, 40 quarters: memory, and time beside it."""
    from simulator.population import load_population

    people = load_population("full")
    play(people, YEAR)  # compiled kernels are loaded: their time is not the model's
    run = play(people, FULL_QUARTERS)
    what = f"full, {run.rows:,} rows, {FULL_QUARTERS} quarters"
    processes = {name: run.per_row(spent) for name, spent in run.processes.items()}
    measures = [
        Measure(
            "full time", what, run.per_row(run.processor), UNIT, FULL_NANOSECONDS_ALLOWED,
            {"rows": run.rows, "elapsed_ns": run.per_row(run.elapsed), "process_ns": processes},
        ),
        Measure("full seconds", f"{what}, on the clock", run.elapsed, "s", FULL_SECONDS_ALLOWED),
    ]  # fmt: skip
    peak = peak_memory()
    if peak is not None:
        measures.insert(
            0, Measure("full memory", f"{what}, peak memory", peak / 1e9, "GB", GIGABYTES_ALLOWED)
        )
    return measures


def grow(name: str) -> list[Measure]:
    """One size of the growth measure: time per row and quarter, and peak memory."""
    from simulator.population import load_population

    people = load_population(name)
    play(people, GROWTH_QUARTERS)  # as above
    run = play(people, GROWTH_QUARTERS)
    peak = peak_memory()
    what = f"growth: {run.rows:,} rows, {GROWTH_QUARTERS} quarters"
    details = {"rows": run.rows, "gigabytes": None if peak is None else peak / 1e9}
    if peak is not None:
        what += f", {peak / 1e9:.2f} GB"
    return [Measure(f"growth {name}", what, run.per_row(run.processor), UNIT, None, details)]


def workshop() -> list[Measure]:
    """Baseline and one scenario, 10 replicates on two workers: what a workshop waits for.

    The bound is that of the first time in a process, when compiled kernels are loaded and the
    population is made; the second time is what a program that runs already takes.
    """
    from simulator.simulation import simulate

    seconds = []
    for seed in (SEED, SEED + 1):
        started = time.perf_counter()
        simulate(
            [BASELINE, SCENARIO], population="workshop", replicates=WORKSHOP_REPLICATES, seed=seed,
            workers=WORKSHOP_WORKERS, parameters="default",
        )  # fmt: skip
        seconds.append(time.perf_counter() - started)
    what = f"workshop, 2 scenarios, {WORKSHOP_REPLICATES} replicates, {WORKSHOP_WORKERS} cores"
    return [
        Measure("workshop", what, seconds[0], "s", SECONDS_ALLOWED),
        Measure("workshop again", f"{what}, once more", seconds[1], "s"),
    ]


def rounds() -> list[Measure]:
    """A world of a workshop, put aside and taken up again, beside one played from the start."""
    from simulator.continuing import frozen, thawed
    from simulator.model import EssModel
    from simulator.population import load_population

    people = load_population("workshop")
    play(people, YEAR)  # as above
    seconds: dict[str, list[float]] = {}

    def timed(name: str, action: Callable[[], Any]) -> Any:
        started = time.process_time()
        found = action()
        seconds.setdefault(name, []).append(time.process_time() - started)
        return found

    def played(model: EssModel, quarters: int) -> EssModel:
        while model.quarter < quarters:
            model.step()
        model.recorder.finish()
        return model

    def begun() -> EssModel:
        return EssModel(SCENARIO, population=people, seed=SEED, collect=False)

    def turn() -> bytes:
        timed("whole", lambda: played(begun(), ROUND_END)).release()
        waiting = played(begun(), ROUND_END - ROUND_QUARTERS)
        state: bytes = timed("frozen", lambda: frozen(waiting))
        waiting.release()
        timed("round", lambda: played(thawed(state, people), ROUND_END)).release()
        timed("thawed", lambda: thawed(state, people)).release()
        return state

    kept = [len(turn()) for _ in range(ROUND_REPEATS)]
    middle = {name: statistics.median(times) for name, times in seconds.items()}
    what = f"workshop, one world, {ROUND_QUARTERS} quarters to 2035"
    return [
        Measure("round", f"{what}, taken up again", 1e3 * middle["round"], "ms"),
        Measure("round whole", "the same from 2026", 1e3 * middle["whole"], "ms"),
        Measure("round ratio", "their ratio", middle["round"] / middle["whole"], "times"),
        Measure("round put aside", "putting it aside", 1e3 * middle["frozen"], "ms"),
        Measure("round taken up", "taking it up again", 1e3 * middle["thawed"], "ms"),
        Measure("round size", "what is kept of it", kept[0] / 1e6, "MB"),
    ]


MEASURES: Final[Mapping[str, Callable[[], list[Measure]]]] = {
    "national": national,
    "workshop": workshop,
    "full": full,
    "rounds": rounds,
    **{f"growth-{name}": partial(grow, name) for name in GROWTH},
}


TWIN: Final = "twin"
NAMES: Final = (*MEASURES, TWIN)
_TWIN_MODULE: Final = "tests.benchmark.twin"


def sources() -> Path | None:
    """Folder of the project's sources, with their tests; None where only the package is there."""
    folder = Path(__file__).resolve().parents[1]
    twin = folder.joinpath(*_TWIN_MODULE.split(".")).with_suffix(".py")
    return folder if twin.is_file() else None


def run_apart(name: str) -> list[Measure]:
    """Run one of `NAMES` in a process of its own; `TWIN` only where there are `sources`."""
    command = ["simulator.benchmark", "--apart", name]
    if name == TWIN:
        command = [_TWIN_MODULE]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        check=True,
        cwd=sources() if name == TWIN else None,
        env={**os.environ, **ONE_THREAD},
    )
    seconds = time.perf_counter() - started
    measures = [Measure(**entry) for entry in json.loads(done.stdout)]
    if name == "workshop":
        once = seconds - measures[1].value  # the second time is left out
        what = f"{measures[0].what}, imports included"
        measures.append(Measure("workshop from nothing", what, once, "s"))
    return measures


def print_measures(measures: Sequence[Measure]) -> None:
    """Measures as JSON on stdout, for `run_apart`."""
    print(json.dumps([dataclasses.asdict(measure) for measure in measures]))


if __name__ == "__main__":
    print_measures(MEASURES[sys.argv[2]]())
