"""Implausibility: how many standard deviations a point is from what was observed.

I(x) = |expected fact at x − target| / √(observation² + discrepancy² + emulator² ), for each fact.
The variance of the emulator is what it does not know of the *expected* fact: its out-of-sample
error less the variance that chance alone gives between replicates (ensemble variance).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.emulator import Emulator, fit
from experiments.calibration.problem import Target

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FactView:
    """What is known of one fact: its target, its emulator, and the variance between replicates."""

    target: Target
    emulator: Emulator
    ensemble: float

    @property
    def unexplained(self) -> float:
        """Variance of the expected fact around the emulator."""
        return max(self.emulator.error - self.ensemble, self.emulator.fit_variance)

    def implausibility(self, points: Floats) -> Floats:
        """(n,) at points that were not simulated, (n, d)."""
        miss = self.target.miss(self.emulator.predict(points))
        return np.abs(miss) / np.sqrt(self.target.variance + self.unexplained)

    def updated(self, points: Floats, simulated: Floats) -> tuple[Floats, float]:
        """Expected fact at simulated points, and its variance.

        One world is a noisy look at the expected fact and the emulator a rough one: they are
        weighed by their variances, so that a lucky replicate does not make a draw look good.
        """
        predicted = self.emulator.predict(points)
        total = self.unexplained + self.ensemble
        trust = self.unexplained / total if total > 0 else 1.0
        return predicted + trust * (simulated - predicted), trust * self.ensemble

    def implausibility_of(self, points: Floats, simulated: Floats) -> Floats:
        """(n,) at points of which one world was simulated."""
        expected, variance = self.updated(points, simulated)
        return np.abs(self.target.miss(expected)) / np.sqrt(self.target.variance + variance)


def worst(views: tuple[FactView, ...], points: Floats) -> Floats:
    """(n,) largest implausibility over the facts."""
    return np.max([view.implausibility(points) for view in views], axis=0)


def view_of(
    target: Target,
    points: Floats,
    values: Floats,
    recent: NDArray[np.bool_],
    ensemble: float,
) -> FactView:
    """Fit what is known of a fact to simulated points; values that are not a number are left."""
    shown = np.isfinite(values)
    told = recent[shown]
    return FactView(
        target, fit(points[shown], values[shown], told if told.any() else None), ensemble
    )


def ensemble_variance(repeats: Floats) -> float:
    """Variance between replicates of the same point, pooled over points; (points, replicates)."""
    complete = repeats[np.isfinite(repeats).all(axis=1)]
    return float(complete.var(axis=1, ddof=1).mean()) if len(complete) else 0.0
