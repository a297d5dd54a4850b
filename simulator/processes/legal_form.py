"""P13 — associations become Scic: partners' capital, credit, tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS, SUPPLIERS
from simulator.codes import FORMS
from simulator.organisations import dot

if TYPE_CHECKING:
    from simulator.model import EssModel

COLLECTIVITY_SHARE = 0.2  # of the capital; the law allows up to half (judgement)


def change_legal_form(model: EssModel) -> None:
    """Eligible associations become Scic: the row stays, donors and some volunteers leave."""
    if model.quarter < 0:
        return
    o, values = model.organisations, model.values
    own = np.divide(
        model.sales + o.memberships, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0
    )
    eligible = (
        o.alive & (o.form == FORMS.index("ASSO")) & (own > values.scalar("scic_own_income"))
        & (o.staff >= values.scalar("scic_minimum_staff")) & (o.equity > 0) & (o.recovery == 0)
    )  # fmt: skip
    odds = np.asarray(values.rows("scic_rate")) / 4.0
    rows = np.flatnonzero(eligible & (model.draws.uniform("scic", model.quarter, o.uid) < odds))
    # Who could not pay for the change does not start it.
    price = values.scalar("scic_cost") * model.price_level
    rows = rows[o.free_cash[rows] > price]
    if not len(rows):
        return
    o.form[rows] = FORMS.index("SCIC")
    cost = np.zeros(o.rows)
    cost[rows] = price
    o.spend(cost)
    model.ledger.record("scic_cost", ORGANISATIONS, SUPPLIERS, o.total(cost))
    capital = values.scalar("scic_capital") * np.maximum(o.revenue_year[rows], 0.0)
    o.cash[rows] += capital
    o.equity[rows] += capital
    total = dot(o.weight[rows], capital)
    collectivity = COLLECTIVITY_SHARE * total
    model.ledger.record("capital", "bloc_communal", ORGANISATIONS, collectivity)
    model.ledger.record("capital", HOUSEHOLDS, ORGANISATIONS, total - collectivity)
    o.volunteers[rows] *= 1.0 - values.scalar("scic_volunteer_loss")
    o.drift_guard[rows] = values.scalar("drift_scic_guard")
    o.reputation[rows] *= 1.0 - values.scalar("scic_gift_loss")
