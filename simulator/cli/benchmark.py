"""`penser-demain benchmark`: speed and memory of the engine, and its ratio to a Mesa model."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.cli.output import console, plain_table, print_json
from simulator.problems import InputError

if TYPE_CHECKING:
    from rich.table import Table

    from simulator.benchmark import Measure

_SHOWN_PROCESSES: Final = 12
NEEDS_SOURCES: Final = (
    "the ratio to the plain Mesa twin needs the project's sources, since the twin is in their "
    "tests/reference; run there: make benchmark ARGS=twin"
)


def benchmark(
    measures: Annotated[
        list[str] | None,
        typer.Argument(
            help="national, workshop, full, rounds, growth-…, twin; all if none is named."
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Measure the engine: time per row and quarter, memory, ratio to a plain Mesa model."""
    from simulator.benchmark import NAMES, TWIN, machine, run_apart, sources

    names = chosen(measures or (), NAMES)
    missing = TWIN in names and sources() is None
    if missing and measures:
        raise InputError.single("measures", f"{TWIN!r} cannot be measured here", NEEDS_SOURCES)
    if missing:
        names.remove(TWIN)
    facts = machine()  # before the first measure, or the load would be our own
    found: list[Measure] = []
    for name in names:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        found += run_apart(name)
    if json_:
        print_json({"machine": facts, "measures": [measure.to_json() for measure in found]})
    else:
        report(facts, found)
    if missing:
        print(f"{TWIN}: {NEEDS_SOURCES}", file=sys.stderr if json_ else sys.stdout)


def chosen(asked: Sequence[str], known: Sequence[str]) -> list[str]:
    """The measures asked for, all of them if none is named; InputError for an unknown one."""
    for name in asked:
        if name not in known:
            raise InputError.single(
                "measures", f"{name!r} is not a measure", f"known measures: {', '.join(known)}"
            )
    return list(asked or known)


def report(facts: Mapping[str, Any], found: Sequence[Measure]) -> None:
    """The measures, with what they depend on."""
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in facts.items()) + "\n")
    out.print(_table(found))
    for measure in found:
        if "process_ns" in measure.details:
            out.print(_processes(measure))
        if "beside" in measure.details:
            out.print(_beside(measure))


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


def _beside(measure: Measure) -> Table:
    """Engine and twin, process by process, the slowest of the twin first."""
    table = plain_table(
        "process of the quarter", "columns, ns", "agents, ns", "times", right=(1, 2, 3)
    )
    lines = measure.details["beside"].items()
    for name, spent in sorted(lines, key=lambda item: -item[1]["agents_ns"]):
        times = "" if spent["times"] is None else f"{spent['times']:,.0f}"
        table.add_row(name, _number(spent["columns_ns"]), _number(spent["agents_ns"]), times)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
