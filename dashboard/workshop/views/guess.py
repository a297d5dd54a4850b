"""A prediction beside what the model gives: a mark, and two ranges."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.outcome import Bands, Measured
from dashboard.workshop.views.elements import el, joined
from dashboard.workshop.views.figure import WIDTH, figure, line, number_table, text, ticks
from dashboard.workshop.views.quantities import unit_of
from dashboard.workshop.views.words import predicted_name

_LEFT, _RIGHT, _HEIGHT = 122.0, 16.0, 128.0


def guess_figure(
    indicator: str, guessed: float, measured: Measured, reading: str, texts: Texts
) -> Markup:
    """`guessed`: in the unit of the indicator; nothing says that it was right or wrong."""
    unit = unit_of(indicator, measured, texts)
    ranges = [
        (texts("comme joué"), measured.played, "played"),
        (texts("référence"), measured.reference, "reference"),
    ]
    values = [guessed] + [bands.low[-1] for _, bands, _ in ranges]
    values += [bands.high[-1] for _, bands, _ in ranges]
    low, high = unit.factor * min(values), unit.factor * max(values)
    room = (high - low or 1.0) * 0.1
    low, high = low - room, high + room

    def x(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (unit.factor * value - low) / (high - low)

    marks = ticks(low, high)
    below = [
        (line(x(mark / unit.factor), 8, x(mark / unit.factor), _HEIGHT - 26, "grid"),
         text(texts.number(mark), x(mark / unit.factor), _HEIGHT - 8, anchor="middle"))
        for mark in marks if abs(mark - round(mark)) < 1e-9
    ]  # fmt: skip
    rows = [_range(bands, x, 52.0 + 28 * i, name, class_)
            for i, (name, bands, class_) in enumerate(ranges)]  # fmt: skip
    at = x(guessed)
    mark = joined([
        text(texts("votre prévision"), _LEFT - 8, 26, anchor="end"),
        el("path", d=f"M{at:.1f},14l8,8l-8,8l-8,-8Z", class_="guess"),
    ])  # fmt: skip
    name = predicted_name(indicator, texts)
    numbers = [[texts("votre prévision"), unit.value(texts, guessed), "", ""]]
    numbers += [
        [said, unit.value(texts, bands.median[-1]), unit.value(texts, bands.low[-1]),
         unit.value(texts, bands.high[-1])]
        for said, bands, _ in ranges
    ]  # fmt: skip
    heads = [texts("Valeur"), texts("Milieu"), texts("Le plus bas"), texts("Le plus haut")]
    table = number_table(name, heads, numbers)
    return figure(reading, joined([below, rows, mark]), reading, (WIDTH, _HEIGHT), table, texts)


def _range(bands: Bands, x: Callable[[float], float], y: float, name: str, class_: str) -> Markup:
    low, high, middle = x(bands.low[-1]), x(bands.high[-1]), x(bands.median[-1])
    return joined([
        text(name, _LEFT - 8, y + 4, anchor="end", class_=class_),
        el("rect", x=f"{low:.1f}", y=f"{y - 7:.1f}", width=f"{max(high - low, 1):.1f}", height="14",
           class_=f"zone {class_}"),
        line(middle, y - 9, middle, y + 9, f"median {class_}"),
    ])  # fmt: skip
