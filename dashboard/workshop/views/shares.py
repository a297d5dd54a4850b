"""Differences side by side, each with its interval: what each role's cards did, who pays more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import DisplayUnit
from dashboard.workshop.outcome import Interval
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.figure import (
    Shape,
    figure,
    line,
    number_table,
    text,
    tick_decimals,
    ticks,
)
from dashboard.workshop.views.quantities import amount

_SHAPE: Final = Shape(640.0, 0.0, 232.0, 128.0, 4.0, 30.0, 17.0)  # as high as it has lines
_ROW: Final = 35.0
_BAR: Final = 15.0
_LETTERS: Final = 24  # of a name on one of its two lines


@dataclass(frozen=True)
class Line:
    """One line: whose difference, and it. `whole` is set apart: a sum, or an interaction."""

    name: str
    interval: Interval
    whole: bool = False


def shares_figure(
    lines: Sequence[Line], unit: DisplayUnit, reading: Child, caption: str, texts: Texts,
) -> Markup:  # fmt: skip
    """Bars from zero with their intervals, names on their left; zero is the reference."""
    ends = [unit.factor * value for one in lines for value in (one.interval.low, one.interval.high)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    if high == low:
        low, high = -1.0, 1.0
    height = _SHAPE.top + _ROW * len(lines) + _SHAPE.bottom
    bottom = height - _SHAPE.bottom

    def x(value: float) -> float:
        wide = _SHAPE.width - _SHAPE.left - _SHAPE.right
        return _SHAPE.left + wide * (value - low) / (high - low)

    marks = ticks(low, high)
    decimals = tick_decimals(marks)
    below = [
        (line(x(mark), _SHAPE.top, x(mark), bottom, "grid"),
         text(texts.number(mark, decimals, signed=True), x(mark), height - 8, anchor="middle"))
        for mark in marks
    ]  # fmt: skip
    rows = [_row(one, _SHAPE.top + _ROW * (i + 0.5), x, unit, texts) for i, one in enumerate(lines)]
    drawing = joined([below, line(x(0), _SHAPE.top, x(0), bottom, "zero"), rows])
    said = texts.series([f"{one.name} {amount(one.interval, unit, texts)}" for one in lines])
    heads = [texts("Qui"), texts("Écart moyen"), texts("Intervalle à 90 %"), texts("Mondes")]
    numbers = [
        [one.name, unit.difference(texts, one.interval.mean),
         unit.interval(texts, one.interval.low, one.interval.high), str(one.interval.worlds)]
        for one in lines
    ]  # fmt: skip
    table = number_table(caption, heads, numbers)
    size = (_SHAPE.width, height)
    return figure(reading, drawing, f"{caption}. {said}", size, table, texts)


def how_to_read_bars(texts: Texts) -> str:
    """What bars and the lines across them are."""
    return texts("Barre : l'écart moyen ; trait : son intervalle à 90 %.")


def _row(
    one: Line, y: float, x: Callable[[float], float], unit: DisplayUnit, texts: Texts
) -> Markup:
    mean, low, high = (
        x(unit.factor * value) for value in (one.interval.mean, one.interval.low, one.interval.high)
    )
    left, width = min(x(0), mean), abs(mean - x(0))
    return joined([
        _named(one.name, y),
        text(unit.difference(texts, one.interval.mean), _SHAPE.width - 4, y + 5, anchor="end",
             class_="value"),
        el("rect", x=f"{left:.1f}", y=f"{y - _BAR / 2:.1f}", width=f"{max(width, 0.5):.1f}",
           height=f"{_BAR:g}", class_="bar whole" if one.whole else "bar"),
        line(low, y, high, y, "interval"),
        line(low, y - 5, low, y + 5, "interval"),
        line(high, y - 5, high, y + 5, "interval"),
    ])  # fmt: skip


def _named(name: str, y: float) -> Markup:
    """A name left of its bar, on two lines where it is long."""
    lines = wrap(name, _LETTERS, max_lines=2, placeholder="…") or [name]
    first = y + 5 - _SHAPE.between * (len(lines) - 1) / 2
    return joined(
        text(said, _SHAPE.left - 10, first + _SHAPE.between * i, anchor="end", class_="name")
        for i, said in enumerate(lines)
    )
