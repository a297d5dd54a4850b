"""Weighted medians of the months of cash, for every group of every dimension at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    N_CELLS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
)
from simulator.compiled import kernel
from simulator.record_dimensions import N_SIMPLE, SIMPLE_GROUPS, starts
from simulator.record_places import N_AGES, N_FINE, N_GROUPS, N_PROFILES

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Places = NDArray[np.int16]
Table = NDArray[np.uint16]
Bins = NDArray[np.uint16]
# Half of the bins of months lie within `_SPREAD` of `_USUAL`.
_USUAL, _SPREAD = 5.0, 3.0
# Where crossings have b bins, simple dimensions, whose groups hold many rows, have this times b.
_FINER: Final = 4
_FEW: Final = 40  # amounts up to which an insertion sort is the fastest
# Dimensions laid end to end, and how many groups each has; crossings come last.
_CROSSED_GROUPS: Final = {
    "region_sector": N_CELLS, "region_size": N_REGIONS * N_SIZES,
    "sector_size": N_SECTORS * N_SIZES, "region_sector_size": N_FINE,
}  # fmt: skip
_ALL, _REGION, _SECTOR, _SIZE, _FORM, _PROFILE, _AGE = starts(SIMPLE_GROUPS)
_, _REGION_SIZE, _SECTOR_SIZE, _FINEST = starts(_CROSSED_GROUPS)
_CROSSED: Final = sum(_CROSSED_GROUPS.values())
_GROUPS: Final = {**SIMPLE_GROUPS, **_CROSSED_GROUPS}
PLACES: Final = {
    name: slice(start, start + _GROUPS[name])
    for name, start in zip(_GROUPS, starts(_GROUPS), strict=True)
}
# A cumulated weight this close below half of the total is half of it, up to rounding.
_HALF: Final = 0.5 * (1.0 - 1e-12)


def _table(*columns: NDArray[np.int64]) -> Table:
    return np.stack(columns, axis=1).astype(np.uint16)


# Groups of each place of the two grids, in every dimension that the grid tells: (places, its
# dimensions).
_FINE_PLACE, _OTHER_PLACE = np.arange(N_FINE), np.arange(N_GROUPS - N_FINE)
_CELL, _SIZE_CLASS = np.divmod(_FINE_PLACE, N_SIZES)
_REGION_CODE, _SECTOR_CODE = np.divmod(_CELL, N_SECTORS)
_SIMPLE_OF_FINE: Final = _table(
    _ALL + 0 * _CELL, _REGION + _REGION_CODE, _SECTOR + _SECTOR_CODE, _SIZE + _SIZE_CLASS
)
_SIMPLE_OF_OTHER: Final = _table(
    _FORM + _OTHER_PLACE // (N_PROFILES * N_AGES),
    _PROFILE + _OTHER_PLACE // N_AGES % N_PROFILES,
    _AGE + _OTHER_PLACE % N_AGES,
)
_CROSSED_OF_FINE: Final = _table(
    _CELL, _REGION_SIZE + _REGION_CODE * N_SIZES + _SIZE_CLASS,
    _SECTOR_SIZE + _SECTOR_CODE * N_SIZES + _SIZE_CLASS, _FINEST + _FINE_PLACE,
)  # fmt: skip
_NO_OTHER: Final = np.empty((N_GROUPS - N_FINE, 0), np.uint16)


def cash_medians(model: EssModel, fine: Places, other: Places, *, crossings: bool) -> Floats:
    """Weighted median months of cash of all groups, NaN where one is empty; `PLACES` cuts them up.

    `fine`, `other`: group of every row in each grid (see `record_sums.sum_rows`); free rows are in
    none and hold −1. Crossings only where asked.
    """
    rows = (model.cash_months, model.organisations.weight, fine, other)
    # More bins take longer to go through, fewer leave more to sort.
    bins = min(max(int(math.sqrt(len(fine) / 10.0)), 8), 512)
    found = _medians(*rows, _SIMPLE_OF_FINE, _SIMPLE_OF_OTHER, N_SIMPLE, _FINER * bins)
    if not crossings:
        return found
    crossed = _medians(*rows, _CROSSED_OF_FINE, _NO_OTHER, _CROSSED, bins)
    return np.concatenate([found, crossed])


@kernel
def _medians(
    months: Floats, weight: Floats, fine: Places, other: Places, of_fine: Table, of_other: Table,
    count: int, bins: int,
) -> Floats:  # fmt: skip
    """Weighted median of each group: the first amount, in rising order, that half of the weight
    does not exceed.

    One pass finds the bin of months that holds each median; only what lies in it is sorted.
    `of_fine`, `of_other`: groups of each place of a grid, (places, dimensions).
    """
    bin_ = np.empty(len(weight), np.uint16)
    _find_bins(bin_, months, bins)
    held = np.zeros((count, bins + 1))
    for i in range(len(weight)):
        if fine[i] >= 0:
            b, w = bin_[i], weight[i]
            place, second = np.uint64(fine[i]), np.uint64(other[i] - N_FINE)
            for d in range(of_fine.shape[1]):
                held[of_fine[place, d], b] += w
            for d in range(of_other.shape[1]):
                held[of_other[second, d], b] += w
    median, missing = _bins_of_medians(held)
    near = _rows_near(bin_, fine, median, bins)
    # What lies in the bin of a median: its row and its group. Written always, counted if it does:
    # a branch would be guessed wrongly too often.
    most = len(near) * (of_fine.shape[1] + of_other.shape[1]) + 1
    row, group, n = np.empty(most, np.uint32), np.empty(most, np.uint16), np.uint64(0)
    for i in near:
        b, place, second = bin_[i], np.uint64(fine[i]), np.uint64(other[i] - N_FINE)
        for d in range(of_fine.shape[1]):
            g = of_fine[place, d]
            row[n], group[n] = i, g
            n += np.uint64(median[g] == b)
        for d in range(of_other.shape[1]):
            g = of_other[second, d]
            row[n], group[n] = i, g
            n += np.uint64(median[g] == b)
    first = np.zeros(count + 1, np.int64)
    for k in range(n):
        first[group[k] + 1] += 1
    for g in range(count):
        first[g + 1] += first[g]
    amount, heavy, filled = np.empty(n), np.empty(n), first.copy()
    for k in range(n):
        end = filled[group[k]]
        amount[end], heavy[end] = months[row[k]], weight[row[k]]
        filled[group[k]] += 1
    found = np.full(count, np.nan)
    for g in range(count):
        here, weights = amount[first[g] : first[g + 1]], heavy[first[g] : first[g + 1]]
        found[g] = _first_to_reach(here, weights, missing[g])
    return found


@kernel
def _find_bins(bin_: Bins, months: Floats, bins: int) -> None:
    """Bin of every amount: bins rise with it, finest where most medians are."""
    for i in range(len(months)):
        away = months[i] - _USUAL
        bin_[i] = np.int32(0.5 * bins * (1.0 + away / (_SPREAD + abs(away))))


@kernel
def _bins_of_medians(held: Floats) -> tuple[Bins, Floats]:
    """Bin of each group's median, one that does not exist if it holds nothing, and the weight
    still missing to half where the bin begins. `held`: weight by group and bin."""
    count, bins = held.shape
    median, missing = np.full(count, bins, np.uint16), np.zeros(count)
    for g in range(count):
        half = _HALF * held[g].sum()
        if half > 0.0:
            reached, b = 0.0, 0
            while b < bins - 1 and reached + held[g, b] < half:
                reached += held[g, b]
                b += 1
            median[g], missing[g] = b, half - reached
    return median, missing


@kernel
def _rows_near(bin_: Bins, fine: Places, median: Bins, bins: int) -> NDArray[np.uint32]:
    """Living rows whose bin holds the median of some group."""
    wanted = np.zeros(bins + 2, np.bool_)
    for b in median:
        wanted[b] = True
    near, n = np.empty(len(bin_) + 1, np.uint32), 0
    for i in range(len(bin_)):
        near[n] = i
        n += (fine[i] >= 0) & wanted[bin_[i]]
    return near[:n]


@kernel
def _first_to_reach(amount: Floats, weight: Floats, wanted: float) -> float:
    """The amount, in rising order, at which the weight reaches what is wanted; NaN without any.

    The order of both changes where they are few.
    """
    if len(amount) > _FEW:
        order = np.argsort(amount)
        amount, weight = amount[order], weight[order]
    else:
        for k in range(1, len(amount)):
            value, heavy, place = amount[k], weight[k], k
            while place > 0 and amount[place - 1] > value:
                amount[place], weight[place] = amount[place - 1], weight[place - 1]
                place -= 1
            amount[place], weight[place] = value, heavy
    reached, found = 0.0, np.nan
    for k in range(len(amount)):
        reached += weight[k]
        found = amount[k]
        if reached >= wanted:
            break
    return found
