"""P6 — demand for service, sales to users, memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import HOUSEHOLDS, ORGANISATIONS
from simulator.codes import N_CELLS
from simulator.organisations import summed

if TYPE_CHECKING:
    from simulator.model import EssModel


def share_demand(model: EssModel) -> None:
    """Split each cell's demand between providers by past service, quality and price."""
    o, values = model.organisations, model.values
    real_price = o.price * values.rows("price_factor")
    elasticity = values.rows("price_elasticity")
    attraction = o.service * o.quality * real_price ** (-elasticity)
    total = summed(o.cell, o.weight * attraction, N_CELLS)
    asked = model.demand_cells.ravel()
    per_unit = np.divide(asked, total, out=np.zeros(N_CELLS), where=total > 0)
    o.demand[:] = attraction * per_unit[o.cell]


def sell_to_users(model: EssModel) -> None:
    """Sales to users and membership fees of the quarter, paid by households."""
    o, values = model.organisations, model.values
    persistence = values.scalar("revenue_noise_persistence")
    if model.quarter >= 0:
        size = np.maximum(o.budget_entry, 1_000.0) / 200_000.0
        sigma = values.rows("revenue_noise") * size ** values.scalar("revenue_noise_size")
        shock = model.draws.normal("own sales", model.quarter, o.uid)
        o.revenue_noise *= persistence
        o.revenue_noise += sigma * shock
    real_price = o.price * values.rows("price_factor")
    served = np.divide(o.service, o.service_base, out=np.zeros(o.rows), where=o.service_base > 0)
    need = model.need_reference[o.sector] / o.need_entry
    # Who shrinks gives up first the service that users do not pay for; who lives on its users
    # alone cannot.
    follows = 1.0 - values.rows("sales_protection") * (1.0 - o.commercial_base)
    served = (served / need) ** follows
    scale = o.sales_growth * model.sales_scale()
    sales = o.user_sales_base * scale * real_price * served
    sales *= o.quality ** values.rows("user_quality")
    sales *= np.exp(o.revenue_noise)
    # Below capacity, a dearer price loses customers; queues hide it where service is rationed.
    sales += o.market_gain * scale
    sales *= 0.25
    o.earn(sales)
    paid = o.total(sales)
    model.ledger.record("user_sales", HOUSEHOLDS, ORGANISATIONS, paid)

    change = values.rows("membership_growth") * 0.25
    dearer = real_price - model.previous_price
    better = o.quality - model.previous_quality
    o.members *= np.maximum(
        1.0
        + change
        - values.rows("membership_price") * dearer
        + values.rows("membership_quality") * better,
        0.0,
    )
    fee = values.scalar("membership_fee") * model.price_level
    fees = o.members * values.rows("membership_factor") * fee * 0.25
    o.memberships[:] = fees * 4.0
    o.earn(fees)
    model.ledger.record("memberships", HOUSEHOLDS, ORGANISATIONS, o.total(fees))
    model.previous_price = np.array(real_price, dtype=float)
    model.previous_quality = o.quality.copy()
    model.sales = sales * 4.0
