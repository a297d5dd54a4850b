"""P3 — co-funding cascade: a funder follows the others out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import FOUNDATIONS
from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import at, at_level, clip, kernel, uniform
from simulator.funders import SUBVENTION, rows_with_money
from simulator.open_accounts import DUE, place_of

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]


def withdraw_cofunding(model: EssModel) -> None:
    """Let funders withdraw where the others' grants have fallen below their tolerance."""
    if model.quarter < 0:
        return
    o, values, public = model.organisations, model.values, model.public
    rows, total, total_before = _fallen(o.alive, o.grants, o.grants_last_year)
    levels, leavers, cuts = _follow(
        rows,
        total,
        total_before,
        o.grants,
        o.grants_last_year,
        o.calls,
        o.contracts,
        o.tariffs,
        o.revenue_year,
        model.mean_top_share,
        o.agreement_years,
        o.withdrew,
        values.column("cofunding_tolerance"),
        values.level_table("cofunding_withdrawal_public"),
        o.uid,
        model.draws.words("cofunder leaves", model.quarter, N_LEVELS),
    )
    if (public.late == model.quarter % 4).any():
        _limit_matched_awards(model)
    if len(cuts):
        accounts = public.accounts
        returned, withdrawn = np.zeros((N_LEVELS, N_CELLS)), np.zeros((N_LEVELS, N_CELLS))
        _take_off(
            levels,
            leavers,
            cuts,
            o.grants,
            o.calls,
            accounts.first,
            accounts.many,
            accounts.payer,
            accounts.euros,
            o.weight,
            o.cell,
            returned,
            withdrawn,
        )
        _give_back(model, returned)
        public.cofunding_withdrawn += withdrawn.reshape(public.cofunding_withdrawn.shape)
    _foundations_follow(
        rows,
        total,
        total_before,
        o.grants,
        o.calls,
        o.contracts,
        o.tariffs,
        o.revenue_year,
        model.mean_top_share,
        o.withdrew_private,
        o.foundation_grants,
        values.column("cofunding_tolerance"),
        values.column("cofunding_withdrawal_private"),
        o.uid,
        model.draws.word(f"{FOUNDATIONS} leave", model.quarter),
    )


def _give_back(model: EssModel, returned: Floats) -> None:
    """Notified money that goes back to its nodes, (6, 180), is unallocated again."""
    public = model.public
    grid = returned.reshape(public.late.shape)
    public.notified[SUBVENTION] -= grid
    public.unallocated[SUBVENTION] += grid


@kernel
def _fallen(alive: Flags, now: Floats, before: Floats) -> tuple[Integers, Floats, Floats]:
    """Rows whose grants of all levels are below last year's: row, total now, total before."""
    total, total_before = np.zeros(len(alive)), np.zeros(len(alive))
    for level in range(now.shape[0]):
        for row in range(len(alive)):
            total[row] += now[level, row]
            total_before[row] += before[level, row]
    rows = np.empty(len(alive), np.int64)
    count = 0
    for row in range(len(alive)):
        rows[count] = row
        count += alive[row] & (total[row] < total_before[row])
    rows = rows[:count]
    return rows, total[rows], total_before[rows]


@kernel
def _dependence(
    row: int,
    grants: Floats,
    calls: Floats,
    contracts: Floats,
    tariffs: Floats,
    revenue_year: Floats,
    mean_top_share: float,
) -> float:
    """Largest public funder's share of a row's yearly resources, over the mean share of 2025."""
    if revenue_year[row] <= 0.0:
        return 0.0
    largest = 0.0
    for level in range(grants.shape[0]):
        money = grants[level, row] + calls[level, row] + contracts[level, row] + tariffs[level, row]
        largest = max(largest, money)
    return clip(largest / revenue_year[row], 0.0, 1.0) / mean_top_share


@kernel
def _follow(
    rows: Integers,
    total: Floats,
    total_before: Floats,
    grants: Floats,
    grants_last_year: Floats,
    calls: Floats,
    contracts: Floats,
    tariffs: Floats,
    revenue_year: Floats,
    mean_top_share: float,
    agreement_years: NDArray[np.int8],
    withdrew: Flags,
    tolerance: Floats,
    odds: Floats,
    uid: Keys,
    keys: Keys,
) -> tuple[Integers, Integers, Floats]:
    """Draw which funders follow the others out: level, row and euros of each cut.

    A funder bound by no agreement is exposed where what the *others* still give, over what they
    gave last year, is below its tolerance; it takes off its grant as much as they did.
    """
    most = grants.shape[0] * len(rows)
    levels, leavers, cuts = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
    exposed, kept = np.empty(len(rows) + 1, np.int64), np.empty(len(rows))
    count = 0
    for level in range(grants.shape[0]):
        found = 0
        for i in range(len(rows)):
            row, own = rows[i], grants[level, rows[i]]
            others_before = total_before[i] - grants_last_year[level, row]
            share = clip((total[i] - own) / max(others_before, 1e-6), 0.0, 1.0)
            kept[i] = share if others_before > 1e-6 else 1.0
            exposed[found] = i
            free = (agreement_years[level, row] == 0) & (not withdrew[level, row])
            found += free & (own > 0.0) & (kept[i] < at(tolerance, row))
        for i in exposed[:found]:
            row, draw = rows[i], uniform(keys[level], uid[rows[i]])
            shortfall = (at(tolerance, row) - kept[i]) / at(tolerance, row)
            rate = 0.5 * at_level(odds, level, row) * shortfall
            # Most draws are above the odds of even those who have one funder only.
            if draw >= rate * (1.0 / mean_top_share):
                continue
            if draw < rate * _dependence(
                row, grants, calls, contracts, tariffs, revenue_year, mean_top_share
            ):
                withdrew[level, row] = True
                cut = grants[level, row] * (1.0 - kept[i])
                levels[count], leavers[count], cuts[count] = level, row, cut
                count += 1
    return levels[:count], leavers[:count], cuts[:count]


