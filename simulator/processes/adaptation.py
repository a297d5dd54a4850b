"""P11 — adaptation: sticky, ordered answers to an expected gap; no optimisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.compiled import alike, at, clip, kernel, part
from simulator.processes.production import OVERLOAD_CEILING, QUALITY_CEILING, QUALITY_FLOOR
from simulator.processes.projects import diversify
from simulator.public_money import BEFORE, BLOCK, GRANTS

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
BUSY = 0.9  # use of capacity below which nobody hires; under the normal use of .95 (judgement)
FUNDRAISING_LIMIT = 0.10  # of resources: judgement, keeps the contest from eating the budget
FIRST_YEAR_LOSS = 0.75  # share of a new effort that is not yet productive (first-year ROI 1)


def adapt(model: EssModel) -> None:
    """Attrition, layoffs, hiring, fixed costs, prices, fundraising, new activities."""
    if model.quarter < 0:
        return
    o, values = model.organisations, model.values
    severance = _change_staff(
        o.alive, o.weight, o.gap, model.cash_months, o.staff, o.wage, o.demand, o.capacity,
        o.layoffs, o.overload, o.quality, o.cash, o.restricted, o.overdraft, o.cost_year, o.cost,
        o.equity, values.scalar("layoff_gap_share"), values.scalar("severance_months"),
        values.scalar("hiring_gap"), values.scalar("hiring_cash_months"),
        values.column("gap_tolerance"), values.column("attrition"),
        values.column("stickiness_down"), values.column("layoff_threshold_months"),
        values.column("layoff_rate"), values.column("overdraft_limit"),
        values.column("cash_ceiling_months"), values.column("hiring_cap"),
        values.column("stickiness_up"), values.column("overload_layoff"),
        values.column("quality_layoff"), values.column("decided_layoffs"), o.pace,
    )  # fmt: skip
    model.ledger.record("severance", ORGANISATIONS, HOUSEHOLDS, severance)
    _change_prices_and_effort(
        o.alive, o.gap, model.cash_months, o.fixed_cost, o.price, o.fundraising, o.fundraising_new,
        model.public_money.lines(), o.revenue_year, model.opened,
        values.column("fixed_cost_gap"), values.column("fixed_cost_cut"),
        values.column("gap_tolerance"), values.column("price_cap"), values.column("price_speed"),
        values.column("fundraising_response"), values.column("crowding_effort"), o.pace,
    )  # fmt: skip
    diversify(model)
    _drift(
        o.alive, model.sales, o.revenue_year, o.commercial_base, o.drift_guard, o.failed_calls,
        model.opened, o.drift, values.column("drift_threshold"), values.column("mission_drift"),
        values.column("drift_calls"), values.column("drift_recovery"),
    )  # fmt: skip


@kernel
def _change_staff(
    alive: Flags, weight: Floats, gap: Floats, months: Floats, staff: Floats, wage: Floats,
    demand: Floats, capacity: Floats, layoffs: Floats, overload: Floats, quality: Floats,
    cash: Floats, restricted: Floats, overdraft: Floats, cost_year: Floats, cost: Floats,
    equity: Floats, layoff_gap_share: float, severance_months: float, hiring_gap: float,
    hiring_months: float, tolerance: Floats, attrition: Floats, stickiness_down: Floats,
    layoff_months: Floats, layoff_rate: Floats, overdraft_limit: Floats, ceiling: Floats,
    hiring_cap: Floats, stickiness_up: Floats, overload_layoff: Floats, quality_layoff: Floats,
    decided: Floats, pace: Floats,
) -> float:  # fmt: skip
    """Attrition first, layoffs where cash is short, hiring from surplus; weighted severance."""
    total = 0.0
    bearable, most_leave, down = (
        alike(tolerance, BLOCK), alike(attrition, BLOCK), alike(stickiness_down, BLOCK)
    )  # fmt: skip
    kept, most_hired, up = (
        alike(ceiling, BLOCK), alike(hiring_cap, BLOCK), alike(stickiness_up, BLOCK)
    )  # fmt: skip
    short, wanted = alike(layoff_months, BLOCK), alike(decided, BLOCK)
    left, laid_off, hired = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    pressed, rows = np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.int64)
    for first in range(0, len(alive), BLOCK):
        last = min(first + BLOCK, len(alive))
        here, all_here = slice(first, last), slice(last - first)
        limit = part(tolerance, bearable, first, last)
        _leave(
            left[all_here], gap[here], pace[here], limit, part(attrition, most_leave, first, last),
            part(stickiness_down, down, first, last),
        )  # fmt: skip
        _hire(
            hired[all_here], gap[here], months[here], demand[here], capacity[here], hiring_gap,
            hiring_months, limit, part(ceiling, kept, first, last),
            part(hiring_cap, most_hired, first, last), part(stickiness_up, up, first, last),
        )  # fmt: skip
        _press(
            pressed[all_here], alive[here], gap[here], months[here], limit,
            part(layoff_months, short, first, last), part(decided, wanted, first, last),
        )  # fmt: skip
        layoffs[here], laid_off[:], count = 0.0, 0.0, 0
        for k in range(last - first):
            rows[count] = k
            count += pressed[k]
        for k in rows[:count]:
            i, laid = first + k, at(decided, first + k)
            if months[i] < at(layoff_months, i) and gap[i] > at(tolerance, i):
                laid = max(laid, min(at(layoff_rate, i), layoff_gap_share * gap[i]) * pace[i])
            paid = laid * staff[i] * wage[i] * severance_months / 12.0
            # Who can neither pay the severance nor draw on an overdraft does not lay off in good
            # order.
            room = max(at(overdraft_limit, i) * cost_year[i] - overdraft[i], 0.0)
            if laid > 0.0 and cash[i] - restricted[i] + room > paid:
                layoffs[i] = laid * staff[i]
                cost[i] += paid
                equity[i] -= paid
                cash[i] -= paid
                total += weight[i] * paid
                laid_off[k] = laid
                overload[i] = min(overload[i] + at(overload_layoff, i) * laid, OVERLOAD_CEILING)
                lost = at(quality_layoff, i) * laid
                quality[i] = clip(quality[i] - lost, QUALITY_FLOOR, QUALITY_CEILING)
        _move(staff[here], alive[here], left[all_here], laid_off[all_here], hired[all_here])
    return total


# Functions of their own, or the compiler does not see that what they write overlaps nothing.
@kernel
def _leave(
    left: Floats, gap: Floats, pace: Floats, bearable: Floats, most: Floats, stickiness: Floats
) -> None:
    """Share of staff that is not replaced when it leaves."""
    for i in range(len(left)):
        left[i] = min(most[i], stickiness[i] * max(0.0, gap[i] - bearable[i])) * pace[i]


@kernel
def _hire(
    hired: Floats, gap: Floats, months: Floats, demand: Floats, capacity: Floats, enough_gap: float,
    enough_months: float, bearable: Floats, ceiling: Floats, most: Floats, stickiness: Floats,
) -> None:  # fmt: skip
    """Share of staff that is hired, from a surplus or from cash beyond its ceiling."""
    for i in range(len(hired)):
        rich = max(months[i] - ceiling[i], 0.0) / 12.0
        can = (gap[i] < -enough_gap) & (months[i] > enough_months)
        can |= (rich > 0) & (gap[i] < bearable[i])
        # Nobody hires people whom no demand waits for.
        can &= demand[i] > BUSY * capacity[i]
        surplus = max(-gap[i], 0.0) + 0.25 * min(rich, 0.08)
        hired[i] = min(most[i], stickiness[i] * surplus) if can else 0.0


@kernel
def _press(
    pressed: Flags, alive: Flags, gap: Floats, months: Floats, bearable: Floats, short: Floats,
    decided: Floats,
) -> None:  # fmt: skip
    """Who thinks of layoffs."""
    for i in range(len(pressed)):
        needs = (months[i] < short[i]) & (gap[i] > bearable[i])
        pressed[i] = alive[i] & (needs | (decided[i] > 0.0))


@kernel
def _move(staff: Floats, alive: Flags, left: Floats, laid_off: Floats, hired: Floats) -> None:
    for i in range(len(staff)):
        staff[i] *= max(1.0 - left[i] - laid_off[i] + hired[i], 0.0) if alive[i] else 1.0


@kernel
def _change_prices_and_effort(
    alive: Flags, gap: Floats, months: Floats, fixed_cost: Floats, price: Floats,
    fundraising: Floats, fundraising_new: Floats, money: Floats,
    revenue_year: Floats, opened: Flags, wide_gap: Floats, cut: Floats, tolerance: Floats,
    cap: Floats, speed: Floats, response: Floats, mirror: Floats, pace: Floats,
) -> None:  # fmt: skip
    """In a gap: fixed costs down, prices and fundraising up.

    After a lost grant part of the fundraising effort comes back (mirror of Andreoni & Payne 2011).
    """
    wide, less = alike(wide_gap, BLOCK), alike(cut, BLOCK)
    bearable, most, more = alike(tolerance, BLOCK), alike(cap, BLOCK), alike(speed, BLOCK)
    rows = np.empty(BLOCK, np.int64)
    for first in range(0, len(alive), BLOCK):
        last = min(first + BLOCK, len(alive))
        here = slice(first, last)
        _save(
            fixed_cost[here], alive[here], gap[here], pace[here],
            part(wide_gap, wide, first, last), part(cut, less, first, last),
        )  # fmt: skip
        _raise_prices(
            price[here], alive[here], gap[here], pace[here],
            part(tolerance, bearable, first, last), part(cap, most, first, last),
            part(speed, more, first, last),
        )  # fmt: skip
        _fade(fundraising_new[here], alive[here])
        for k in rows[: _seekers(rows, alive[here], gap[here], fundraising[here])]:
            i = first + k
            added = at(response, i) * fundraising[i] * gap[i] / 4.0
            if opened[i]:
                lost = max(money[BEFORE, i] - money[GRANTS, i], 0.0)
                added += at(mirror, i) * lost * clip(months[i] / 3.0, 0.0, 1.0)
            added = min(added, max(FUNDRAISING_LIMIT * revenue_year[i] - fundraising[i], 0.0))
            fundraising_new[i] += FIRST_YEAR_LOSS * added
            fundraising[i] += added


@kernel
def _save(
    fixed_cost: Floats, alive: Flags, gap: Floats, pace: Floats, wide: Floats, cut: Floats
) -> None:
    for i in range(len(alive)):
        fixed_cost[i] *= 1.0 - cut[i] * pace[i] if alive[i] & (gap[i] > wide[i]) else 1.0


@kernel
def _raise_prices(
    price: Floats, alive: Flags, gap: Floats, pace: Floats, bearable: Floats, cap: Floats,
    speed: Floats,
) -> None:  # fmt: skip
    for i in range(len(alive)):
        dearer = min(price[i] * (1.0 + speed[i] * pace[i]), max(1.0 + cap[i], price[i]))
        price[i] = dearer if alive[i] & (gap[i] > bearable[i]) & (cap[i] > 0) else price[i]


@kernel
def _fade(fundraising_new: Floats, alive: Flags) -> None:
    """Half of what was still new bears now."""
    for i in range(len(alive)):
        fundraising_new[i] *= 0.5 if alive[i] else 1.0


@kernel
def _seekers(found: NDArray[np.int64], alive: Flags, gap: Floats, fundraising: Floats) -> int:
    """Put the rows in a gap that raise funds already first in `found`; their number."""
    count = 0
    for i in range(len(alive)):
        found[count] = i
        count += alive[i] & (gap[i] > 0) & (fundraising[i] > 0)
    return count


@kernel
def _drift(
    alive: Flags, sales: Floats, revenue_year: Floats, commercial_base: Floats, guard: Floats,
    failed_calls: Flags, opened: Flags, drift: Floats, threshold: Floats, pace: Floats,
    chase: Floats, recovery: Floats,
) -> None:  # fmt: skip
    """Mission drift: market share beyond its threshold, failed chases, slow recovery."""
    for i in range(len(alive)):
        if not alive[i]:
            continue
        share = sales[i] / revenue_year[i] if revenue_year[i] > 0 else 0.0
        excess = max(clip(share, 0.0, 1.0) - at(threshold, i), 0.0)
        # Those who lived on the market from the start do not drift by staying where they are.
        excess = min(excess, max(share - commercial_base[i], 0.0))
        change = at(pace, i) * excess * (1.0 - guard[i]) - at(recovery, i) * drift[i]
        chased = at(chase, i) if failed_calls[i] and opened[i] else 0.0
        drift[i] = clip(drift[i] + change / 4.0 + chased, 0.0, 1.0)
