"""P15: new organisations, small and without public money."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.codes import SIZE_BOUNDS
from simulator.randomness import birth
from tests.reference.draws import inverse_normal, inverse_poisson
from tests.reference.funders import GRANTS, INSTRUMENTS
from tests.reference.organisation import ASSOCIATION, Organisation

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.territory import Cell

GROWTH_BOUND = 0.2


def enter(model: TwinModel) -> None:
    """Found organisations, cell by cell."""
    luck = model.draws.singles("entries", model.quarter)
    wages = _wage_index(model)
    label = birth(model.quarter)
    for cell in model.cells:
        count = inverse_poisson(luck(cell.identity), _expected(model, cell))
        born = [
            _found(model, cell, model.draws.born(label, cell.identity, ordinal), wages)
            for ordinal in range(count)
        ]
        _take_over(model, cell, born)


def _expected(model: TwinModel, cell: Cell) -> float:
    """Mean number of entrants: more where need is unmet and votes grow."""
    now = before = 0.0
    for node in cell.nodes:
        for instrument in INSTRUMENTS:
            before += node.previous[instrument]
            # A late vote is known before it opens.
            waits = instrument == GRANTS and node.late > model.quarter % 4
            now += node.pending if waits else node.voted[instrument]
    growth = now / before - 1.0 if before > 0 else 0.0
    growth -= model.rules.parameters.number("grant_growth")
    pull = 1.0 + model.terms.entry_unmet * (cell.unmet - cell.unmet_base)
    pull += model.terms.entry_growth * min(max(growth, -GROWTH_BOUND), GROWTH_BOUND)
    rate = cell.terms.entry_rate * max(pull, 0.0) / 4.0
    return rate * cell.organisations_2025 / model.entrant_weight


def _wage_index(model: TwinModel) -> list[float]:
    """Wages over those of 2025, by sector."""
    payroll, staff = [0.0] * 10, [0.0] * 10
    for org in model.organisations:
        payroll[org.sector] += org.weight * org.staff * org.wage
        staff[org.sector] += org.weight * org.staff
    usual = model.wage_by_sector
    return [
        paid / n / usual[s] if n > 0 else 1.0
        for s, (paid, n) in enumerate(zip(payroll, staff, strict=True))
    ]


def _found(model: TwinModel, cell: Cell, uid: int, wages: list[float]) -> Organisation:
    """One new association; what it lives on is that of its sector, without public money."""
    terms, sector, prices = model.terms, cell.sector, model.price_level

    def luck(stream: str, quarter: int = 0) -> float:
        return model.draws.singles(stream, quarter)(uid)

    def character(name: str) -> float:
        spread = getattr(terms, f"{name}_spread") * (2.0 * luck(name) - 1.0)
        return min(max(getattr(terms, f"{name}_mean") + spread, 0.0), 1.0)

    spread = terms.entrant_budget_spread * inverse_normal(luck("entrant budget", model.quarter))
    budget = terms.entrant_budget * math.exp(spread)
    nominal = budget * prices
    share = {name: getattr(model.entrants, name)[sector] for name in SHARES}
    gifts, wage = share["gifts"] * nominal, model.wage_by_sector[sector] * wages[sector]
    state = NOTHING | {
        "uid": uid, "cell": cell, "weight": model.entrant_weight,
        "region": cell.region, "sector": sector, "form": ASSOCIATION,
        "size_entry": sum([budget >= bound for bound in SIZE_BOUNDS]),
        "entry_quarter": model.quarter, "budget_entry": budget,
        "tie_x": luck("tie x"), "tie_y": luck("tie y"),
        "vulnerable_share": terms.vulnerable_share[sector],
        "grants": {}, "contracts": {}, "tariffs": {},
        "need_entry": model.need_reference[sector],
        "members": share["memberships"] * nominal / (terms.membership_fee * prices),
        "memberships": share["memberships"] * nominal,
        "gifts": gifts,
        "corporate_gifts": share["corporate_gifts"] * nominal,
        "foundation_grants": share["foundation_grants"] * nominal,
        "fundraising": terms.fundraising_share * gifts,
        "commercial_base": share["user_sales"],
        "wage": wage, "staff": share["staff_cost"] * nominal / wage,
        "quality": 1.0, "previous_quality": 1.0, "price": 1.0, "sales_growth": 1.0,
        "drift_guard": terms.drift_governance, "fixed_cost": share["fixed_cost"] * budget,
        "cash": terms.entrant_cash_months / 12.0 * nominal,
        "cash_months": terms.entrant_cash_months,
        "governance": character("governance"), "taboo": character("taboo"),
        "strain": terms.strain_usual, "pace": 1.0, "openness": 1.0, "left_behind": (0.0, 0.0),
        "revenue_year": nominal, "private_year": nominal, "cost_year": nominal,
        "years": [(nominal / 4.0,) * 3] * 4, "expected": None,
    }  # fmt: skip
    org = Organisation(model, state)
    org.aid_factor, org.previous_price = org.terms.employment_aid_factor, org.terms.price_factor
    org.sales = org.user_sales_base = share["user_sales"] * nominal / org.sales_scale
    _staff_up(model, org, share["variable_cost"] * budget)
    model.organisations[org] = None
    return org


SHARES = (
    "user_sales", "memberships", "gifts", "corporate_gifts", "foundation_grants", "staff_cost",
    "variable_cost", "fixed_cost",
)  # fmt: skip
# What a newborn does not have, has not done or has not met.
NOTHING = {
    **dict.fromkeys(
        (
            "age", "due_restricted", "tariff_quota", "employment_aid", "aided_jobs", "aid_lost",
            "core_funding", "fundraising_new", "market_gain", "revenue_noise", "applications",
            "application_time", "layoffs", "overload", "drift", "previous_drift", "saving_left",
            "restricted", "fixed_assets", "loans", "overdraft", "bridge", "guaranteed",
            "quasi_equity", "arrears", "revenue", "private_revenue", "cost", "gap", "gap_public",
            "gap_market", "gap_cost", "project_gain", "support_part", "support_effect",
        ),
        0.0,
    ),
    **dict.fromkeys(
        (
            "mutual_group", "vacancy_recent", "dip", "saving_quarters", "recovery",
            "project_clock", "project_ramp", "mutual_clock", "support", "support_clock",
        ),
        0,
    ),
    **dict.fromkeys(("withdrew_private", "failed_calls", "insolvent"), False),
}  # fmt: skip


def _staff_up(model: TwinModel, org: Organisation, purchases: float) -> None:
    """Volunteers, service and reputation that go with its staff and gifts."""
    terms, sector = model.terms, org.sector
    org.volunteers = model.volunteers_per_staff[sector] * org.staff
    org.productivity = model.productivity_by_sector[sector]
    helpers = min(org.volunteers, terms.volunteer_span * max(org.staff, 1.0))
    hours = max(org.staff - org.overhead_staff, 0.0)
    hours += terms.volunteer_productivity * helpers
    org.capacity = hours * org.productivity
    org.service = org.service_base = org.demand = org.capacity * terms.capacity_use
    org.variable_cost = purchases / 4.0 / org.service if org.service > 0 else 0.0
    pull = (org.fundraising / model.price_level) ** terms.gift_contest_elasticity
    org.reputation = org.gifts / model.price_level / pull if pull > 0 else 0.0


def _take_over(model: TwinModel, cell: Cell, born: list[Organisation]) -> None:
    """One entrant may carry on part of what left the cell in the quarter."""
    left = [d for d in model.left_now if d.org.cell is cell and d.cause != "absorbed"]
    luck = model.draws.singles("restructured", model.quarter)
    heirs = [org for org in born if luck(org.uid) < model.terms.restructuring_share]
    if not left or not heirs:
        return
    heir, share = heirs[0], model.terms.restructuring_transfer
    staff, volunteers, sales = (
        share * sum([d.org.weight * getattr(d, what) for d in left]) / heir.weight
        for what in ("staff", "volunteers", "sales")
    )
    room = max(heir.staff, 1e-9)
    part = min(1.0, room / max(staff, 1e-9))  # at most its own size again
    heir.staff += part * staff
    heir.volunteers += part * volunteers
    heir.user_sales_base += part * sales / heir.sales_scale
    for name in ("service", "service_base", "capacity", "demand"):
        setattr(heir, name, getattr(heir, name) * (1.0 + part * staff / room))
