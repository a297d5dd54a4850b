"""Mean, interval and verdict of paired differences: the replicate, or the draw, is the unit."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from simulator import intervals, verdicts
from simulator.layers import Unit


def summary(differences: np.ndarray, units: Sequence[Unit], threshold: float) -> dict[str, Any]:
    """Mean, median, interval and verdict of paired differences, one for each unit.

    threshold: the smallest difference worth a word.
    """
    return summary_rows(differences[None], units, [threshold])[0]


def summary_rows(
    differences: np.ndarray, units: Sequence[Unit], thresholds: Sequence[float]
) -> list[dict[str, Any]]:
    """Mean, median, interval and verdict of each row of paired differences (pairs, units).

    thresholds: the smallest difference worth a word, of each row.
    """
    draws = len({unit[0] for unit in units})
    versions, low, high, interval = spreads(differences, units)
    counted = versions if draws > 1 else differences
    medians, signs = np.median(counted, axis=1), verdicts.sign_shares(counted)
    rows = []
    for i, threshold in enumerate(thresholds):
        median, share = float(medians[i]), float(signs[i])
        if draws > 1:
            verdict = verdicts.over_draws(median, share, threshold, draws)
        else:
            verdict = verdicts.over_replicates(differences[i])
        rows.append(
            {
                "difference": float(differences[i].mean()),
                "median": median,
                "low": float(low[i]),
                "high": float(high[i]),
                "interval": interval,
                "smallest_effect": threshold,
                "sign_share": share,
                "verdict": verdict,
                "verdict_fr": verdicts.word(verdict, "fr"),
                "verdict_en": verdicts.word(verdict, "en"),
            }
        )
    return rows


def spread(differences: np.ndarray, units: Sequence[Unit]) -> tuple[np.ndarray, float, float, str]:
    """Means that an interval of differences, one for each unit, is over, its ends, its name."""
    means, low, high, interval = spreads(differences[None], units)
    return means[0], float(low[0]), float(high[0]), interval


def spreads(
    differences: np.ndarray, units: Sequence[Unit]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """Means that an interval is over (pairs, versions), its ends (pairs,), and its name.

    Where parameters were varied a mean is that of a version of the model, a draw of its parameters
    under a structure: the interval is the 5–95 % range. Else it is that of a replicate, over
    structures: the interval is a 90 % t interval.
    """
    if len({unit[0] for unit in units}) > 1:
        means = _means(differences, [unit[:2] for unit in units])
        low, high = np.quantile(means, [0.05, 0.95], axis=1)
        return means, low, high, "draws_5_95"
    means = _means(differences, [unit[2] for unit in units])
    _, lower, upper = intervals.student(means, axis=1)
    return means, lower, upper, "paired_t_90"


def _means(differences: np.ndarray, keys: Sequence[Hashable]) -> np.ndarray:
    """Means of the differences (pairs, units) of each key, in the order of first appearance."""
    position = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    index = np.array([position[key] for key in keys])
    return np.array([np.bincount(index, row) for row in differences]) / np.bincount(index)
