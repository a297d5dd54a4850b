"""Cumulative incidence of one way of leaving, under each scenario."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures import bands
from dashboard.figures.series import Series
from dashboard.figures.theme import Figure, end_labels, layout, vertical_axis
from dashboard.figures.timeline import Timeline
from simulator.intervals import band


def incidence_figure(series: Sequence[Series], timeline: Timeline, highest: float) -> Figure:
    """Mean over units of the share gone by this way, and its spread.

    highest: end of the axis, shared by all the panels.
    """
    texts = timeline.texts
    traces = []
    last = {}
    for one in series:
        values = 100 * one.values
        mean, spread = values.mean(axis=0), band(values)
        hover = texts.said(one.name, "%{y:.1f}")
        low, high = spread["low"], spread["high"]
        traces += bands.area(one.name, one.rank, timeline.labels, low, high, 0.1, step=True)
        traces.append(
            bands.central_line(one.name, one.rank, timeline.labels, mean, hover, step=True)
        )
        last[one.name] = float(mean[-1])
    top = 100 * highest * 1.08 or 1.0
    return {
        "data": traces,
        "layout": layout(
            height=246,
            margin={"l": 44, "r": 30, "t": 8, "b": 48},
            xaxis=timeline.axis(),
            yaxis=vertical_axis(range=[0, top]),
            annotations=end_labels(last, {s.name: s.rank for s in series}, top / 11, [0, top]),
        ),
    }
