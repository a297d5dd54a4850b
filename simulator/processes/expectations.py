"""P11, first part — the gap that an organisation expects, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import clip, kernel
from simulator.public_money import given

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MEMORY = 1.0 - 1.0 / 8.0  # what a quarter leaves of the traces of a gap: eight quarters


def expect(model: EssModel) -> None:
    """Expected resources and costs of the coming year, their gap, and where it comes from."""
    o = model.organisations
    known = model.expectation.shape[1] == o.rows
    if not known:
        model.expectation = np.zeros((3, o.rows))
    _expect(
        model.expectation, known, model.price_growth, model.expected_cost, model.cash_months,
        o.alive, model.public_money.lines(), o.employment_aid,
        model.aid_factor(o.rows), model.core_funding, o.private_year, o.private_revenue, o.cost,
        o.cash, o.restricted, o.gap, o.gap_public, o.gap_market, o.gap_cost,
    )  # fmt: skip


@kernel
def _expect(
    expectation: Floats, known: bool, price_growth: float, expected_cost: Floats,
    cash_months: Floats, alive: Flags, money: Floats, employment_aid: Floats,
    aid_factor: Floats, core_funding: Floats, private_year: Floats, private_revenue: Floats,
    quarter_cost: Floats, cash: Floats, restricted: Floats, gap: Floats, gap_public: Floats,
    gap_market: Floats, gap_cost: Floats,
) -> None:  # fmt: skip
    """Expectation of each row (public, private, cost: 3 lines), its gap and the causes.

    `known`: whether the lines hold the expectation of the quarter before, in whose place the new
    one is put. Where the gap came from over the last eight quarters (for the primary cause of an
    exit): changes against it, in constant prices, as shares of expected cost, kept as exponentially
    weighted sums with a memory of eight quarters.
    """
    for i in range(len(alive)):
        if not alive[i]:
            gap[i], cash_months[i], expected_cost[i] = 0.0, 0.0, 1.0
            expectation[0, i], expectation[1, i], expectation[2, i] = 0.0, 0.0, 0.0
            continue
        public = employment_aid[i] * aid_factor[i] + core_funding[i] + given(money, i)
        private = 0.5 * (private_year[i] + 4.0 * private_revenue[i])
        cost = max(4.0 * quarter_cost[i], 1.0)
        gap[i] = clip((cost - public - private) / cost, -1.0, 1.0)
        expected_cost[i] = cost
        cash_months[i] = 12.0 * (cash[i] - restricted[i]) / cost
        if known and expectation[2, i] > 0:
            fall = (price_growth * expectation[0, i] - public) / cost
            gap_public[i] = MEMORY * gap_public[i] + fall
            fall = (price_growth * expectation[1, i] - private) / cost
            gap_market[i] = MEMORY * gap_market[i] + fall
            # Inflation alone explains nothing.
            rise = (cost - price_growth * expectation[2, i]) / cost
            gap_cost[i] = MEMORY * gap_cost[i] + rise
        expectation[0, i], expectation[1, i], expectation[2, i] = public, private, cost
