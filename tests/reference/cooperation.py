"""P12: organisations pool means, or look for a partner to join."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.codes import region_adjacency
from tests.reference import programmes
from tests.reference.departures import leave
from tests.reference.draws import HASH
from tests.reference.merger import absorb_all
from tests.reference.territory import BLOCK_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.territory import Cell

FIXED_COST_FLOOR = 0.1  # savings never take fixed costs below this share of themselves
NEIGHBOURS = [
    [other for other in range(len(line)) if line[other] and other != region] or [region]
    for region, line in enumerate(region_adjacency().tolist())
]
NEAR_SECTORS = {
    sector: [other for other in block if other != sector] for sector, block in BLOCK_OF.items()
}
Pair = tuple["Organisation", "Organisation"]


def cooperate(model: TwinModel) -> None:
    """Savings of past mergers, pooling, mergers."""
    for org in model.organisations:
        if org.saving_quarters > 0:
            left = org.fixed_cost - org.saving_left
            org.fixed_cost = max(left, FIXED_COST_FLOOR * org.fixed_cost)
            org.saving_quarters -= 1
    _pool(model)
    _merge(model)


def _pool(model: TwinModel) -> None:
    """Pairs of one cell, drawn by lot, share means: a cost now, an uncertain saving later."""
    terms, draws, quarter = model.terms, model.draws, model.quarter
    order = draws.column("mutual order", quarter)
    works = draws.column("mutual works", quarter)
    wait = draws.column("mutual wait", quarter)
    for org in model.organisations:
        if org.mutual_clock == 1 and works[org.row] < terms.mutualisation_success:
            org.fixed_cost *= 1.0 - terms.mutualisation_saving
        org.mutual_clock = max(org.mutual_clock - 1, 0)
    luck = draws.singles("mutualise", quarter)
    costs = []
    for cell in model.cells:
        alone = [org for org in cell.members if org.mutual_group == 0 and org.gap > 0]
        alone.sort(key=lambda org: -order[org.row])
        for first, second in zip(alone[::2], alone[1::2], strict=False):
            # Both must want it: each side counts for half.
            odds = first.terms.mutualisation_rate * math.sqrt(first.openness * second.openness)
            odds *= terms.merger_tie_factor if tied(first, second) else 1.0
            if luck(first.uid ^ second.uid) < odds:
                for org in (first, second):
                    org.mutual_group = max(first.uid, second.uid)
                    org.mutual_clock = 2 + math.floor(3.0 * wait[org.row])
                    cost = terms.mutualisation_cost * max(org.revenue_year, 0.0)
                    org.spend(cost)
                    costs.append((org, cost))
    if costs:
        programmes.subsidise_pooling(model, costs)


def tied(first: Organisation, second: Organisation) -> bool:
    """Close in the graph of ties of their cell, or in one group."""
    if first.mutual_group and first.mutual_group == second.mutual_group:
        return True
    if first.cell is not second.cell:
        return False
    gap = math.hypot(first.tie_x - second.tie_x, first.tie_y - second.tie_y)
    return gap < first.cell.tie_radius


def _merge(model: TwinModel) -> None:
    """Seekers in distress or without a leader join healthier partners."""
    terms = model.terms
    seekers, partners = [], []
    for org in model.organisations:
        if org.dip or org.recovery:
            continue
        months, gap = org.cash_months, org.gap
        poor = months < terms.merger_seeker_cash_months and gap > terms.merger_seeker_gap
        if org.vacancy or poor:
            seekers.append(org)
        elif healthy(org):
            partners.append(org)
    luck = model.draws.column("merger", model.quarter)
    joining = []
    for seeker, partner in best_pairs(model, seekers, partners):
        odds = seeker.terms.merger_completion * seeker.openness
        odds *= terms.merger_tie_factor if tied(seeker, partner) else 1.0
        if luck[seeker.row] < odds:
            joining.append((seeker, partner))
    for seeker, partner in joining:
        leave(model, seeker, "absorbed", solvent=not seeker.insolvent, absorber=partner.uid)
    absorb_all(model, joining)


def healthy(org: Organisation) -> bool:
    """Whether it could take over another one."""
    terms = org.terms
    sound = org.cash_months > terms.merger_partner_cash_months
    sound = sound and org.gap < terms.merger_partner_gap
    return sound and not (org.insolvent or org.dip or org.recovery)


def best_pairs(
    model: TwinModel, seekers: list[Organisation], partners: list[Organisation]
) -> list[Pair]:
    """Each seeker's best partner of three cells; each partner with its worthiest seeker."""
    luck = model.draws.column(HASH, model.quarter)
    health = ranked(partners, lambda org: org.cash_months)
    best: dict[Organisation, tuple[float, Organisation]] = {}
    for look in (_own_cell, _near_sector, _near_region):
        looking: dict[Cell, list[Organisation]] = {}
        for org in seekers:
            looking.setdefault(look(model, org, luck[org.row] >> 40), []).append(org)
        for cell, found in looking.items():
            found.sort(key=lambda org: -(org.gap - org.cash_months / 12.0))
            # The most distressed meets the healthiest, the second the second.
            for seeker, partner in zip(found, health.get(cell, ()), strict=False):
                if not fits(seeker, partner):
                    continue
                worth = utility(seeker, partner)
                if seeker not in best or worth > best[seeker][0]:
                    best[seeker] = (worth, partner)
    pairs = [
        (worth, seeker, partner)
        for seeker, (worth, partner) in best.items()
        if worth > model.terms.merger_minimum
    ]
    chosen: dict[Organisation, Organisation] = {}
    for _, seeker, partner in sorted(pairs, key=lambda pair: (-pair[0], pair[1].uid)):
        chosen.setdefault(partner, seeker)
    return [(seeker, partner) for partner, seeker in chosen.items()]


