"""An indicator along time: a panel for each scenario, with the middle of the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.plan.outcome import default_name
from experiments.report.blocks import Picture, Table
from experiments.report.figures.differences import source
from experiments.report.figures.drawing import COLOURS, REFERENCE, localised, wrapped
from experiments.report.subject import Subject
from simulator import intervals
from simulator.cli import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.plan import Outcome

PATHS: Final = 50


@dataclass(frozen=True)
class Paths:
    """Values of an indicator in each scenario: scenario → (units, quarters), and the quarters."""

    quarters: list[str]
    values: dict[str, np.ndarray]


def fan(subject: Subject, outcome: Outcome, paths: Paths) -> Picture:
    """The picture of an outcome's indicator and group along time."""
    say, language = subject.say, subject.language
    times = [int(q[:4]) + (int(q[5]) - 1) / 4 for q in paths.quarters]
    bands = {name: intervals.band(found) for name, found in paths.values.items()}
    units = min(len(found) for found in paths.values.values())
    kind = intervals.band_kind(units)
    scenarios = list(paths.values)
    largest = max(float(np.nanmax(np.abs(found))) for found in paths.values.values())
    factor, unit = _unit(subject, outcome, largest)

    def panel(axes: Axes, name: str, narrow: bool) -> None:
        colour = (
            REFERENCE if name == subject.reference else COLOURS[(scenarios.index(name) - 1) % 5]
        )
        band = {key: found * factor for key, found in bands[name].items()}
        if kind == "quantiles":
            axes.fill_between(times, band["low"], band["high"], color=colour, alpha=0.15, lw=0)
            axes.fill_between(times, band["low_50"], band["high_50"], color=colour, alpha=0.3, lw=0)
        else:
            axes.plot(
                times, factor * paths.values[name][:PATHS].T, color=colour, alpha=0.25, lw=0.7
            )
        if name != subject.reference:
            axes.plot(times, bands[subject.reference]["median"] * factor, color=REFERENCE, lw=1,
                      linestyle="--")  # fmt: skip
        axes.plot(times, band["median"], color=colour, lw=2)
        axes.set_title(wrapped(subject.title(name), narrow, 40), fontsize=8)
        axes.set_xticks([t for t in range(int(times[0]) + 1, int(times[-1]) + 1, _step(times))])
        localised(axes.yaxis, language)

    def draw(canvas: Figure, narrow: bool) -> None:
        columns = 1 if narrow else min(2, len(scenarios))
        rows = -(-len(scenarios) // columns)
        panels = canvas.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, name in zip(panels, scenarios, strict=False):
            panel(axes, name, narrow)
        for axes in panels[len(scenarios) :]:
            axes.set_axis_off()
        for axes in panels[::columns]:
            axes.set_ylabel(unit, fontsize=8)

    label = outcome.of.label(language)
    if outcome.group != "all":
        label = subject.label(outcome).rpartition(",")[0]
    last, rows, spoken = len(times) - 1, [], []
    for name in scenarios:
        end = {
            n: numbers.level(float(v[last]), outcome.of, language) for n, v in bands[name].items()
        }
        rows.append((subject.title(name), end["low"], end["low_50"], end["median"], end["high_50"],
                     end["high"]))  # fmt: skip
        spoken.append(say("spoken_fan", scenario=subject.quoted(name), median=end["median"],
                          span=subject.span(end["low"], end["high"])))  # fmt: skip
    ends = ("p5", "p95") if kind == "quantiles" else ("lowest", "highest")
    columns = [say("scenario"), say(ends[0]), say("p25"), say("median"), say("p75"), say(ends[1])]
    when = subject.quarter(paths.quarters[-1])
    tall = -(-len(scenarios) // 2)
    return Picture(
        f"trajectory-{default_name(outcome.indicator, None, outcome.group)}",
        _reading(subject, outcome, label, when, {n: float(b["median"][last])
                                                 for n, b in bands.items()}),
        unit, source(subject),
        say(f"fan_alternative_{kind}", units=subject.count(units), spoken=" ".join(spoken)),
        Table(say("data_at", when=when), columns, rows, folded=True), draw,
        (2.1 * tall + 0.4, 1.9 * len(scenarios) + 0.3),
    )  # fmt: skip


def _reading(
    subject: Subject, outcome: Outcome, label: str, when: str, medians: dict[str, float]
) -> str:
    """Medians at the end, of every scenario or from the least to the most."""
    say = subject.say

    def level(value: float) -> str:
        return numbers.level(value, outcome.of, subject.language)

    told = [(level(value), name) for name, value in medians.items()]
    if len(medians) > 2 or len({value for value, _ in told}) == 1:
        span = subject.span(level(min(medians.values())), level(max(medians.values())))
        return say("fan_reading_many", label=label, when=when, span=span)
    named = say.listed([f"{value} ({subject.quoted(name)})" for value, name in told])
    return say("fan_reading", label=label, when=when, told=named)


def _step(times: list[float]) -> int:
    return 1 if times[-1] - times[0] <= 5 else 2 if times[-1] - times[0] <= 10 else 4


def _unit(subject: Subject, outcome: Outcome, largest: float) -> tuple[float, str]:
    """Factor and name of the axis of values up to `largest`."""
    say = subject.say
    unit = outcome.of.unit
    if unit == "share":
        return 100.0, say("in_percent")
    if unit in ("eur", "organisations", "fte") and largest >= 1e4:
        factor, scale = (1e-9, "billions") if largest >= 1e9 else (1e-6, "millions")
        if largest < 1e6:
            factor, scale = 1e-3, "thousands"
        return factor, say("scaled", scale=say(scale), unit=say(f"unit_{unit}"))
    return 1.0, say(f"unit_{unit}")
