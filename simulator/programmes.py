"""Public or private programmes that levers open: who pays, how much, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS
from simulator.codes import LEVELS

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.scenario import Programme

Floats = NDArray[np.float64]


class Programmes:
    """Programmes of a scenario. Amounts in levers are euros of 2025 a year for France.

    A population of some régions receives its share of a national amount, in proportion to
    inhabitants; an amount that names its régions is taken whole.
    """

    def __init__(self, model: EssModel, programmes: tuple[Programme, ...]) -> None:
        self.model = model
        self._all = programmes
        self.paid_quarter: dict[str, float] = {}

    def start(self) -> None:
        """Open the quarter: nothing paid yet."""
        self.paid_quarter = {}

    def active(self, kind: str) -> list[tuple[Programme, float, float]]:
        """Open programmes of a kind: (programme, euros for this quarter, share)."""
        quarter = self.model.quarter
        if quarter < 0:
            return []
        found = []
        for programme in self._all:
            if programme.kind != kind:
                continue
            last = min(quarter, len(programme.amount) - 1)
            amount, share = float(programme.amount[last]), float(programme.share[last])
            if amount == 0.0 and share == 0.0:
                continue
            scale = 1.0 if programme.selector.region else self.model.population_share
            found.append((programme, amount * scale * self.model.price_level / 4.0, share))
        return found

    def support(self) -> list[tuple[Programme, float]]:
        """Open support programmes, and the organisations that each can take in this quarter."""
        quarter = self.model.quarter
        found = []
        for programme in self._all:
            if programme.capacity is None or quarter < 0:
                continue
            places = float(programme.capacity[min(quarter, len(programme.capacity) - 1)]) / 4.0
            if places > 0.0:
                scale = 1.0 if programme.selector.region else self.model.population_share
                found.append((programme, places * scale))
        return found

    def mask(self, programme: Programme) -> NDArray[np.bool_]:
        """Living organisations that the programme may reach, shape (rows,)."""
        o = self.model.organisations
        reach = programme.selector.row_mask(o.region, o.sector, o.form, o.size_entry)
        return np.asarray(o.alive & reach)

    def give(self, programme: Programme, amount: Floats) -> None:
        """Pay euros to organisations (per represented organisation) as products."""
        o = self.model.organisations
        o.earn(amount, private=False)
        if programme.payer in LEVELS:
            o.public_paid += amount
        self.pay(programme, o.total(amount), ORGANISATIONS)

    def pay(self, programme: Programme, total: float, target: str) -> None:
        """Book a payment of the programme's payer to any column.

        Where organisations pay for each other, all living ones share in proportion to budgets.
        """
        if programme.payer == ORGANISATIONS:
            self._levy(total)
        self.model.ledger.record(f"programme: {programme.kind}", programme.payer, target, total)
        paid = self.paid_quarter
        paid[programme.payer] = paid.get(programme.payer, 0.0) + total

    def _levy(self, total: float) -> None:
        o = self.model.organisations
        budget = np.where(o.alive, np.maximum(o.revenue_year, 0.0), 0.0)
        o.spend(budget * (total / max(o.total(budget), 1.0)))
