"""Public or private programmes that levers open: who pays, how much, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS
from simulator.codes import LEVELS, N_REGIONS
from simulator.levers.pot import FOUNDATIONS, pot_selector, share_taken

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
        self.paid_quarter: dict[str, float] = {}
        self._spent: dict[int, float] = {}
        self.follow(programmes)

    def follow(self, programmes: tuple[Programme, ...]) -> None:
        """From the next quarter on, these are the programmes."""
        self._all = programmes
        self._of_pot = [p for p in programmes if p.of_pot is not None]
        self._taken = {id(p): share_taken(p) for p in self._of_pot}

    def __getstate__(self) -> tuple[EssModel, tuple[Programme, ...], dict[str, float]]:
        """Between quarters; what goes by the identity of an object is not the same in a copy."""
        return self.model, self._all, self.paid_quarter

    def __setstate__(self, state: tuple[EssModel, tuple[Programme, ...], dict[str, float]]) -> None:
        self.model, programmes, self.paid_quarter = state
        self._spent = {}
        self.follow(programmes)

    def start(self) -> None:
        """Open the quarter: nothing paid yet."""
        self.paid_quarter = {}
        self._spent = {}

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
            pot = self._from_pot(programme, last)
            if amount == 0.0 and share == 0.0 and pot == 0.0:
                continue
            scale = 1.0 if programme.selector.region else self.model.population_share
            euros = amount * scale * self.model.price_level / 4.0
            found.append((programme, euros + pot, share))
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

    def _from_pot(self, programme: Programme, quarter: int) -> float:
        """Euros of this quarter that the payer's grants gave up for a programme, 0 for the others.

        Several programmes take from one pot in turn, each from what those before it left: walking
        back from what is left in the end, every share finds the euros that it was taken from.
        """
        if programme.of_pot is None or programme.of_pot[quarter] == 0.0:
            return 0.0
        pot = self._pot(programme.payer)
        for other in reversed(self._of_pot):
            if other.payer != programme.payer:
                continue
            regions = pot_selector(other).cell_mask().any(axis=(0, 2))
            pot[regions] /= 1.0 - self._taken[id(other)][quarter]
            if other is programme:
                return float(programme.of_pot[quarter] * pot[regions].sum() / 4.0)
        raise ValueError("a programme of another world")

    def _pot(self, payer: str) -> Floats:
        """Grants of a payer, euros a year, by région (those of foundations spread evenly)."""
        if payer == FOUNDATIONS:
            o, values = self.model.organisations, self.model.values
            given = o.total(o.foundation_grants) * values.scalar("foundation_pool_factor")
            return np.full(N_REGIONS, given / N_REGIONS)
        voted = self.model.public.pending[LEVELS.index(payer)]
        return np.asarray(voted.sum(axis=-1))

    def mask(self, programme: Programme) -> NDArray[np.bool_]:
        """Living organisations that the programme may reach, shape (rows,)."""
        o = self.model.organisations
        reach = programme.selector.reached(o, self.model.draws)
        return np.asarray(o.alive & reach)

    def give(self, programme: Programme, amount: Floats) -> None:
        """Pay euros to organisations (per represented organisation) as products.

        A programme paid out of a pot gives no more in a quarter than the pot gave up for it.
        """
        o = self.model.organisations
        if programme.of_pot is not None:
            amount = amount * self._left(programme, o.total(amount))
        o.earn(amount, private=False)
        if programme.payer in LEVELS:
            o.public_paid += amount
        self.pay(programme, o.total(amount), ORGANISATIONS)

    def _left(self, programme: Programme, asked: float) -> float:
        """Part of what is asked that the programme's pot still holds this quarter, 0 to 1."""
        quarter = min(self.model.quarter, len(programme.amount) - 1)
        spent = self._spent.get(id(programme), 0.0)
        room = max(self._from_pot(programme, quarter) - spent, 0.0)
        part = min(1.0, room / asked) if asked > 0.0 else 0.0
        self._spent[id(programme)] = spent + part * asked
        return part

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
