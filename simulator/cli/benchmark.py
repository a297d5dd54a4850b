"""`penser-demain benchmark`: speed and memory of the engine on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.output import console, plain_table, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from simulator.benchmark import Measure

_SHOWN_PROCESSES = 12


def benchmark(
    measures: Annotated[
        list[str] | None,
        typer.Argument(help="national, workshop, full, growth-…; all if none is named."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Measure the engine: time per organisation and quarter, memory, waiting time."""
    from simulator.benchmark import MEASURES, run_apart

    names = chosen(measures or (), tuple(MEASURES))
    report({name: partial(run_apart, name) for name in names}, json_)


def chosen(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    """The measures asked for, all of them if none is named; InputError for an unknown one."""
    from simulator.problems import InputError

    for name in asked:
        if name not in known:
            raise InputError.single(
                "measures", f"{name!r} is not a measure", f"known measures: {', '.join(known)}"
            )
    return list(asked or known)


def report(tasks: Mapping[str, Callable[[], list[Measure]]], json_: bool) -> None:
    """Run the measures one after the other and print them with what they depend on."""
    from simulator.benchmark import machine

    facts = machine()  # before the first measure, or the load would be our own
    found: list[Measure] = []
    for name, task in tasks.items():
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        found += task()
    if json_:
        print_json({"machine": facts, "measures": [measure.to_json() for measure in found]})
        return
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in facts.items()) + "\n")
    out.print(_table(found))
    for measure in found:
        if "process_ns" in measure.details:
            out.print(_processes(measure))


def _table(measures: Sequence[Measure]) -> Table:
    table = plain_table("measure", "value", "bound", "unit", "", right=(1, 2))
    for measure in measures:
        bound = "" if measure.allowed is None else f"{measure.allowed:,g}"
        if measure.least is not None:
            bound = f"≥ {measure.least:,g}"
        out = "OVER" if measure.least is None else "UNDER"
        verdict = {True: "within", False: f"[bold]{out}[/bold]", None: ""}[measure.within]
        table.add_row(measure.what, _number(measure.value), bound, measure.unit, verdict)
    return table


def _processes(measure: Measure) -> Table:
    """The slowest processes of the quarter."""
    spent = sorted(measure.details["process_ns"].items(), key=lambda item: -item[1])
    total = sum(value for _, value in spent)
    table = plain_table("process of the quarter", "ns per row and quarter", "share", right=(1, 2))
    for name, value in spent[:_SHOWN_PROCESSES]:
        table.add_row(name, f"{value:,.0f}", f"{value / total:.0%}")
    rest = sum(value for _, value in spent[_SHOWN_PROCESSES:])
    if rest:
        table.add_row("the others", f"{rest:,.0f}", f"{rest / total:.0%}")
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
