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
from simulator.record_dimensions import N_SIMPLE, SIMPLE_GROUPS, starts
from simulator.record_sums import N_FINE

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Places = NDArray[np.int16]
# Bins of months, for groups of many rows and of few; half of them lie within `_SPREAD` of `_USUAL`.
_BINS, _FEW_BINS = 256, 32
_USUAL, _SPREAD = 5.0, 3.0
_FEW: Final = 40  # amounts up to which an insertion sort is the fastest
_N_PROFILES, _N_AGES = len(FUNDING_PROFILES), len(AGE_CLASSES)
# Dimensions laid end to end, and how many groups each has; crossings come last.
_CROSSED_GROUPS: Final = {
    "region_sector": N_CELLS, "region_size": N_REGIONS * N_SIZES,
    "sector_size": N_SECTORS * N_SIZES, "region_sector_size": N_FINE,
}  # fmt: skip
_SIMPLE: Final = len(SIMPLE_GROUPS)
_, _REGION, _SECTOR, _SIZE, _FORM, _PROFILE, _AGE = starts(SIMPLE_GROUPS)
_, _REGION_SIZE, _SECTOR_SIZE, _FINEST = starts(_CROSSED_GROUPS)
_CROSSED: Final = sum(_CROSSED_GROUPS.values())
_GROUPS: Final = {**SIMPLE_GROUPS, **_CROSSED_GROUPS}
PLACES: Final = {
    name: slice(start, start + _GROUPS[name])
    for name, start in zip(_GROUPS, starts(_GROUPS), strict=True)
}
# A cumulated weight this close below half of the total is half of it, up to rounding.
_HALF: Final = 0.5 * (1.0 - 1e-12)


def cash_medians(model: EssModel, fine: Places, other: Places, *, crossings: bool) -> Floats:
    """Weighted median months of cash of all groups, NaN where one is empty; `PLACES` cuts them up.

    `fine`, `other`: group of every row in each grid (see `record_sums.sum_rows`); free rows are in
    none and hold −1. Crossings only where asked.
    """
    months, weight = model.cash_months, model.organisations.weight
    found = _medians(months, weight, _simple_groups(fine, other), N_SIMPLE, _BINS)
    if not crossings:
        return found
    crossed = _medians(months, weight, _crossed_groups(fine), _CROSSED, _FEW_BINS)
    return np.concatenate([found, crossed])


@kernel
def _simple_groups(fine: Places, other: Places) -> Places:
    """Group of every row in each simple dimension, all laid end to end: (rows, 7)."""
    groups = np.empty((len(fine), _SIMPLE), np.int16)
    for i in range(len(fine)):
        if fine[i] < 0:
            groups[i] = -1
            continue
        cell, size, rest = int(fine[i]) // N_SIZES, int(fine[i]) % N_SIZES, int(other[i]) - N_FINE
        groups[i, 0] = 0
        groups[i, 1] = _REGION + cell // N_SECTORS
        groups[i, 2] = _SECTOR + cell % N_SECTORS
        groups[i, 3] = _SIZE + size
        groups[i, 4] = _FORM + rest // (_N_PROFILES * _N_AGES)
        groups[i, 5] = _PROFILE + rest // _N_AGES % _N_PROFILES
        groups[i, 6] = _AGE + rest % _N_AGES
    return groups


@kernel
def _crossed_groups(fine: Places) -> Places:
    """The same for the crossings: (rows, 4)."""
    groups = np.empty((len(fine), 4), np.int16)
    for i in range(len(fine)):
        if fine[i] < 0:
            groups[i] = -1
            continue
        cell, size = int(fine[i]) // N_SIZES, int(fine[i]) % N_SIZES
        groups[i, 0] = cell
        groups[i, 1] = _REGION_SIZE + cell // N_SECTORS * N_SIZES + size
        groups[i, 2] = _SECTOR_SIZE + cell % N_SECTORS * N_SIZES + size
        groups[i, 3] = _FINEST + fine[i]
    return groups


@kernel
def _medians(months: Floats, weight: Floats, groups: Places, count: int, bins: int) -> Floats:
    """Weighted median of each group: the first amount, in rising order, that half of the weight
    does not exceed.

    One pass finds the bin of months that holds each median; only what lies in it is sorted.
    """
    dimensions = groups.shape[1]
    held = np.zeros((count, bins + 1))
    bin_ = np.empty(len(weight), np.int16)
    for i in range(len(weight)):
        if groups[i, 0] >= 0:
            # Bins rise with the amount, finest where most medians are.
            away = months[i] - _USUAL
            b = int(0.5 * bins * (1.0 + away / (_SPREAD + abs(away))))
            bin_[i] = b
            for d in range(dimensions):
                held[groups[i, d], b] += weight[i]
    # Bin of each median, and the weight still missing to half where it begins.
    median, missing = np.full(count, -1, np.int64), np.zeros(count)
    wanted = np.zeros(bins + 1, np.bool_)
    for g in range(count):
        half = _HALF * held[g].sum()
        if half > 0.0:
            reached, b = 0.0, 0
            while b < bins and reached + held[g, b] < half:
                reached += held[g, b]
                b += 1
            median[g], missing[g], wanted[b] = b, half - reached, True
    near, found_near = np.empty(len(weight), np.int64), 0
    first = np.zeros(count + 1, np.int64)
    for i in range(len(weight)):
        if groups[i, 0] >= 0 and wanted[bin_[i]]:
            near[found_near] = i
            found_near += 1
            for d in range(dimensions):
                first[groups[i, d] + 1] += median[groups[i, d]] == bin_[i]
    for g in range(count):
        first[g + 1] += first[g]
    amount, heavy, filled = np.empty(first[-1]), np.empty(first[-1]), first.copy()
    for i in near[:found_near]:
        for d in range(dimensions):
            g = groups[i, d]
            if median[g] == bin_[i]:
                amount[filled[g]], heavy[filled[g]] = months[i], weight[i]
                filled[g] += 1
    found = np.full(count, np.nan)
    for g in range(count):
        here, weights = amount[first[g] : first[g + 1]], heavy[first[g] : first[g + 1]]
        found[g] = _first_to_reach(here, weights, missing[g])
    return found


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
