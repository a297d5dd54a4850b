"""Path of the indicator that the reader picked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.figures.series import Series
from dashboard.figures.timeline import Timeline
from dashboard.figures.trajectory import trajectory_figure
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, grouping, recipe
from dashboard.view import View
from simulator.codes import quarter_label
from simulator.indicators import INDICATORS
from simulator.intervals import band

BAND_COLUMNS = ("median", "low", "low_50", "high_50", "high")


def trajectory_panel(view: View) -> Panel:
    """Median over the worlds and their spread."""
    texts, comparison, code = view.texts, view.comparison, view.selection.indicator
    indicator = INDICATORS[code]
    paths = comparison.paths(code)
    largest = max(float(np.nanmax(np.abs(values))) for values in paths.values())
    unit = view.unit(code, largest)
    series = [Series(view.title(s), rank, paths[s]) for rank, s in enumerate(paths)]
    quarters = comparison.quarters
    numbers = pd.concat(
        [
            pd.DataFrame(
                {"scenario": s, "quarter": [quarter_label(q) for q in quarters]}
                | {name: band(values)[name] for name in BAND_COLUMNS}
            )
            for s, values in paths.items()
        ],
        ignore_index=True,
    )
    headings = {
        "scenario": texts("Scénario"),
        "quarter": texts("Trimestre"),
        "median": texts("Médiane"),
        "low": texts("Bas"),
        "low_50": texts("Premier quart"),
        "high_50": texts("Dernier quart"),
        "high": texts("Haut"),
    }
    shown = [
        [
            view.title(row["scenario"]),
            texts.quarter(row["quarter"]),
            *(unit.value(texts, row[name]) for name in BAND_COLUMNS),
        ]
        for row in numbers[numbers["quarter"].str.endswith("Q4")].to_dict("records")
    ]
    ends = {s: float(np.median(values[:, -1])) for s, values in paths.items()}
    label = indicator.label(texts.language)
    written = {s: unit.value(texts, value) for s, value in ends.items()}
    return Panel(
        "trajectory",
        _title(view, label, ends, written),
        f"{label}, {unit.name}. {indicator.definition(texts.language)}",
        texts(
            "{label}, {end}, médianes prises une à une : {list}. L'effet d'un scénario se lit dans "
            "l'écart, mesuré dans les mêmes mondes.",
            label=label,
            end=view.end,
            list=texts.listing(
                [
                    texts("{count} dans {scenario}", count=written[s], scenario=view.quoted(s))
                    for s in ends
                ]
            ),
        ),
        numbers,
        headings,
        shown,
        list(headings.values()),
        (
            Drawing(
                trajectory_figure(
                    series,
                    Timeline(quarters, texts),
                    unit,
                    view.selection.is_crossing,
                    view.selection.all_worlds,
                )
            ),
        ),
        (texts("Trait : médiane des mondes simulés."), view.spread_sentence),
        origin=simulated(view, view.spread_sentence),
        recipe=_recipe(view, label, ends),
    )


def _recipe(view: View, label: str, ends: dict[str, float]) -> Recipe:
    scenario = view.others[0]
    return recipe(
        view,
        view.texts(
            "{label}, {end}, {scenario} : médiane des mondes",
            label=label,
            end=view.end,
            scenario=view.quoted(scenario),
        ),
        f'bands("{view.selection.indicator}", by={grouping(view)})',
        "median",
        ends[scenario],
        scenario=scenario,
        quarter=view.comparison.last_quarter,
    )


def _title(view: View, label: str, ends: dict[str, float], written: dict[str, str]) -> str:
    texts = view.texts
    low, high = (written[f(ends, key=ends.__getitem__)] for f in (min, max))
    if low == high:
        return texts(
            "{label} : médiane {value} {end} dans tous les scénarios",
            label=label,
            value=low,
            end=view.end,
        )
    return texts(
        "{label} : médianes de {low} à {high} {end}",
        label=label,
        low=low,
        high=high,
        end=view.end,
    )
