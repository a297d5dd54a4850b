"""Values with their intervals, one line each, under the name of what they are about.

Names stand above the dots, not beside them, so that a phone has room for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

from dashboard.figures.theme import COLOURS, GRID, INK, Figure, layout, value_axis

SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "x")
_LETTERS: Final = 44  # of a line of a name, which a phone has room for
_LINE: Final = 16  # pixels: a line of a name, the space around it, a dot, the space under a group
_AROUND: Final = 8
_DOT: Final = 17
_SPACE: Final = 10


@dataclass(frozen=True)
class Dot:
    """A value and its interval on the axis; `rank` gives colour and symbol, `hollow` marks it."""

    rank: int
    value: float
    low: float
    high: float
    hover: str
    hollow: bool = False


@dataclass(frozen=True)
class Group:
    """What is named, and its dots."""

    name: str
    dots: Sequence[Dot]


def dots_figure(
    groups: Sequence[Group],
    axis: str,
    span: tuple[float, float],
    band: tuple[float, float] | None = None,
    ticks: tuple[list[float], list[str]] | None = None,
) -> Figure:
    """Groups from top to bottom; `band` shades a part of the axis, `ticks` are places and names."""
    names = [wrap(group.name, _LETTERS) for group in groups]
    heads = [_AROUND + _LINE * len(lines) for lines in names]
    height = float(sum(heads) + sum(_DOT * len(group.dots) + _SPACE for group in groups))
    points: dict[tuple[int, bool], list[tuple[float, Dot]]] = {}
    notes: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    top = height
    for group, name, head in zip(groups, names, heads, strict=True):
        notes.append(_name("<br>".join(name), top - head / 2))
        top -= head
        for dot in group.dots:
            points.setdefault((dot.rank, dot.hollow), []).append((top - _DOT / 2, dot))
            top -= _DOT
        top -= _SPACE
        lines.append(_line(top + _SPACE / 2))
    shapes = [*lines[:-1], *([] if band is None else [_band(band)])]
    x = value_axis(range=list(span), title={"text": axis}, side="bottom")
    if ticks is not None:
        x |= {"tickvals": ticks[0], "ticktext": ticks[1], "tickangle": 0}
    margin = {"l": 10, "r": 16, "t": 6, "b": 48}
    return {
        "data": [_trace(rank, hollow, placed) for (rank, hollow), placed in points.items()],
        "layout": layout(
            height=int(height) + margin["t"] + margin["b"],
            margin=margin,
            hovermode="closest",
            xaxis=x,
            yaxis={"visible": False, "range": [0, height], "fixedrange": True},
            shapes=shapes,
            annotations=notes,
        ),
    }


def _trace(rank: int, hollow: bool, placed: Sequence[tuple[float, Dot]]) -> dict[str, Any]:
    dots = [dot for _, dot in placed]
    symbol = SYMBOLS[rank] + ("-open" if hollow else "")
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [dot.value for dot in dots],
        "y": [y for y, _ in placed],
        "marker": {
            "color": COLOURS[rank],
            "symbol": symbol,
            "size": 10,
            "line": {"width": 2 if hollow else 0, "color": COLOURS[rank]},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [dot.high - dot.value for dot in dots],
            "arrayminus": [dot.value - dot.low for dot in dots],
            "color": COLOURS[rank],
            "thickness": 1.6,
            "width": 4,
        },
        "text": [dot.hover for dot in dots],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,  # a dot at the end of the axis stays whole
    }


def _name(text: str, y: float) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "y",
        "y": y,
        "yanchor": "middle",
        "text": text,
        "align": "left",
        "showarrow": False,
        "font": {"size": 13, "color": INK},
    }


def _line(y: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": y,
        "y1": y,
        "line": {"color": GRID, "width": 1},
    }


def _band(band: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "x0": band[0],
        "x1": band[1],
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": "rgba(0,114,178,0.12)",
    }
