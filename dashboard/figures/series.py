"""What a line of a figure stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.figures.theme import LETTERS


@dataclass(frozen=True)
class Series:
    """One scenario: its title, its rank (colour, dash, letter), its (units, quarters) values."""

    title: str
    rank: int
    values: np.ndarray

    @property
    def name(self) -> str:
        return f"{LETTERS[self.rank]} · {self.title}"
