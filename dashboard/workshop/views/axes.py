"""Quarters from left to right, values from below: the axes of every figure over time."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.units import DisplayUnit
from dashboard.workshop.outcome import Bands
from dashboard.workshop.views.elements import el, joined
from dashboard.workshop.views.figure import Shape, line, text, tick_decimals, ticks
from simulator.codes import quarter_label


class Axes:
    """From quarters (by index) and values to places, wide enough for all of `shown`."""

    def __init__(
        self, shown: Sequence[Bands], first: int, last: int, unit: DisplayUnit, shape: Shape
    ) -> None:
        low = unit.factor * min(min(bands.low) for bands in shown)
        high = unit.factor * max(max(bands.high) for bands in shown)
        room = (high - low or abs(high) * 0.02 or 1.0) * 0.06
        self.low, self.high = low - room, high + room
        self.first, self.last, self.unit, self.shape = first, last, unit, shape

    @property
    def right(self) -> float:
        """Where lines end and their names may begin."""
        return self.shape.width - self.shape.right

    @property
    def bottom(self) -> float:
        return self.shape.height - self.shape.bottom

    def x(self, quarter: float) -> float:
        wide = self.right - self.shape.left
        return self.shape.left + wide * (quarter - self.first) / max(1, self.last - self.first)

    def y(self, value: float) -> float:
        """Place of a value in the unit of the indicator."""
        return self._at(self.unit.factor * value)

    def grid(self, texts: Texts, wanted: int, *, inside: bool = False) -> Markup:
        """About `wanted` values and years. `inside`: the last year ends where lines do."""
        marks = ticks(self.low, self.high, wanted)
        decimals = tick_decimals(marks)
        across = [
            (line(self.shape.left, self._at(mark), self.right, self._at(mark), "grid"),
             text(texts.number(mark, decimals), self.shape.left - 5, self._at(mark) + 4,
                  anchor="end"))
            for mark in marks
        ]  # fmt: skip
        ends = [q for q in range(self.first, self.last + 1) if quarter_label(q).endswith("Q4")]
        below = [
            text(quarter_label(q)[:4], self.x(q), self.shape.height - 8,
                 anchor="end" if inside and q == self.last else "middle")
            for q in ends[::-1][:: max(1, round(len(ends) / wanted))]
        ]  # fmt: skip
        return joined([across, below])

    def upright(self, quarter: float, class_: str) -> Markup:
        return line(self.x(quarter), self.shape.top, self.x(quarter), self.bottom, class_)

    def zone(self, bands: Bands, name: str) -> Markup:
        up, down = self._places(bands.high), self._places(bands.low)
        return el("path", d=f"M{' '.join(up + down[::-1])}Z", class_=f"zone {name}")

    def worlds(self, bands: Bands, name: str) -> Markup | None:
        if not bands.paths:
            return None
        drawn = "".join("M" + " ".join(self._places(path, 0)) for path in bands.paths)
        return el("path", class_=f"worlds {name}", d=drawn)

    def median(self, bands: Bands, name: str) -> Markup:
        return el("path", d=f"M{' '.join(self._places(bands.median))}", class_=f"median {name}")

    def _at(self, written: float) -> float:
        share = (written - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.shape.top)

    def _places(self, values: Sequence[float], decimals: int = 1) -> list[str]:
        """Values of the quarters from the first on."""
        return [
            f"{self.x(self.first + n):.{decimals}f},{self.y(value):.{decimals}f}"
            for n, value in enumerate(values)
        ]
