"""Totals that a funder left among the grants of its file."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Cents may have been rounded in the sum; two real halves of an envelope are further apart.
_TOLERANCE: Final = 1e-3
_FEWEST: Final = 10


def totals(table: pd.DataFrame) -> NDArray[np.bool_]:
    """True for rows whose amount is the sum of all other rows of their funder and year.

    A file of fewer than ten grants is left alone: there, one grant may well be half of it.
    """
    keys = [table["funder"], table["year"]]
    amount = table["amount"].fillna(0.0)
    others = amount.groupby(keys).transform("sum") - amount
    many = amount.groupby(keys).transform("size") >= _FEWEST
    near = (amount - others).abs() <= _TOLERANCE * others
    return np.asarray(many & near & (amount > 0))
