"""P13 — associations become Scic: partners' capital, credit, tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS, SUPPLIERS
from simulator.codes import FORMS
from simulator.compiled import at, kernel, uniform_all
from simulator.organisations import dot

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
ASSOCIATION, SCIC = FORMS.index("ASSO"), FORMS.index("SCIC")
COLLECTIVITY_SHARE = 0.2  # of the capital; the law allows up to half (judgement)


def change_legal_form(model: EssModel) -> None:
    """Eligible associations become Scic: the row stays, donors and some volunteers leave."""
    if model.quarter < 0:
        return
    o, values = model.organisations, model.values
    price = values.scalar("scic_cost") * model.price_level
    rows = become_scic(
        o.uid, o.alive, o.form, o.recovery, o.staff, o.equity, o.cash, o.restricted, model.sales,
        o.memberships, o.revenue_year, values.column("scic_rate"),
        values.scalar("scic_own_income"), values.scalar("scic_minimum_staff"), price,
        model.draws.word("scic", model.quarter),
    )  # fmt: skip
    if not len(rows):
        return
    o.form[rows] = SCIC
    spent = o.spend_some(rows, np.full(len(rows), price))
    model.ledger.record("scic_cost", ORGANISATIONS, SUPPLIERS, spent)
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


@kernel
def become_scic(
    uid: NDArray[np.uint64], alive: NDArray[np.bool_], form: NDArray[np.int8],
    recovery: NDArray[np.int8], staff: Floats, equity: Floats, cash: Floats, restricted: Floats,
    sales: Floats, memberships: Floats, revenue_year: Floats, rate: Floats, own_income: float,
    least_staff: float, price: float, key: np.uint64,
) -> Rows:  # fmt: skip
    """Associations that change in this quarter: sound, with staff and income of their own.

    Who could not pay for the change does not start it.
    """
    draws = uniform_all(key, uid)
    drawn, lucky = np.empty(len(alive), np.int64), 0
    for i in range(len(alive)):
        drawn[lucky] = i
        lucky += draws[i] < at(rate, i) / 4.0
    found, count = np.empty(lucky, np.int64), 0
    for i in drawn[:lucky]:
        if not alive[i] or form[i] != ASSOCIATION or recovery[i] != 0:
            continue
        if staff[i] < least_staff or equity[i] <= 0.0 or revenue_year[i] <= 0.0:
            continue
        own = (sales[i] + memberships[i]) / revenue_year[i]
        if own > own_income and cash[i] - restricted[i] > price:
            found[count] = i
            count += 1
    return found[:count]
