"""The layers of uncertainty as people read them, and differences by structure of the model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.cli import numbers
from simulator.cli.output import plain_table
from simulator.cli.texts import text
from simulator.indicators import INDICATORS
from simulator.layers import LAYERS, reason
from simulator.structures import STRUCTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from simulator.results import Results


def print_layers(
    results: Results, indicators: Sequence[str], console: Console, language: str
) -> None:
    """Share of each layer by scenario and indicator; then differences by structure, if several."""
    found = results.layers(indicators)
    console.print()
    console.print(text("layers_heading", language), style="bold")
    for scenario, rows in found.groupby("scenario", sort=False):
        console.print()
        console.print(results.title(str(scenario), language), markup=False)
        console.print(_shares(rows, language))
    console.print(text("layers_reading", language), style="dim", markup=False)
    told = sorted({code for codes in found["layers_missing"].dropna() for code in codes.split()})
    for code in told:
        sentence = text("layers_missing", language, reason=reason(code, language))
        console.print(sentence, style="dim", markup=False)
    if len(results.structures) > 1:
        _print_structures(results, indicators, console, language)


def _shares(rows: pd.DataFrame, language: str) -> Table:
    headings = ("indicator", "spread", *LAYERS)
    table = plain_table(*(text(name, language) for name in headings), right=(1,))
    for row in rows.to_dict("records"):
        indicator = INDICATORS[row["indicator"]]
        spread = row["sd"]
        table.add_row(
            indicator.label(language),
            numbers.amount(spread, indicator, language).lstrip("+"),
            *(_share(row, layer, language) for layer in LAYERS),
        )
    return table


def _share(row: dict[Any, Any], layer: str, language: str) -> str:
    share, low, high = (
        numbers.decimal(100 * row[f"{layer}_{name}"], 0, language)
        for name in ("share", "low", "high")
    )
    if math.isnan(row[f"{layer}_share"]):
        return "–"
    if math.isnan(row[f"{layer}_low"]):
        return f"{share}\u202f%"
    separator = " ; " if language == "fr" else ", "
    return f"{share}\u202f% \\[{low}{separator}{high}]"


def _print_structures(
    results: Results, indicators: Sequence[str], console: Console, language: str
) -> None:
    """The difference of each indicator under each structure that was run."""
    names = results.structures
    by_structure = {name: results.compare(indicators, structure=name) for name in names}
    console.print()
    console.print(text("by_structure", language), style="bold")
    for scenario in results.scenario_ids:
        if scenario == results.reference:
            continue
        table = plain_table(
            text("indicator", language), *(STRUCTURES[name].label(language) for name in names)
        )
        for code in indicators:
            cells = []
            for name in names:
                rows = by_structure[name]
                row = rows[(rows["scenario"] == scenario) & (rows["indicator"] == code)]
                cells.append(_difference(row, language))
            table.add_row(INDICATORS[code].label(language), *cells)
        console.print()
        console.print(results.title(scenario, language), markup=False)
        console.print(table)
    for name in names[1:] if names[0] == "default" else names:
        about = STRUCTURES[name]
        colon = text("colon", language)
        sentence = f"{about.label(language)}{colon}{about.definition(language)}"
        console.print(sentence, style="dim", markup=False)


def _difference(row: pd.DataFrame, language: str) -> str:
    if row.empty:
        return "–"
    one = row.iloc[0]
    indicator = INDICATORS[one["indicator"]]
    shown, interval = numbers.difference(
        one["difference"], one["low"], one["high"], indicator, one["reference_value"], language
    )
    return f"{shown}\n" + interval.replace("[", "\\[")
