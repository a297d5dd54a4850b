"""Sobol indices: bars of first and total order with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, localised, rows_of, wrapped
from experiments.report.subject import Subject
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

SHOWN: Final = 12


def indices(
    subject: Subject, outcome: Outcome, policy: str, table: pd.DataFrame, settled: bool
) -> Picture:
    """The picture of `analysis.sobol.sobol`; the strongest inputs only, the table has them all.

    settled: whether the indices have converged, which the title says.
    """
    say, language = subject.say, subject.language
    inputs = list(dict.fromkeys(table["input"]))
    measures = {m: part.set_index("input") for m, part in table.groupby("measure")}

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        shown = inputs[:SHOWN]
        for offset, (measure, colour, hatch) in zip(
            (-0.19, 0.19), (("first", COLOURS[1], "///"), ("total", COLOURS[0], "")), strict=True
        ):
            part = measures[measure].loc[shown]
            places = [place + offset for place in range(len(shown))]
            axes.barh(places, part["value"].clip(lower=0), 0.36, color=colour, hatch=hatch,
                      edgecolor="white", linewidth=0, label=say(f"order_{measure}"))  # fmt: skip
            for place, low, high in zip(places, part["low"], part["high"], strict=True):
                axes.plot([low, high], [place, place], color="#000000", linewidth=1)
        rows_of(axes, [wrapped(subject.input_label(name), narrow, 34) for name in shown])
        axes.axvline(0, color="#333333", linewidth=0.8)
        axes.set_xlabel(say("share_of_variance"))
        localised(axes.xaxis, language)
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 2)

    rows = [
        (
            subject.input_label(name),
            *(_written(subject, measures[m].loc[name]) for m in ("first", "total")),
        )
        for name in inputs
    ]  # fmt: skip
    columns = [say("input"), say("order_first"), say("order_total")]
    words = dict(outcome=subject.label(outcome), policy=subject.quoted(policy))
    strongest = [
        say("spoken_index", input=subject.input_label(name),
            total=_written(subject, measures["total"].loc[name]))
        for name in inputs[:3]
    ]  # fmt: skip
    count = min(len(inputs), SHOWN)
    title = _reading(subject, measures["total"], words)
    if not settled:
        title = say("sobol_unsettled", title=title)
    return Picture(
        f"sobol-{policy}-{outcome.name}", title, say("share_of_variance"), source(subject),
        say("sobol_alternative", strongest=say.joined(strongest), **words),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.5 * count + 1.2, 0.6 * count + 1.4),
    )  # fmt: skip


def _reading(subject: Subject, total: pd.DataFrame, words: dict[str, str]) -> str:
    """Which input weighs most, or which cannot be told from it."""
    say, top = subject.say, total.iloc[0]
    leaders = [str(name) for name in total.index[total["high"] >= top["low"]]]
    if len(leaders) == 1:
        share = subject.share(float(top["value"]))
        return say("sobol_reading", input=subject.input_label(leaders[0]), share=share, **words)
    named = [say.quoted(subject.input_label(name)) for name in leaders]
    return say("sobol_reading_several", inputs=say.listed(named), **words)


def _written(subject: Subject, row: pd.Series) -> str:
    value = numbers.decimal(float(row["value"]), 2, subject.language)
    return f"{value} {subject.bracket(row['low'], row['high'], 2)}"
