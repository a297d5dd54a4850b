"""Paired difference of the picked indicator with the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.cohort import BASE_QUARTER
from dashboard.figures.difference import DifferenceSeries, difference_figure
from dashboard.figures.timeline import Timeline
from dashboard.panels.differences import difference_unit, percentage, reading, written
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, grouping, recipe
from dashboard.view import View
from simulator.codes import quarter_index
from simulator.indicators import INDICATORS

COLUMNS = (
    "scenario",
    "quarter",
    "difference",
    "low",
    "high",
    "relative",
    "sign_share",
    "verdict",
    "pairs",
    "draws",
    "variance_reduction",
)


def difference_panel(view: View) -> Panel:
    """Difference pair by pair, then its mean and 90 % interval, with the verdict word."""
    texts, code = view.texts, view.selection.indicator
    label = INDICATORS[code].label(texts.language)
    rows = view.path_rows(code)
    reference = view.title(view.selection.reference)
    unit = difference_unit(view, code, *rows)
    series = []
    for rank, scenario in enumerate(view.selection.scenarios):
        own = [row for row in rows if row["scenario"] == scenario]
        if own:
            arrays = (np.array([row[n] for row in own]) for n in ("difference", "low", "high"))
            series.append(DifferenceSeries(view.title(scenario), rank, *arrays))
    quarters = [quarter_index(q) for q in dict.fromkeys(row["quarter"] for row in rows)]
    numbers = pd.DataFrame(rows, columns=list(COLUMNS))
    headings = dict(
        zip(
            COLUMNS,
            (
                texts("Scénario"),
                texts("Trimestre"),
                texts("Écart moyen"),
                texts("Borne basse (5 %)"),
                texts("Borne haute (95 %)"),
                texts("Écart relatif"),
                texts("Part des mondes de même signe"),
                texts("Verdict"),
                texts("Paires"),
                texts("Tirages de paramètres"),
                texts("Variance divisée par"),
            ),
            strict=True,
        )
    )
    shown = [
        [
            view.title(row["scenario"]),
            texts.quarter(row["quarter"]),
            unit.difference(texts, row["difference"]) + percentage(view, row),
            unit.interval(texts, row["low"], row["high"]),
            view.verdict(row),
        ]
        for row in rows
        if row["quarter"].endswith("Q4") and quarter_index(row["quarter"]) > BASE_QUARTER
    ]
    last = view.end_rows(code)
    parts = [
        f"{view.quoted(row['scenario'])} {written(view, row, unit)} ({view.verdict(row)})"
        for row in last
    ]
    return Panel(
        "difference",
        texts(
            "{label}, {end}, par rapport à {reference} : {reading}",
            label=label,
            end=view.end,
            reference=view.quoted(view.selection.reference),
            reading=reading(view, last),
        ),
        texts(
            "{label}, {unit} ; zone et crochets : {interval}, mondes comparés deux à deux.",
            label=label,
            unit=unit.name,
            interval=view.interval_name,
        ),
        texts("Écart {end} : {list}.", end=view.end, list=texts.series(parts)),
        numbers,
        headings,
        shown,
        [
            headings["scenario"],
            headings["quarter"],
            headings["difference"],
            view.interval_heading,
            headings["verdict"],
        ],
        (
            Drawing(
                difference_figure(
                    series, Timeline(quarters, texts), reference, unit, view.selection.is_crossing
                )
            ),
        ),
        (_pairing(view, last), view.chance_sentence),
        first_line=1,
        origin=simulated(view, texts("Zones : {interval}.", interval=view.interval_name), start=1),
        recipe=difference_recipe(view, code, last[0]) if last else None,
    )


def difference_recipe(view: View, indicator: str, row: Mapping[Any, Any]) -> Recipe:
    """How to get the paired difference of one row of a comparison."""
    return recipe(
        view,
        view.texts(
            "{label}, {end} : écart moyen entre {scenario} et {reference}",
            label=INDICATORS[indicator].label(view.texts.language),
            end=view.end,
            scenario=view.quoted(row["scenario"]),
            reference=view.quoted(view.selection.reference),
        ),
        f'compare("{indicator}", by={grouping(view)}, at="{row["quarter"]}", '
        f'reference="{view.selection.reference}")',
        "difference",
        float(row["difference"]),
        scenario=row["scenario"],
    )


def _pairing(view: View, last: Sequence[Mapping[Any, Any]]) -> str:
    """What comparing the same worlds brought, in words."""
    texts = view.texts
    gains = [math.sqrt(row["variance_reduction"]) for row in last if row["variance_reduction"] > 0]
    gains = [g for g in gains if math.isfinite(g)]
    if not gains:
        return texts("Les mondes comparés ont les mêmes tirages de hasard.")
    return texts(
        "Les mondes comparés ont les mêmes tirages de hasard, et l'écart s'en lit mieux : il varie "
        "{gain} fois moins d'un monde à l'autre que si chaque futur avait le sien.",
        gain=texts.number(float(np.median(gains)), 1),
    )
