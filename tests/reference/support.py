"""P9b: support programmes take some organisations in; what they feel grows over a lag."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.codes import SUPPORT_PROGRAMMES
from tests.reference.programmes import charge, places_open, reaches

if TYPE_CHECKING:
    from simulator.levers.effects import Programme
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation

CONSOLIDATION, RETHINKING, CRISIS_ANTICIPATION, LEADERS_HEALTH = 1, 2, 3, 4
ORDERLY_CLOSURE, GOVERNANCE, ALLIANCES, DLA = 5, 6, 7, 8
SUPPORT_QUARTERS = 8  # of full effect
SHORT_MONTHS = 3.0
ROUNDING = 1e-9


def support_organisations(model: TwinModel) -> None:
    """Support under way goes on; places of the quarter are filled."""
    lags, effects = model.terms.support_lag, _effects(model)
    for org in model.organisations:
        if org.support:
            org.support_clock += 1
            if org.support_clock >= lags[org.support - 1] + SUPPORT_QUARTERS:
                org.support, org.support_clock, org.support_part = 0, 0, 0.0
    for programme, places in places_open(model):
        kind = SUPPORT_PROGRAMMES.index(programme.kind.removeprefix("support_"))
        cost = model.terms.support_cost[kind] * model.price_level
        charge(model, programme, cost * _take_in(model, programme, kind + 1, places))
    for org in model.organisations:
        org.support_effect = 0.0
        if org.support:
            kind = org.support - 1
            grown = min((org.support_clock + 1.0) / (lags[kind] + 1.0), 1.0)
            org.support_effect = effects[kind] * org.support_part * grown


def _effects(model: TwinModel) -> list[float]:
    return [getattr(model.terms, f"support_effect_{kind}") for kind in SUPPORT_PROGRAMMES]


def _take_in(model: TwinModel, programme: Programme, kind: int, places: float) -> float:
    """Fill places, the last organisation in part; organisations reached, weighted."""
    luck = model.draws.column(f"{programme.kind} reached", model.quarter)
    usual = model.rules.usual("governance_mean")

    def turn(org: Organisation) -> tuple[bool, float, int]:
        """Short of cash first; then by lot, the better governed sooner on average."""
        speed = math.exp(model.terms.support_selection * (org.governance - usual))
        return (org.cash_months >= SHORT_MONTHS, -math.log(luck[org.row]) / speed, org.uid)

    free = [
        org
        for org in model.organisations
        if not org.support and not org.recovery and reaches(programme, org)
    ]
    left, reached = places, 0.0
    for org in sorted(free, key=turn):
        if left <= ROUNDING * places:
            break
        part = min(left / org.weight, 1.0)
        left -= org.weight * part
        reached += org.weight * part
        org.support, org.support_clock, org.support_part = kind, 0, part
    return reached
