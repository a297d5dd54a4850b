"""Public budgets, donors, foundations and lenders: Mesa agents with behaviour of their own.

Public money lives in nodes: instrument × funder level × région × sector. The accounts of all
nodes are grids of shape (3, 6, 18, 10) in `PublicAccounts`; each `PublicBudget` agent (one per
level and région) votes on its own slice of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.codes import LEVELS, N_CELLS, N_LEVELS, N_REGIONS, N_SECTORS, REGIONS, SECTORS
from simulator.compiled import kernel
from simulator.group_sums import sums_of, weighted_sums
from simulator.open_accounts import BUCKETS, DUE, PAYERS, OpenAccounts

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.organisations import Organisations

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SUBVENTION, COMMANDE, TARIFICATION = 0, 1, 2
N_NODES = N_LEVELS * N_CELLS


class PublicAccounts:
    """Accounts of every public node, euros, shape (3, 6, 18, 10) unless said.

    base         vote without levers, carried from year to year
    voted        vote of the year; committed: accrued to organisations this year;
    notified     awarded this year, still to accrue; unallocated: voted, given to nobody
    total_*      cumulated since the start: committed, paid, cancelled
    accounts     receivables of the rows by age, and what they are promised
    """

    def __init__(self, rows: int) -> None:
        shape = (3, N_LEVELS, N_REGIONS, N_SECTORS)
        self.base = np.zeros(shape)
        self.previous = np.zeros(shape)
        self.voted = np.zeros(shape)
        self.committed = np.zeros(shape)
        self.notified = np.zeros(shape)
        self.unallocated = np.zeros(shape)
        self.total_committed = np.zeros(shape)
        self.total_paid = np.zeros(shape)
        self.total_cancelled = np.zeros(shape)
        # Change of the vote that follows rows chosen by form or size (levers), carried on.
        self.carved = np.zeros(shape)
        self.carved_year = np.zeros(shape)  # the part of this year
        # Subventions voted and not yet opened (late votes).
        self.pending = np.zeros(shape[1:])
        self.late = np.zeros((N_LEVELS, N_REGIONS, N_SECTORS), dtype=np.int64)
        self.calls_pot = np.zeros(shape[1:])
        self.calls_pot_2025 = np.zeros(shape[1:])
        self.cofunding_withdrawn = np.zeros(shape[1:])
        self._accounts = OpenAccounts(rows)

    def grow(self, extra: int) -> None:
        """Add `extra` free rows to the receivables."""
        self._accounts.grow(extra)

    @property
    def accounts(self) -> OpenAccounts:
        """The open accounts; all that was promised is in them."""
        self._accounts.take_in()
        return self._accounts

    @property
    def promises(self) -> Floats:
        """What rows are notified and has not accrued, (3, 6, rows), to be changed in place.

        Good until the accounts take the changes in: then it refuses to be written to. Ask again to
        change it again.
        """
        return self._accounts.promises()

    @property
    def due(self) -> Floats:
        """The same, a copy that cannot be written to."""
        due = self._accounts.table()[:, DUE].reshape(3, N_LEVELS, -1)
        due.flags.writeable = False
        return due

    @property
    def buckets(self) -> Floats:
        """Receivables of the rows by quarters since accrual, (3, 6, 7, rows).

        A copy that cannot be written to: give the whole array to change them.
        """
        owed = self._accounts.table()[:, :BUCKETS].reshape(3, N_LEVELS, BUCKETS, -1)
        owed.flags.writeable = False
        return owed

    @buckets.setter
    def buckets(self, owed: Floats) -> None:
        table = self.accounts.table()
        table[:, :BUCKETS] = np.reshape(owed, (PAYERS, BUCKETS, -1))
        self.accounts.replace(table)

    def by_node(self, o: Organisations, amount: Floats) -> Floats:
        """Weighted sum of a (6, rows) column by node: shape (6 × 180,)."""
        total = np.zeros((N_LEVELS, N_CELLS))
        _add_by_node(amount, o.weight, o.cell, total)
        return total.ravel()

    def grid(self, o: Organisations, amount: Floats) -> Floats:
        """The same as a (6, 18, 10) grid."""
        return self.by_node(o, amount).reshape(N_LEVELS, N_REGIONS, N_SECTORS)

    def outstanding(self, instrument: int) -> Floats:
        """Owed by the nodes of an instrument (restes à payer), shape (6, 18, 10)."""
        return np.asarray(
            self.total_committed[instrument]
            - self.total_paid[instrument]
            - self.total_cancelled[instrument]
        )


@kernel
def rows_with_money(money: Floats, holders: Integers) -> int:
    """Put the rows with an amount in any line of `money`, (lines, rows), first in `holders`.

    Returns their number. Most organisations have money from few funders: the list is made without
    branches, and the work then done on it alone.
    """
    count = 0
    if len(money) == 1:
        only = money[0]
        for row in range(len(only)):
            holders[count] = row
            count += only[row] != 0.0
        return count
    has = np.zeros(money.shape[1], np.bool_)
    for line in range(len(money)):
        here = money[line]
        for row in range(len(here)):
            has[row] |= here[row] != 0.0
    for row in range(len(has)):
        holders[count] = row
        count += has[row]
    return count


@kernel
def _add_by_node(amount: Floats, weight: Floats, cell: Integers, total: Floats) -> None:
    """Add euros by level and row, (6, rows), to the totals of their nodes, (6, 180)."""
    holders = np.empty(len(weight), np.int64)
    for level in range(amount.shape[0]):
        rows = holders[: rows_with_money(amount[level : level + 1], holders)]
        total[level] += sums_of(rows, cell, weight, amount[level], total.shape[1])


@kernel
def _vote_slice(
    base: Floats,
    carved: Floats,
    voted: Floats,
    growth: Floats,
    factor: Floats,
    level: int,
    region: int,
) -> None:
    """Vote one budget's slice of the grids (3, 6, 18, 10), see `PublicBudget.vote`."""
    for instrument in range(base.shape[0]):
        for sector in range(base.shape[3]):
            here = (instrument, level, region, sector)
            base[here] *= 1.0 + growth[here]
            carved[here] *= 1.0 + growth[here]
            voted[here] = max(base[here] * factor[here] + carved[here], 0.0)


