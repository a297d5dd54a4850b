"""P6 — demand for service, sales to users, memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS
from simulator.compiled import at, kernel, powers
from simulator.group_sums import weighted_sums

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def share_demand(model: EssModel) -> None:
    """Split each cell's demand between providers by past service, quality and price."""
    o, values = model.organisations, model.values
    dearness = powers(o.price * values.column("price_factor"), -values.column("price_elasticity"))
    _share_demand(
        model.demand_cells.ravel(), o.weight, o.cell, o.service, o.quality, dearness, o.demand
    )


@kernel
def _share_demand(
    asked: Floats, weight: Floats, cell: NDArray[np.int64], service: Floats, quality: Floats,
    dearness: Floats, demand: Floats,
) -> None:  # fmt: skip
    """Demand of the cells (180,) in proportion to service × quality × price^−ε, in place."""
    for i in range(len(weight)):
        demand[i] = service[i] * quality[i] * dearness[i]
    total = weighted_sums(cell, weight, demand, N_CELLS)
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
            shock, o.alive, _smaller_when_large(model), o.revenue_noise,
            values.column("revenue_noise"), values.scalar("revenue_noise_persistence"),
        )  # fmt: skip
    paid, fees = _sell(
        _pull_of_service(model), o.alive, o.weight, o.quality, o.price,
        o.user_sales_base, o.sales_growth, o.market_gain,
        o.members, o.memberships, o.cash, o.equity, o.revenue, o.private_revenue,
        model.sales, model.previous_price, model.previous_quality,
        model.sales_scale(), values.scalar("membership_fee") * model.price_level,
        values.column("price_factor"),
        values.column("membership_growth"),
        values.column("membership_price"), values.column("membership_quality"),
        values.column("membership_factor"),
    )  # fmt: skip
    model.ledger.record("user_sales", HOUSEHOLDS, ORGANISATIONS, paid)
    model.ledger.record("memberships", HOUSEHOLDS, ORGANISATIONS, fees)


def _smaller_when_large(model: EssModel) -> Floats:
    """Spread of an organisation's luck over that of one of 200,000 euros a year, (rows,).

    It changes where a row changes hands: the others keep what they had the quarter before.
    """
    budgets, exponent = model.organisations.budget_entry, model.values.scalar("revenue_noise_size")
    known, power, spread = model.luck_by_size
    if len(known) != len(budgets) or power != exponent:
        known, spread = np.full(len(budgets), np.nan), np.empty(len(budgets))
        model.luck_by_size = known, exponent, spread
    new = np.flatnonzero(budgets != known)
    known[new] = budgets[new]
    size = np.maximum(budgets[new], 1_000.0)
    size /= 200_000.0
    spread[new] = powers(size, exponent)
    return spread


@kernel
def _disturb(
    shock: Floats, alive: Flags, size: Floats, noise: Floats, spread: Floats, persistence: float
) -> None:
    """An organisation's own luck with its sales: autoregressive, smaller for larger budgets."""
    for i in range(len(shock)):
        if alive[i]:
            noise[i] = persistence * noise[i] + at(spread, i) * size[i] * shock[i]


def _pull_of_service(model: EssModel) -> Floats:
    """What service, its quality and luck multiply sales by, (rows,).

    (service per need, over that at entry)^follows × quality^ε × e^luck.
    """
    o, values = model.organisations, model.values
    pull, log_quality = np.empty(o.rows), np.empty(o.rows)
    _follow_service(
        pull, log_quality, o.alive, o.sector, o.service, o.service_base, o.need_entry, o.quality,
        model.need_reference,
    )  # fmt: skip
    with np.errstate(divide="ignore"):  # who serves nobody sells nothing: e^(−∞)
        np.log(pull, out=pull)
    np.log(log_quality, out=log_quality)
    _add_exponents(
        pull, log_quality, o.commercial_base, o.revenue_noise, values.column("sales_protection"),
        values.column("user_quality"),
    )  # fmt: skip
    return np.exp(pull, out=pull)


@kernel
def _follow_service(
    service_pull: Floats, quality_pull: Floats, alive: Flags, sector: NDArray[np.int8],
    service: Floats, service_base: Floats, need_entry: Floats, quality: Floats,
    need_reference: Floats,
) -> None:  # fmt: skip
    """Service per need over that at entry, and quality; 1 for free rows, both in place."""
    _follow_need(quality_pull, sector, need_entry, need_reference)
    _serve_need(service_pull, quality_pull, service, service_base, alive)
    for i in range(len(alive)):
        quality_pull[i] = quality[i] if alive[i] else 1.0


# Few columns at a time, so that the compiler does several rows at once.
@kernel
def _follow_need(
    need: Floats, sector: NDArray[np.int8], need_entry: Floats, need_reference: Floats
) -> None:
    """Need of the sector over that at entry, (rows,)."""
    for i in range(len(need)):
        need[i] = need_reference[sector[i]] / need_entry[i]


@kernel
def _serve_need(
    pull: Floats, need: Floats, service: Floats, service_base: Floats, alive: Flags
) -> None:
    """Service over that at entry, per need; 1 for free rows."""
    for i in range(len(pull)):
        served = service[i] / service_base[i] if service_base[i] > 0 else 0.0
        pull[i] = max(served / need[i], 0.0) if alive[i] else 1.0


@kernel
def _add_exponents(
    exponent: Floats, log_quality: Floats, commercial_base: Floats, noise: Floats,
    protection: Floats, user_quality: Floats,
) -> None:  # fmt: skip
    """Exponent of what multiplies sales, in the place of the logarithm of service per need."""
    for i in range(len(exponent)):
        # Who shrinks gives up first the service that users do not pay for; who lives on its users
        # alone cannot.
        follows = 1.0 - at(protection, i) * (1.0 - commercial_base[i])
        served = follows * exponent[i] if follows > 0.0 else 0.0
        exponent[i] = served + at(user_quality, i) * log_quality[i] + noise[i]


@kernel
def _sell(
    sold: Floats, alive: Flags, weight: Floats, quality: Floats, price: Floats,
    sales_base: Floats, growth: Floats, market_gain: Floats, members: Floats, memberships: Floats,
    cash: Floats, equity: Floats, revenue: Floats, private_revenue: Floats, sales: Floats,
    previous_price: Floats, previous_quality: Floats, sales_scale: Floats, fee: float,
    price_factor: Floats, member_growth: Floats, member_price: Floats, member_quality: Floats,
    member_factor: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Sales and fees of each row, in place; weighted totals of both, euros of the quarter.

    `sold`: what service, its quality and luck multiply sales by.
    """
    paid = fees = 0.0
    for i in range(len(weight)):
        if not alive[i]:
            sales[i] = 0.0
            continue
        real_price = price[i] * at(price_factor, i)
        scale = growth[i] * at(sales_scale, i)
        # Below capacity, a dearer price loses customers; queues hide it where service is rationed.
        yearly = sales_base[i] * scale * real_price * sold[i] + market_gain[i] * scale
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
        paid += weight[i] * 0.25 * yearly
        fees += weight[i] * 0.25 * memberships[i]
    return paid, fees
