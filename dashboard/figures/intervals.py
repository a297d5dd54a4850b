"""Estimates with their intervals, group by group, in an order that says nothing of their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

import numpy as np

from dashboard.figures.theme import (
    COLOURS,
    INK,
    LETTERS,
    TEXT_COLOURS,
    Figure,
    layout,
    value_axis,
)

SYMBOLS: Final = ("circle", "circle", "square", "diamond", "triangle-up")
# Pixels: a heading, an estimate, what stands under the rows.
_HEADING: Final = 20
_ESTIMATE: Final = 17
_GAP: Final = 8
_LETTERS: Final = 44  # of a heading or of the axis, in a line on a phone
_LINE: Final = 15
_AXIS: Final = 50


@dataclass(frozen=True)
class Estimate:
    """One estimate with its interval, in the unit of the axis.

    hollow: nothing can be ranked on it; hover: the whole text that is shown for it.
    """

    rank: int
    middle: float
    low: float
    high: float
    hollow: bool
    hover: str


@dataclass(frozen=True)
class Group:
    """A heading and the estimates under it, none where they are refused."""

    heading: str
    estimates: Sequence[Estimate] = ()


def intervals_figure(groups: Sequence[Group], unit: str) -> Figure:
    """Dots with intervals under headings, about the line at 0; `unit` names the axis."""
    notes: list[dict[str, Any]] = []
    placed: list[tuple[float, Estimate]] = []
    at = 0.0
    for group in groups:
        if group.heading:
            lines = wrap(group.heading, _LETTERS)
            tall = _HEADING + _LINE * (len(lines) - 1)
            at += tall
            notes.append(_note("<br>".join(lines), at - tall / 2))
        for estimate in group.estimates:
            placed.append((at + _ESTIMATE / 2, estimate))
            at += _ESTIMATE
        at += _GAP
    ends = [0.0, *(v for _, e in placed for v in (e.low, e.high, e.middle) if not np.isnan(v))]
    room = 0.06 * (max(ends) - min(ends)) or 1.0
    span = [min(ends) - room, max(ends) + room]
    title = wrap(unit, _LETTERS)
    below = _AXIS + _LINE * (len(title) - 1)
    return {
        "data": [*_traces(placed), _letters(placed, span[1])],
        "layout": layout(
            height=int(at) + below + 8,
            margin={"l": 12, "r": 26, "t": 8, "b": below},
            hovermode="closest",
            xaxis=value_axis(range=span, title={"text": "<br>".join(title)}, nticks=6),
            yaxis={"range": [at, 0], "visible": False, "fixedrange": True},
            shapes=[_line_at_zero()],
            annotations=notes,
        ),
    }


def _traces(placed: Sequence[tuple[float, Estimate]]) -> list[dict[str, Any]]:
    traces = []
    for rank in sorted({estimate.rank for _, estimate in placed}):
        own = [(y, e) for y, e in placed if e.rank == rank]
        middle = np.array([e.middle for _, e in own])
        high, low = np.array([e.high for _, e in own]), np.array([e.low for _, e in own])
        symbol = SYMBOLS[rank]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": LETTERS[rank],
                "x": np.round(middle, 4).tolist(),
                "y": [y for y, _ in own],
                # Means may lie outside a range of quantiles; no arm of an interval is negative.
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": np.nan_to_num(np.maximum(high - middle, 0)).round(4).tolist(),
                    "arrayminus": np.nan_to_num(np.maximum(middle - low, 0)).round(4).tolist(),
                    "color": COLOURS[rank],
                    "thickness": 1.6,
                    "width": 0,
                },
                "marker": {
                    "color": COLOURS[rank],
                    "size": 9,
                    "symbol": [f"{symbol}-open" if e.hollow else symbol for _, e in own],
                },
                "text": [e.hover for _, e in own],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _letters(placed: Sequence[tuple[float, Estimate]], right: float) -> dict[str, Any]:
    """The letter of each estimate, at the right of the figure."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [right] * len(placed),
        "y": [y for y, _ in placed],
        "text": [f"<b>{LETTERS[e.rank]}</b>" for _, e in placed],
        "textposition": "middle right",
        "textfont": {"size": 13, "color": [TEXT_COLOURS[e.rank] for _, e in placed]},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _note(text: str, y: float) -> dict[str, Any]:
    return {
        "text": text,
        "align": "left",
        "showarrow": False,
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "y",
        "y": y,
        "bgcolor": "rgba(255,255,255,0.8)",
        "font": {"size": 12, "color": INK},
    }


def _line_at_zero() -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1.5},
    }