class PublicBudget(mesa.Agent):
    """Budget of one funder level in one région: votes once a year."""

    def __init__(self, model: EssModel, level: int, region: int) -> None:
        super().__init__(model)
        self.level, self.region = level, region
        self.code = f"{LEVELS[level]} {REGIONS[region]}"

    def vote(self, growth: Floats, factor: Floats) -> None:
        """Vote the year: base grows by `growth`, the vote is base × `factor`.

        Both are grids of all nodes, (3, 6, 18, 10), of which the budget reads its own slice.
        """
        public = self.model.public
        _vote_slice(
            public.base, public.carved, public.voted, growth, factor, self.level, self.region
        )

    @property
    def execution_rate(self) -> float:
        """Share of the year's vote that reached organisations."""
        public = self.model.public
        here = (slice(None), self.level, self.region)
        voted = float(public.voted[here].sum())
        return 1.0 - float(public.unallocated[here].sum()) / voted if voted else 1.0


class DonorPool(mesa.Agent):
    """Household donors of one région."""

    def __init__(self, model: EssModel, region: int, pool: float, effort: float) -> None:
        super().__init__(model)
        self.region, self.pool, self.effort = region, pool, effort
        self.code = f"donors {REGIONS[region]}"

    def give(self, growth: float, effort: float, expansion: float) -> float:
        """Yearly gifts: the 2025 pool × growth × (effort / effort of 2025)^expansion."""
        if self.effort <= 0 or effort <= 0:
            return 0.0
        return float(self.pool * growth * (effort / self.effort) ** expansion)


class GrantPool(mesa.Agent):
    """Corporate patrons of one région, or foundations of one sector: a pool given by contest."""

    def __init__(self, model: EssModel, code: str, pool: float) -> None:
        super().__init__(model)
        self.code, self.pool = code, pool

    def budget(self, growth: float) -> float:
        """Euros a year that the pool gives."""
        return self.pool * growth


class Bank(mesa.Agent):
    """Lenders of one région: what they hold, and how losses tighten their credit."""

    def __init__(self, model: EssModel, region: int) -> None:
        super().__init__(model)
        self.region = region
        self.code = f"bank {REGIONS[region]}"
        self.held = 0.0
        self.lost_this_year = 0.0
        self.tightening = 0.0

    def close_year(self, tightening: float) -> None:
        """Next year's acceptance falls with this year's loss rate (log-odds)."""
        rate = self.lost_this_year / self.held if self.held > 0 else 0.0
        self.tightening = tightening * rate
        self.lost_this_year = 0.0


class Guarantor(mesa.Agent):
    """Guarantee fund (France Active type): covers part of the losses on bridge credit."""

    def __init__(self, model: EssModel) -> None:
        super().__init__(model)
        self.code = "guarantor"
        self.fund = 0.0
        self.room = 0.0

    def open_year(self, capacity: float, multiplier: float) -> None:
        """Usual capacity for new guarantees of the year, backed at the usual leverage."""
        self.fund += capacity / multiplier
        self.room = capacity

    def endow(self, amount: float, multiplier: float) -> None:
        """Money added by a programme, and the guarantees that it makes room for."""
        self.fund += amount
        self.room += amount * multiplier


class QuasiEquityFund(mesa.Agent):
    """Subscribers of titres associatifs."""

    def __init__(self, model: EssModel) -> None:
        super().__init__(model)
        self.code = "quasi-equity"
        self.subscribed = 0.0


class Lenders:
    """All lenders of a world."""

    def __init__(self, model: EssModel) -> None:
        self.banks = [Bank(model, region) for region in range(N_REGIONS)]
        self.guarantor = Guarantor(model)
        self.quasi_equity = QuasiEquityFund(model)
        self.lost = 0.0

    def lend(self, by_region: Floats) -> None:
        """Book new lending less repayment, weighted euros by région (18,)."""
        for bank, value in zip(self.banks, by_region.tolist(), strict=True):
            bank.held += value

    def position(self) -> tuple[float, float]:
        """Euros held by all lenders, and euros lost since the start."""
        return sum(bank.held for bank in self.banks), self.lost

    def tightening(self) -> Floats:
        """Log-odds that losses took from acceptance, by région (18,)."""
        return np.array([bank.tightening for bank in self.banks])


class Donors:
    """All private givers of a world."""

    def __init__(self, model: EssModel, o: Organisations, effort: Floats) -> None:
        gifts = weighted_sums(o.region, o.weight, o.gifts, N_REGIONS)
        efforts = weighted_sums(o.region, o.weight, effort, N_REGIONS)
        corporate = weighted_sums(o.region, o.weight, o.corporate_gifts, N_REGIONS)
        foundations = weighted_sums(o.sector, o.weight, o.foundation_grants, N_SECTORS)
        self.households = [
            DonorPool(model, r, float(gifts[r]), float(efforts[r])) for r in range(N_REGIONS)
        ]
        self.companies = [
            GrantPool(model, f"companies {REGIONS[r]}", float(corporate[r]))
            for r in range(N_REGIONS)
        ]
        self.foundations = [
            GrantPool(model, f"foundations {SECTORS[s]}", float(foundations[s]))
            for s in range(N_SECTORS)
        ]
