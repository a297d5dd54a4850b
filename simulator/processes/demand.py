"""P6 — demand for service, sales to users, memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS
from simulator.compiled import at, kernel, power

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def share_demand(model: EssModel) -> None:
    """Split each cell's demand between providers by past service, quality and price."""
    o, values = model.organisations, model.values
    _share_demand(
        model.demand_cells.ravel(), o.weight, o.cell, o.service, o.quality, o.price, o.demand,
        values.column("price_factor"), values.column("price_elasticity"),
    )  # fmt: skip


@kernel
def _share_demand(
    asked: Floats, weight: Floats, cell: NDArray[np.int64], service: Floats, quality: Floats,
    price: Floats, demand: Floats, price_factor: Floats, elasticity: Floats,
) -> None:  # fmt: skip
    """Demand of the cells (180,) in proportion to service × quality × price^−ε, in place."""
    total = np.zeros(N_CELLS)
    for i in range(len(weight)):
        attraction = service[i] * quality[i]
        real_price = price[i] * at(price_factor, i)
        attraction *= power(real_price, -at(elasticity, i))
        demand[i] = attraction
        total[cell[i]] += weight[i] * attraction
    for c in range(N_CELLS):
        total[c] = asked[c] / total[c] if total[c] > 0 else 0.0
    for i in range(len(weight)):
        demand[i] *= total[cell[i]]


def sell_to_users(model: EssModel) -> None:
    """Sales to users and membership fees of the quarter, paid by households."""
    o, values = model.organisations, model.values
    if model.quarter >= 0:
        shock = model.draws.normal("own sales", model.quarter, o.uid)
        _disturb(
            shock, o.alive, o.budget_entry, o.revenue_noise, values.column("revenue_noise"),
            values.scalar("revenue_noise_size"), values.scalar("revenue_noise_persistence"),
        )  # fmt: skip
    paid, fees = _sell(
        o.alive, o.weight, o.sector, o.service, o.service_base, o.need_entry, o.quality, o.price,
        o.user_sales_base, o.sales_growth, o.market_gain, o.commercial_base, o.revenue_noise,
        o.members, o.memberships, o.cash, o.equity, o.revenue, o.private_revenue,
        model.sales, model.previous_price, model.previous_quality, model.need_reference,
        model.sales_scale(), values.scalar("membership_fee") * model.price_level,
        values.column("price_factor"), values.column("sales_protection"),
        values.column("user_quality"), values.column("membership_growth"),
        values.column("membership_price"), values.column("membership_quality"),
        values.column("membership_factor"),
    )  # fmt: skip
    model.ledger.record("user_sales", HOUSEHOLDS, ORGANISATIONS, paid)
    model.ledger.record("memberships", HOUSEHOLDS, ORGANISATIONS, fees)


@kernel
def _disturb(
    shock: Floats, alive: Flags, budget: Floats, noise: Floats, spread: Floats, decline: float,
    persistence: float,
) -> None:  # fmt: skip
    """An organisation's own luck with its sales: autoregressive, smaller for larger budgets."""
    for i in range(len(shock)):
        if alive[i]:
            size = max(budget[i], 1_000.0) / 200_000.0
            noise[i] = persistence * noise[i] + at(spread, i) * power(size, decline) * shock[i]


@kernel
def _sell(
    alive: Flags, weight: Floats, sector: NDArray[np.int8], service: Floats, service_base: Floats,
    need_entry: Floats, quality: Floats, price: Floats, sales_base: Floats, growth: Floats,
    market_gain: Floats, commercial_base: Floats, noise: Floats, members: Floats,
    memberships: Floats, cash: Floats, equity: Floats, revenue: Floats, private_revenue: Floats,
    sales: Floats, previous_price: Floats, previous_quality: Floats, need_reference: Floats,
    sales_scale: Floats, fee: float, price_factor: Floats, protection: Floats,
    user_quality: Floats, member_growth: Floats, member_price: Floats, member_quality: Floats,
    member_factor: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Sales and fees of each row, in place; weighted totals of both, euros of the quarter."""
    sold = fees = 0.0
    for i in range(len(weight)):
        if not alive[i]:
            sales[i] = 0.0
            continue
        real_price = price[i] * at(price_factor, i)
        served = service[i] / service_base[i] if service_base[i] > 0 else 0.0
        need = need_reference[sector[i]] / need_entry[i]
        # Who shrinks gives up first the service that users do not pay for; who lives on its users
        # alone cannot.
        follows = 1.0 - at(protection, i) * (1.0 - commercial_base[i])
        scale = growth[i] * at(sales_scale, i)
        yearly = sales_base[i] * scale * real_price * power(served / need, follows)
        yearly *= power(quality[i], at(user_quality, i))
        yearly *= np.exp(noise[i])
        # Below capacity, a dearer price loses customers; queues hide it where service is rationed.
        yearly += market_gain[i] * scale
        change = 1.0 + at(member_growth, i) * 0.25
        change -= at(member_price, i) * (real_price - previous_price[i])
        change += at(member_quality, i) * (quality[i] - previous_quality[i])
        members[i] *= max(change, 0.0)
        memberships[i] = members[i] * at(member_factor, i) * fee
        previous_price[i], previous_quality[i] = real_price, quality[i]
        sales[i] = yearly
        earned = 0.25 * (yearly + memberships[i])
        revenue[i] += earned
        private_revenue[i] += earned
        equity[i] += earned
        cash[i] += earned
        sold += weight[i] * 0.25 * yearly
        fees += weight[i] * 0.25 * memberships[i]
    return sold, fees