@kernel
def _give_up(
    row: int, level: int, share: float, first: Integers, many: Integers, payer: Integers,
    euros: Floats,
) -> float:  # fmt: skip
    """Take a share off what a level has promised a row in grants; returns it, euros."""
    place = place_of(row, SUBVENTION * N_LEVELS + level, first, many, payer)
    part = share * euros[place, DUE] if place >= 0 else 0.0
    if place >= 0:
        euros[place, DUE] -= part
    return part


@kernel
def _take_off(
    levels: Integers,
    rows: Integers,
    cuts: Floats,
    grants: Floats,
    calls: Floats,
    first: Integers,
    many: Integers,
    payer: Integers,
    euros: Floats,
    weight: Floats,
    cell: Integers,
    returned: Floats,
    withdrawn: Floats,
) -> None:
    """Take the cuts off the base, and give the part not yet accrued back to the node, (6, 180)."""
    for i in range(len(rows)):
        level, row = levels[i], rows[i]
        node = level, cell[row]
        year = max(grants[level, row] + calls[level, row], 1e-9)
        part = _give_up(row, level, cuts[i] / year, first, many, payer, euros)
        grants[level, row] -= cuts[i]
        returned[node] += weight[row] * part
        withdrawn[node] += weight[row] * cuts[i]


def _limit_matched_awards(model: EssModel) -> None:
    """Matched grants: a call award is at most τ/(1−τ) of the other resources."""
    o, accounts = model.organisations, model.public.accounts
    returned = np.zeros((N_LEVELS, N_CELLS))
    _limit(
        np.minimum(model.values.level_table("cofunding_max_rate"), 0.99),
        o.revenue_year,
        o.grants,
        o.calls,
        accounts.first,
        accounts.many,
        accounts.payer,
        accounts.euros,
        o.weight,
        o.cell,
        returned,
    )
    _give_back(model, returned)


@kernel
def _limit(
    rate: Floats,
    revenue_year: Floats,
    grants: Floats,
    calls: Floats,
    first: Integers,
    many: Integers,
    payer: Integers,
    euros: Floats,
    weight: Floats,
    cell: Integers,
    returned: Floats,
) -> None:
    """Take off awards what exceeds their largest rate, and give back what has not accrued of it."""
    holders = np.empty(len(cell), np.int64)
    for level in range(calls.shape[0]):
        for i in range(rows_with_money(calls[level : level + 1], holders)):
            row = holders[i]
            other = max(revenue_year[row] - calls[level, row], 0.0)
            largest = at_level(rate, level, row) / (1.0 - at_level(rate, level, row)) * other
            excess = calls[level, row] - largest
            if excess > 0.0:
                calls[level, row] -= excess
                year = max(grants[level, row] + calls[level, row] + excess, 1e-9)
                part = _give_up(row, level, excess / year, first, many, payer, euros)
                returned[level, cell[row]] += weight[row] * part


@kernel
def _foundations_follow(
    rows: Integers,
    total: Floats,
    total_before: Floats,
    grants: Floats,
    calls: Floats,
    contracts: Floats,
    tariffs: Floats,
    revenue_year: Floats,
    mean_top_share: float,
    withdrew: Flags,
    foundation_grants: Floats,
    tolerance: Floats,
    odds: Floats,
    uid: Keys,
    key: np.uint64,
) -> None:
    """Foundations follow public funders out by the same rule; the euros stay in their pools."""
    for i in range(len(rows)):
        row = rows[i]
        bound = at(tolerance, row)
        kept = clip(total[i] / total_before[i], 0.0, 1.0) if total_before[i] > 1e-6 else 1.0
        if kept >= bound or foundation_grants[row] <= 0.0 or withdrew[row]:
            continue
        shortfall = (bound - kept) / bound
        dependence = _dependence(
            row, grants, calls, contracts, tariffs, revenue_year, mean_top_share
        )
        if uniform(key, uid[row]) < 0.5 * at(odds, row) * shortfall * dependence:
            withdrew[row] = True
            foundation_grants[row] *= kept
