"""Survival of the organisations of 2025, with the number of rows still followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.figures import bands
from dashboard.figures.series import Series
from dashboard.figures.theme import (
    INK,
    TEXT_COLOURS,
    Figure,
    end_labels,
    layout,
    left_room,
    vertical_axis,
)
from dashboard.figures.timeline import Timeline

# Pixels: curves, years under them, a row of the table (a title and a line of numbers).
_PLOT_HEIGHT = 300
_AXIS_HEIGHT = 48
_ROW_HEIGHT = 40


def survival_figure(
    series: Sequence[Series],
    at_risk: Mapping[str, Sequence[float]],
    timeline: Timeline,
    all_worlds: bool = False,
) -> Figure:
    """Kaplan–Meier curves per replicate: their mean, their spread, and rows at risk below.

    `at_risk`: name of a series → mean number of rows at risk in each quarter.
    """
    texts = timeline.texts
    traces: list[dict[str, Any]] = []
    last = {}
    lowest = 100.0
    for one in series:
        values = 100 * one.values
        mean = values.mean(axis=0)
        hover = texts.said(one.name, "%{y:.1f}")
        traces += bands.spread(
            one.name, one.rank, timeline.labels, values, len(series), True, all_worlds
        )
        traces.append(
            bands.central_line(one.name, one.rank, timeline.labels, mean, hover, step=True)
        )
        last[one.name] = float(mean[-1])
        lowest = min(lowest, float(values.min()))
    floor = max(0.0, 10 * np.floor((lowest - 2) / 10))
    rows = _ROW_HEIGHT * (len(series) + 0.8)  # the heading takes most of a row
    inner = _PLOT_HEIGHT + _AXIS_HEIGHT + rows
    traces += [_at_risk_trace(one, at_risk[one.name], timeline) for one in series]
    marks = end_labels(last, {s.name: s.rank for s in series}, (100.8 - floor) / 15, [floor, 100.8])
    notes = [
        _note(texts("Fiches suivies (population synthétique)"), 0.85, INK),
        *(_note(one.name, _row(one) + 0.22, TEXT_COLOURS[one.rank]) for one in series),
    ]
    margin = {"l": left_room([floor, 100]), "r": 30, "t": 14, "b": 18}
    return {
        "data": traces,
        "layout": layout(
            height=inner + margin["t"] + margin["b"],
            margin=margin,
            xaxis=timeline.axis(anchor="y"),
            yaxis=vertical_axis(
                range=[floor, 100.8],
                domain=[1 - _PLOT_HEIGHT / inner, 1],
                title=texts("sur 100 organisations de fin 2025"),
            ),
            yaxis2={
                "domain": [0, rows / inner],
                "range": [0.5 - len(series), 1.3],
                "visible": False,
                "fixedrange": True,
            },
            annotations=[*marks, *notes],
        ),
    }


def _row(one: Series) -> float:
    return -one.rank


def _at_risk_trace(one: Series, counts: Sequence[float], timeline: Timeline) -> dict[str, Any]:
    shown = timeline.ticks
    return {
        "type": "scatter",
        "mode": "text",
        "yaxis": "y2",
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": one.name,
        "cliponaxis": False,
        "x": [timeline.labels[i] for i in shown],
        "y": [_row(one) - 0.22] * len(shown),
        "text": [timeline.texts.number(counts[i]) for i in shown],
        "textfont": {"size": 12, "color": TEXT_COLOURS[one.rank]},
    }


def _note(text: str, row: float, colour: str) -> dict[str, Any]:
    """A left-aligned line of text in the table under the curves."""
    return {
        "text": text,
        "showarrow": False,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "y2",
        "y": row,
        "font": {"size": 12, "color": colour},
    }
