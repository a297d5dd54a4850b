"""Printing what levers cost, before a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.cli.numbers import large
from simulator.cli.texts import text
from simulator.codes import label

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.costing import LeverCost


def print_costs(
    costs: list[LeverCost], titles: Mapping[str, str], console: Console, language: str
) -> None:
    """Each lever under its scenario, a line per payer: euros by year, modelled, published."""
    console.print(text("costs", language), style="bold")
    if not costs:
        console.print(text("no_euros", language))
    scenario, sentence = "", ""
    for cost in costs:
        if cost.scenario != scenario:
            scenario, sentence = cost.scenario, ""
            console.print(titles.get(scenario, scenario), style="italic", markup=False)
        told = cost.sentence.get(language, cost.lever)
        if told != sentence:
            sentence = told
            console.print(f"  {sentence}", markup=False)
        console.print(f"    {line(cost, language)}", markup=False)
    console.print()


def line(cost: LeverCost, language: str) -> str:
    """`Région: −20 % = −340 M€ a year 2026–2035, of 1.70 bn€ modelled; published: 1.70 bn€`."""
    head = f"{label(cost.payer, language)}{text('colon', language)}"
    if cost.open_ended:
        return head + text("open_ended", language)
    parts = [
        f"{_share(cost, euros)}{large(euros, language, '€', signed=True)} "
        + text("a_year" if "–" in years else "in_year", language, years=years)
        for years, euros in _runs(cost.change)
    ]
    told = head + ", ".join(parts)
    if cost.modelled is not None:
        told += ", " + text("modelled", language, euros=large(cost.modelled, language, "€"))
        if cost.published is not None:
            published = large(cost.published, language, "€")
            told += text("semicolon", language) + text("published", language, euros=published)
    return told


def _share(cost: LeverCost, euros: float) -> str:
    if not cost.modelled:
        return ""
    percent = round(100 * euros / cost.modelled)
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)} % = "


def _runs(change: dict[int, float]) -> list[tuple[str, float]]:
    """Consecutive years with the same amount as one: `2027–2035`; years without effect left out."""
    runs: list[tuple[int, int, float]] = []
    for year, euros in sorted(change.items()):
        if abs(euros) < 0.5:
            continue
        if runs and runs[-1][1] == year - 1 and abs(runs[-1][2] - euros) < 0.5:
            runs[-1] = (runs[-1][0], year, euros)
        else:
            runs.append((year, year, euros))
    return [(str(a) if a == b else f"{a}–{b}", euros) for a, b, euros in runs]
