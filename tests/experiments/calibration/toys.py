"""Small worlds with known answers, for the calibrator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.problem import Target

Floats = NDArray[np.float64]

NAMES = ("a", "b", "c", "d", "idle_1", "idle_2", "idle_3", "idle_4")
IDENTIFIED = (0, 1, 2, 3)
NOISE = 0.05


def expected_facts(points: Floats) -> Floats:
    """(n, 4) expected facts: bent, with products, each of several parameters."""
    a, b, c, d = points[:, :4].T
    return np.column_stack([2 * a + 0.5 * b, a * b + c, np.exp(d) - 0.5 * c, b - c + 0.3 * d])


def targets_at(values: Floats, observation: float = 0.05, half: float = 0.1) -> tuple[Target, ...]:
    """Targets around observed values."""
    return tuple(
        Target(f"f{i}", float(v) - half, float(v) + half, observation, 0.0)
        for i, v in enumerate(values)
    )


@dataclass(frozen=True)
class Toy:
    """Four facts of eight parameters, the last four of which do nothing; noise in every world."""

    targets: tuple[Target, ...]
    luck: int = 0
    noise: float = NOISE
    names: tuple[str, ...] = NAMES
    watched: tuple[str, ...] = ("free",)

    def evaluate(self, point: Floats, replicate: int) -> dict[str, float]:
        """See `Problem`."""
        rng = np.random.default_rng([self.luck, replicate])
        values = expected_facts(point[None, :])[0] + self.noise * rng.standard_normal(4)
        found = {f"f{i}": float(value) for i, value in enumerate(values)}
        return found | {"free": float(point[0])}

    def numbers(self, points: Floats) -> Floats:
        """See `Problem`."""
        return 10 * points

    def identity(self) -> dict[str, object]:
        """See `Problem`."""
        return {"toy": self.luck}


@dataclass(frozen=True)
class Fragile(Toy):
    """A toy whose worlds fail in a corner."""

    def evaluate(self, point: Floats, replicate: int) -> dict[str, float]:
        if point[4] > 0.9:
            raise ZeroDivisionError("nobody left")
        return super().evaluate(point, replicate)


@dataclass(frozen=True)
class Still(Toy):
    """A toy with a fact that no parameter moves."""

    watched: tuple[str, ...] = ()

    def evaluate(self, point: Floats, replicate: int) -> dict[str, float]:
        return super().evaluate(point, replicate) | {"free": 0.3}
