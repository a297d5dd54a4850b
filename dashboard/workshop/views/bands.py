"""An indicator over time, as played and in the reference: never one line alone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import DisplayUnit
from dashboard.workshop.outcome import Bands, Measured
from dashboard.workshop.views.elements import Child, el, joined
from dashboard.workshop.views.figure import (
    ON_PHONE,
    Shape,
    figure,
    line,
    number_table,
    text,
    ticks,
)
from dashboard.workshop.views.quantities import indicator_name, unit_of


def bands_figure(
    indicator: str, measured: Measured, quarters: Sequence[str], since: str, reading: Child,
    texts: Texts, shape: Shape = ON_PHONE,
) -> Markup:  # fmt: skip
    """Both futures with what worlds spread over. `since`: first quarter that the round decides."""
    unit = unit_of(indicator, measured, texts)
    plot = _Plot(measured, len(quarters), unit, shape)
    # The quarter before is where the round begins; the first begins where the drawing does.
    place = max(0, quarters.index(since) - 1) if since in quarters else 0
    drawing = joined(
        [
            plot.grid(quarters, texts),
            plot.upright(place, "since") if place > 0 else None,
            plot.spread(measured.reference, "reference"),
            plot.spread(measured.played, "played"),
            plot.median(measured.reference, "reference"),
            plot.median(measured.played, "played"),
            plot.names(measured, texts),
        ]
    )
    name = indicator_name(indicator, texts)
    note = [f"{unit.name[:1].upper()}{unit.name[1:]}. ",
            el("span", how_to_read(measured.played, place > 0, texts), class_="how")]  # fmt: skip
    table = number_table(name, *_numbers(measured, quarters, unit, texts))
    sentence = texts(
        "{name}, {end} : {played} comme joué, {reference} dans la référence.",
        name=name, end=texts.quarter(quarters[-1]), played=_ended(measured.played, unit, texts),
        reference=_ended(measured.reference, unit, texts),
    )  # fmt: skip
    return figure(reading, drawing, sentence, (shape.width, shape.height), table, texts, note)


def how_to_read(bands: Bands, later: bool, texts: Texts) -> str:
    """What zones and lines are; with fifty worlds or more they are no longer drawn one by one.
    `later`: not the first round, whose beginning is marked."""
    said = (
        texts("Zones : du monde le plus bas au plus haut ; traits fins : chaque monde ; traits "
              "épais : le monde du milieu.")
        if bands.paths
        else texts("Zones : 9 mondes sur 10 ; traits épais : le monde du milieu.")
    )  # fmt: skip
    return f"{said} {texts('Pointillé : le début de ce tour.')}" if later else said


def _ended(bands: Bands, unit: DisplayUnit, texts: Texts) -> str:
    return _ranged(bands, len(bands.median) - 1, unit, texts)


def _ranged(bands: Bands, index: int, unit: DisplayUnit, texts: Texts) -> str:
    """`84,1 % (82,0 à 86,3)`."""
    low, high = (
        unit.value(texts, values[index]).removesuffix(unit.suffix)
        for values in (bands.low, bands.high)
    )
    said = texts("{value} (de {low} à {high})", value=unit.value(texts, bands.median[index]),
                 low=low, high=high)  # fmt: skip
    return said


def _numbers(
    measured: Measured, quarters: Sequence[str], unit: DisplayUnit, texts: Texts
) -> tuple[list[str], list[list[str]]]:
    heads = [texts("Quand"), texts("Comme joué"), texts("Référence")]
    rows = [
        [
            texts.quarter(quarter),
            _ranged(measured.played, index, unit, texts),
            _ranged(measured.reference, index, unit, texts),
        ]
        for index, quarter in enumerate(quarters)
        if quarter.endswith("Q4") or index == len(quarters) - 1
    ]
    return heads, rows


class _Plot:
    """From quarters and values to places in the drawing."""

    def __init__(self, measured: Measured, count: int, unit: DisplayUnit, shape: Shape) -> None:
        lows = [*measured.played.low, *measured.reference.low]
        highs = [*measured.played.high, *measured.reference.high]
        low, high = unit.factor * min(lows), unit.factor * max(highs)
        room = (high - low or abs(high) * 0.02 or 1.0) * 0.06
        self.low, self.high = low - room, high + room
        self.count, self.unit, self.shape = count, unit, shape

    def x(self, index: float) -> float:
        shape = self.shape
        return shape.left + (self.right - shape.left) * index / max(1, self.count - 1)

    @property
    def right(self) -> float:
        """Where lines end and their names begin."""
        return self.shape.width - self.shape.right

    def upright(self, index: float, class_: str) -> Markup:
        bottom = self.shape.height - self.shape.bottom
        return line(self.x(index), self.shape.top, self.x(index), bottom, class_)

    def y(self, value: float) -> float:
        """Place of a value in the unit of the indicator."""
        return self.at(self.unit.factor * value)

    def at(self, written: float) -> float:
        share = (written - self.low) / (self.high - self.low)
        shape = self.shape
        bottom = shape.height - shape.bottom
        return bottom - share * (bottom - shape.top)

    def grid(self, quarters: Sequence[str], texts: Texts) -> Markup:
        marks = ticks(self.low, self.high)
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        decimals = next((d for d in (0, 1, 2, 3) if abs(round(step, d) - step) < step / 100), 3)
        across = [
            (line(self.shape.left, self.at(mark), self.right, self.at(mark), "grid"),
             text(texts.number(mark, decimals), self.shape.left - 5, self.at(mark) + 4,
                  anchor="end"))
            for mark in marks
        ]  # fmt: skip
        ends = [i for i, quarter in enumerate(quarters) if quarter.endswith("Q4")]
        every = max(1, round(len(ends) / 4))
        below = [
            text(quarters[i][:4], self.x(i), self.shape.height - 8, anchor="middle")
            for i in ends[::-1][::every]
        ]
        return joined([across, below])

    def spread(self, bands: Bands, name: str) -> Markup:
        up = [(self.x(i), self.y(value)) for i, value in enumerate(bands.high)]
        down = [(self.x(i), self.y(value)) for i, value in enumerate(bands.low)]
        zone = el("path", d=f"M{_points(up + down[::-1])}Z", class_=f"zone {name}")
        paths = el(
            "path", class_=f"worlds {name}",
            d="".join("M" + _points([(self.x(i), self.y(v)) for i, v in enumerate(path)], 0)
                      for path in bands.paths),
        ) if bands.paths else None  # fmt: skip
        return joined([zone, paths])

    def median(self, bands: Bands, name: str) -> Markup:
        places = [(self.x(i), self.y(value)) for i, value in enumerate(bands.median)]
        return el("path", d=f"M{_points(places)}", class_=f"median {name}")

    def names(self, measured: Measured, texts: Texts) -> Markup:
        """Direct labels at the right end, kept apart."""
        played = self.y(measured.played.median[-1])
        reference = self.y(measured.reference.median[-1])
        apart = self.shape.between - abs(played - reference)
        if apart > 0:
            shift = apart / 2 if played > reference else -apart / 2
            played, reference = played + shift, reference - shift
        x = self.right + 6
        return joined([
            text(texts("comme joué"), x, played + 4, class_="played"),
            text(texts("référence"), x, reference + 4, class_="reference"),
        ])  # fmt: skip


def _points(places: Sequence[tuple[float, float]], decimals: int = 1) -> str:
    return " ".join(f"{x:.{decimals}f},{y:.{decimals}f}" for x, y in places)
