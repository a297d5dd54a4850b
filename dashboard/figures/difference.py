"""Paired difference with the reference, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.figures import bands
from dashboard.figures.theme import (
    INK,
    LETTERS,
    MARGIN,
    Figure,
    end_labels,
    layout,
    left_room,
    vertical_axis,
)
from dashboard.figures.timeline import Timeline
from dashboard.units import DisplayUnit


@dataclass(frozen=True)
class DifferenceSeries:
    """One scenario against the reference: estimate and 90 % interval, each (quarters,)."""

    title: str
    rank: int
    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def name(self) -> str:
        return f"{LETTERS[self.rank]} · {self.title}"


def difference_figure(
    series: Sequence[DifferenceSeries],
    timeline: Timeline,
    reference: str,
    unit: DisplayUnit,
    yearly: bool,
) -> Figure:
    """Mean paired difference and its 90 % interval; the zero line is the reference."""
    texts = timeline.texts
    traces = []
    last = {}
    ends = [np.zeros(1)]
    for one in series:
        low, mean, high = (unit.factor * v for v in (one.low, one.estimate, one.high))
        seen = ~np.isnan(low)
        if seen.any():
            x = [label for label, kept in zip(timeline.labels, seen, strict=True) if kept]
            traces += bands.area(one.name, one.rank, x, low[seen], high[seen], 0.15)
        interval = texts(
            "[{low} ; {high}]",
            low=f"%{{customdata[0]:+,.{unit.decimals}f}}",
            high=f"%{{customdata[1]:+,.{unit.decimals}f}}",
        )
        known = bool(seen.all())
        told = f"{unit.hover(signed=True)} {interval}" if known else unit.hover(signed=True)
        hover = texts.said(one.name, told)
        beside = np.column_stack([low, high]) if known else None
        traces.append(
            bands.central_line(
                one.name, one.rank, timeline.labels, mean, hover, yearly, beside=beside
            )
        )
        last[one.name] = float(mean[-1])
        ends += [mean, low[seen], high[seen]]
    values = np.concatenate(ends)
    room = 0.08 * float(values.max() - values.min()) or 1.0
    span = [float(values.min()) - room, float(values.max()) + room]
    zero = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": 0,
        "y1": 0,
        "line": {"color": INK, "width": 1.5},
    }
    note = {
        "text": texts("0 = {reference}", reference=reference),
        "showarrow": False,
        "xref": "paper",
        "x": 0.01,
        "xanchor": "left",
        "yref": "y",
        "y": 0,
        "yanchor": "bottom" if -span[0] > span[1] else "top",
        "yshift": 5 if -span[0] > span[1] else -5,
        "bgcolor": "rgba(255,255,255,0.7)",
        "font": {"size": 12, "color": INK},
    }
    return {
        "data": traces,
        "layout": layout(
            height=380,
            xaxis=timeline.axis(showline=False),
            margin={**MARGIN, "l": left_room(span)},
            yaxis=vertical_axis(range=span, title=unit.name),
            shapes=[zero],
            annotations=[
                *end_labels(last, {s.name: s.rank for s in series}, (span[1] - span[0]) / 19, span),
                note,
            ],
        ),
    }
