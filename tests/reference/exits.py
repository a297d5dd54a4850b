"""P14: distress and exits: rescue, court, quiet closure, end of aid, choice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference.cooperation import fits, healthy, ranked
from tests.reference.departures import ORDERLY_MONTHS, leave
from tests.reference.merger import absorb_all
from tests.reference.support import ORDERLY_CLOSURE

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

RECOVERY_QUARTERS = 4
PLAN_WRITE_OFF = 0.5
LOOK_AHEAD = 6.0  # months
AGE_BOUNDS = (3.0, 10.0)


def leave_or_stay(model: TwinModel) -> None:
    """Plans end; who cannot pay fails; who lost aid or hope stops."""
    _end_plans(model)
    failed = [org for org in model.organisations if org.insolvent and not org.recovery]
    for org in _rescue(model, failed):
        _fail(model, org)
    if model.quarter % 4 == 0:
        _end_with_aid(model)
    _close_in_time(model)
    hazards = model.draws.column("hazard", model.quarter)
    dissolves = model.draws.column("dissolves", model.quarter)
    closing = []
    for org in model.organisations:
        if not org.recovery:
            odds, dissolution = _hazard(org)
            if hazards[org.row] < odds:
                closing.append((org, dissolves[org.row] < dissolution))
    for org, ends in closing:
        cause = "dissolution" if ends else "stopped_employing"
        leave(model, org, cause, solvent=not org.insolvent)


def _end_plans(model: TwinModel) -> None:
    """Under a plan suppliers carry what is missing; at its end debt is given up, or all ends."""
    luck = model.draws.column("plan", model.quarter)
    for org in [org for org in model.organisations if org.recovery]:
        org.recovery -= 1
        _carry(org)
        if org.recovery:
            continue
        if luck[org.row] >= model.terms.recovery_success:
            leave(model, org, "liquidation", solvent=False)
            continue
        org.arrears *= 1.0 - PLAN_WRITE_OFF
        given_up = PLAN_WRITE_OFF * (org.overdraft + org.bridge)
        org.overdraft *= 1.0 - PLAN_WRITE_OFF
        org.bridge *= 1.0 - PLAN_WRITE_OFF
        model.banks[org.region].lost_this_year += org.weight * given_up
        org.insolvent = False


def _carry(org: Organisation) -> None:
    missing = max(-org.free_cash, 0.0)
    org.cash += missing
    org.arrears += missing


def _rescue(model: TwinModel, failed: list[Organisation]) -> list[Organisation]:
    """A healthy organisation of the cell may take over who fails; the others."""
    if not failed:
        return []
    terms = model.terms
    partners = ranked([org for org in model.organisations if healthy(org)], _health)
    luck = model.draws.column("rescue", model.quarter)
    taken = []
    for cell, some in ranked(failed, _distress).items():
        for org, partner in zip(some, partners.get(cell, ()), strict=False):
            ratio = org.weight / partner.weight
            cost = terms.merger_cost * org.revenue_year * ratio
            bearable = partner.free_cash + ratio * org.free_cash - cost > 0
            odds = terms.rescue_factor * org.terms.merger_completion * org.openness
            if luck[org.row] < odds and fits(org, partner) and bearable:
                taken.append((org, partner))
    for org, partner in taken:
        leave(model, org, "absorbed", solvent=False, absorber=partner.uid)
    absorb_all(model, taken)
    return [org for org in failed if not org.gone]


def _health(org: Organisation) -> float:
    return org.cash_months


def _distress(org: Organisation) -> float:
    return org.gap - org.cash_months / 12.0


def _fail(model: TwinModel, org: Organisation) -> None:
    """A court procedure opens, or the organisation dissolves quietly."""
    terms, quarter = org.terms, model.quarter
    if model.draws.column("formal procedure", quarter)[org.row] >= terms.formal_procedure_share:
        leave(model, org, "dissolution", solvent=False)
    elif model.draws.column("redressement", quarter)[org.row] < terms.recovery_share:
        org.layoffs += terms.recovery_staff_cut * org.staff
        org.staff *= 1.0 - terms.recovery_staff_cut
        org.recovery = RECOVERY_QUARTERS
        _carry(org)
    else:
        leave(model, org, "liquidation", solvent=False)


def _end_with_aid(model: TwinModel) -> None:
    """Who lost aided jobs may stop employing, the more of its staff was aided."""
    luck = model.draws.column("aid exit", model.quarter)
    for org in list(model.organisations):
        lost, org.aid_lost = org.aid_lost, 0.0
        if lost > 0 and org.staff > 0 and not org.recovery:
            share = lost / (org.staff + lost)
            if luck[org.row] < org.terms.aided_exit * share:
                leave(model, org, "stopped_employing", solvent=True)


def _close_in_time(model: TwinModel) -> None:
    """Whom support helps to speak of closing may close while money is left."""
    luck = model.draws.column("closes in time", 0)  # one draw for life
    closing = []
    for org in model.organisations:
        if org.support != ORDERLY_CLOSURE or org.recovery or org.insolvent:
            continue
        ends = org.gap > org.terms.gap_tolerance
        ends = ends and 0.0 <= org.cash_months < LOOK_AHEAD * org.gap
        if ends and luck[org.row] < org.support_effect:
            closing.append(org)
    for org in closing:
        leave(model, org, "dissolution", solvent=True)


def _hazard(org: Organisation) -> tuple[float, float]:
    """Odds of closing in the quarter, and of doing so by dissolution."""
    terms = org.terms
    public = org.public_notified / org.revenue_year if org.revenue_year > 0 else 0.0
    first, second = AGE_BOUNDS
    age = terms.age_factor[(org.age >= first) + (org.age >= second)]
    # Public money removes the effect of age.
    age = 1.0 + (age - 1.0) * (1.0 - min(max(public, 0.0), 1.0))
    tension = terms.exit_gap_sensitivity * min(max(org.gap, -0.1), 0.4)
    tension += terms.exit_strain_sensitivity * (org.strain - terms.strain_usual)
    if org.cash_months < 1.0:
        tension += terms.exit_low_cash_sensitivity
    if org.vacancy:
        tension += terms.exit_vacancy_sensitivity
    pressed = max(1.0 + tension, 0.0) if org.model.additive else math.exp(tension)
    hazard = terms.exit_hazard * age * pressed / 4.0
    dissolution = terms.dissolution_share
    spoken = _spoken(org)
    if spoken != 1.0:
        # Only dissolution is put off; to stop employing is not to close.
        kept = 1.0 - dissolution + dissolution * spoken
        hazard *= kept
        dissolution *= spoken / kept
    return 1.0 - math.exp(-hazard), dissolution


def _spoken(org: Organisation) -> float:
    """Closing with money left is put off where it cannot be spoken of."""
    terms = org.terms
    if org.gap <= terms.gap_tolerance or org.cash_months < ORDERLY_MONTHS:
        return 1.0
    taboo = org.taboo - org.model.rules.usual("taboo_mean")
    spoken = math.exp(-terms.closure_taboo_sensitivity * taboo)
    if org.support == ORDERLY_CLOSURE and org.support_effect < 0:
        spoken *= max(1.0 + org.support_effect, 0.0)
    return spoken
