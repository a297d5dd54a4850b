"""Regional sensitivity: how far failing points are from the others, input by input."""

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


def distances(subject: Subject, outcome: Outcome, policy: str, table: pd.DataFrame) -> Picture:
    """The picture of `analysis.regional.regional`."""
    say, language = subject.say, subject.language

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        shown = table.head(SHOWN)
        for place, (_, row) in enumerate(shown.iterrows()):
            axes.barh([place], [row["distance"]], 0.6,
                      color=COLOURS[0] if row["matters"] else "#bbbbbb")  # fmt: skip
        rows_of(axes, [wrapped(subject.input_label(n), narrow, 34) for n in shown["input"]])
        axes.set_xlim(0, 1)
        axes.set_xlabel(say("distance"))
        localised(axes.xaxis, language)

    rows = [
        (
            subject.input_label(row["input"]), numbers.decimal(row["distance"], 2, language),
            numbers.decimal(row["p_adjusted"], 3, language),
            subject.input_value(row["input"], row["fails_at"]),
            subject.input_value(row["input"], row["others_at"]),
            say("told_yes") if row["matters"] else say("told_no"),
        )
        for row in table.to_dict("records")
    ]  # fmt: skip
    columns = [say(n) for n in ("input", "distance", "p_adjusted", "fails_at", "others_at",
                                "tells_apart")]  # fmt: skip
    matter = [say.quoted(subject.input_label(n)) for n in table.loc[table["matters"], "input"]]
    words = dict(policy=subject.quoted(policy), outcome=subject.label(outcome))
    title = (
        say("regional_reading", inputs=say.listed(matter[:4]), **words)
        if matter
        else say("regional_nothing", **words)
    )
    first = table.iloc[0]
    count = min(len(table), SHOWN)
    return Picture(
        f"regional-{policy}-{outcome.name}", title, say("distance"), source(subject),
        say("regional_alternative", input=subject.input_label(str(first["input"])),
            distance=numbers.decimal(float(first["distance"]), 2, language),
            count=subject.count(int(table["matters"].sum())), of=subject.count(len(table))),
        Table(say("data"), columns, rows, folded=True), draw,
        (0.34 * count + 0.8, 0.5 * count + 0.9),
    )  # fmt: skip
