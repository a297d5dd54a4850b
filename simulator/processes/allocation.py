"""P2 — allocation of subventions in three instruments: agreements, inertia, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.funders import SUBVENTION
from simulator.organisations import summed
from simulator.processes.contest import fund_best
from simulator.processes.vote import baseline_growth, vote_change

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
N_NODES = N_LEVELS * N_CELLS


def allocate(model: EssModel) -> None:
    """Share the subvention vote: agreements first, then renewals, then calls for projects."""
    quarter_of_year = model.quarter % 4
    if quarter_of_year == 0:
        _open_year(model)
    opens = model.public.late == quarter_of_year
    model.opened = opens.ravel()[model.node].any(axis=0)
    if not opens.any():
        return
    _allocate_nodes(model, opens)


def _open_year(model: EssModel) -> None:
    o, public = model.organisations, model.public
    o.grants_last_year[:] = o.grants
    o.withdrew[:] = False
    o.withdrew_private[:] = False
    o.calls[:] = 0.0
    o.due_grants[:] = 0.0
    o.due_restricted[:] = 0.0
    o.applications[:] = 0.0
    o.application_time[:] = 0.0
    o.failed_calls[:] = False
    public.cofunding_withdrawn[:] = 0.0
    np.maximum(o.agreement_years - 1, 0, out=o.agreement_years)
    public.pending = public.voted[SUBVENTION].copy()
    late = public.late > 0
    if late.any():
        # Until a late vote only instalments of agreements flow ("douzièmes").
        node = model.node
        delay = public.late.ravel()[node]
        instalments = np.where(o.agreement_years > 0, o.grants * delay / 4.0, 0.0)
        o.due_grants[:] = instalments
        public.voted[SUBVENTION] = public.grid(o, instalments)
        public.notified[SUBVENTION] = public.voted[SUBVENTION]


def _sum(model: EssModel, amount: Floats) -> Floats:
    return model.public.by_node(model.organisations, amount)


def _allocate_nodes(model: EssModel, opens: NDArray[np.bool_]) -> None:
    o, public = model.organisations, model.public
    node = model.node
    every = bool(opens.all())
    here = np.broadcast_to(True, node.shape) if every else opens.ravel()[node]
    envelope = np.where(opens, public.pending, 0.0).ravel()
    public.voted[SUBVENTION] = np.where(opens, public.pending, public.voted[SUBVENTION])
    delay = public.late.ravel()[node] / 4.0 if not every else 0.0

    # 1. Agreements: nominally frozen; scaled together only if they exceed the vote (avenant).
    agreed = (o.agreement_years > 0) & here
    promised = np.where(agreed, o.grants, 0.0)
    accrued = promised * delay
    total = _sum(model, promised)
    scale = np.divide(envelope, total, out=np.ones(N_NODES), where=total > envelope)
    promised = np.maximum(promised * scale[node], accrued)
    left = np.maximum(envelope - _sum(model, promised), 0.0)

    # 2. Renewals: the base's share of what is left.
    base = _renew(model, left, here & ~agreed)
    granted = np.where(here, promised + base, o.grants)
    _remember_falls(model, here, granted)
    o.grants[:] = granted
    pot = np.maximum(left - _sum(model, base), 0.0)

    # 3. Calls for projects share the rest.
    awards = _calls(model, pot, here)
    o.calls[:] = np.where(here, awards, o.calls)
    o.due_restricted += model.values.rows("restricted_share") * awards.sum(axis=0)
    due = promised - accrued + base + awards
    o.due_grants[:] = np.where(here, due, o.due_grants)
    notified = public.grid(o, o.due_grants)
    public.notified[SUBVENTION] = np.where(opens, notified, public.notified[SUBVENTION])
    spare = public.voted[SUBVENTION] - public.notified[SUBVENTION] - public.committed[SUBVENTION]
    public.unallocated[SUBVENTION] = np.where(opens, spare, public.unallocated[SUBVENTION])
    pot_grid = pot.reshape(public.calls_pot.shape)
    public.calls_pot = np.where(opens, pot_grid, public.calls_pot)
    _sign_agreements(model, here)
    _signals(model, here)


def _renew(model: EssModel, left: Floats, eligible: NDArray[np.bool_]) -> Floats:
    """Renewal as a mixture: exactly the same amount, a rescaled one, or nothing."""
    o, values, node = model.organisations, model.values, model.node
    inertia = np.broadcast_to(
        np.asarray(values.cells("inertia"), dtype=float), model.public.late.shape
    ).ravel()
    share = inertia * left
    base = np.where(eligible, o.grants, 0.0)
    standing = _sum(model, base)
    growth = baseline_growth(model)[SUBVENTION].ravel() if model.quarter >= 0 else 0.0
    ratio = np.divide(share, standing, out=np.ones(N_NODES), where=standing > 0)
    width = values.scalar("grant_same_tolerance")
    nearness = np.maximum(0.0, 1.0 - np.abs(ratio / (1.0 + growth) - 1.0) / width)
    same_odds = values.levels("grant_same_share") * nearness[node]
    real = vote_change(model)
    slope = np.maximum(0.0, -real)[node]
    withdrawal = values.levels("withdrawal_base") + values.levels("withdrawal_slope") * slope
    withdrawal = np.clip(withdrawal, 0.0, values.scalar("withdrawal_maximum"))
    spread = values.scalar("grant_spread")
    same = np.zeros(node.shape, dtype=bool)
    proposal = np.zeros(node.shape)
    draw = model.draws
    for level in range(N_LEVELS):
        rows = np.flatnonzero(base[level] > 0)
        ids = o.uid[rows]
        same[level, rows] = (
            draw.uniform("grant same", model.quarter, ids, level) < same_odds[level, rows]
        )
        kept = (
            draw.uniform("grant kept", model.quarter, ids, level)
            >= np.broadcast_to(withdrawal, node.shape)[level, rows]
        )
        noise = np.exp(spread * draw.normal("grant noise", model.quarter, ids, level))
        proposal[level, rows] = base[level, rows] * kept * noise
    unchanged = np.where(same, base, 0.0)
    fixed = _sum(model, unchanged)
    # A cell with few rows may hold more unchanged grants than its envelope.
    squeeze = np.divide(share, fixed, out=np.ones(N_NODES), where=fixed > share)
    unchanged *= squeeze[node]
    fixed = np.minimum(fixed, share)
    proposal[same] = 0.0
    wanted = _sum(model, proposal)
    factor = np.divide(share - fixed, wanted, out=np.zeros(N_NODES), where=wanted > 0)
    factor = np.clip(factor, 0.0, values.scalar("grant_rise_cap"))
    return np.asarray(unchanged + proposal * factor[node])


def _calls(model: EssModel, pot: Floats, here: NDArray[np.bool_]) -> Floats:
    o, values, node, draw = model.organisations, model.values, model.node, model.draws
    public = model.public
    overhead = np.log(np.maximum(model.overhead_staff(), 0.1))
    odds = (
        values.rows("call_intercept")
        + values.rows("call_gap") * np.clip(o.gap, -0.2, 0.4)
        + values.rows("call_overhead") * overhead
        - values.rows("call_overload") * o.overload
    )
    applies_odds = 1.0 / (1.0 + np.exp(-odds))
    budget = np.maximum(o.revenue_year, 0.0)
    project = values.rows("project_share") * budget
    ask = np.minimum(
        values.rows("ask_share") * budget, values.levels("cofunding_max_rate") * project
    )
    ask = np.broadcast_to(ask, node.shape)
    reference = public.calls_pot_2025.ravel()
    if model.quarter < 0:
        public.calls_pot_2025 = pot.reshape(public.calls_pot_2025.shape).copy()
        rescale = np.ones(N_NODES)
    else:
        rescale = np.divide(
            pot, reference * model.price_level, out=np.ones(N_NODES), where=reference > 0
        )
    shared = (
        values.rows("score_quality") * o.quality
        + values.rows("score_need") * model.unmet.ravel()[o.cell]
        + values.rows("score_size") * np.log(np.maximum(budget, 1.0))
        + values.rows("score_capacity")
        * np.log1p(o.fundraising / np.maximum(o.wage, 1.0) + model.overhead_staff())
    )
    noise = values.scalar("score_noise")
    incumbent = values.rows("score_incumbent")
    awards = np.zeros(node.shape)
    asked_total = np.zeros(o.rows)
    cost = values.rows("application_cost")
    for level in range(N_LEVELS):
        draws = draw.uniform("applies", model.quarter, o.uid, level)
        wants = o.alive & (draws < applies_odds) & here[level] & (pot[node[level]] > 0)
        rows = np.flatnonzero(wants)
        if not len(rows):
            continue
        group = o.cell[rows]
        amount = ask[level, rows] * rescale[node[level, rows]]
        score = shared[rows] + np.broadcast_to(incumbent, o.uid.shape)[rows] * (
            o.grants_last_year[level, rows] > 0
        )
        score = score + noise * draw.gumbel("call score", model.quarter, o.uid[rows], level)
        here_pot = pot[level * N_CELLS : (level + 1) * N_CELLS]
        awards[level, rows] = fund_best(here_pot, group, amount, o.weight[rows], score)
        asked_total[rows] += amount
        spent = np.broadcast_to(cost, o.uid.shape)[rows] * amount
        public.application_cost[level] = summed(group, o.weight[rows] * spent, N_CELLS).reshape(
            public.application_cost.shape[1:]
        )
    won = awards.sum(axis=0)
    o.applications += asked_total
    hours = cost * asked_total + values.rows("reporting_cost") * won
    payroll = np.maximum(o.wage * o.staff, 1.0)
    o.application_time[:] = np.minimum(o.application_time + hours / payroll, 0.5)
    o.failed_calls |= (asked_total > 0) & (won <= 0)
    return awards


def _sign_agreements(model: EssModel, here: NDArray[np.bool_]) -> None:
    """New agreements on large grants, at the rate that keeps the wanted share under agreement."""
    o, values = model.organisations, model.values
    share = np.clip(values.levels("multi_year_share"), 0.0, 0.95)
    years = values.scalar("agreement_years")
    threshold = values.scalar("agreement_threshold") * model.price_level
    awarded = o.grants + o.calls
    can = (o.agreement_years == 0) & (awarded > threshold) & here & o.alive
    # As many sign in a node as bring the share that next year's vote finds promised to target.
    share = np.broadcast_to(share, awarded.shape)
    missing = _sum(model, share * awarded - np.where(o.agreement_years > 1, awarded, 0.0))
    eligible = _sum(model, np.where(can, awarded, 0.0))
    rate = np.divide(missing, eligible, out=np.zeros(N_NODES), where=eligible > 0)
    rate = np.clip(rate, 0.0, 1.0)[model.node]
    for level in range(N_LEVELS):
        rows = np.flatnonzero(can[level])
        ids = o.uid[rows]
        signed = rows[
            model.draws.uniform("agreement", model.quarter, ids, level) < rate[level, rows]
        ]
        length = model.draws.uniform("agreement length", model.quarter, o.uid[signed], level)
        floor = np.floor(years)
        o.agreement_years[level, signed] = (floor + (length < years - floor)).astype(np.int8)
        # Under agreement the award of a call is promised for the years to come.
        o.grants[level, signed] += o.calls[level, signed]
        o.calls[level, signed] = 0.0


def _remember_falls(model: EssModel, here: NDArray[np.bool_], granted: Floats) -> None:
    """Count renewed grants that fell (fact V22): weighted numbers, all levels."""
    o = model.organisations
    had = (o.grants_last_year > 0) & here
    fell = had & (granted < 0.995 * o.grants_last_year)
    model.grants_renewed = o.weight * had.sum(axis=0)
    model.grants_fallen = o.weight * fell.sum(axis=0)


def _signals(model: EssModel, here: NDArray[np.bool_]) -> None:
    """A lost public grant weakens the reputation of young organisations (Heutel 2014)."""
    o = model.organisations
    if model.quarter < 0:
        return
    before, now = (o.grants_last_year * here).sum(axis=0), (o.grants * here).sum(axis=0)
    lost = np.divide(before - now, before, out=np.zeros(o.rows), where=before > 0)
    young = o.age < 5.0
    weaken = model.values.rows("reputation_signal") * np.clip(lost, 0.0, 1.0) * young
    o.reputation *= 1.0 - weaken
