"""Morris: which inputs matter, on the plane of mu* and sigma."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, localised, wrapped
from experiments.report.subject import Subject
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

NAMED: Final = 8


def effects(
    subject: Subject, outcome: Outcome, policy: str, table: pd.DataFrame, reference: float
) -> Picture:
    """The picture of `analysis.morris.morris`; `reference`: mean of the outcome there."""
    say, language = subject.say, subject.language
    factor, digits, unit = numbers.scale(outcome.of, reference, language)
    scaled = table.assign(**{n: table[n] * factor for n in ("value", "low", "high")})
    inputs = list(dict.fromkeys(scaled["input"]))
    measures = {m: part.set_index("input") for m, part in scaled.groupby("measure")}
    star, sigma = measures["mu_star"], measures["sigma"]

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        for number, name in enumerate(inputs):
            named = number < NAMED
            colour = COLOURS[0] if named else "#999999"
            x, y = star.loc[name, "value"], sigma.loc[name, "value"]
            axes.plot([star.loc[name, "low"], star.loc[name, "high"]], [y, y], color=colour,
                      linewidth=1, alpha=0.6)  # fmt: skip
            axes.plot([x], [y], "o" if named else ".", color=colour, markersize=6)
            if named:
                axes.annotate(str(number + 1), (x, y), (4, 4), textcoords="offset points")
        end = max(float(star["high"].max()), 1e-12)
        axes.plot([0, end], [0, end], color="#999999", linewidth=0.8, linestyle=":")
        key = "\n".join(
            wrapped(f"{n + 1}  {subject.input_label(name)}", narrow, 60)
            for n, name in enumerate(inputs[:NAMED])
        )
        canvas.supxlabel(key, x=0.01, ha="left", fontsize=8)
        axes.set_xlabel(f"μ* ({unit})" if unit else "μ*")
        axes.set_ylabel(f"σ ({unit})" if unit else "σ")
        localised(axes.xaxis, language)
        localised(axes.yaxis, language)

    def written(name: str, measure: str) -> str:
        part = measures[measure]
        value, low, high = (float(part[column].to_numpy()[inputs.index(name)])
                            for column in ("value", "low", "high"))  # fmt: skip
        return f"{numbers.decimal(value, digits, language)} {subject.bracket(low, high, digits)}"

    rows = [
        (subject.input_label(name), *(written(name, m) for m in ("mu_star", "mu", "sigma")))
        for name in inputs
    ]
    leading = say.listed([say.quoted(subject.input_label(name)) for name in inputs[:3]])
    words = dict(outcome=subject.label(outcome), policy=subject.quoted(policy))
    spoken = say.joined([f"{subject.input_label(n)} {written(n, 'mu_star')}" for n in inputs[:3]])
    return Picture(
        f"morris-{policy}-{outcome.name}", say("morris_reading", leading=leading, **words),
        say("morris_unit", unit=unit or say("points")), source(subject),
        say("morris_alternative", spoken=spoken, count=subject.count(len(inputs)), **words),
        Table(say("data"), [say("input"), "μ*", "μ", "σ"], rows, folded=True), draw, (5.6, 5.4),
    )  # fmt: skip
