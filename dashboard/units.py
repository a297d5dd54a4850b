"""How the values of an indicator are written: factor, decimals, name of the unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.language import Texts
from simulator.intervals import band


@dataclass(frozen=True)
class DisplayUnit:
    """Written value = value × `factor`; `name` stands on the axis, `suffix` behind a number."""

    factor: float
    decimals: int
    name: str
    suffix: str
    difference_suffix: str

    def value(self, texts: Texts, value: float) -> str:
        return self._written(texts, value, False) + self.suffix

    def difference(self, texts: Texts, value: float) -> str:
        return self._written(texts, value, True) + self.difference_suffix

    def interval(self, texts: Texts, low: float, high: float) -> str:
        """`[−3,1 ; −0,4]`: the ends of a difference."""
        return texts.between(self._written(texts, low, True), self._written(texts, high, True))

    def spread(self, texts: Texts, values: np.ndarray) -> str:
        """`[1 414,4 ; 1 914,5]`: between which values those of the worlds lie."""
        found = band(values)
        low, high = (self._written(texts, float(found[end]), False) for end in ("low", "high"))
        return texts.between(low, high)

    def hover(self, place: str = "y", signed: bool = False) -> str:
        """Part of a hover template that writes a number of the figure, with its unit."""
        suffix = self.difference_suffix if signed else self.suffix
        return f"%{{{place}:{'+' if signed else ''},.{self.decimals}f}}{suffix}"

    def _written(self, texts: Texts, value: float, signed: bool) -> str:
        if value != value:
            return "–"
        return texts.number(value * self.factor, self.decimals, signed)


def display_unit(unit: str, largest: float, texts: Texts) -> DisplayUnit:
    """Unit for values up to `largest` (in the indicator's own unit)."""
    space = "\N{NO-BREAK SPACE}"
    if unit == "share":
        return DisplayUnit(
            100,
            1,
            texts("en %"),
            f"{space}%" if texts.language == "fr" else "%",
            space + texts("pt"),
        )
    if unit == "index":
        return DisplayUnit(1, 1, texts("indice, fin 2025 = 100"), "", space + texts("pt d'indice"))
    if unit == "months":
        return DisplayUnit(1, 1, texts("en mois"), space + texts("mois"), space + texts("mois"))
    if unit == "quarters":
        name = space + texts("trimestres")
        return DisplayUnit(1, 1, texts("en trimestres"), name, name)
    if unit == "eur":
        if largest >= 1e10:
            return DisplayUnit(
                1e-9,
                2,
                texts("en milliards d'euros de 2025"),
                space + texts("Md€"),
                space + texts("Md€"),
            )
        return DisplayUnit(
            1e-6,
            0 if largest >= 1e8 else 1,  # tenths of hundreds of millions are not known
            texts("en millions d'euros de 2025"),
            space + texts("M€"),
            space + texts("M€"),
        )
    if unit == "eur_per_fte":
        return DisplayUnit(1, 0, texts("en euros de 2025 par ETP"), f"{space}€", f"{space}€")
    if unit in ("fte", "organisations"):
        fte = unit == "fte"
        if largest >= 1e5:
            name = texts("en milliers d'ETP") if fte else texts("en milliers d'organisations")
            suffix = space + (texts("milliers d'ETP") if fte else texts("milliers"))
            return DisplayUnit(1e-3, 1, name, suffix, suffix)
        name = texts("en équivalents temps plein (ETP)") if fte else texts("nombre d'organisations")
        suffix = space + texts("ETP") if fte else ""
        return DisplayUnit(1, 0, name, suffix, suffix)
    if unit == "persons_per_eur":
        return DisplayUnit(1, 4, texts("personnes par euro"), "", "")
    return DisplayUnit(1, 3, texts("sans unité"), "", "")
