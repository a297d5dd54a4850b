"""Renewal of grants as a mixture: the same amount, a cut, a rise, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from experiments.grants.bootstrap import Statistics
from experiments.grants.pairs import CUT, LOST, RISE, SAME
from experiments.grants.spread import core_spread

OUTCOMES: Final = (LOST, SAME, CUT, RISE)
# Classes of the amount of the first year, euros; €23,000 is where a written agreement is required,
# and under €5,000 few recipients employ anybody (the last class joins those above).
CLASSES: Final[Mapping[str, tuple[float, float]]] = {
    "under_5k": (0, 5_000),
    "5k_to_23k": (5_000, 23_000),
    "23k_to_100k": (23_000, 100_000),
    "100k_and_more": (100_000, np.inf),
    "5k_and_more": (5_000, np.inf),
}


def renewal(pairs: pd.DataFrame) -> Statistics:
    """Shares of the four outcomes, in recipients and in euros, and the sizes of changes.

    `spread_core` is the standard deviation that a normal law of ln(after/before) would have with
    the quartiles of the grants that changed; `spread` is the plain one, tails included.
    """
    outcome, before = pairs["outcome"].to_numpy(), pairs["before"].to_numpy()
    found = {f"renewal_{name}_share": float(np.mean(outcome == name)) for name in OUTCOMES}
    for name in OUTCOMES:
        found[f"renewal_{name}_euros_share"] = _ratio(before[outcome == name].sum(), before.sum())
    renewed = outcome != LOST
    found["renewal_same_among_renewed"] = _ratio((outcome == SAME).sum(), renewed.sum())
    ratio = pairs["after"].to_numpy() / before
    found["renewal_cut_median"] = _median(ratio[outcome == CUT]) - 1.0
    found["renewal_rise_median"] = _median(ratio[outcome == RISE]) - 1.0
    found["renewal_above_125_share"] = _ratio((ratio > 1.25).sum(), renewed.sum())
    changed = np.log(ratio[(outcome == CUT) | (outcome == RISE)])
    found["renewal_spread_core"] = core_spread(changed)
    found["renewal_spread"] = float(np.std(changed, ddof=1)) if len(changed) > 1 else np.nan
    return found


def renewal_counts(pairs: pd.DataFrame) -> dict[str, int]:
    """Pairs behind each statistic of `renewal` that does not rest on all."""
    outcome = pairs["outcome"]
    renewed = int((outcome != LOST).sum())
    changed = int(outcome.isin([CUT, RISE]).sum())
    return {
        "renewal_same_among_renewed": renewed,
        "renewal_above_125_share": renewed,
        "renewal_cut_median": int((outcome == CUT).sum()),
        "renewal_rise_median": int((outcome == RISE).sum()),
        "renewal_spread_core": changed,
        "renewal_spread": changed,
    }


def renewal_by_amount(pairs: pd.DataFrame) -> Statistics:
    """Outcomes and spread by class of the amount of the first year."""
    found = {}
    for name, (low, high) in CLASSES.items():
        inside = pairs[(pairs["before"] >= low) & (pairs["before"] < high)]
        outcome = inside["outcome"].to_numpy()
        for what in OUTCOMES:
            share = float(np.mean(outcome == what)) if len(outcome) else np.nan
            found[f"renewal_{what}_share_{name}"] = share
        ratio = inside["after"].to_numpy() / inside["before"].to_numpy()
        changed = (outcome == CUT) | (outcome == RISE)
        found[f"renewal_spread_core_{name}"] = core_spread(np.log(ratio[changed]))
    return found


def renewal_by_amount_counts(pairs: pd.DataFrame) -> dict[str, int]:
    """Pairs behind each statistic of `renewal_by_amount`."""
    found: dict[str, int] = {}
    for name, (low, high) in CLASSES.items():
        outcome = pairs.loc[(pairs["before"] >= low) & (pairs["before"] < high), "outcome"]
        found |= {f"renewal_{what}_share_{name}": len(outcome) for what in OUTCOMES}
        found[f"renewal_spread_core_{name}"] = int(outcome.isin([CUT, RISE]).sum())
    return found


def returns(losses: pd.DataFrame) -> Statistics:
    """Of the recipients that lost all, share that the same funder paid again a year later."""
    return {"renewal_returned_share": float(losses["back"].mean())}


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else np.nan


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
