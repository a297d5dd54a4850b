"""P10b: those who lead tire, recover or leave; it slows answers and closes doors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference.support import ALLIANCES, GOVERNANCE, LEADERS_HEALTH

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

VACANCY_QUARTERS = 4
ENOUGH_CASH = 3.0  # months


def lead(model: TwinModel) -> None:
    """A quarter of pressure, and what comes of it."""
    luck = model.draws.column("vacancy", model.quarter)
    for org in model.organisations:
        pressure = _pressure(org)
        strain = org.strain * (1.0 - org.terms.strain_recovery) + pressure * (1.0 - org.strain)
        org.strain = min(max(strain, 0.0), 1.0)
        _answer(model, org)
        org.vacancy_recent = max(org.vacancy_recent - 1, 0)
        if luck[org.row] < _odds_of_leaving(org):
            org.vacancy_recent = VACANCY_QUARTERS


def _pressure(org: Organisation) -> float:
    """What tires: an expected gap, little cash, layoffs, applications, a leader gone."""
    terms, (laid_off, staff) = org.terms, org.left_behind
    pressure = terms.strain_gap * max(org.gap - terms.gap_tolerance, 0.0)
    pressure += terms.strain_cash * min(max(1.0 - org.cash_months / ENOUGH_CASH, 0.0), 1.0)
    pressure += terms.strain_applications * org.application_time
    if laid_off:
        pressure += terms.strain_layoffs * laid_off / (laid_off + staff)
    if org.vacancy:
        pressure += terms.strain_vacancy
    return pressure


def _answer(model: TwinModel, org: Organisation) -> None:
    """Speed of adaptation and odds of a partnership, over those of a usual organisation."""
    terms, usual = org.terms, model.rules.usual
    capacity = org.governance - usual("governance_mean")
    tired = org.strain - terms.strain_usual
    pace = terms.adaptation_governance_sensitivity * capacity
    org.pace = math.exp(pace - terms.adaptation_strain_sensitivity * tired)
    closed = org.taboo - usual("taboo_mean")
    openness = terms.partnership_governance_sensitivity * capacity
    org.openness = math.exp(openness - terms.partnership_taboo_sensitivity * closed)
    if org.support == ALLIANCES:
        org.openness *= max(1.0 + org.support_effect, 0.0)


def _odds_of_leaving(org: Organisation) -> float:
    """Odds that the leader leaves in the quarter."""
    terms = org.terms
    tired = terms.vacancy_strain_sensitivity * (org.strain - terms.strain_usual)
    odds = terms.leadership_vacancy * math.exp(tired) / 4.0
    if org.support in (LEADERS_HEALTH, GOVERNANCE):
        odds *= max(1.0 - org.support_effect, 0.0)
    return odds
