"""Differences at each point that the plan lists, each with its interval over replicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.analysis.frames import STRUCTURE
from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, localised, rows_of, wrapped
from experiments.report.subject import Subject
from simulator import intervals
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

MOST: Final = 16


def points(
    subject: Subject, outcome: Outcome, policy: str, pairs: pd.DataFrame, reference: float
) -> Picture:
    """The picture of the pairs of an outcome and policy (`Pairs.table`), a row for each point."""
    say, language = subject.say, subject.language
    factor, digits, unit = numbers.scale(outcome.of, reference, language)
    found = [
        (_name(subject, int(str(design_id))), *intervals.student(
            part["difference"].to_numpy(float) * factor))
        for design_id, part in pairs.groupby("design_id", sort=True)
    ]  # fmt: skip

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#333333", linewidth=0.8)
        for place, (_, mean, low, high) in enumerate(found):
            if low == low:
                axes.plot([low, high], [place] * 2, color=COLOURS[0], linewidth=2)
            axes.plot([mean], [place], "o", color=COLOURS[0], markersize=6)
        rows_of(axes, [wrapped(name, narrow, 44) for name, *_ in found])
        axes.set_xlabel(say("difference_in", unit=unit) if unit else say("difference"))
        localised(axes.xaxis, language)

    rows = [
        (
            name,
            subject.measure(float(mean), digits, unit),
            subject.bracket(float(low), float(high), digits, signed=True),
        )
        for name, mean, low, high in found
    ]
    order = sorted(range(len(found)), key=lambda place: float(found[place][1]))
    words = dict(
        outcome=subject.label(outcome), policy=subject.quoted(policy),
        low=rows[order[0]][1], high=rows[order[-1]][1], low_place=rows[order[0]][0],
        high_place=rows[order[-1]][0],
    )  # fmt: skip
    columns = [say("point"), say("difference"), say("interval_90")]
    return Picture(
        f"points-{policy}-{outcome.name}", range_reading(subject, "points_reading", words),
        say("difference_in", unit=unit) if unit else say("difference"), source(subject),
        say("points_alternative", spoken=" ".join(f"{a}, {b} {c}." for a, b, c in rows)),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.36 * len(found) + 0.9, 0.5 * len(found) + 1.0),
    )  # fmt: skip


def range_reading(subject: Subject, name: str, words: dict[str, str]) -> str:
    """From the lowest to the highest difference, and where; one value where both are the same."""
    if words["low"] == words["high"]:
        told = {key: words[key] for key in ("outcome", "policy")}
        return subject.say("flat_reading", value=words["low"], **told)
    return subject.say(name, **words)


def _name(subject: Subject, design_id: int) -> str:
    """A short name of a design point; `points_table` says what it is."""
    number, design = subject.count(design_id), subject.results.design
    if STRUCTURE not in design:
        return subject.say("point_named", number=number)
    structure = subject.input_value(STRUCTURE, str(design.at[design_id, STRUCTURE]))
    return subject.say("point_structured", number=number, structure=structure)


def points_table(subject: Subject) -> Table:
    """What every design point is, in its own numbers."""
    design = subject.results.design
    rows = [
        (_name(subject, int(str(design_id))),
         *(subject.input_value(str(column), value) for column, value in row.items()))
        for design_id, row in design.drop(columns=STRUCTURE, errors="ignore").iterrows()
    ]  # fmt: skip
    columns = [str(column) for column in design.columns if column != STRUCTURE]
    heads = [subject.say("point"), *(subject.input_label(column) for column in columns)]
    return Table(subject.say("points_caption"), heads, rows)
