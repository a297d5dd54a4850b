"""Sizes of grants per recipient and year, and how concentrated they are."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from experiments.grants.bootstrap import Statistics
from experiments.grants.spread import core_spread

_TAIL: Final = 0.05  # share of the largest that the tail exponent rests on
_LARGEST: Final = 10


def yearly_amounts(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Euros of one year by recipient, all grants summed: columns `recipient`, `amount`."""
    chosen = table[table["year"] == year]
    return chosen.groupby("recipient")["amount"].sum().reset_index()


def sizes(amounts: pd.DataFrame) -> Statistics:
    """Median, mean, spread of the logarithm, tail, Gini and shares of the euros of the largest.

    `size_log_spread_core` is the standard deviation of the normal law with the quartiles of
    ln amount; `size_tail_exponent` is Hill's estimator on the largest 5 %. Shares of the largest
    10 recipients, of the largest 1 and 10 % and of the smaller half are points of the Lorenz curve.
    """
    x = np.sort(amounts["amount"].to_numpy())
    n, total = len(x), x.sum()
    cumulated = np.concatenate([[0.0], np.cumsum(x)]) / total
    logs = np.log(x)
    return {
        "size_median": float(np.median(x)),
        "size_mean": float(total / n),
        "size_log_spread": float(np.std(logs, ddof=1)),
        "size_log_spread_core": core_spread(logs),
        "size_tail_exponent": tail_exponent(x),
        "size_gini": gini(x),
        "size_bottom_half_share": float(np.interp(0.5, np.linspace(0, 1, n + 1), cumulated)),
        "size_top_10_percent_share": 1 - float(np.interp(0.9, np.linspace(0, 1, n + 1), cumulated)),
        "size_top_1_percent_share": 1 - float(np.interp(0.99, np.linspace(0, 1, n + 1), cumulated)),
        "size_top_10_recipients_share": float(x[-_LARGEST:].sum() / total),
    }


def gini(ordered: np.ndarray) -> float:
    """Gini coefficient of amounts in rising order: 0 where all are equal, 1 − 1/n for one owner."""
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def tail_exponent(ordered: np.ndarray) -> float:
    """Pareto exponent of the largest 5 % (Hill 1975, Annals of Statistics 3); NaN under ten."""
    k = int(len(ordered) * _TAIL)
    if k < _LARGEST:
        return np.nan
    excess = np.log(ordered[-k:]) - np.log(ordered[-k - 1])
    mean = float(excess.mean())
    return 1.0 / mean if mean > 0 else np.nan
