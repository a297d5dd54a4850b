"""Printing what levers cost, before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.numbers import large
from simulator.cli.texts import text
from simulator.codes import label

if TYPE_CHECKING:
    from rich.console import Console

    from simulator.costing import LeverCost


def print_costs(costs: list[LeverCost], console: Console, language: str) -> None:
    """One line per lever and payer: euros by year, of what is modelled, beside what is published."""
    console.print(text("costs", language), style="bold")
    if not costs:
        console.print(text("no_euros", language))
    scenario = None
    for cost in costs:
        if cost.scenario != scenario:
            scenario = cost.scenario
            console.print(f"{scenario}", style="italic", markup=False)
        console.print("  " + line(cost, language), markup=False)
    console.print()


def line(cost: LeverCost, language: str) -> str:
    """`public_funding, Région: 2026 −120 M€, 2027 −190 M€, of 412 M€ modelled; published 1.7 bn€`."""
    head = f"{cost.sentence.get(language, cost.lever)}, {label(cost.payer, language)}: "
    if cost.open_ended:
        return head + text("open_ended", language)
    changes = _runs(cost.change)
    parts = [
        f"{years} {large(euros, language, '€', signed=True)}{_share(cost, euros)}"
        for years, euros in changes
    ]
    told = head + ", ".join(parts)
    if cost.modelled is not None:
        told += ", " + text("modelled", language, euros=large(cost.modelled, language, "€"))
        told += "; " + (
            text("unpublished", language)
            if cost.published is None
            else text("published", language, euros=large(cost.published, language, "€"))
        )
    return told


def _share(cost: LeverCost, euros: float) -> str:
    if not cost.modelled:
        return ""
    percent = round(100 * euros / cost.modelled)
    return f" ({'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)} %)"


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
