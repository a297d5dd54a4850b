"""Public money of the rows, all funder levels together, a block of rows at a time.

Kernels that need it take it in blocks: four columns of a few thousand rows read one after the other
stream from memory; twenty-four columns read side by side, a row at a time, wait for it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import kernel

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
BLOCK: Final = 2048  # rows
LONG_BLOCK: Final = 8192  # the longer the run of a column, the faster it comes from memory
# Numbers from one line of `describe_public` to the next. Not a power of two: a processor takes
# addresses that are equal in their last twelve bits for one and the same until it knows better.
APART: Final = BLOCK + 72
AGREED, AWARDED, GIVEN, LARGEST = range(4)  # lines of `describe_public`


@kernel
def add_public(
    total: Floats, first: int, grants: Floats, calls: Floats, contracts: Floats, tariffs: Floats
) -> None:
    """Add what all levels give a year, (6, rows), to `total`, of as many rows, from `first` on."""
    last = min(first + len(total), grants.shape[1])
    for level in range(grants.shape[0]):
        _add_level(
            total[: last - first], grants[level, first:last], calls[level, first:last],
            contracts[level, first:last], tariffs[level, first:last],
        )  # fmt: skip


@kernel
def sum_levels(total: Floats, first: int, last: int, money: Floats) -> None:
    """Put what all levels give, (6, rows), to the rows from `first` to `last` into `total`."""
    here = slice(first, last)
    _add_up(
        total, money[0, here], money[1, here], money[2, here], money[3, here], money[4, here],
        money[5, here],
    )  # fmt: skip


@kernel
def describe_public(
    money: Floats, first: int, grants: Floats, calls: Floats, contracts: Floats, tariffs: Floats,
    agreement_years: Codes,
) -> None:  # fmt: skip
    """Put into `money`, (4, APART), of the rows from `first` on: grants under agreement, grants and
    awards of calls, all that levels give in a year, and what the largest of them gives."""
    last = min(first + BLOCK, grants.shape[1])
    money[:] = 0.0
    for level in range(grants.shape[0]):
        _describe_level(
            money.reshape(-1), grants[level, first:last], calls[level, first:last],
            contracts[level, first:last], tariffs[level, first:last],
            agreement_years[level, first:last],
        )  # fmt: skip


# Functions of their own, or the compiler does not see that what they write overlaps nothing.
@kernel
def _add_level(
    total: Floats, grants: Floats, calls: Floats, contracts: Floats, tariffs: Floats
) -> None:
    for i in range(len(total)):
        total[i] += grants[i] + calls[i] + contracts[i] + tariffs[i]


@kernel
def _add_up(
    total: Floats, one: Floats, two: Floats, three: Floats, four: Floats, five: Floats, six: Floats
) -> None:
    for i in range(len(one)):
        total[i] = 0.0 + one[i] + two[i] + three[i] + four[i] + five[i] + six[i]


@kernel
def _describe_level(
    money: Floats, grants: Floats, calls: Floats, contracts: Floats, tariffs: Floats, years: Codes
) -> None:
    # One array for all that is written: the compiler then has few overlaps to rule out.
    for i in range(len(grants)):
        public = grants[i] + calls[i] + contracts[i] + tariffs[i]
        money[AGREED * APART + i] += grants[i] if years[i] > 0 else 0.0
        money[AWARDED * APART + i] += grants[i] + calls[i]
        money[GIVEN * APART + i] += public
        money[LARGEST * APART + i] = max(money[LARGEST * APART + i], public)
