"""P12 — mutualisation and merger."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import N_CELLS
from simulator.compiled import SAFE, at, draw_all, kernel, uniform
from simulator.processes.absorption import absorb
from simulator.processes.departures import leave
from simulator.processes.matching import best_partners, has_tie
from simulator.ranking import drawn_order

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]
MUTUAL_GAP = 0.0  # expected gap above which organisations pool services (judgement)


def cooperate(model: EssModel) -> None:
    """Organisations pool services, or join a healthier neighbour."""
    if model.quarter < 0:
        return
    _collect_savings(model)
    _mutualise(model)
    _merge(model)


def _collect_savings(model: EssModel) -> None:
    """Savings of mergers come in equal parts; those of pooling at once, where it works."""
    o, values = model.organisations, model.values
    rows = np.flatnonzero(o.saving_quarters | o.mutual_clock)
    collect(
        rows, o.uid, o.fixed_cost, o.saving_left, o.saving_quarters, o.mutual_clock,
        values.scalar("mutualisation_success"), values.scalar("mutualisation_saving"),
        model.draws.word("mutual works", model.quarter),
    )  # fmt: skip


@kernel
def collect(
    rows: Rows, uid: Identities, fixed_cost: Floats, saving_left: Floats, saving_quarters: Codes,
    mutual_clock: Codes, success: float, saving: float, key: np.uint64,
) -> None:  # fmt: skip
    """Fixed costs fall by what mergers save this quarter, and by pooling that now pays off."""
    for i in rows:
        if saving_quarters[i] > 0:
            fixed_cost[i] = max(fixed_cost[i] - saving_left[i], 0.1 * fixed_cost[i])
            saving_quarters[i] -= 1
        if mutual_clock[i] > 0:
            if mutual_clock[i] == 1 and uniform(key, uid[i]) < success:
                fixed_cost[i] *= 1.0 - saving
            mutual_clock[i] -= 1


def _mutualise(model: EssModel) -> None:
    """Pairs of one cell pool services: a cost now, an uncertain saving after 2–4 quarters."""
    o, values, draws, quarter = model.organisations, model.values, model.draws, model.quarter
    members, cost = pool_services(
        o.uid, o.alive, o.cell, o.gap, o.tie_x, o.tie_y, o.mutual_group,
        o.mutual_clock, o.revenue_year, o.openness, model.population.tie_radius.ravel(),
        values.column("mutualisation_rate"), values.scalar("merger_tie_factor"),
        values.scalar("mutualisation_cost"), draws.word("mutual order", quarter),
        draws.word("mutualise", quarter), draws.word("mutual wait", quarter),
    )  # fmt: skip
    if not len(members):
        return
    total = o.spend_some(members, cost)
    model.ledger.record("mutualisation_cost", ORGANISATIONS, SUPPLIERS, total)
    for programme, amount, share in model.programmes.active("mutualisation_subsidy"):
        budget = amount + share * model.public.voted[0].sum() / 4.0
        reach = np.zeros(o.rows)
        reach[members] = cost
        reach[~model.programmes.mask(programme)] = 0.0
        asked = o.total(reach)
        if asked > 0:
            model.programmes.give(programme, reach * min(1.0, budget / asked))


@kernel
def pool_services(
    uid: Identities, alive: Flags, cell: Rows, gap: Floats, tie_x: Floats, tie_y: Floats,
    group: Identities, clock: Codes, revenue_year: Floats, openness: Floats, radius: Floats,
    rate: Floats, tie_factor: float, cost_share: float, order_key: np.uint64,
    start_key: np.uint64, wait_key: np.uint64,
) -> tuple[Rows, Floats]:  # fmt: skip
    """Rows that start to pool, and what it costs each: two by two in each cell, drawn by lot.

    Candidates expect a gap and pool with nobody; a prior tie and openness multiply the odds.
    """
    rows, count = np.empty(len(alive), np.int64), 0
    for i in range(len(alive)):
        rows[count] = i
        count += alive[i] & (group[i] == 0) & (gap[i] > MUTUAL_GAP)
    place, name, luck = cell[rows[:count]], uid[rows[:count]], np.empty(count)
    draw_all(luck, order_key, name)
    order, start = drawn_order(place, luck, N_CELLS)
    welcome = openness[rows[:count]]
    members, cost, started = np.empty(count, np.int64), np.empty(count), 0
    # Whoever draws more than a bound of all odds does not pool: most pairs need no exact ones.
    ties = max(tie_factor, 1.0)
    bound = SAFE * rate.max() * ties * (welcome.max() if count else 0.0)
    first, pair, pairs = np.empty(count, np.int64), np.empty(count, np.uint64), 0
    for c in range(N_CELLS):
        for k in range(start[c], start[c + 1] - 1, 2):
            first[pairs], pair[pairs] = k, name[order[k]] ^ name[order[k + 1]]
            pairs += 1
    draws = np.empty(pairs)
    draw_all(draws, start_key, pair[:pairs])
    for p in range(pairs):
        draw = draws[p]
        if draw < bound:
            one, other = order[first[p]], order[first[p] + 1]
            a, b = rows[one], rows[other]
            # Both must want it: each side counts for half.
            odds = at(rate, a) * math.sqrt(welcome[one] * welcome[other])
            if draw >= odds * ties:
                continue
            if has_tie(a, b, cell, tie_x, tie_y, group, radius):
                odds *= tie_factor
            if draw < odds:
                pool = max(uid[a], uid[b])
                for member in (a, b):
                    group[member] = pool
                    clock[member] = 2 + int(3.0 * uniform(wait_key, uid[member]))
                    members[started] = member
                    cost[started] = cost_share * max(revenue_year[member], 0.0)
                    started += 1
    return members[:started], cost[:started]


def _merge(model: EssModel) -> None:
    """The distressed and the leaderless look for a healthy partner, and may join it."""
    o, values, months = model.organisations, model.values, model.cash_months
    seekers, partners = seekers_and_partners(
        o.alive, o.dip, o.recovery, o.vacancy, o.insolvent, months, o.gap,
        values.scalar("merger_seeker_cash_months"), values.scalar("merger_seeker_gap"),
        values.scalar("merger_partner_cash_months"), values.scalar("merger_partner_gap"),
    )  # fmt: skip
    absorbed, absorber = best_partners(
        model, seekers, partners, o.gap[seekers] - months[seekers] / 12.0, months[partners]
    )
    if not len(absorbed):
        return
    absorbed, absorber = complete(
        absorbed, absorber, o.uid, o.cell, o.tie_x, o.tie_y, o.mutual_group, o.openness,
        model.population.tie_radius.ravel(), values.column("merger_completion"),
        values.scalar("merger_tie_factor"), model.draws.word("merger", model.quarter),
    )  # fmt: skip
    solvent = ~o.insolvent[absorbed]
    leave(model, absorbed, "absorbed", solvent=solvent, into=absorber)
    absorb(model, absorbed, absorber)


@kernel
def seekers_and_partners(
    alive: Flags, dip: Codes, recovery: Codes, vacancy: Flags, insolvent: Flags,
    months: Floats, gap: Floats, seeker_months: float, seeker_gap: float, partner_months: float,
    partner_gap: float,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Rows that seek a partner, and rows that may be one; both in rising order.

    Thresholds may overlap: who seeks is nobody's partner, or a pair would itself be absorbed.
    """
    part = np.empty(len(alive), np.int8)
    _part_in_unions(
        part, alive, dip, recovery, vacancy, insolvent, months, gap, seeker_months, seeker_gap,
        partner_months, partner_gap,
    )  # fmt: skip
    seekers, partners = np.empty(len(alive), np.int64), np.empty(len(alive), np.int64)
    seeking = able = 0
    for i in range(len(alive)):  # without a branch, which would often be guessed wrongly
        seekers[seeking] = partners[able] = i
        seeking += part[i] & 1
        able += part[i] >> 1
    return seekers[:seeking], partners[:able]


