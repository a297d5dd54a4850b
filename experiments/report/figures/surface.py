"""The difference over what a grid or a factorial design varies: heat map, line, or main effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, localised, rows_of, wrapped
from experiments.report.figures.points import range_reading
from experiments.report.subject import Subject
from simulator import intervals
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome


def surface(
    subject: Subject, outcome: Outcome, policy: str, values: pd.DataFrame, reference: float
) -> Picture:
    """The picture of paired differences (points × replicates) over the columns that vary."""
    design = subject.results.design.loc[values.index]
    names = [c for c in subject.plan.columns() if design[c].nunique() > 1]
    mean = values.mean(axis=1) * numbers.scale(outcome.of, reference, subject.language)[0]
    if len(names) == 2 and len(design) == len(design[names].drop_duplicates()):
        return _heat_map(subject, outcome, policy, design[names], mean, reference)
    return _main_effects(subject, outcome, policy, design[names], values, reference)


def _heat_map(
    subject: Subject, outcome: Outcome, policy: str, design: pd.DataFrame, mean: pd.Series,
    reference: float,
) -> Picture:  # fmt: skip
    say, language = subject.say, subject.language
    _, digits, unit = numbers.scale(outcome.of, reference, language)
    down, across = design.columns
    table = pd.DataFrame(
        {down: design[down], across: design[across], "value": mean}
    ).pivot(index=down, columns=across, values="value")  # fmt: skip
    cells = table.to_numpy(float)

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        limit = float(np.nanmax(np.abs(cells))) or 1.0
        axes.imshow(cells, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), value in np.ndenumerate(cells):
            dark = abs(value) > 0.6 * limit
            axes.text(column, row, numbers.decimal(value, digits, language, signed=True),
                      ha="center", va="center", color="white" if dark else "black",
                      fontsize=7 if narrow else 9)  # fmt: skip
        axes.set_xticks(range(cells.shape[1]), [subject.input_value(across, v)
                                                for v in table.columns])  # fmt: skip
        axes.set_yticks(range(cells.shape[0]), [subject.input_value(down, v) for v in table.index])
        axes.set_xlabel(subject.input_label(across))
        axes.set_ylabel(subject.input_label(down))
        axes.grid(visible=False)

    lowest, highest = int(cells.argmin()), int(cells.argmax())

    def place(cell: int) -> str:
        row, column = divmod(cell, cells.shape[1])
        values = ((down, table.index[row]), (across, table.columns[column]))
        return ", ".join(
            f"{subject.input_label(name)} {subject.input_value(name, value)}"
            for name, value in values
        )

    def shown(value: float) -> str:
        return subject.measure(value, digits, unit)

    words = dict(
        outcome=subject.label(outcome), policy=subject.quoted(policy),
        low=shown(float(cells.min())), high=shown(float(cells.max())),
        low_place=place(lowest), high_place=place(highest),
    )  # fmt: skip
    rows = [
        (subject.input_value(down, index), *(shown(v) for v in row))
        for index, row in zip(table.index, cells, strict=True)
    ]
    columns = [f"{subject.input_label(down)} / {subject.input_label(across)}"]
    columns += [subject.input_value(across, value) for value in table.columns]
    return Picture(
        f"surface-{policy}-{outcome.name}", range_reading(subject, "surface_reading", words),
        say("difference_in", unit=unit) if unit else say("difference"), source(subject),
        say("surface_alternative", cells=subject.count(cells.size), **words),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.5 * len(cells) + 1.2, 0.5 * len(cells) + 1.4),
    )  # fmt: skip


def main_effects(design: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Mean at the high end of each input minus mean at its low end, over all other inputs.

    values: points × replicates. Columns: input, low_end, high_end, effect, low, high (90 % t
    interval over replicates, in the outcome's unit).
    """
    rows = []
    for name in design.columns:
        ends = design[name].min(), design[name].max()
        bottom, top = (values[design[name] == end].mean(axis=0).to_numpy(float) for end in ends)
        mean, low, high = intervals.student(top - bottom)
        rows.append(
            {
                "input": name, "low_end": ends[0], "high_end": ends[1], "effect": float(mean),
                "low": float(low), "high": float(high),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _main_effects(
    subject: Subject, outcome: Outcome, policy: str, design: pd.DataFrame, values: pd.DataFrame,
    reference: float,
) -> Picture:  # fmt: skip
    say, language = subject.say, subject.language
    factor, digits, unit = numbers.scale(outcome.of, reference, language)
    table = main_effects(design, values * factor)

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        axes.axvline(0, color="#333333", linewidth=0.8)
        for place, row in enumerate(table.to_dict("records")):
            if row["low"] == row["low"]:
                axes.plot([row["low"], row["high"]], [place] * 2, color=COLOURS[0], linewidth=2)
            axes.plot([row["effect"]], [place], "o", color=COLOURS[0], markersize=6)
        labels = [f"{name} ({low} → {high})" for name, low, high, *_ in rows]
        rows_of(axes, [wrapped(label, narrow, 36) for label in labels])
        axes.set_xlabel(say("effect_in", unit=unit or say("points")))
        localised(axes.xaxis, language)

    rows = [
        (
            subject.input_label(row["input"]),
            *(subject.input_value(row["input"], row[end]) for end in ("low_end", "high_end")),
            subject.measure(row["effect"], digits, unit),
            subject.bracket(row["low"], row["high"], digits, signed=True),
        )
        for row in table.to_dict("records")
    ]  # fmt: skip
    clear = [
        say.quoted(subject.input_label(row["input"]))
        for row in table.to_dict("records")
        if row["low"] > 0 or row["high"] < 0
    ]
    words = dict(outcome=subject.label(outcome), policy=subject.quoted(policy))
    title = (
        say("main_effects_reading", inputs=say.listed(clear), **words)
        if clear
        else say("main_effects_nothing", **words)
    )
    spoken = say.joined([f"{row[0]} {row[3]} {row[4]}" for row in rows])
    columns = [say(n) for n in ("input", "low_end", "high_end", "effect", "interval_90")]
    return Picture(
        f"effects-{policy}-{outcome.name}", title, say("effect_in", unit=unit or say("points")),
        source(subject), say("main_effects_alternative", spoken=spoken, **words),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.45 * len(rows) + 0.9, 0.6 * len(rows) + 1.0),
    )  # fmt: skip
