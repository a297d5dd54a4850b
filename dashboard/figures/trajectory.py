"""Path of one indicator under each scenario."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.figures import bands
from dashboard.figures.series import Series
from dashboard.figures.theme import (
    MARGIN,
    Figure,
    end_labels,
    layout,
    left_room,
    vertical_axis,
)
from dashboard.figures.timeline import Timeline
from dashboard.units import DisplayUnit


def trajectory_figure(
    series: Sequence[Series],
    timeline: Timeline,
    unit: DisplayUnit,
    yearly: bool,
    all_worlds: bool = False,
) -> Figure:
    """Mean over units with the spread of outcomes; `yearly` marks points that stand alone."""
    texts = timeline.texts
    traces = []
    last = {}
    lowest, highest = np.inf, -np.inf
    for one in series:
        values = one.values * unit.factor
        mean = values.mean(axis=0)
        hover = texts.said(one.name, unit.hover())
        traces += bands.spread(
            one.name, one.rank, timeline.labels, values, len(series), all_worlds=all_worlds
        )
        traces.append(
            bands.central_line(one.name, one.rank, timeline.labels, mean, hover, markers=yearly)
        )
        last[one.name] = float(mean[-1])
        lowest, highest = min(lowest, np.min(values)), max(highest, np.max(values))
    margin = 0.05 * (highest - lowest) or 1.0
    span = [float(lowest - margin), float(highest + margin)]
    ranks = {one.name: one.rank for one in series}
    return {
        "data": traces,
        "layout": layout(
            height=420,
            xaxis=timeline.axis(),
            margin={**MARGIN, "l": left_room(span)},
            yaxis=vertical_axis(range=span, title=unit.name),
            annotations=end_labels(last, ranks, (span[1] - span[0]) / 21, span),
        ),
    }
