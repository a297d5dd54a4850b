"""How renewal follows the funder's envelope, over pairs of years."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import linregress

from experiments.grants.bootstrap import Value
from experiments.grants.pairs import CUT, LOST, SAME
from experiments.grants.renewal import CLASSES

FEWEST_PAIRS: Final = 5
_CLASS: Final = "5k_and_more"


def envelope_dependence(pairs: pd.DataFrame) -> dict[str, Value]:
    """Least-squares lines of yearly shares on the relative change of the envelope.

    `lost_at_rest` is the share lost where the envelope stands still, `lost_slope` its change per
    unit of growth of the envelope; `down` is lost or cut; `same_slope` is per unit of *absolute*
    change of the envelope. All recipients, then those of €5,000 and more. The unit of analysis is
    the pair of years (standard errors of the regression); {} with fewer than five.
    """
    if pairs["year"].nunique() < FEWEST_PAIRS:
        return {}
    low, high = CLASSES[_CLASS]
    large = pairs[(pairs["before"] >= low) & (pairs["before"] < high)]
    return {**_lines(pairs, ""), **_lines(large, f"_{_CLASS}")}


def _lines(pairs: pd.DataFrame, suffix: str) -> dict[str, Value]:
    yearly = pairs.groupby("year").agg(
        envelope=("envelope", "first"),
        lost=("outcome", lambda outcome: float((outcome == LOST).mean())),
        down=("outcome", lambda outcome: float(outcome.isin([LOST, CUT]).mean())),
        same=("outcome", lambda outcome: float((outcome == SAME).mean())),
    )
    growth = yearly["envelope"].to_numpy()
    found = {}
    for name, cause in ((LOST, growth), ("down", growth), (SAME, np.abs(growth))):
        shares = yearly[name].to_numpy()
        line = linregress(cause, shares)
        n = len(shares)
        at_rest = Value(float(line.intercept), float(line.intercept_stderr), n)
        found[f"renewal_{name}_at_rest{suffix}"] = at_rest
        found[f"renewal_{name}_slope{suffix}"] = Value(float(line.slope), float(line.stderr), n)
        # Years differ by more than the chance of recipients: what one year tells of another.
        spread = float(np.std(shares, ddof=1))
        error = spread / float(np.sqrt(2 * (n - 1)))
        found[f"renewal_{name}_between_years{suffix}"] = Value(spread, error, n)
    return found
