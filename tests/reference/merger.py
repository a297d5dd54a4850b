"""P12: one organisation takes over another: all that it has follows, in weighted euros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference import programmes
from tests.reference.funders import GRANTS, PROCUREMENT, TARIFFS
from tests.reference.public_money import Line

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

SAVING_QUARTERS = 8
DIP_QUARTERS = 5  # counted down before production: four quarters are felt
# What simply adds up.
STOCKS = (
    "due_restricted", "employment_aid", "aided_jobs", "user_sales_base", "memberships", "members",
    "gifts", "corporate_gifts", "foundation_grants", "fundraising", "fundraising_new",
    "market_gain", "staff", "volunteers", "capacity", "fixed_cost", "project_gain", "cash",
    "restricted", "fixed_assets", "loans", "overdraft", "bridge", "guaranteed", "quasi_equity",
    "arrears", "revenue", "private_revenue", "cost", "revenue_year", "private_year", "cost_year",
)  # fmt: skip
BY_SERVICE = ("quality", "drift", "vulnerable_share", "price", "overload")


def absorb_all(model: TwinModel, pairs: list[tuple[Organisation, Organisation]]) -> None:
    """Each first organisation joins the second; whoever supports mergers pays its share."""
    costs = [(into, _absorb(model, gone, into)) for gone, into in pairs]
    if costs:
        programmes.support(model, "merger_support", costs)


def _absorb(model: TwinModel, gone: Organisation, into: Organisation) -> float:
    """`gone` joins `into`, they share nothing; what it costs."""
    terms, ratio = model.terms, gone.weight / into.weight
    cost = terms.merger_cost * gone.revenue_year * ratio
    saved = terms.merger_overhead_saving * gone.fixed_cost * ratio
    staff = gone.staff * ratio
    shared = [
        level
        for level, grant in gone.grants.items()
        if grant.yearly > 0 and level in into.grants and into.grants[level].yearly > 0
    ]
    if gone.cell is not into.cell:
        _move_votes(gone, into)
    _average(model, gone, into, ratio)
    for level, grant in gone.grants.items():
        into.grant_from(level).join(grant, ratio)
    for level, line in gone.contracts.items():
        into.contract_with(level).join(line, ratio)
    for level, line in gone.tariffs.items():
        into.tariffs.setdefault(level, Line()).join(line, ratio)
    gone.volunteers *= 1.0 - terms.merger_volunteer_loss
    for name in STOCKS:
        setattr(into, name, getattr(into, name) + getattr(gone, name) * ratio)
    into.years = [
        tuple(own + other * ratio for own, other in zip(mine, theirs, strict=True))
        for mine, theirs in zip(into.years, gone.years, strict=True)
    ]
    into.dip = DIP_QUARTERS
    saved += terms.merger_staff_saving * staff * into.wage / model.price_level
    saved += into.saving_left * into.saving_quarters  # of an earlier merger
    into.saving_left, into.saving_quarters = saved / SAVING_QUARTERS, SAVING_QUARTERS
    into.spend(cost)
    for level in shared:
        grant = into.grants[level]
        for name in ("yearly", "calls", "due"):
            kept = getattr(grant, name) * (1.0 - terms.merger_funder_haircut)
            setattr(grant, name, kept)
    return cost


def _move_votes(gone: Organisation, into: Organisation) -> None:
    """Public money and its budget follow into the absorber's cell."""
    for instrument, lines in (
        (GRANTS, gone.grants), (PROCUREMENT, gone.contracts), (TARIFFS, gone.tariffs),
    ):  # fmt: skip
        for level, line in lines.items():
            here, there = gone.cell.nodes[level], into.cell.nodes[level]
            for votes, amount in (("base", line.yearly), ("voted", line.due)):
                getattr(here, votes)[instrument] -= gone.weight * amount
                getattr(there, votes)[instrument] += gone.weight * amount


def _average(model: TwinModel, gone: Organisation, into: Organisation, ratio: float) -> None:
    """What does not add up: means by service or staff, in the absorber's units of service."""
    convert = into.productivity / gone.productivity if gone.productivity > 0 else 0.0
    service, own = gone.service * ratio * convert, into.service
    if own + service > 0:
        share = service / (own + service)
        for name in BY_SERVICE:
            mine = getattr(into, name)
            setattr(into, name, mine + share * (getattr(gone, name) - mine))
        bought = into.variable_cost * own + gone.variable_cost * gone.service * ratio
        into.variable_cost = bought / (own + service)
    staff = gone.staff * ratio
    weight = staff / max(staff + into.staff, 1e-12)
    into.wage += weight * (gone.wage - into.wage)
    luck = model.draws.column("site closes", model.quarter)[gone.row]
    kept = ratio * convert if luck >= model.terms.merger_closure else 0.0
    for name, part in (
        ("service", kept), ("demand", kept),
        ("service_base", ratio * convert), ("tariff_quota", ratio * convert),
    ):  # fmt: skip
        setattr(into, name, getattr(into, name) + getattr(gone, name) * part)
    power = model.terms.gift_contest_elasticity
    effort = into.fundraising + ratio * gone.fundraising
    if effort > 0:
        pull = into.fundraising**power * into.reputation
        pull += ratio * gone.fundraising**power * gone.reputation
        into.reputation = pull / effort**power
