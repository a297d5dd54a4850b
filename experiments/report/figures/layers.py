"""Where the variance of a difference comes from: chance, design points, structures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import localised, rows_of, wrapped
from experiments.report.subject import Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

_LOOK: Final = {
    "chance": ("#56B4E9", ""),
    "design": ("#D55E00", "//"),
    "structure": ("#000000", ""),
}


def layers(subject: Subject, found: Sequence[tuple[Outcome, str, pd.DataFrame]]) -> Picture:
    """The picture of `variance_by_layer`, a bar for each outcome and policy."""
    say = subject.say
    names = [f"{subject.label(outcome)} – {subject.title(policy)}" for outcome, policy, _ in found]
    shares = [dict(zip(t["layer"], t["share"], strict=True)) for _, _, t in found]
    shown = [layer for layer in _LOOK if any(s.get(layer, 0) == s.get(layer, 0) for s in shares)]

    def draw(canvas: Figure, narrow: bool) -> None:
        axes = canvas.subplots()
        left = [0.0] * len(found)
        for layer in shown:
            colour, hatch = _LOOK[layer]
            widths = [s[layer] * 100 if s[layer] == s[layer] else 0.0 for s in shares]
            axes.barh(range(len(found)), widths, 0.6, left=left, color=colour, hatch=hatch,
                      edgecolor="white", linewidth=0.5, label=say(f"layer_{layer}"))  # fmt: skip
            left = [a + b for a, b in zip(left, widths, strict=True)]
        rows_of(axes, [wrapped(name, narrow, 40) for name in names])
        axes.tick_params(axis="y", labelsize=7)
        axes.set_xlim(0, 100)
        axes.set_xlabel(say("share_of_variance_percent"))
        localised(axes.xaxis, subject.language)
        canvas.legend(loc="outside upper left", ncols=1 if narrow else 3)

    rows = [
        (subject.label(outcome), subject.title(policy), *(_written(subject, table, layer)
                                                          for layer in _LOOK))
        for outcome, policy, table in found
    ]  # fmt: skip
    columns = [say("outcome"), say("policy"), *(say(f"layer_{layer}") for layer in _LOOK)]
    chance = [s["chance"] for s in shares if s["chance"] == s["chance"]]
    title = (
        say("layers_reading", span=subject.span(*(subject.share(f(chance)) for f in (min, max))))
        if chance
        else say("layers_unknown")
    )
    spoken = " ".join(
        say("spoken_layers", name=name, told=say.listed([
            f"{say(f'layer_{layer}')} {subject.share(s[layer])}" for layer in shown]))
        for name, s in zip(names, shares, strict=True)
    )  # fmt: skip
    return Picture(
        "layers", title, say("share_of_variance_percent"), source(subject), spoken,
        Table(say("data"), columns, rows, numbers_from=2, folded=True), draw,
        (0.5 * len(found) + 1.2, 0.75 * len(found) + 1.6),
    )  # fmt: skip


def _written(subject: Subject, table: pd.DataFrame, layer: str) -> str:
    row = table[table["layer"] == layer].iloc[0]
    if row["share"] != row["share"]:
        return "–"
    band = ""
    if row["low"] == row["low"]:
        band = " " + subject.bracket(100 * row["low"], 100 * row["high"], 0)
    return subject.share(row["share"]) + band
