"""Differences from the reference: a dot and its interval, a panel for each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.report.blocks import Picture, Table
from experiments.report.figures.drawing import COLOURS, MARKERS, localised, rows_of, wrapped
from experiments.report.pairs import Difference
from experiments.report.subject import Subject
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def differences(subject: Subject, groups: Sequence[Sequence[Difference]]) -> Picture:
    """The picture of differences; `groups`: those of each outcome, at least one in each."""
    say = subject.say
    everything = [one for group in groups for one in group]

    def draw(canvas: Figure, narrow: bool) -> None:
        ratios = [len(group) + 1.2 for group in groups]
        panels = canvas.subplots(len(groups), 1, squeeze=False, height_ratios=ratios)[:, 0]
        for axes, group in zip(panels, groups, strict=True):
            _panel(axes, subject, group, narrow)

    tall = sum(0.45 * len(group) + 0.85 for group in groups)
    taller = sum(0.62 * len(group) + 1.0 for group in groups)
    return Picture(
        "differences", reading(subject, everything), say("difference_axis"),
        source(subject), " ".join(spoken(subject, one) for one in everything),
        _table(subject, everything), draw, (max(tall, 1.8), max(taller, 2.0)),
    )  # fmt: skip


def reading(subject: Subject, differences: Sequence[Difference]) -> str:
    """What the picture shows, in a line: how many intervals are on either side of zero."""
    say, count = subject.say, len(differences)
    sides = [one.side for one in differences]
    if "alone" in sides:
        return say("reading_alone")
    if count == 1:
        one = differences[0]
        return say(f"reading_one_{one.side}", outcome=subject.label(one.outcome),
                   policy=subject.quoted(one.policy),
                   reference=subject.quoted(subject.reference))  # fmt: skip
    told = [
        say(f"reading_{side}", count=subject.count(sides.count(side)))
        for side in ("below", "above", "unclear")
        if side in sides
    ]
    return say("reading_many", count=subject.count(count), told=subject.say.joined(told))


def spoken(subject: Subject, one: Difference) -> str:
    """A difference as a sentence of the text alternative."""
    shown, interval = one.written
    return subject.say(
        "spoken_difference", outcome=subject.label(one.outcome),
        policy=subject.quoted(one.policy), difference=shown, interval=interval,
    )  # fmt: skip


def source(subject: Subject) -> str:
    """The line under every picture."""
    manifest = subject.results.manifest
    return subject.say(
        "source", plan=manifest["plan"]["id"], version=manifest["version"],
        units=subject.count(len(subject.runs)), digest=manifest["plan"]["sha256"][:12],
    )  # fmt: skip


def _panel(axes: Axes, subject: Subject, group: Sequence[Difference], narrow: bool) -> None:
    factor, _, unit = group[0].scale
    least = group[0].row["smallest_effect"] * factor
    if least == least:
        axes.axvspan(-least, least, color="#eeeeee", linewidth=0, zorder=0)
    axes.axvline(0, color="#333333", linewidth=0.8)
    for place, one in enumerate(group):
        colour, marker = COLOURS[place % 5], MARKERS[place % 5]
        scale = one.scale[0]
        low, high = one.row["low"] * scale, one.row["high"] * scale
        if low == low:
            axes.plot([low, high], [place, place], color=colour, linewidth=2)
        axes.plot([one.middle * scale], [place], marker, color=colour, markersize=6)
    rows_of(axes, [wrapped(subject.title(one.policy), narrow) for one in group])
    label = subject.label(group[0].outcome)
    axes.set_title(wrapped(label, False, 26 if narrow else 70))
    axes.set_xlabel(subject.say("difference_in", unit=unit) if unit else subject.say("difference"))
    localised(axes.xaxis, subject.language)


def _table(subject: Subject, differences: Sequence[Difference]) -> Table:
    say, language = subject.say, subject.language
    rows = []
    for one in differences:
        shown, interval = one.written
        rows.append(
            (
                subject.label(one.outcome), subject.title(one.policy),
                numbers.level(one.reference_value, one.outcome.of, language),
                numbers.level(one.value, one.outcome.of, language), shown, interval,
            )
        )  # fmt: skip
    columns = [say(name) for name in ("outcome", "policy", "in_reference", "in_policy",
                                      "difference", "interval_90")]  # fmt: skip
    return Table(say("data"), columns, rows, numbers_from=2, folded=True)
