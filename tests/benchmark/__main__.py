"""Speed and memory against what the project asks for: `make benchmark`.

    python -m tests.benchmark             all measures, each in a process of its own
    python -m tests.benchmark national    one measure, in this process

Times depend on the machine and on what else runs on it, so nothing here is a test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import psutil

QUARTERS = 40
SEED = 2026
BASELINE, SCENARIO = "fil-de-l-eau", "choc-regional"
NANOSECONDS_ALLOWED = 2_000
SECONDS_ALLOWED = 3.0
GIGABYTES_ALLOWED = 2.0


def peak_memory() -> int:
    """Largest resident memory of this process so far, in bytes."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def play(population: str) -> tuple[int, float]:
    """Rows at the start, and processor seconds that the quarters of one replicate take.

    Processor time, so that other programs on the machine do not count.
    """
    import simulator as sim

    people = sim.load_population(population)
    model = sim.EssModel(BASELINE, population=people, seed=SEED)
    rows = len(np.asarray(people.organisations["weight"]))
    started = time.process_time()
    for _ in range(QUARTERS):
        model.step()
    return rows, time.process_time() - started


def report(what: str, value: float, allowed: float, unit: str) -> None:
    verdict = "within" if value <= allowed else "OVER"
    print(f"{what}: {value:,.2f} {unit} ({verdict} {allowed:,g} {unit})", flush=True)


def national() -> None:
    """One replicate of about 10,000 rows on one core."""
    rows, seconds = play("national")
    each = seconds / rows / QUARTERS * 1e9
    report(f"national, {rows} rows, {QUARTERS} quarters", each, NANOSECONDS_ALLOWED, "ns/row")


def full() -> None:
    """One replicate of all organisations: memory."""
    rows, seconds = play("full")
    report(f"full, {rows} rows, {seconds:.1f} s", peak_memory() / 1e9, GIGABYTES_ALLOWED, "GB")


def workshop() -> None:
    """Baseline and one scenario, 10 replicates on two cores: what a workshop waits for."""
    import simulator as sim

    started = time.perf_counter()
    sim.simulate([BASELINE, SCENARIO], population="workshop", replicates=10, seed=SEED, workers=2)
    seconds = time.perf_counter() - started
    report("workshop, 2 scenarios, 10 replicates", seconds, SECONDS_ALLOWED, "s")


MEASURES: dict[str, Callable[[], None]] = {
    measure.__name__: measure for measure in (national, workshop, full)
}


def main() -> None:
    names = sys.argv[1:]
    if unknown := set(names) - MEASURES.keys():
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(MEASURES)}")
    if len(names) == 1:
        MEASURES[names[0]]()
        return
    for name in names or MEASURES:
        subprocess.run([sys.executable, "-m", "tests.benchmark", name], check=True)


if __name__ == "__main__":
    main()
