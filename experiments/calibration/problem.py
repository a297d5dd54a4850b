"""What is calibrated: parameters as a unit cube, facts as targets, a world as a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """An accepted range as a target, with the errors that stand around it.

    `observation` is the standard deviation of the figure, `discrepancy` that of what the model
    cannot show whatever its parameters. A range with one end is missed only past that end.
    """

    id: str
    low: float | None
    high: float | None
    observation: float
    discrepancy: float

    def miss(self, values: Floats) -> Floats:
        """How far values are from what is wanted, with a sign: from the middle, or past the end."""
        if self.low is not None and self.high is not None:
            return values - (self.low + self.high) / 2
        if self.low is not None:
            return np.minimum(values - self.low, 0.0)
        if self.high is not None:
            return np.maximum(values - self.high, 0.0)
        raise ValueError(f"{self.id} has no range")

    def contains(self, values: Floats) -> NDArray[np.bool_]:
        """True where values lie in the accepted range."""
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return np.asarray((values >= low) & (values <= high))

    @property
    def variance(self) -> float:
        """Of the figure and of the model's discrepancy together."""
        return self.observation**2 + self.discrepancy**2


class Problem(Protocol):
    """Anything that can be calibrated; travels to worker processes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters, one dimension of the cube each."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Facts that draws are accepted on."""

    @property
    def watched(self) -> tuple[str, ...]:
        """Facts that are evaluated and reported, and on which nothing is accepted."""

    def evaluate(self, point: Floats, replicate: int) -> dict[str, float]:
        """Facts of one world at a point of the cube; what it cannot show is not a number."""

    def numbers(self, points: Floats) -> Floats:
        """Numbers of the parameters at points (n, d), in their own units."""

    def identity(self) -> dict[str, object]:
        """What makes this problem itself, in JSON: a folder is never resumed with another."""
