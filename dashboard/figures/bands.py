"""Lines with the spread of outcomes behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dashboard.figures.theme import COLOURS, line, translucent
from simulator.intervals import band, band_kind

MOST_PATHS: Final = 20
FEW_LINES: Final = 3


def spread(
    name: str,
    rank: int,
    x: Sequence[str],
    values: np.ndarray,
    lines: int,
    step: bool = False,
    all_worlds: bool = False,
) -> list[dict[str, Any]]:
    """Traces of the spread over units of `values` (units, quarters), before the line itself.

    From 50 units on, the 50 % and 90 % bands; below, the range and up to 20 single paths, which
    `all_worlds` adds to bands. The more `lines` in the figure, the paler.
    """
    summary = band(values)
    pale = 0.12 if lines <= FEW_LINES else 0.06
    outer = area(name, rank, x, summary["low"], summary["high"], pale, step)
    if band_kind(len(values)) == "quantiles":
        outer += area(name, rank, x, summary["low_50"], summary["high_50"], 1.5 * pale, step)
        if not all_worlds:
            return outer
    return [*outer, _paths(name, rank, x, values[:MOST_PATHS], 2 * pale)]


def area(
    name: str,
    rank: int,
    x: Sequence[str],
    low: np.ndarray,
    high: np.ndarray,
    opacity: float,
    step: bool = False,
) -> list[dict[str, Any]]:
    """Two lines without width, the space between them filled."""
    common = {
        "type": "scatter",
        "x": list(x),
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"width": 0, "shape": "hv" if step else "linear"},
        "legendgroup": name,
        "showlegend": False,
    }
    return [
        {**common, "y": drawn(low)},
        {
            **common,
            "y": drawn(high),
            "fill": "tonexty",
            "fillcolor": translucent(COLOURS[rank], opacity),
        },
    ]


def drawn(values: np.ndarray) -> list[float]:
    """Values as precise as a screen shows them: half of what a page weighs is further digits.

    Only for what is drawn and not read; a tenth of a pixel on a figure of 500 is 1 in 5 000.
    """
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    digits = 4 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded


def _paths(
    name: str, rank: int, x: Sequence[str], values: np.ndarray, opacity: float
) -> dict[str, Any]:
    """Single paths as one trace, cut by gaps."""
    xs: list[str | None] = []
    ys: list[float | None] = []
    for path in values:
        xs += [*x, None]
        ys += [*drawn(path), None]
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": translucent(COLOURS[rank], opacity), "width": 0.7},
        "legendgroup": name,
        "showlegend": False,
    }


def central_line(
    name: str,
    rank: int,
    x: Sequence[str],
    y: np.ndarray,
    hover: str,
    markers: bool = False,
    step: bool = False,
    beside: np.ndarray | None = None,
) -> dict[str, Any]:
    """The line that is read; `hover` is the template of the text shown for each point.

    beside: (points, n) further numbers that the template names as `%{customdata[0]}`.
    """
    style = line(rank)
    if step:
        style["shape"] = "hv"
    return {
        "type": "scatter",
        "x": list(x),
        "y": rounded(y),
        "name": name,
        "line": style,
        "mode": "lines+markers" if markers else "lines",
        "marker": {"color": COLOURS[rank]},
        "hovertemplate": f"{hover}<extra></extra>",
        "legendgroup": name,
        **({} if beside is None else {"customdata": [rounded(row) for row in beside]}),
    }


def rounded(values: np.ndarray) -> list[float]:
    """Numbers of a figure: a ten-thousandth of what is written on its axis is not seen."""
    found: list[float] = np.round(values, 4).tolist()
    return found
