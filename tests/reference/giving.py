"""P7: household donors by région; corporate patrons by région and foundations by sector."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from tests.reference.contest import Application, serve

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

OVERHEAD_PENALTY = 1.0
APPLICANTS_SERVED = 3.0  # about one in so many


class Donors(mesa.Agent):
    """Households of a région: what they gave in 2025, and what pulled on them then."""

    def __init__(self, model: TwinModel, region: int, pool: float, effort: float) -> None:
        super().__init__(model)
        self.region, self.pool, self.effort = region, pool, effort


class Patrons(mesa.Agent):
    """Corporate patrons of a région, or foundations of a sector; `attribute`: what they give."""

    def __init__(self, model: TwinModel, name: str, attribute: str, pool: float) -> None:
        super().__init__(model)
        self.name, self.attribute, self.pool = name, attribute, pool


def give(model: TwinModel) -> None:
    """Gifts of the quarter; contests of patrons and foundations in the first quarter."""
    growth = _pool_growth(model)
    _gifts(model, growth * _tax_incentive(model))
    if model.quarter % 4 == 0:
        _contests(model, growth)
    paid = 0.25 * model.terms.foundation_pool_factor  # what their own schemes leave
    for org in model.organisations:
        company, foundation = 0.25 * org.corporate_gifts, paid * org.foundation_grants
        org.earn(company + foundation)
        waits = foundation * org.terms.restricted_share_private
        org.restricted += waits
        org.revenue -= waits


def _pool_growth(model: TwinModel) -> float:
    incomes = model.relative_incomes**model.terms.gift_income_elasticity
    return model.gift_index * model.relative_prices * incomes


def _tax_incentive(model: TwinModel) -> float:
    """A higher relief lowers the price of giving."""
    terms = model.terms
    rate = terms.tax_relief_rate
    price = max(1.0 - rate - terms.tax_relief_points, 0.05)
    return ((1.0 - rate) / price) ** terms.gift_price_elasticity


def _pool_factor(model: TwinModel, region: int) -> float:
    return model.rules.at((region, None, None, None, frozenset())).gift_pool_factor


def _gifts(model: TwinModel, growth: float) -> None:
    """Households share their gifts by effort and reputation."""
    power, prices = model.terms.gift_contest_elasticity, model.price_level
    pulls: dict[Organisation, float] = {}
    efforts = [0.0] * len(model.donors)
    for org in model.organisations:
        spent = max(org.fundraising - org.fundraising_new, 0.0) * org.terms.fundraising_effort
        org.gifts = 0.0
        if spent > 0:
            pulls[org] = (spent / prices) ** power * org.reputation
            efforts[org.region] += org.weight * pulls[org]
    per_unit = []
    for donors, effort in zip(model.donors, efforts, strict=True):
        pool = 0.0
        if effort > 0 and donors.effort > 0:
            pool = donors.pool * growth * _pool_factor(model, donors.region)
            pool *= (effort / donors.effort) ** model.terms.gift_pool_expansion
        per_unit.append(pool / effort if effort > 0 else 0.0)
    for org, pull in pulls.items():
        org.gifts = _response(org, pull * per_unit[org.region])
        org.earn(0.25 * org.gifts)


def _response(org: Organisation, given: float) -> float:
    """Donors answer to lost grants, and to the market share of resources."""
    terms, yearly = org.terms, org.revenue_year
    share = 0.0
    if yearly > 0:
        fall = min(max(org.grants_lost / yearly, -1.0), 1.0)
        given *= max(1.0 + terms.crowding_out * fall, 0.0)
        share = min(max(org.sales / yearly, 0.0), 1.0)
    knee, base = terms.commercial_knee, org.commercial_base
    below = min(share, knee) - min(base, knee)
    beyond = max(share - knee, 0.0) - max(base - knee, 0.0)
    return given * max(1.0 + terms.commercial_gain * below - terms.commercial_loss * beyond, 0.0)


def _contests(model: TwinModel, growth: float) -> None:
    factors = [_pool_factor(model, region) for region in range(len(model.donors))]
    mean = sum(factors) / len(factors)
    by_region: list[list[Organisation]] = [[] for _ in model.companies]
    by_sector: list[list[Organisation]] = [[] for _ in model.foundations]
    for org in model.organisations:
        by_region[org.region].append(org)
        by_sector[org.sector].append(org)
    for patrons, factor, clients in zip(model.companies, factors, by_region, strict=True):
        _award(model, patrons, patrons.pool * growth * factor, clients)
    for patrons, clients in zip(model.foundations, by_sector, strict=True):
        _award(model, patrons, patrons.pool * growth * mean, clients)


def _award(model: TwinModel, patrons: Patrons, budget: float, clients: list[Organisation]) -> None:
    """Grants whose term is over end; what is free goes to the best applicants."""
    terms, name, quarter = model.terms, patrons.name, model.quarter
    ends = model.draws.column(f"{name} ends", quarter)
    applies = model.draws.column(f"{name} applies", quarter)
    luck = model.draws.column(f"{name} score", quarter)
    running = {org: getattr(org, patrons.attribute) for org in clients}
    for org in clients:
        if ends[org.row] < 1.0 / terms.foundation_term:
            running[org] = 0.0
    total = sum([org.weight * euros for org, euros in running.items()])
    scale = budget / total if total > budget else 1.0
    free = max(budget - min(total, budget), 0.0)
    applications = []
    for org in clients:
        running[org] *= scale
        logit = org.terms.call_intercept + org.terms.call_gap * min(max(org.gap, -0.2), 0.4)
        if applies[org.row] < 1.0 / (1.0 + math.exp(-logit)):
            ask = terms.ask_share * max(org.revenue_year, 0.0)
            score = _merit(org) + terms.score_noise * luck[org.row]
            applications.append(Application(org, ask, score))
    wanted = sum([one.applicant.weight * one.ask for one in applications])
    choosy = min(max(APPLICANTS_SERVED * free / wanted, 0.0), 1.0) if wanted > 0 else 1.0
    for application in applications:
        application.ask *= choosy
    serve(free, applications)
    for application in applications:
        running[application.applicant] += application.award
    for org, euros in running.items():
        setattr(org, patrons.attribute, euros)


def _merit(org: Organisation) -> float:
    """What private juries see; heavy support staff puts them off."""
    terms = org.terms
    merit = terms.score_quality * org.quality
    merit += terms.foundation_score_size * math.log(max(org.revenue_year, 1.0))
    merit += terms.score_capacity * math.log1p(org.fundraising / max(org.wage, 1.0))
    if org.overhead_staff * org.wage > terms.foundation_overhead_cap * org.revenue_year:
        merit -= OVERHEAD_PENALTY
    return merit
