"""Money programmes of the levers: running costs of schemes, emergency fund, core funding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import SUPPLIERS

if TYPE_CHECKING:
    from simulator.model import EssModel

EMERGENCY_MONTHS = 1.0  # below this cash an organisation may call on an emergency fund
EMERGENCY_MARGIN = -0.05  # and only if its trailing result is not structurally worse


def pay_programmes(model: EssModel) -> None:
    """Pay running costs of schemes, emergency funds (short of cash but sound), core funding."""
    o, programmes = model.organisations, model.programmes
    for programme, amount, _ in programmes.active("administration"):
        programmes.pay(programme, amount, SUPPLIERS)
    model.core_funding = np.zeros(o.rows)
    for programme, amount, _ in programmes.active("emergency_fund"):
        yearly = np.maximum(o.cost_year, 1.0)
        margin = (o.revenue_year - o.cost_year) / yearly
        reach = programmes.mask(programme)
        reach &= (12.0 * o.free_cash < EMERGENCY_MONTHS * yearly) & (margin > EMERGENCY_MARGIN)
        need = np.where(reach, np.maximum(EMERGENCY_MONTHS * yearly / 12.0 - o.free_cash, 0.0), 0.0)
        # A fund pays what is missing up to a month of costs, never twice the month itself.
        need = np.minimum(need, 2.0 * yearly / 12.0)
        total = o.total(need)
        if total > 0:
            programmes.give(programme, need * min(1.0, amount / total))
    for programme, amount, _ in programmes.active("core_funding"):
        reach = programmes.mask(programme) & (o.agreement_years > 0).any(axis=0)
        base = np.where(reach, (o.grants * (o.agreement_years > 0)).sum(axis=0), 0.0)
        total = o.total(base)
        if total > 0:
            given = base * (amount / total)
            programmes.give(programme, given)
            model.core_funding = model.core_funding + 4.0 * given
