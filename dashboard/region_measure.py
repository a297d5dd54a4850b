"""What a map of the régions shows: a value or a reason for each, and a few classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Final

import pandas as pd

from dashboard.figures.region_map import DIVERGING, MISSING, SEQUENTIAL
from dashboard.language import Texts
from dashboard.panels.origin import Origin
from dashboard.panels.recipe import Recipe
from dashboard.units import DisplayUnit
from simulator.codes import REGIONS

CLASSES: Final = 4
NO_LABEL: Final = "–"  # the hatching says it
ROUND: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class RegionValue:
    """One région: its value, or None with the reason; how it is written, shortly and in full."""

    value: float | None
    label: str
    written: str
    cells: tuple[str, ...] = ()  # of the table, behind the value


@dataclass(frozen=True)
class RegionClass:
    """Régions of one colour, in the order of their codes; `words` says what they share."""

    colour: str
    words: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """All that a panel needs of one choice of what the map shows."""

    title: str
    subtitle: str
    sentence: str
    value_heading: str
    cell_headings: tuple[str, ...]
    values: Mapping[str, RegionValue]
    classes: tuple[RegionClass, ...]
    numbers: pd.DataFrame
    headings: dict[str, str]
    notes: tuple[str, ...]
    origin: Origin
    recipe: Recipe | None = None

    def colour(self, region: str) -> str:
        return next((c.colour for c in self.classes if region in c.regions), MISSING)


def round_step(largest: float, count: int = CLASSES) -> float:
    """Smallest round number of which `count` reach `largest`; 1 where there is nothing."""
    if not largest > 0:
        return 1.0
    raw = largest / count
    power = 10.0 ** floor(log10(raw))
    return next(step * power for step in ROUND if step * power >= raw * (1 - 1e-9))


def even_classes(values: Mapping[str, float]) -> tuple[float, dict[int, tuple[str, ...]]]:
    """Width of even classes that begin at zero, and class → régions; 0 holds what is zero.

    Even, not by rank: no région is put first or last.
    """
    step = round_step(max(values.values(), default=0.0))
    found: dict[int, list[str]] = {}
    for region in REGIONS:
        if region in values:
            number = min(max(ceil(values[region] / step - 1e-9), 0), CLASSES)
            found.setdefault(number, []).append(region)
    return step, {number: tuple(regions) for number, regions in sorted(found.items())}


def bound(unit: DisplayUnit, texts: Texts, value: float) -> str:
    """The bound of a class, with the decimals that it needs: bounds are round."""
    scaled = value * unit.factor
    decimals = next((d for d in range(4) if abs(round(scaled, d) - scaled) < 1e-9), 4)
    return replace(unit, decimals=decimals).value(texts, value)


def sequential(number: int) -> str:
    """Colour of an even class."""
    return SEQUENTIAL[number]


def diverging(number: int) -> str:
    """Colour of a class from −2 (much less) to 2 (much more); 0 is not ranked."""
    return DIVERGING[number + 2]
