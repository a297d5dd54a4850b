"""What each payer gives more or less than in the reference, as bars with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from dashboard.figures.theme import COLOURS, INK, MARGIN, Figure, layout, value_axis
from dashboard.language import Texts
from dashboard.units import DisplayUnit

ROW = 34  # pixels for one payer
_LETTERS = 13  # of a line of a name: room for the bars on a phone


@dataclass(frozen=True)
class PayerBar:
    """One payer: euros more or less than in the reference, and the ends of the interval.

    The ends are not numbers where one world was simulated.
    """

    name: str
    colour: int
    difference: float
    low: float
    high: float


def payers_figure(bars: Sequence[PayerBar], unit: DisplayUnit, texts: Texts) -> Figure:
    """Bars from the first payer down; zero is the reference."""
    written = [
        texts.said(
            bar.name,
            f"{unit.difference(texts, bar.difference)} {unit.interval(texts, bar.low, bar.high)}",
        )
        for bar in bars
    ]
    values = [unit.factor * bar.difference for bar in bars]
    names = [wrap(bar.name, _LETTERS) for bar in bars]
    longest = max((len(line) for lines in names for line in lines), default=0)
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": ["<br>".join(lines) for lines in names],
                "x": values,
                "marker": {"color": [COLOURS[bar.colour] for bar in bars]},
                **_intervals(bars, unit),
                "hovertext": written,
                "hoverinfo": "text",
            }
        ],
        "layout": layout(
            height=ROW * len(bars) + 90,
            hovermode="closest",
            xaxis=value_axis(
                title={"text": unit.name}, zeroline=True, zerolinecolor=INK, nticks=4, tickangle=0
            ),
            # Letters are larger on a projector than when Plotly measures them.
            margin={**MARGIN, "l": 14 + math.ceil(7.8 * longest)},
            yaxis={"autorange": "reversed", "fixedrange": True},
        ),
    }


def _intervals(bars: Sequence[PayerBar], unit: DisplayUnit) -> dict[str, Any]:
    """Nothing where one is not known: JSON has no word for it."""
    if any(math.isnan(bar.low) or math.isnan(bar.high) for bar in bars):
        return {}
    return {
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [unit.factor * (bar.high - bar.difference) for bar in bars],
            "arrayminus": [unit.factor * (bar.difference - bar.low) for bar in bars],
            "color": INK,
            "thickness": 1.5,
            "width": 4,
        }
    }