@kernel
def _part_in_unions(
    part: Codes, alive: Flags, dip: Codes, recovery: Codes, vacancy: Flags, insolvent: Flags,
    months: Floats, gap: Floats, seeker_months: float, seeker_gap: float, partner_months: float,
    partner_gap: float,
) -> None:  # fmt: skip
    # 1: seeks, 2: is sound.
    for i in range(len(alive)):
        free = alive[i] & (dip[i] == 0) & (recovery[i] == 0)
        seeks = (months[i] < seeker_months) & (gap[i] > seeker_gap) | vacancy[i]
        sound = (months[i] > partner_months) & (gap[i] < partner_gap) & (not insolvent[i])
        part[i] = np.int8(free & seeks) + 2 * np.int8(free & sound & (not seeks))


@kernel
def complete(
    absorbed: Rows, absorber: Rows, uid: Identities, cell: Rows, tie_x: Floats, tie_y: Floats,
    group: Identities, openness: Floats, radius: Floats, completion: Floats, tie_factor: float,
    key: np.uint64,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Pairs whose union comes about this quarter; a prior tie multiplies the odds, and so does
    the openness of the one that would join the other."""
    done = np.empty(len(absorbed), np.bool_)
    for i in range(len(absorbed)):
        a, b = absorbed[i], absorber[i]
        odds = at(completion, a) * openness[a]
        if has_tie(a, b, cell, tie_x, tie_y, group, radius):
            odds *= tie_factor
        done[i] = uniform(key, uid[a]) < odds
    return absorbed[done], absorber[done]
