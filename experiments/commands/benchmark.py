"""`penser-demain experiment benchmark`: what the runner costs beside bare simulation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.benchmark import chosen, report
from simulator.cli.output import print_json

if TYPE_CHECKING:
    from simulator.benchmark import Measure


def benchmark(
    measures: Annotated[
        list[str] | None,
        typer.Argument(help="overhead, efficiency, few, many; all if none is named."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Measure the runner: overhead, efficiency, memory, resuming; minutes."""
    from experiments.benchmark import MEASURES, growth, run_apart
    from simulator.benchmark import machine

    names = chosen(measures or (), list(MEASURES))
    facts = machine()  # before the first measure, or the load would be our own
    found: list[Measure] = []
    for name in names:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        found += run_apart(name)
    found += growth(found)
    if json_:
        print_json({"machine": facts, "measures": [measure.to_json() for measure in found]})
    else:
        report(facts, found)
