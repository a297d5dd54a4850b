"""The published figures that the project rests on, by id.

`data/published_figures.csv` copies each figure with its source and what it is used for: a number
never stands without its source. Ids in T come from the collection of figures on the French
social economy, ids in S from the literature read for the model.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType


@dataclass(frozen=True)
class Figure:
    """One published figure. `value` is text as published: some are ranges or qualitative."""

    id: str
    indicator: str
    value: str
    unit: str
    year: str
    scope: str
    source_title: str
    source_url: str
    confidence: str
    note: str
    used_for: str

    @property
    def number(self) -> float:
        """The value as a number; ValueError where it is a range or qualitative."""
        return float(self.value)

    @property
    def citation(self) -> str:
        """Source in one line: title and address."""
        return f"{self.source_title}, {self.source_url}"


@cache
def published() -> Mapping[str, Figure]:
    """All figures by id."""
    text = (files("simulator") / "data" / "published_figures.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["id"]: Figure(**row) for row in csv.DictReader(StringIO(text))})
