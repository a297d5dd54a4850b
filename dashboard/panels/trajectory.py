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

COLUMNS = ("mean", "low", "low_50", "high_50", "high")


def trajectory_panel(view: View) -> Panel:
    """Mean over the worlds, which differences are differences of, and their spread."""
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
                | {"mean": values.mean(axis=0)}
                | {name: band(values)[name] for name in COLUMNS[1:]}
            )
            for s, values in paths.items()
        ],
        ignore_index=True,
    )
    headings = {
        "scenario": texts("Scénario"),
        "quarter": texts("Trimestre"),
        "mean": texts("Moyenne"),
        "low": texts("Bas"),
        "low_50": texts("Premier quart"),
        "high_50": texts("Dernier quart"),
        "high": texts("Haut"),
    }
    shown = [
        [
            view.title(row["scenario"]),
            texts.quarter(row["quarter"]),
            *(unit.value(texts, row[name]) for name in COLUMNS),
        ]
        for row in numbers[numbers["quarter"].str.endswith("Q4")].to_dict("records")
    ]
    ends = {s: float(values[:, -1].mean()) for s, values in paths.items()}
    label = indicator.label(texts.language)
    written = {s: unit.value(texts, value) for s, value in ends.items()}
    spread = {s: unit.spread(texts, values[:, -1]) for s, values in paths.items()}
    return Panel(
        "trajectory",
        _title(view, label, ends, written),
        f"{label}, {unit.name}. {indicator.definition(texts.language)}",
        texts(
            "{label}, {end}, en moyenne (entre crochets, {spread}) : {list}. L'effet d'un scénario "
            "se lit dans l'écart, mesuré dans les mêmes mondes.",
            label=label,
            end=view.end,
            spread=view.spread_name,
            list=texts.listing(
                [
                    texts(
                        "{count} dans {scenario}",
                        count=f"{written[s]} {spread[s]}",
                        scenario=view.quoted(s),
                    )
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
        (texts("Trait : moyenne des mondes simulés."), view.spread_sentence),
        origin=simulated(view, view.spread_sentence),
        recipe=_recipe(view, label, ends),
    )


def _recipe(view: View, label: str, ends: dict[str, float]) -> Recipe:
    scenario = view.others[0]
    return recipe(
        view,
        view.texts(
            "{label}, {end}, {scenario} : moyenne des mondes",
            label=label,
            end=view.end,
            scenario=view.quoted(scenario),
        ),
        f'bands("{view.selection.indicator}", by={grouping(view)})',
        "mean",
        ends[scenario],
        scenario=scenario,
        quarter=view.comparison.last_quarter,
    )


def _title(view: View, label: str, ends: dict[str, float], written: dict[str, str]) -> str:
    texts = view.texts
    low, high = (written[f(ends, key=ends.__getitem__)] for f in (min, max))
    if low == high:
        return texts(
            "{label} : {value} {end} en moyenne, dans tous les scénarios",
            label=label,
            value=low,
            end=view.end,
        )
    if not view.ranks(view.selection.indicator):
        return texts(
            "{label} : {value} {end} en moyenne dans {reference} ; aucun écart entre ces futurs "
            "ne se classe",
            label=label,
            value=written[view.selection.reference],
            end=view.end,
            reference=view.quoted(view.selection.reference),
        )
    return texts(
        "{label} : de {low} à {high} {end} en moyenne, selon le scénario",
        label=label,
        low=low,
        high=high,
        end=view.end,
    )