def ranked(
    some: list[Organisation], health: Callable[[Organisation], float]
) -> dict[Cell, list[Organisation]]:
    """Organisations by cell, the highest first."""
    by_cell: dict[Cell, list[Organisation]] = {}
    for org in some:
        by_cell.setdefault(org.cell, []).append(org)
    for found in by_cell.values():
        found.sort(key=lambda org: -health(org))
    return by_cell


def _own_cell(model: TwinModel, org: Organisation, luck: int) -> Cell:
    return org.cell


def _near_sector(model: TwinModel, org: Organisation, luck: int) -> Cell:
    """Another sector of the block, in the same région."""
    near = NEAR_SECTORS[org.sector]
    return model.cells[org.cell.index - org.sector + near[luck % len(near)]]


def _near_region(model: TwinModel, org: Organisation, luck: int) -> Cell:
    """The same sector in a région that touches; overseas there is none but its own."""
    near = NEIGHBOURS[org.region]
    return model.cells[near[luck % len(near)] * 10 + org.sector]


def fits(seeker: Organisation, partner: Organisation) -> bool:
    """The absorbed is at most half of the absorber, in weighted budgets."""
    if seeker is partner:
        return False
    ratio = seeker.weight / partner.weight
    return ratio * seeker.revenue_year <= 0.5 * partner.revenue_year


def utility(seeker: Organisation, partner: Organisation) -> float:
    """What speaks for a union, and against it."""
    terms = seeker.model.terms
    distance = 0.0
    if seeker.sector != partner.sector:
        distance = 1.0 if partner.sector in BLOCK_OF[seeker.sector] else 2.0
    size = abs(math.log(max(seeker.revenue_year, 1e3)) - math.log(max(partner.revenue_year, 1e3)))
    return (
        terms.merger_tie * tied(seeker, partner)
        + terms.merger_complementarity * (1.0 - _likeness(seeker, partner))
        - terms.merger_sector_distance * distance
        - terms.merger_drift_distance * abs(seeker.drift - partner.drift)
        - terms.merger_size_gap * size
    )


def _likeness(first: Organisation, second: Organisation) -> float:
    """Cosine of what both live on."""
    one, other = _mix(first), _mix(second)
    lengths = math.sqrt(sum([part * part for part in one]))
    lengths *= math.sqrt(sum([part * part for part in other]))
    product = sum([a * b for a, b in zip(one, other, strict=True)])
    return product / lengths if lengths > 0 else 0.0


def _mix(org: Organisation) -> tuple[float, float, float, float]:
    """Grants; contracts and tariffs; sales; members and givers."""
    contracts = sum([line.yearly for line in org.contracts.values()])
    tariffs = sum([line.yearly for line in org.tariffs.values()])
    return (
        sum([grant.yearly + grant.calls for grant in org.grants.values()]),
        contracts + tariffs,
        org.sales,
        org.memberships + org.gifts + org.corporate_gifts + org.foundation_grants,
    )
