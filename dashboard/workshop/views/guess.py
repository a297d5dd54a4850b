"""Predictions beside what the model gives: marks, and two ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.outcome import Bands, Measured
from dashboard.workshop.views.elements import el, joined
from dashboard.workshop.views.figure import WIDTH, figure, line, number_table, text, ticks
from dashboard.workshop.views.quantities import unit_of
from dashboard.workshop.views.words import predicted_name

HEIGHT: Final = 128.0  # of a drawing, in its own units
_LEFT, _RIGHT = 122.0, 16.0


def guess_figure(
    indicator: str, guessed: float, measured: Measured, reading: str, texts: Texts
) -> Markup:
    """`guessed`: in the unit of the indicator; nothing says that it was right or wrong."""
    unit = unit_of(indicator, measured, texts)
    name = predicted_name(indicator, texts)
    numbers = [[texts("votre prévision"), unit.value(texts, guessed), "", ""]]
    numbers += [
        [said, unit.value(texts, bands.median[-1]), unit.value(texts, bands.low[-1]),
         unit.value(texts, bands.high[-1])]
        for said, bands, _ in _ranges(measured, texts)
    ]  # fmt: skip
    heads = [texts("Valeur"), texts("Milieu"), texts("Le plus bas"), texts("Le plus haut")]
    table = number_table(name, heads, numbers)
    drawing = guesses_drawing([guessed], texts("votre prévision"), measured, unit.factor, texts)
    return figure(reading, drawing, reading, (WIDTH, HEIGHT), table, texts)


def guesses_drawing(
    guessed: Sequence[float], named: str, measured: Measured, factor: float, texts: Texts
) -> Markup:
    """Marks on a line called `named`, above both ranges; values × `factor` are written below."""
    ranges = _ranges(measured, texts)
    ends = [*guessed, *(end for _, bands, _ in ranges for end in (bands.low[-1], bands.high[-1]))]
    low, high = factor * min(ends), factor * max(ends)
    room = (high - low or 1.0) * 0.08
    low, high = low - room, high + room

    def x(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (factor * value - low) / (high - low)

    below = [
        (line(x(mark / factor), 8, x(mark / factor), HEIGHT - 26, "grid"),
         text(texts.number(mark), x(mark / factor), HEIGHT - 8, anchor="middle"))
        for mark in ticks(low, high) if abs(mark - round(mark)) < 1e-9
    ]  # fmt: skip
    rows = [_range(bands, x, 52.0 + 28 * i, name, class_)
            for i, (name, bands, class_) in enumerate(ranges)]  # fmt: skip
    marks = [el("path", d=f"M{x(value):.1f},14l8,8l-8,8l-8,-8Z", class_="guess")
             for value in guessed]  # fmt: skip
    return joined([below, rows, text(named, _LEFT - 8, 26, anchor="end"), marks])


def _ranges(measured: Measured, texts: Texts) -> list[tuple[str, Bands, str]]:
    return [
        (texts("comme joué"), measured.played, "played"),
        (texts("référence"), measured.reference, "reference"),
    ]


def _range(bands: Bands, x: Callable[[float], float], y: float, name: str, class_: str) -> Markup:
    low, high, middle = x(bands.low[-1]), x(bands.high[-1]), x(bands.median[-1])
    return joined([
        text(name, _LEFT - 8, y + 4, anchor="end", class_=class_),
        el("rect", x=f"{low:.1f}", y=f"{y - 7:.1f}", width=f"{max(high - low, 1):.1f}", height="14",
           class_=f"zone {class_}"),
        line(middle, y - 9, middle, y + 9, f"median {class_}"),
    ])  # fmt: skip
