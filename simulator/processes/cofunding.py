"""P3 — co-funding cascade: a funder follows the others out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import FOUNDATIONS
from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import SAFE, at, at_level, clip, kernel, uniform
from simulator.funders import SUBVENTION, rows_with_money
from simulator.open_accounts import DUE, Payers, place_of
from simulator.public_money import BEFORE, BLOCK, GRANTS, LARGEST

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]


def withdraw_cofunding(model: EssModel) -> None:
    """Let funders withdraw where the others' grants have fallen below their tolerance."""
    money = model.public_money
    money.forget()  # funders have decided
    if model.quarter < 0:
        return
    o, values, public = model.organisations, model.values, model.public
    rows, total, total_before, levels, leavers, cuts = _follow(
        o.alive,
        o.grants,
        o.grants_last_year,
        money.lines(),
        o.revenue_year,
        model.mean_top_share,
        o.agreement_years,
        o.withdrew,
        o.foundation_grants,
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
        money.changed(leavers)
        public.cofunding_withdrawn += withdrawn.reshape(public.cofunding_withdrawn.shape)
    _foundations_follow(
        rows,
        total,
        total_before,
        money.lines()[LARGEST],
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
def _follow(
    alive: Flags,
    grants: Floats,
    grants_last_year: Floats,
    money: Floats,
    revenue_year: Floats,
    mean_top_share: float,
    agreement_years: NDArray[np.int8],
    withdrew: Flags,
    foundation_grants: Floats,
    tolerance: Floats,
    odds: Floats,
    uid: Keys,
    keys: Keys,
) -> tuple[Integers, Floats, Floats, Integers, Integers, Floats]:
    """Draw which funders follow the others out: level, row and euros of each cut, the last three.

    A funder bound by no agreement is exposed where what the *others* still give, over what they
    gave last year, is below its tolerance; it takes off its grant as much as they did. The first
    three: rows with foundations whose grants of all levels are below last year's, these grants now
    and before.
    """
    size, everyone = len(alive), grants.shape[0]
    fallen, exposed = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    # Of each funder that may leave: level and row; share that the others keep, odds, draw.
    where, what = np.empty((2, everyone * BLOCK), np.int64), np.empty((3, everyone * BLOCK))
    held, sums = np.empty(size, np.int64), np.empty((2, size))
    count = holding = 0
    for first in range(0, size, BLOCK):
        last = min(first + BLOCK, size)
        total, total_before = money[GRANTS, first:last], money[BEFORE, first:last]
        fell = _fallen(fallen, alive[first:last], total, total_before)
        for k in fallen[:fell]:
            held[holding] = first + k
            sums[0, holding], sums[1, holding] = total[k], total_before[k]
            holding += foundation_grants[first + k] > 0.0
        if count + everyone * fell > where.shape[1]:
            where = np.concatenate((where, np.empty_like(where)), axis=1)
            what = np.concatenate((what, np.empty_like(what)), axis=1)
        for level in range(everyone):
            found = 0
            for k in fallen[:fell]:
                row, own = first + k, grants[level, first + k]
                others_before = total_before[k] - grants_last_year[level, row]
                exposed[found] = k
                # Without dividing: few are near their tolerance.
                near = total[k] - own < SAFE * at(tolerance, row) * others_before
                free = (agreement_years[level, row] == 0) & (not withdrew[level, row])
                found += free & near & (own > 0.0) & (others_before > 1e-6)
            for k in exposed[:found]:
                row, bound = first + k, at(tolerance, first + k)
                others_before = total_before[k] - grants_last_year[level, row]
                kept = clip((total[k] - grants[level, row]) / others_before, 0.0, 1.0)
                rate = 0.5 * at_level(odds, level, row) * ((bound - kept) / bound)
                draw = uniform(keys[level], uid[row])
                where[0, count], where[1, count] = level, row
                what[0, count], what[1, count], what[2, count] = kept, rate, draw
                # Most draws are above the odds of even those who have one funder only.
                count += (kept < bound) & (draw < rate * (1.0 / mean_top_share))
    levels, leavers, cuts = where[0, :count], where[1, :count], np.empty(count)
    gone = 0
    for i in range(count):
        level, row = levels[i], leavers[i]
        levels[gone], leavers[gone] = level, row
        cuts[gone] = grants[level, row] * (1.0 - what[0, i])
        dependence = _dependence(money[LARGEST, row], revenue_year[row], mean_top_share)
        leaves = what[2, i] < what[1, i] * dependence
        withdrew[level, row] |= leaves
        gone += leaves
    now, before = sums[0, :holding], sums[1, :holding]
    return held[:holding], now, before, levels[:gone], leavers[:gone], cuts[:gone]


@kernel
def _fallen(found: Integers, alive: Flags, now: Floats, before: Floats) -> int:
    """Put the rows whose grants are below last year's first in `found`; their number."""
    count = 0
    for i in range(len(alive)):
        found[count] = i
        count += alive[i] & (now[i] < before[i])
    return count


@kernel
def _dependence(largest: float, yearly: float, mean_top_share: float) -> float:
    """Largest public funder's share of yearly resources, over the mean share of 2025."""
    return clip(largest / yearly, 0.0, 1.0) / mean_top_share if yearly > 0.0 else 0.0


@kernel
def _give_up(
    row: int, level: int, share: float, first: Integers, many: Integers, payer: Payers,
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
    payer: Payers,
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
    limited = _limit(
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
    model.public_money.changed(limited)


@kernel
def _limit(
    rate: Floats,
    revenue_year: Floats,
    grants: Floats,
    calls: Floats,
    first: Integers,
    many: Integers,
    payer: Payers,
    euros: Floats,
    weight: Floats,
    cell: Integers,
    returned: Floats,
) -> Integers:
    """Take off awards what exceeds their largest rate, and give back what has not accrued of it.

    Returns the rows that lose any; once for each level.
    """
    holders, limited, count = np.empty(len(cell), np.int64), np.empty(calls.size, np.int64), 0
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
                limited[count] = row
                count += 1
    return limited[:count]


@kernel
def _foundations_follow(
    rows: Integers,
    total: Floats,
    total_before: Floats,
    largest: Floats,
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
        rate, draw = 0.5 * at(odds, row) * ((bound - kept) / bound), uniform(key, uid[row])
        if kept >= bound or withdrew[row] or draw >= rate * (1.0 / mean_top_share):
            continue
        if draw < rate * _dependence(largest[row], revenue_year[row], mean_top_share):
            withdrew[row] = True
            foundation_grants[row] *= kept
