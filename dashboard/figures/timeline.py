"""The horizontal axis of quarters, the same in every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.figures.theme import INK
from dashboard.language import Texts
from simulator.codes import FIRST_YEAR, quarter_label

MOST_TICKS = 6


@dataclass(frozen=True)
class Timeline:
    """Quarters by index (−1 is 2025Q4), written as the language writes them."""

    quarters: Sequence[int]
    texts: Texts

    @cached_property
    def labels(self) -> list[str]:
        """The x values: `fin 2025`, `T1 2026`… so that hovering tells the quarter in words."""
        return [self.texts.quarter(quarter_label(q)) for q in self.quarters]

    @cached_property
    def ticks(self) -> list[int]:
        """Positions of the fourth quarters that the axis names."""
        ends = [i for i, q in enumerate(self.quarters) if q % 4 == 3]
        return ends[:: 1 if len(ends) <= MOST_TICKS else 2]

    def axis(self, **changes: Any) -> dict[str, Any]:
        """Axis with a year written at its fourth quarter and room for letters on the right."""
        count = len(self.quarters)
        return {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": self.labels,
            "tickmode": "array",
            "tickvals": [self.labels[i] for i in self.ticks],
            "ticktext": [
                # In two lines: beside large numbers on a phone it would touch the next year.
                self.labels[i].replace(" ", "<br>")
                if i == self.ticks[0]
                else str(FIRST_YEAR + self.quarters[i] // 4)
                for i in self.ticks
            ],
            "range": [-0.012 * count - 0.2, (count - 1) * 1.01],
            "showgrid": False,
            "showline": True,
            "linecolor": INK,
            "ticks": "outside",
            "zeroline": False,
            "fixedrange": True,
            **changes,
        }
