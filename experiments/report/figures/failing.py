"""Where a policy fails: points on the two inputs that restrict the box most, and the box."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.analysis.discovery import Discovery
from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, MANY, localised, wrapped
from experiments.report.subject import Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

LISTED: Final = 500
"""Points in the table of the figure; all of them are in the files of the experiment."""


def failing(
    subject: Subject,
    outcome: Outcome,
    policy: str,
    sample: pd.DataFrame,
    cases: pd.Series,
    found: Discovery,
) -> Picture | None:
    """The picture of a box; None where it restricts no number."""
    say = subject.say
    numbers_of = found.box[found.box["categories"].isna()]
    ordered = list(numbers_of.sort_values("support", ascending=False, kind="stable")["input"])
    others = [n for n in found.support["input"] if n not in ordered and n != "structure"]
    if not ordered:
        return None
    axes_of = (ordered + others)[:2]
    hit = cases.reindex(sample.index).to_numpy(bool)
    limits = numbers_of.set_index("input")

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        x = sample[axes_of[0]].to_numpy(float)
        y = sample[axes_of[1]].to_numpy(float) if len(axes_of) > 1 else x * 0
        many = len(hit) > MANY
        axes.plot(x[~hit], y[~hit], "o", color=COLOURS[0], markerfacecolor="none", markersize=4,
                  alpha=0.7, label=say("holds"), rasterized=many)  # fmt: skip
        axes.plot(
            x[hit], y[hit], "^", rasterized=many, color=COLOURS[1], markersize=5, label=say("fails")
        )
        span = [_ends(limits, name, sample) for name in axes_of]
        if len(span) == 1:
            span.append((-0.5, 0.5))
        (left, right), (low, high) = span
        axes.fill([left, right, right, left], [low, low, high, high], facecolor="#fff3e0",
                  edgecolor="#000000", linewidth=1.5, zorder=0, label=say("box"))  # fmt: skip
        axes.set_xlabel(wrapped(subject.input_label(axes_of[0]), narrow, 70))
        if len(axes_of) > 1:
            axes.set_ylabel(wrapped(subject.input_label(axes_of[1]), narrow, 50))
        localised(axes.xaxis, subject.language)
        localised(axes.yaxis, subject.language)
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 3)

    quality = found.quality.iloc[0]
    words = dict(
        policy=subject.quoted(policy), outcome=subject.label(outcome),
        box=say.listed([limit_written(subject, row) for _, row in found.box.iterrows()]),
    )  # fmt: skip
    shares = {name: subject.share(float(quality[name])) for name in ("coverage", "density")}
    rows = [
        (*(subject.input_value(name, row[name]) for name in axes_of),
         say("fails") if bad else say("holds"))
        for bad, (_, row) in zip(hit, sample.iterrows(), strict=True)
    ]  # fmt: skip
    columns = [subject.input_label(name) for name in axes_of] + [say("result")]
    caption = say("data")
    if len(rows) > LISTED:
        caption = say("data_some", count=subject.count(LISTED))
    return Picture(
        f"box-{policy}-{outcome.name}", say("box_reading", **words, **shares),
        say("axes_unit"), source(subject),
        say("box_alternative", failed=subject.count(int(hit.sum())),
            points=subject.count(len(hit)), **words, **shares),
        Table(caption, columns, rows[:LISTED], numbers_from=0, folded=True), draw, (5.0, 4.6),
    )  # fmt: skip


def limit_written(subject: Subject, row: pd.Series) -> str:
    """A row of a box in words: `effort at least 2`."""
    say, name = subject.say, subject.input_label(str(row["input"]))
    if isinstance(row["categories"], str):
        kept = [subject.input_value("structure", code) for code in row["categories"].split(", ")]
        return say("limit_categories", input=name, values=say.listed(kept))
    low, high = float(row["low"]), float(row["high"])
    low_words, high_words = (subject.input_value(str(row["input"]), v) if math.isfinite(v) else ""
                             for v in (low, high))  # fmt: skip
    if low_words and high_words:
        return say("limit_between", input=name, low=low_words, high=high_words)
    if low_words:
        return say("limit_above", input=name, low=low_words)
    return say("limit_below", input=name, high=high_words)


def _ends(limits: pd.DataFrame, name: str, sample: pd.DataFrame) -> tuple[float, float]:
    """Ends of the box on an input, those of the points where it is open."""
    values = sample[name]
    low = float(limits["low"].get(name, -math.inf))
    high = float(limits["high"].get(name, math.inf))
    return max(low, float(values.min())), min(high, float(values.max()))
