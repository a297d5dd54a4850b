"""How long a reader waits for a live run: `python -m dashboard.live.benchmark`.

Each run is another scenario, so that none is answered from the store. The first bands are there
when the panels of the first worlds are made, as the page does; a look of the page at the run comes
at most 0.4 s later. `memory_mb` is that of the process that holds the desk, as the server does:
when the processes are warm, at its largest, and after the last run. Needs psutil.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from dashboard.address import read
from dashboard.components.live_run import live_run
from dashboard.live.desk import Desk
from dashboard.live.request import MANY, WORLDS, Request
from dashboard.live.store import Store
from dashboard.reading import Library
from simulator.scenario import parse_scenario

TEXT = """\
format: 1
id: essai-mesure
title: {{fr: Mesure, en: Measure}}
narrative: {{fr: Une coupe., en: A cut.}}
family: funding_cuts
horizon: {{start: 2026Q1, quarters: 40}}
levers:
  - {{lever: public_funding, change: {{2026: "-{percent}%"}}}}
"""


class Memory:
    """Resident memory of this process, in MB, and the largest that was seen."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.largest = 0.0

    def now(self) -> float:
        found = self._process.memory_info().rss / 2**20
        self.largest = max(self.largest, found)
        return round(found)


def measure(
    desk: Desk, library: Library, percent: int, population: str, worlds: int, memory: Memory
) -> dict[str, float]:
    """Seconds from asking to the first world, to its bands, to all worlds, to the kept run."""
    begun = time.perf_counter()
    scenario = parse_scenario(TEXT.format(percent=percent))
    run = desk.ask(Request.of([scenario], population, None, worlds))
    found: dict[str, float] = {}

    def told(name: str) -> None:
        found.setdefault(name, time.perf_counter() - begun)

    while not run.over:
        if run.done and "first_bands" not in found:
            told("first_world")
            live_run(library, read("/scenarios", f"?run={run.request.key}"))
            told("first_bands")
        if run.done == run.total:
            told("all_worlds")
        memory.now()
        time.sleep(0.005)
    told("kept")
    if run.state != "finished":
        raise RuntimeError(f"the run ended as {run.state}: {run.error}")
    return found


def main(
    runs: Annotated[int, typer.Option(min=1, help="Runs that are measured.")] = 5,
    population: Annotated[str, typer.Option(help="Population: workshop or demo.")] = "workshop",
    worlds: Annotated[int, typer.Option(min=1, max=MANY, help="Worlds of each run.")] = WORLDS,
) -> None:
    """Print medians over some runs on a warm server, and the largest values, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library({})
        desk = library.desk = Desk(Store(Path(folder)), lambda name, results: None)
        try:
            started = time.perf_counter()
            desk.warm()
            desk.workers.pids()
            warm, memory = time.perf_counter() - started, Memory()
            before = memory.now()
            # The reference's worlds are at hand from the second run on.
            found = [
                measure(desk, library, 1 + number, population, worlds, memory)
                for number in range(runs + 1)
            ][1:]
            after = memory.now()
        finally:
            desk.close()
    values: dict[str, Any] = {
        "population": population,
        "runs": runs,
        "worlds": worlds,
        "start_seconds": warm,
        "memory_mb": {"start": before, "largest": round(memory.largest), "end": after},
    }
    for name in found[0]:
        series = [one[name] for one in found if name in one]
        values[name] = {"median": statistics.median(series), "largest": max(series)}
    typer.echo(json.dumps(values, indent=1))


if __name__ == "__main__":
    typer.run(main)
