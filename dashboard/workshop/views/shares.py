"""Differences side by side, each with its interval: what each role's cards did, who pays more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import DisplayUnit
from dashboard.workshop.outcome import Interval
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.figure import WIDTH, figure, line, number_table, text, ticks

_ROW, _TOP, _BOTTOM, _MARGIN = 44.0, 6.0, 26.0, 14.0
_BAR: Final = 14.0


@dataclass(frozen=True)
class Line:
    """One line: whose difference, and it. `whole` is set apart: a sum, or an interaction."""

    name: str
    interval: Interval
    whole: bool = False


def shares_figure(
    lines: Sequence[Line], unit: DisplayUnit, reading: Child, caption: str, texts: Texts,
    note: Child = None,
) -> Markup:  # fmt: skip
    """Bars from zero with their intervals, a name above each; zero is the reference."""
    ends = [unit.factor * value for one in lines for value in (one.interval.low, one.interval.high)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if high == low:
        low, high = -1.0, 1.0
    height = _TOP + _ROW * len(lines) + _BOTTOM

    def x(value: float) -> float:
        return _MARGIN + (WIDTH - 2 * _MARGIN) * (value - low) / (high - low)

    marks = ticks(low, high)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    decimals = next((d for d in (0, 1, 2, 3) if abs(round(step, d) - step) < step / 100), 3)
    below = [
        (line(x(mark), _TOP, x(mark), height - _BOTTOM, "grid"),
         text(texts.number(mark, decimals, signed=True), x(mark), height - 8, anchor="middle"))
        for mark in marks
    ]  # fmt: skip
    rows = [_row(one, _TOP + _ROW * i, x, unit, texts) for i, one in enumerate(lines)]
    drawing = joined([below, line(x(0), _TOP, x(0), height - _BOTTOM, "zero"), rows])
    said = texts.series([f"{one.name} {written(one.interval, unit, texts)}" for one in lines])
    heads = [texts("Qui"), texts("Écart moyen"), texts("Intervalle à 90 %"), texts("Mondes")]
    numbers = [
        [one.name, unit.difference(texts, one.interval.mean),
         unit.interval(texts, one.interval.low, one.interval.high), str(one.interval.worlds)]
        for one in lines
    ]  # fmt: skip
    table = number_table(caption, heads, numbers)
    return figure(reading, drawing, f"{caption}. {said}", height, table, texts, note=note)


def written(interval: Interval, unit: DisplayUnit, texts: Texts) -> str:
    """`+3 200 ETP [+1 100 ; +5 300]`."""
    between = unit.interval(texts, interval.low, interval.high)
    return f"{unit.difference(texts, interval.mean)} {between}"


def _row(
    one: Line, y: float, x: Callable[[float], float], unit: DisplayUnit, texts: Texts
) -> Markup:
    mean, low, high = (
        x(unit.factor * value) for value in (one.interval.mean, one.interval.low, one.interval.high)
    )
    middle = y + 28
    left, width = min(x(0), mean), abs(mean - x(0))
    return joined([
        text(one.name, _MARGIN, y + 14, class_="name"),
        text(unit.difference(texts, one.interval.mean), WIDTH - _MARGIN, y + 14, anchor="end",
             class_="value"),
        el("rect", x=f"{left:.1f}", y=f"{middle - _BAR / 2:.1f}", width=f"{max(width, 0.5):.1f}",
           height=f"{_BAR:g}", class_="bar whole" if one.whole else "bar"),
        line(low, middle, high, middle, "interval"),
        line(low, middle - 5, low, middle + 5, "interval"),
        line(high, middle - 5, high, middle + 5, "interval"),
    ])  # fmt: skip
