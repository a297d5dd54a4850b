"""How the interval of a difference narrows with replicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, DASHES, localised
from experiments.report.subject import Subject
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome


def narrowing(
    subject: Subject, outcome: Outcome, tables: Mapping[str, pd.DataFrame], reference: float
) -> Picture:
    """The picture of `along_replicates`, a line for each policy."""
    say, language = subject.say, subject.language
    factor, digits, unit = numbers.scale(outcome.of, reference, language)
    least = outcome.threshold(reference) * factor

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        for place, (policy, table) in enumerate(tables.items()):
            axes.plot(table["replicates"], table["half_width_overall"] * factor, marker="o",
                      markersize=3, color=COLOURS[place % 5], linestyle=DASHES[place % 5],
                      label=subject.title(policy))  # fmt: skip
        axes.axhline(least, color="#333333", linewidth=1, linestyle=":",
                     label=say("smallest_effect"))  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_xlabel(say("replicates"))
        axes.set_ylabel(say("half_width_in", unit=unit or say("points")))
        localised(axes.xaxis, language, whole=True)
        localised(axes.yaxis, language)
        canvas.legend(loc="outside upper left", ncols=1 if narrow or len(tables) > 2 else 2)

    def shown(value: float) -> str:
        return subject.measure(value * factor, digits + 1, unit, signed=False)

    rows = [
        (subject.title(policy), subject.count(int(row["replicates"])),
         *(shown(row[f"half_width_{name}"]) for name in ("overall", "median", "largest")))
        for policy, table in tables.items()
        for row in table.to_dict("records")
    ]  # fmt: skip
    last = {policy: table.iloc[-1] for policy, table in tables.items()}
    widest = max(float(row["half_width_overall"]) for row in last.values())
    count = subject.count(int(max(float(row["replicates"]) for row in last.values())))
    name = "narrow_enough" if widest * factor <= least else "not_narrow_enough"
    words = dict(outcome=subject.label(outcome), count=count, width=shown(widest),
                 least=subject.measure(least, digits, unit, signed=False))  # fmt: skip
    columns = [say(n) for n in ("policy", "replicates", "half_width_overall", "half_width_median",
                                "half_width_largest")]  # fmt: skip
    return Picture(
        f"convergence-{outcome.name}", say(name, **words),
        say("half_width_in", unit=unit or say("points")), source(subject),
        say("narrowing_alternative", **words), Table(say("data"), columns, rows, folded=True), draw,
        (3.2 + 0.15 * len(tables), 3.4 + 0.2 * len(tables)),
    )  # fmt: skip
