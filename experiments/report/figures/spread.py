"""How a difference spreads over the design points: each point, and the middle of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, MANY, localised, rows_of, wrapped
from experiments.report.subject import Subject
from simulator import intervals
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome


def spread(
    subject: Subject, outcome: Outcome, means: Mapping[str, pd.Series], reference: float
) -> Picture:
    """The picture of differences by design point; `means`: policy → mean of each point."""
    say, language = subject.say, subject.language
    factor, digits, unit = numbers.scale(outcome.of, reference, language)
    bands = {
        policy: {n: float(v) for n, v in intervals.band(found.to_numpy(float) * factor).items()}
        for policy, found in means.items()
    }
    points = min(len(found) for found in means.values())
    kind = intervals.band_kind(points)

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#333333", linewidth=0.8)
        for place, (policy, found) in enumerate(means.items()):
            colour, band = COLOURS[place % 5], bands[policy]
            # Spread by rank, so that the same points fall on the same places.
            off = 0.24 * np.sin(np.arange(len(found)) * 2.399)
            axes.plot(found.to_numpy(float) * factor, place + off, ".", color=colour, alpha=0.45,
                      markersize=4, markeredgewidth=0, rasterized=len(found) > MANY)  # fmt: skip
            axes.plot([band["low"], band["high"]], [place] * 2, color="#000000", linewidth=1)
            axes.plot([band["low_50"], band["high_50"]], [place] * 2, color="#000000", linewidth=4)
            axes.plot([band["median"]], [place], "o", color="white", markeredgecolor="#000000")
        rows_of(axes, [wrapped(subject.title(policy), narrow) for policy in means])
        axes.set_xlabel(say("difference_in", unit=unit) if unit else say("difference"))
        localised(axes.xaxis, language)

    rows, spoken = [], []
    below = [float((found < 0).mean()) for found in means.values()]
    for policy, found in means.items():
        band = bands[policy]
        written = {
            n: numbers.decimal(v, digits, language, signed=True) + (f"\u202f{unit}" if unit else "")
            for n, v in band.items()
        }
        negative = subject.share(float((found < 0).mean()))
        rows.append((subject.title(policy), *(written[n] for n in (
            "low", "low_50", "median", "high_50", "high")), negative))  # fmt: skip
        words = dict(policy=subject.quoted(policy), share=negative)
        span = subject.span(written["low"], written["high"])
        spoken.append(say("spoken_spread", span=span, median=written["median"], **words))
    ends = ("p5", "p95") if kind == "quantiles" else ("lowest", "highest")
    columns = [say("policy"), say(ends[0]), say("p25"), say("median"), say("p75"), say(ends[1]),
               say("share_below")]  # fmt: skip
    return Picture(
        f"spread-{outcome.name}",
        _reading(subject, outcome, list(means), below),
        say("difference_in", unit=unit) if unit else say("difference"), source(subject),
        say(f"spread_alternative_{kind}", points=subject.count(points), spoken=" ".join(spoken)),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.6 * len(means) + 0.9, 0.75 * len(means) + 1.0),
    )  # fmt: skip


def _reading(subject: Subject, outcome: Outcome, policies: list[str], below: list[float]) -> str:
    """How many points are below the reference, of every policy or from the least to the most."""
    say, label = subject.say, subject.label(outcome)
    if len(policies) > 2:
        span = subject.span(subject.share(min(below)), subject.share(max(below)))
        return say("spread_reading_many", outcome=label, span=span)
    told = [
        say("spread_below", policy=subject.quoted(policy), share=subject.share(share))
        for policy, share in zip(policies, below, strict=True)
    ]
    return say("spread_reading", outcome=label, told=say.listed(told))
