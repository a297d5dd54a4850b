"""Leaving: why, and who gets what is left (P14)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reference.organisation import ASSOCIATION, COOPERATIVES

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.organisation import Organisation
    from tests.reference.territory import Cell

ORDERLY_MONTHS = 1.0
STRAIN_ODDS = 1.1


@dataclass(frozen=True)
class Departure:
    """An exit, and what the organisation was when it left."""

    org: Organisation
    cause: str
    primary: str
    absorber: int  # identity, or 0
    staff: float
    volunteers: float
    sales: float


def leave(
    model: TwinModel, org: Organisation, cause: str, *, solvent: bool, absorber: int = 0
) -> None:
    """The organisation is no more; its accounts are settled at the end of the quarter."""
    org.gone = True
    primary = _primary_cause(org, cause, solvent)
    model.leaving.append(
        Departure(org, cause, primary, absorber, org.staff, org.volunteers, org.sales)
    )
    del model.organisations[org]
    org.cell.members.remove(org)


def _primary_cause(org: Organisation, cause: str, solvent: bool) -> str:
    """What brought it there, in this order."""
    if cause == "absorbed" and solvent:
        return "absorbed_by_choice"
    if org.vacancy:
        return "governance"
    if solvent and org.cash_months >= ORDERLY_MONTHS:
        terms = org.terms
        tired = org.strain - org.model.terms.strain_usual
        strained = math.exp(terms.exit_strain_sensitivity * tired) >= STRAIN_ODDS
        # The accounts allowed to go on, the leaders did not.
        return "governance" if strained and org.gap <= terms.gap_tolerance else "orderly_closure"
    if not solvent and org.gap < org.terms.gap_tolerance:
        return "cash"
    traces = {"funder_loss": org.gap_public, "market": org.gap_market, "costs": org.gap_cost}
    return max(traces, key=traces.__getitem__)


def settle_departures(model: TwinModel) -> None:
    """Pay who is owed, in the order of the law; what remains is devolved."""
    inheritance: dict[Cell, float] = {}
    bridge = _Losses(model)
    for departure in model.leaving:
        org = departure.org
        if departure.cause != "absorbed":
            left = _settle(model, departure, bridge)
            inheritance[org.cell] = inheritance.get(org.cell, 0.0) + org.weight * left
        org.remove()
    bridge.share()
    model.left_now, model.leaving = model.leaving, []
    model.departures += [(departure, model.quarter) for departure in model.left_now]
    luck = model.draws.column("boni", model.quarter)
    for cell, euros in inheritance.items():
        heirs = [org for org in cell.members if org.form == ASSOCIATION]
        if heirs:
            heir = min(heirs, key=lambda org: luck[org.row])
            heir.cash += euros / heir.weight


def _settle(model: TwinModel, departure: Departure, bridge: _Losses) -> float:
    """Close the accounts of one; what heirs may have."""
    org = departure.org
    cash = org.cash - min(max(org.cash, 0.0), org.restricted)
    forced = departure.cause == "liquidation"
    cash += org.fixed_assets * (1.0 - model.terms.loss_given_default if forced else 1.0)
    for debt in ("bridge", "overdraft", "loans", "quasi_equity"):
        owed = getattr(org, debt)
        paid = min(max(cash, 0.0), owed)
        cash -= paid
        bridge.add(org, owed - paid, covered=debt == "bridge")
    cash -= min(max(cash, 0.0), org.arrears)
    if departure.cause == "stopped_employing" or org.form in COOPERATIVES:
        return 0.0  # kept by the volunteer association, or given to the cooperative movement
    return max(cash, 0.0)


class _Losses:
    """What lenders lose in the quarter; the guarantee fund bears its part of bridge credit."""

    def __init__(self, model: TwinModel) -> None:
        self.model = model
        self.bridge = [0.0] * len(model.banks)
        self.other = [0.0] * len(model.banks)
        self.covered = 0.0

    def add(self, org: Organisation, lost: float, *, covered: bool) -> None:
        """A loss on one debt."""
        if not covered:
            self.other[org.region] += org.weight * lost
            return
        self.bridge[org.region] += org.weight * lost
        borne = min(lost, org.guaranteed) * self.model.terms.guarantee_share
        self.covered += org.weight * borne

    def share(self) -> None:
        """What the fund bears lowers the losses of all banks alike."""
        fund = self.model.guarantee_fund
        borne = min(self.covered, fund.fund)
        fund.fund -= borne
        total = sum(self.bridge)
        kept = 1.0 - borne / total if total > 0 else 1.0
        for bank, bridge, other in zip(self.model.banks, self.bridge, self.other, strict=True):
            bank.lost_this_year += bridge * kept + other
