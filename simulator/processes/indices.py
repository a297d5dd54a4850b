"""P0 — prices, wages, incomes; the levers of the quarter come into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.model import EssModel


def update_indices(model: EssModel) -> None:
    """Advance prices, wages and incomes by a quarter, and open the quarter's accounts."""
    o, values = model.organisations, model.values
    values.start(model.quarter)
    model.ledger.open_quarter()
    for flow in (o.revenue, o.private_revenue, o.cost, o.public_paid, o.layoffs):
        flow[:] = 0.0
    o.age += np.where(o.alive, 0.25, 0.0)
    np.maximum(o.dip - 1, 0, out=o.dip)
    if model.quarter < 0:
        return
    growth = 1.0 + values.scalar("inflation")
    model.price_growth = growth**0.25
    model.price_level *= model.price_growth
    model.price_reference *= (1.0 + float(np.asarray(SPECS["inflation"].default))) ** 0.25
    model.income *= (1.0 + values.scalar("income_growth")) ** 0.25
    model.income_reference *= (1.0 + float(np.asarray(SPECS["income_growth"].default))) ** 0.25
    model.gift_index *= (1.0 + values.scalar("gift_growth")) ** 0.25
    model.need_trend = model.need_trend * (1.0 + values.node_grid("need_growth")[0]) ** 0.25
    model.need_reference = (
        model.need_reference * (1.0 + np.asarray(model.parameters["need_growth"])) ** 0.25
    )
    o.sales_growth *= (1.0 + values.rows("user_growth")) ** 0.25
    o.wage *= (1.0 + values.rows("wage_growth")) ** 0.25
    # Fundraising is planned in real terms.
    o.fundraising *= model.price_growth
    o.fundraising_new *= model.price_growth
