"""Printing which effect of support would pay for itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from simulator.cli.numbers import decimal, large
from simulator.cli.output import plain_table, progress
from simulator.cli.table import quarter
from simulator.cli.texts import text
from simulator.levers.support_programme import KINDS
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.scenario import Scenario
    from simulator.support_break_even import BreakEven


def effects_that_pay(
    scenarios: Iterable[Scenario], kept: Path, language: str, **settings: Any
) -> list[BreakEven]:
    """Break-even effects of the scenarios that hold a support programme, with progress.

    `settings`: arguments of `simulator.break_even`. `kept`: where the run's own results are.
    """
    from simulator.simulation import Interrupted
    from simulator.support_break_even import break_even

    found = []
    try:
        for scenario in scenarios:
            if scenario.support:
                with progress(text("break_even_step", language, scenario=scenario.id)) as report:
                    found.append(break_even(scenario, progress=report, **settings))
    except Interrupted:
        print(f"interrupted: the results are whole, in {kept}", file=sys.stderr)
        raise typer.Exit(1) from None
    return found


def print_break_even(
    found: BreakEven, title: str, last: str, console: Console, language: str
) -> None:
    """A line per effect assumed: what it costs, what creditors are spared, what is kept."""
    kinds = ", ".join(KINDS[kind][language] for kind in found.kinds)
    console.print(text("break_even", language, scenario=title, kinds=kinds), style="bold")
    reading = text("break_even_reading", language, quarter=quarter(last, language))
    console.print(reading, markup=False)
    for effect in found.effects:
        numbers = {end: decimal(effect[end], 2, language) for end in ("mean", "low", "high")}
        label = SPECS[effect["parameter"]].label(language)
        console.print("- " + text("prior", language, what=label, **numbers), markup=False)
    names = ("effect_assumed", "cost", "losses_avoided", "net", "per_organisation", "per_job")
    table = plain_table(*(text(name, language) for name in names))
    for row in found.table.to_dict("records"):
        table.add_row(
            _effect(row["factor"], found, language),
            large(row["cost"], language, "€"),
            _with_interval(row, "losses_avoided", "losses", language),
            _with_interval(row, "net", "net", language),
            _per_unit(row["cost_per_organisation_kept"], language),
            _per_unit(row["cost_per_job_kept"], language),
        )
    console.print(table)
    console.print(conclusion(found, language), markup=False)


def conclusion(found: BreakEven, language: str) -> str:
    """Where support would pay for itself, and whether chance alone could say so."""
    if found.factor is None:
        return text("pays_never", language)
    sure = bool((found.table["net_low"] > 0.0).any())
    return text(
        "pays_from", language, factor=decimal(found.factor, 2, language),
        unsure="" if sure else text("pays_unsure", language),
    )  # fmt: skip


def _effect(factor: float, found: BreakEven, language: str) -> str:
    """A factor of the means assumed, and what it comes to where there is one programme."""
    told = text("times_mean", language, factor=decimal(factor, 1, language))
    if len(found.kinds) > 1:
        return told
    return f"{told}\n= {decimal(factor * found.effects[0]['mean'], 3, language)}"


def _with_interval(row: dict[Any, Any], name: str, bounds: str, language: str) -> str:
    value = large(row[name], language, "€", signed=True)
    if row["factor"] == 0.0 or not np.isfinite(row[f"{bounds}_low"]):
        return value
    low, high = (large(row[f"{bounds}_{end}"], language, signed=True) for end in ("low", "high"))
    separator = " ; " if language == "fr" else ", "
    return f"{value}\n\\[{low}{separator}{high}]"


def _per_unit(euros: float, language: str) -> str:
    return large(euros, language, "€") if np.isfinite(euros) else text("none_kept", language)
