"""Balance sheet and cost structure at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.population.draws import Draws
from simulator.population.parameters import InitialParameters

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

# Fixed costs never fall below this share of costs; purchases give way (only where fundraising
# and assets are very large).
_LEAST_FIXED_SHARE = 0.02
_MARGIN_LIMITS = (-0.15, 0.20)


@dataclass(frozen=True)
class Finance:
    """Yearly costs and opening balances, euros, shape (N,)."""

    cost: Floats
    staff_cost: Floats
    variable_cost: Floats
    fixed_cost: Floats
    fundraising: Floats
    cash: Floats
    restricted: Floats
    fixed_assets: Floats
    loans: Floats
    arrears: Floats


def finance(
    budget: Floats, gifts: Floats, subventions: Floats, sector: Codes,
    parameters: InitialParameters, draws: Draws,
) -> Finance:  # fmt: skip
    """Margin, costs, liquidity; cash months do not depend on size (Calabrese 2013)."""
    margin = parameters.margin_mean + parameters.margin_spread * ndtri(draws.even("margin"))
    cost = budget * (1 - np.clip(margin, *_MARGIN_LIMITS))
    fundraising = parameters.fundraising_share * gifts
    fixed_assets = np.array(parameters.fixed_assets_share)[sector] * budget
    loans = parameters.loans_share * fixed_assets

    u = draws.even("cash")
    zero = parameters.cash_zero_share
    above = ndtri(np.clip((u - zero) / (1 - zero), 1e-9, 1 - 1e-9))
    months = parameters.cash_months_median * np.exp(parameters.cash_months_spread * above)
    cash = np.where(u < zero, 0.0, months * cost / 12)

    staff_cost = parameters.staff_cost_share * cost
    upkeep = parameters.depreciation_rate * fixed_assets + fundraising
    upkeep += (parameters.interest_base + parameters.interest_spread) * loans
    fixed_cost = np.maximum(parameters.fixed_cost_share * cost - upkeep, _LEAST_FIXED_SHARE * cost)
    return Finance(
        cost=cost,
        staff_cost=staff_cost,
        variable_cost=cost - staff_cost - fixed_cost - upkeep,
        fixed_cost=fixed_cost,
        fundraising=fundraising,
        cash=cash,
        restricted=np.minimum(parameters.restricted_base * subventions, cash),
        fixed_assets=fixed_assets,
        loans=loans,
        arrears=parameters.arrears_base * cost,
    )
