"""P0 — prices, wages, incomes; the levers of the quarter come into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import at, kernel
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]


def update_indices(model: EssModel) -> None:
    """Advance prices, wages and incomes by a quarter, and open the quarter's accounts."""
    o, values = model.organisations, model.values
    values.start(model.quarter)
    model.ledger.open_quarter()
    open_quarter(
        o.alive, o.age, o.dip, o.revenue, o.private_revenue, o.cost, o.public_paid, o.layoffs
    )
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
    index(
        o.sales_growth, o.wage, o.fundraising, o.fundraising_new,
        (1.0 + values.column("user_growth")) ** 0.25, (1.0 + values.column("wage_growth")) ** 0.25,
        model.price_growth,
    )  # fmt: skip


@kernel
def open_quarter(
    alive: Flags, age: Floats, dip: Codes, revenue: Floats, private_revenue: Floats, cost: Floats,
    public_paid: Floats, layoffs: Floats,
) -> None:  # fmt: skip
    """No flows yet; a quarter of age for the living, a quarter less of integration dip."""
    for flow in (revenue, private_revenue, cost, public_paid, layoffs):
        flow[:] = 0.0
    for i in range(len(age)):
        age[i] += 0.25 if alive[i] else 0.0
        dip[i] = max(dip[i] - 1, 0)


@kernel
def index(
    sales_growth: Floats, wage: Floats, fundraising: Floats, fundraising_new: Floats,
    user_growth: Floats, wage_growth: Floats, price_growth: float,
) -> None:  # fmt: skip
    """Sales, wages and fundraising, which is planned in real terms, follow their indices."""
    for i in range(len(wage)):
        sales_growth[i] *= at(user_growth, i)
        wage[i] *= at(wage_growth, i)
        fundraising[i] *= price_growth
        fundraising_new[i] *= price_growth
