"""Survival curves in quarters: Kaplan–Meier, Aalen–Johansen, restricted mean.

Weighted, with delayed entry, for many groups at once. Organisations of one replicate share
shocks, so nothing here gives a standard error: curves are computed per replicate and the spread
over replicates is what counts. The same estimators hold no assumption on the source of the
data; tests check them against published tables and a survival library.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curves:
    """Curves of `groups` groups at times 0 to `horizon` (in quarters).

    at_risk: (groups, times) weight under observation just before each time.
    rows: (groups, times) the same, counted in rows.
    survival: (groups, times) share alive; 1 at time 0.
    incidence: (groups, causes, times) cumulative incidence; with `survival` it adds up to 1.
    """

    at_risk: np.ndarray
    rows: np.ndarray
    survival: np.ndarray
    incidence: np.ndarray


def curves(
    duration: np.ndarray,
    cause: np.ndarray,
    causes: int,
    horizon: int,
    *,
    weight: np.ndarray | None = None,
    group: np.ndarray | None = None,
    groups: int = 1,
    entry: np.ndarray | None = None,
) -> Curves:
    """Estimate the curves.

    duration: (n,) integer time of exit or of the end of observation; cause: (n,) code of the
    exit, −1 where none was seen; entry: (n,) integer time after which the subject is under
    observation (left truncation; default 0). A subject is at risk at t when entry < t ≤ duration.
    """
    size = len(duration)
    weight = np.ones(size) if weight is None else np.asarray(weight, float)
    group = np.zeros(size, np.int64) if group is None else np.asarray(group, np.int64)
    entry = np.zeros(size, np.int64) if entry is None else np.asarray(entry, np.int64)
    duration = np.asarray(duration, np.int64)
    cause = np.where(duration > horizon, -1, np.asarray(cause, np.int64))
    end = np.minimum(duration, horizon)
    seen = entry < end
    weight, group, entry, end, cause = (a[seen] for a in (weight, group, entry, end, cause))

    times = horizon + 1
    at_risk = _at_risk(group, entry, end, weight, groups, times)
    rows = _at_risk(group, entry, end, np.ones(len(end)), groups, times)
    exits = cause >= 0
    cells = (group[exits] * causes + cause[exits]) * times + end[exits]
    # Counts of nothing are integers in NumPy, whatever the weights.
    events = np.bincount(cells, weight[exits], groups * causes * times).astype(float)
    events = events.reshape(groups, causes, times)

    rate = np.zeros_like(events)
    np.divide(events, at_risk[:, None, :], out=rate, where=at_risk[:, None, :] > 0)
    survival = np.cumprod(np.clip(1.0 - rate.sum(axis=1), 0.0, 1.0), axis=1)
    before = np.concatenate([np.ones((groups, 1)), survival[:, :-1]], axis=1)
    incidence = np.cumsum(before[:, None, :] * rate, axis=2)
    return Curves(at_risk, rows, survival, incidence)


def _at_risk(
    group: np.ndarray,
    entry: np.ndarray,
    end: np.ndarray,
    weight: np.ndarray,
    groups: int,
    times: int,
) -> np.ndarray:
    """(groups, times) weight with entry < t ≤ end; time 0 repeats what is at risk at time 1."""
    width = times + 1
    change = np.bincount(group * width + entry + 1, weight, groups * width).astype(float)
    change -= np.bincount(group * width + end + 1, weight, groups * width)
    at_risk = np.cumsum(change.reshape(groups, width), axis=1)[:, :times]
    # Sums and differences of weights leave dust where nobody is left.
    at_risk[at_risk < 1e-9 * max(1.0, float(weight.max(initial=0.0)))] = 0.0
    if times > 1:
        at_risk[:, 0] = at_risk[:, 1]
    return at_risk


def restricted_mean(survival: np.ndarray, horizon: int | None = None) -> np.ndarray:
    """Area under step curves (…, times) from time 0 to `horizon` quarters (default: all)."""
    last = survival.shape[-1] - 1 if horizon is None else min(horizon, survival.shape[-1] - 1)
    return survival[..., :last].sum(axis=-1)
