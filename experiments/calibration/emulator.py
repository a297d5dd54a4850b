"""Emulators: a fact as a cheap function of the parameters, fitted to simulated points.

Each fact gets a quadratic ridge regression. Inputs that a first linear fit finds nothing in are
left out; those that matter most also get their squares and products. The strength of the ridge is
chosen by leave-one-out error. What is said of an emulator is out of sample: five folds, the choice
of inputs repeated inside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

FOLDS: Final = 5
LINEAR_FROM, CURVED_FROM = 2.0, 3.0  # t values of the first fit
MOST_LINEAR, MOST_CURVED = 40, 14
ROWS_PER_TERM: Final = 4
RIDGES: Final = np.geomspace(1e-4, 1e4, 25)
NORMAL_95: Final = 1.96


@dataclass(frozen=True)
class Emulator:
    """A fitted emulator.

    error: mean square of the out-of-sample residuals, chance in the worlds included. explained:
    out-of-sample R². covered: share of out-of-sample residuals inside the 95 % interval. known:
    points that it was fitted to.
    """

    linear: Indices
    curved: Indices
    weights: Floats
    means: Floats
    level: float
    error: float
    explained: float
    covered: float
    known: int

    @property
    def fit_variance(self) -> float:
        """Variance that fitting this many terms to this many points leaves in a prediction."""
        return self.error * (1 + len(self.weights)) / self.known

    def predict(self, points: Floats) -> Floats:
        """(n,) expected fact at points (n, d) of the unit cube."""
        features = _features(2 * points - 1, self.linear, self.curved)
        return np.asarray(self.level + (features - self.means) @ self.weights)


def fit(points: Floats, values: Floats, recent: NDArray[np.bool_] | None = None) -> Emulator:
    """Emulator of `values` (n,) at `points` (n, d).

    recent: points on which error, R² and coverage are told; all of them if None. Later waves lie
    where it matters, and errors there are what counts.
    """
    inputs = 2 * points - 1
    told = np.ones(len(values), dtype=bool) if recent is None else recent
    level, spread = float(values.mean()), float(values.std())
    if spread <= 1e-12 * max(abs(level), 1e-12):
        nothing = np.zeros(0, dtype=np.int64)
        return Emulator(
            nothing, nothing, np.zeros(0), np.zeros(0), level, 0.0, 1.0, 1.0, len(values)
        )
    linear, curved, weights, means, level, _ = _regression(inputs, values)
    outside, deviation = _out_of_sample(inputs, values)
    error = float(np.mean(outside[told] ** 2))
    variance = float(np.var(values[told]))
    if error >= variance:  # nothing was found that helps: the mean says as much
        nothing = np.zeros(0, dtype=np.int64)
        within = np.abs(values[told] - level) <= NORMAL_95 * spread
        return Emulator(
            nothing, nothing, np.zeros(0), np.zeros(0), level, variance, 0.0,
            float(within.mean()), len(values),
        )  # fmt: skip
    return Emulator(
        linear, curved, weights, means, level, error,
        explained=1 - error / variance if variance > 0 else 1.0,
        covered=float(np.mean(np.abs(outside[told]) <= NORMAL_95 * deviation[told])),
        known=len(values),
    )  # fmt: skip


def _out_of_sample(inputs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Residuals of points that were not fitted, and the deviation that the fit promised."""
    count = len(values)
    fold = np.random.default_rng(count).permutation(count) % FOLDS
    residual, deviation = np.empty(count), np.empty(count)
    for number in range(FOLDS):
        kept = fold != number
        linear, curved, weights, means, level, promised = _regression(inputs[kept], values[kept])
        features = _features(inputs[~kept], linear, curved)
        residual[~kept] = values[~kept] - level - (features - means) @ weights
        deviation[~kept] = promised
    return residual, deviation


def _regression(
    inputs: Floats, values: Floats
) -> tuple[Indices, Indices, Floats, Floats, float, float]:
    """Inputs chosen, weights, means of the features, level, leave-one-out deviation."""
    linear, curved = _chosen(inputs, values)
    features = _features(inputs, linear, curved)
    means, level = features.mean(axis=0), float(values.mean())
    weights, error, _ = _ridge(features - means, values - level)
    return linear, curved, weights, means, level, float(np.sqrt(error))


def _chosen(inputs: Floats, values: Floats) -> tuple[Indices, Indices]:
    """Inputs with a linear term, and those with squares and products too."""
    centred, deviations = inputs - inputs.mean(axis=0), values - values.mean()
    weights, _, uncertain = _ridge(centred, deviations)
    strength = np.abs(weights) / np.maximum(uncertain, 1e-300)
    order = np.argsort(-strength, kind="stable")
    terms = len(values) // ROWS_PER_TERM
    linear = [j for j in order[: min(MOST_LINEAR, terms)] if strength[j] >= LINEAR_FROM]
    linear = linear or [int(order[0])]
    curved = [j for j in linear[:MOST_CURVED] if strength[j] >= CURVED_FROM]
    while curved and len(linear) + len(curved) * (len(curved) + 1) // 2 > terms:
        curved.pop()
    return np.sort(np.array(linear, np.int64)), np.sort(np.array(curved, np.int64))


def _features(inputs: Floats, linear: Indices, curved: Indices) -> Floats:
    """Linear terms, then squares and products of the curved inputs, (n, terms)."""
    first, second = np.triu_indices(len(curved))
    bent = inputs[:, curved]
    return np.hstack([inputs[:, linear], bent[:, first] * bent[:, second]])


def _ridge(features: Floats, values: Floats) -> tuple[Floats, float, Floats]:
    """Weights, leave-one-out mean square error, standard errors of the weights.

    `features` and `values` are centred; features are put on one scale inside.
    """
    scale = features.std(axis=0)
    scale[scale == 0] = 1.0
    u, s, vt = np.linalg.svd(features / scale, full_matrices=False)
    projected, squares = u.T @ values, s**2
    best: tuple[float, float] | None = None
    for ridge in RIDGES * len(values) * 1e-2:
        shrunk = squares / (squares + ridge)
        residual = values - u @ (shrunk * projected)
        # The mean is fitted as well: it takes 1/n of the leverage of every point.
        leverage = (u**2) @ shrunk + 1 / len(values)
        error = float(np.mean((residual / np.maximum(1 - leverage, 1e-3)) ** 2))
        if best is None or error < best[0]:
            best = error, float(ridge)
    assert best is not None
    error, ridge = best
    weights = vt.T @ (s / (squares + ridge) * projected)
    variance = error * ((vt.T * (s / (squares + ridge))) ** 2).sum(axis=1)
    return weights / scale, error, np.sqrt(variance) / scale
