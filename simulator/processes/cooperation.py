"""P12 — leadership vacancies, mutualisation and merger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.processes.absorption import absorb
from simulator.processes.departures import leave
from simulator.processes.matching import best_partners, ranks, tied

if TYPE_CHECKING:
    from simulator.model import EssModel

VACANCY_QUARTERS = 4  # a vacancy weighs for a year (modelling judgement)
MUTUAL_GAP = 0.0  # expected gap above which organisations pool services (judgement)


def cooperate(model: EssModel) -> None:
    """Leaders leave; organisations pool services, or join a healthier neighbour."""
    if model.quarter < 0:
        return
    _vacancies(model)
    _collect_savings(model)
    _mutualise(model)
    _merge(model)


def _vacancies(model: EssModel) -> None:
    o, values = model.organisations, model.values
    np.maximum(o.vacancy_recent - 1, 0, out=o.vacancy_recent)
    odds = np.asarray(values.rows("leadership_vacancy")) / 4.0
    leaves = o.alive & (model.draws.uniform("vacancy", model.quarter, o.uid) < odds)
    o.vacancy_recent[leaves] = VACANCY_QUARTERS
    o.vacancy[:] = o.vacancy_recent > 0


def _collect_savings(model: EssModel) -> None:
    o = model.organisations
    saving = o.saving_quarters > 0
    o.fixed_cost[saving] = np.maximum(
        o.fixed_cost[saving] - o.saving_left[saving], 0.1 * o.fixed_cost[saving]
    )
    o.saving_quarters[saving] -= 1


def _mutualise(model: EssModel) -> None:
    """Pairs of one cell pool services: a cost now, an uncertain saving after 2–4 quarters."""
    o, values, draw = model.organisations, model.values, model.draws
    matures = o.mutual_clock == 1
    if matures.any():
        success = draw.uniform("mutual works", model.quarter, o.uid) < values.scalar(
            "mutualisation_success"
        )
        saves = matures & success
        o.fixed_cost[saves] *= 1.0 - values.scalar("mutualisation_saving")
    o.mutual_clock[o.mutual_clock > 0] -= 1
    rows = np.flatnonzero(o.alive & (o.mutual_group == 0) & (o.gap > MUTUAL_GAP))
    if len(rows) < 2:
        return
    luck = draw.uniform("mutual order", model.quarter, o.uid[rows])
    order, rank, _ = ranks(o.cell[rows], luck)
    first = np.flatnonzero((rank[:-1] % 2 == 0) & (rank[1:] == rank[:-1] + 1))
    a, b = rows[order[first]], rows[order[first + 1]]
    odds = np.broadcast_to(np.asarray(values.rows("mutualisation_rate")), (o.rows,))[a]
    luck = draw.uniform("mutualise", model.quarter, o.uid[a] ^ o.uid[b])
    factor = values.scalar("merger_tie_factor")
    likely = np.flatnonzero(luck < odds * max(factor, 1.0))
    a, b, odds, luck = a[likely], b[likely], odds[likely], luck[likely]
    starts = luck < odds * np.where(tied(model, a, b), factor, 1.0)
    a, b = a[starts], b[starts]
    if not len(a):
        return
    cost = np.zeros(o.rows)
    for members in (a, b):
        cost[members] = values.scalar("mutualisation_cost") * np.maximum(
            o.revenue_year[members], 0.0
        )
        o.mutual_group[members] = np.maximum(o.uid[a], o.uid[b])
        wait = draw.uniform("mutual wait", model.quarter, o.uid[members])
        o.mutual_clock[members] = (2 + np.floor(3.0 * wait)).astype(np.int8)
    o.spend(cost)
    total = o.total(cost)
    model.ledger.record("mutualisation_cost", ORGANISATIONS, SUPPLIERS, total)
    for programme, amount, share in model.programmes.active("mutualisation_subsidy"):
        budget = amount + share * model.public.voted[0].sum() / 4.0
        reach = np.where(model.programmes.mask(programme), cost, 0.0)
        asked = o.total(reach)
        if asked > 0:
            model.programmes.give(programme, reach * min(1.0, budget / asked))


def _merge(model: EssModel) -> None:
    o, values = model.organisations, model.values
    months = model.cash_months
    free = o.alive & (o.dip == 0) & (o.recovery == 0)
    distressed = (months < values.scalar("merger_seeker_cash_months")) & (
        o.gap > values.scalar("merger_seeker_gap")
    )
    seekers = np.flatnonzero(free & (distressed | o.vacancy))
    partners = np.flatnonzero(
        free
        & ~o.vacancy
        & ~o.insolvent
        & (months > values.scalar("merger_partner_cash_months"))
        & (o.gap < values.scalar("merger_partner_gap"))
    )
    absorbed, absorber = best_partners(
        model, seekers, partners, o.gap[seekers] - months[seekers] / 12.0, months[partners]
    )
    if not len(absorbed):
        return
    odds = np.broadcast_to(np.asarray(values.rows("merger_completion")), (o.rows,))[absorbed]
    odds = odds * np.where(tied(model, absorbed, absorber), values.scalar("merger_tie_factor"), 1.0)
    done = model.draws.uniform("merger", model.quarter, o.uid[absorbed]) < odds
    absorbed, absorber = absorbed[done], absorber[done]
    solvent = ~o.insolvent[absorbed]
    leave(model, absorbed, "absorbed", solvent=solvent, into=absorber)
    absorb(model, absorbed, absorber)
