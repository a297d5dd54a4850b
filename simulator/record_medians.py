"""Weighted medians of the months of cash, for every group of every dimension at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    AGE_CLASSES,
    FUNDING_PROFILES,
    N_CELLS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
)
from simulator.compiled import kernel
from simulator.record_sums import N_FINE, SIMPLE_GROUPS

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Places = NDArray[np.int16]
Flags = NDArray[np.bool_]
_STEPS, _SPREAD = 32_767.0, 8.0  # keys on each side of zero; months that take half of them
_N_PROFILES, _N_AGES = len(FUNDING_PROFILES), len(AGE_CLASSES)
# Dimensions laid end to end, and how many groups each has; crossings come last.
_GROUPS: Final = {
    **SIMPLE_GROUPS, "region_sector": N_CELLS, "region_size": N_REGIONS * N_SIZES,
    "sector_size": N_SECTORS * N_SIZES, "region_sector_size": N_FINE,
}  # fmt: skip
_SIMPLE: Final = len(SIMPLE_GROUPS)
_STARTS: Final = np.concatenate([[0], np.cumsum(list(_GROUPS.values()))])
PLACES: Final = {
    name: slice(int(_STARTS[i]), int(_STARTS[i + 1])) for i, name in enumerate(_GROUPS)
}
# A cumulated weight this close below half of the total is half of it, up to rounding.
_HALF: Final = 0.5 * (1.0 - 1e-12)


def cash_medians(model: EssModel, fine: Places, other: Places, *, crossings: bool) -> Floats:
    """Weighted median months of cash of all groups, NaN where one is empty; `PLACES` cuts them up.

    `fine`, `other`: group of every row in each grid (see `record_sums.sum_rows`). Crossings only
    where asked.
    """
    ranked = ranked_rows(model.organisations.alive, model.cash_months)
    dimensions = len(_GROUPS) if crossings else _SIMPLE
    return _medians(
        ranked, model.cash_months, model.organisations.weight, fine, other, _STARTS, dimensions
    )


def ranked_rows(alive: Flags, amount: Floats) -> NDArray[np.int64]:
    """Living rows by rising amount: a radix sort of 16-bit keys, then exact inside each key."""
    rows, keys = _keys(alive, amount)
    order = np.argsort(keys, kind="stable")
    ranked = rows[order]
    _insert(ranked, amount)
    return ranked


@kernel
def _keys(alive: Flags, amount: Floats) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Living rows, and keys that rise with the amount, finest around zero."""
    rows, keys = np.empty(len(alive), np.int64), np.empty(len(alive), np.int16)
    count = 0
    for i in range(len(alive)):
        if alive[i]:
            rows[count] = i
            keys[count] = np.int16(_STEPS * amount[i] / (_SPREAD + abs(amount[i])))
            count += 1
    return rows[:count], keys[:count]


@kernel
def _insert(ranked: NDArray[np.int64], amount: Floats) -> None:
    """Insertion sort in place: one pass where all but neighbours stand in order."""
    for k in range(1, len(ranked)):
        row = ranked[k]
        value, place = amount[row], k
        while place > 0 and amount[ranked[place - 1]] > value:
            ranked[place] = ranked[place - 1]
            place -= 1
        ranked[place] = row


@kernel
def _groups_of(fine: int, other: int, starts: NDArray[np.int64], into: NDArray[np.int64]) -> None:
    """Position of a row in every dimension, the dimensions being laid end to end."""
    cell, size, rest = fine // N_SIZES, fine % N_SIZES, other - N_FINE
    region, sector = cell // N_SECTORS, cell % N_SECTORS
    into[0] = 0
    into[1] = region
    into[2] = sector
    into[3] = size
    into[4] = rest // (_N_PROFILES * _N_AGES)
    into[5] = rest // _N_AGES % _N_PROFILES
    into[6] = rest % _N_AGES
    into[7] = cell
    into[8] = region * N_SIZES + size
    into[9] = sector * N_SIZES + size
    into[10] = fine
    for d in range(len(into)):
        into[d] += starts[d]


@kernel
def _medians(
    ranked: NDArray[np.int64], months: Floats, weight: Floats, fine: Places, other: Places,
    starts: NDArray[np.int64], dimensions: int,
) -> Floats:  # fmt: skip
    groups = starts[dimensions]
    half, reached = np.zeros(groups), np.zeros(groups)
    found = np.full(groups, np.nan)
    at = np.empty(len(starts) - 1, np.int64)
    for i in range(len(weight)):
        if fine[i] >= 0:
            _groups_of(int(fine[i]), int(other[i]), starts, at)
            for d in range(dimensions):
                half[at[d]] += _HALF * weight[i]
    for i in ranked:
        _groups_of(int(fine[i]), int(other[i]), starts, at)
        for d in range(dimensions):
            g = at[d]
            if reached[g] < half[g]:
                reached[g] += weight[i]
                if reached[g] >= half[g]:
                    found[g] = months[i]
    return found
