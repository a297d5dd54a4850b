"""The ledger: who pays whom, and the conservation laws CL1–CL6.

Every euro that moves is recorded as a flow between two columns of the transaction-flow matrix.
The laws are checked in every quarter of every run, to `TOLERANCE` of the largest amount in the
account; a violation raises `LawViolation` with the process, the account and the amount. A number
that is none breaks all laws at once: it raises `finite.NotFinite` instead, which names its column.

CL1  voted = committed + unallocated, for each public node (level × région × sector × instrument),
     and no node still promises what its vote has not
CL2  committed − paid − cancelled = still owed by the node = receivables of the organisations
CL3  K + receivables + cash = equity + restricted + debts, for every organisation
CL4  the books of every column agree with its own accounts: organisations with their cash, public
     payers with what their nodes paid, lenders with what they hold and lost (each flow is booked
     once, from one column to another, so that net lending sums to zero over all columns)
CL5  loans held by lenders = loans owed by organisations
CL6  an exit leaves nothing behind: its assets are paid out, returned, devolved or written off
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import INSTRUMENTS, LEVELS, N_CELLS, N_LEVELS, REGIONS, SECTORS
from simulator.compiled import checking_kernel, kernel
from simulator.finite import check_close, check_everything
from simulator.organisations import ASSETS, BALANCE_SHEET

if TYPE_CHECKING:
    from simulator.model import EssModel

_LINES: Final = len(BALANCE_SHEET)  # a constant, so that kernels unroll their loops
EVERY_LINE: Final = np.arange(_LINES)
TOLERANCE: Final = 1e-9
LAWS: Final = ("CL1", "CL2", "CL3", "CL4", "CL5", "CL6")
ORGANISATIONS: Final = "organisations"
BANKS: Final = "banks"
HOUSEHOLDS: Final = "households"
COMPANIES: Final = "companies"
FOUNDATIONS: Final = "foundations"
SUPPLIERS: Final = "suppliers_and_taxes"
MOVEMENT: Final = "cooperative_movement"
CREDIT: Final = (
    "term_loans", "overdraft", "bridge_credit", "quasi_equity", "debt_repaid_at_exit",
)  # fmt: skip
_CREDITS: Final = frozenset(CREDIT)
COLUMNS: Final = (
    ORGANISATIONS, *LEVELS, HOUSEHOLDS, COMPANIES, FOUNDATIONS, BANKS, SUPPLIERS, MOVEMENT,
)  # fmt: skip


class LawViolation(RuntimeError):
    """A conservation law is broken: the run stops."""

    def __init__(self, law: str, process: str, account: str, amount: float) -> None:
        self.law, self.process, self.account, self.amount = law, process, account, amount
        super().__init__(
            f"{law} broken in process '{process}', account '{account}': {amount:,.6f} euros"
        )


@checking_kernel
def _add_up(
    balance: np.ndarray, weight: np.ndarray, lines: np.ndarray, totals: np.ndarray
) -> tuple[float, float]:
    """Weighted sums of some lines of a balance sheet (10, rows), into `totals` (10,).

    Returns cash, and assets less liabilities, of all lines.
    """
    last = len(lines) - 1
    # Three lines at once, the last one again where there are fewer: weights are read less often.
    for k in range(0, len(lines), 3):
        first, second, third = lines[k], lines[min(k + 1, last)], lines[min(k + 2, last)]
        one, two, three = balance[first], balance[second], balance[third]
        total = other = another = 0.0
        for i in range(len(weight)):
            total += weight[i] * one[i]
            other += weight[i] * two[i]
            another += weight[i] * three[i]
        totals[first], totals[second], totals[third] = total, other, another
    assets = liabilities = 0.0
    for line in range(ASSETS):
        assets += totals[line]
    for line in range(ASSETS, _LINES):
        liabilities += totals[line]
    return totals[0], assets - liabilities


@checking_kernel
def _gross(cash: np.ndarray, fixed_assets: np.ndarray, receivable: np.ndarray,
           weight: np.ndarray) -> float:  # fmt: skip
    """Weighted assets, those below zero counted as if above: the scale of the errors."""
    total = 0.0
    for i in range(len(weight)):
        total += weight[i] * (abs(cash[i]) + fixed_assets[i] + receivable[i])
    return total


@kernel
def _debts(
    region: np.ndarray, weight: np.ndarray, loans: np.ndarray, overdraft: np.ndarray,
    bridge: np.ndarray, quasi_equity: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Weighted debts to lenders by région (18,)."""
    owed, present, running = np.zeros(len(REGIONS)), 0, 0.0
    for i in range(len(weight)):
        if region[i] != present:  # as in `group_sums.summed`
            owed[present] = running
            present = region[i]
            running = owed[present]
        running += weight[i] * (loans[i] + overdraft[i] + bridge[i] + quasi_equity[i])
    owed[present] = running
    return owed


@kernel
def _worst_sheet(balance: np.ndarray, cost_year: np.ndarray) -> tuple[int, float, float, float]:
    """Row whose balance sheet closes worst: (row, euros missing, relative error, tolerance)."""
    row, gap, worst, allowed = 0, 0.0, -1.0, TOLERANCE
    for i in range(balance.shape[1]):
        assets = liabilities = 0.0
        for line in range(ASSETS):
            assets += balance[line, i]
        for line in range(ASSETS, _LINES):
            liabilities += balance[line, i]
        scale = abs(assets) + abs(balance[ASSETS, i]) + abs(balance[0, i]) + 1.0
        relative = abs(assets - liabilities) / scale
        if np.isnan(relative):
            return i, relative, relative, TOLERANCE
        if relative > worst:
            row, gap, worst = i, assets - liabilities, relative
            # A row's own rounding grows with the turnover that went through it since its entry.
            allowed = TOLERANCE * max(1.0, cost_year[i] / scale)
    return row, gap, worst, allowed


# Checks of each public node, in the order of `_worst_nodes`; the scale of the first two is the
# vote, of the others also what went through the account.
_OF_NODES: Final = (
    ("CL1", "voted"), ("CL1", "promised beyond the vote"), ("CL2", "owed"), ("CL1", "notified"),
)  # fmt: skip
_OF_THE_VOTE: Final = ("voted", "promised beyond the vote")


@kernel
def _worst_nodes(
    voted: np.ndarray, committed: np.ndarray, notified: np.ndarray, unallocated: np.ndarray,
    total_committed: np.ndarray, total_paid: np.ndarray, total_cancelled: np.ndarray,
    owed: np.ndarray, reserved: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float, float]:  # fmt: skip
    """Where each of `_OF_NODES` is most wrong, by how much, and the euros voted and committed."""
    node, worst = np.zeros(4, np.int64), np.zeros(4)
    wrong = np.zeros(4)
    for n in range(len(voted)):
        wrong[0] = voted[n] - committed[n] - notified[n] - unallocated[n]
        # Instalments before a late vote may exceed it; then nothing more is promised.
        wrong[1] = min(max(-unallocated[n], 0.0), notified[n])
        wrong[2] = total_committed[n] - total_paid[n] - total_cancelled[n] - owed[n]
        wrong[3] = notified[n] - reserved[n]
        for k in range(4):
            # What is not a number is the worst of all, and stays.
            if not abs(wrong[k]) <= abs(worst[k]) and not np.isnan(worst[k]):
                node[k], worst[k] = n, wrong[k]
    return node, worst, voted.sum(), total_committed.sum()


def node_name(index: int) -> str:
    """Readable name of a public node from its flat index (instrument, level, région, sector)."""
    instrument, rest = divmod(index, N_LEVELS * N_CELLS)
    level, cell = divmod(rest, N_CELLS)
    region, sector = divmod(cell, len(SECTORS))
    return f"{INSTRUMENTS[instrument]} {LEVELS[level]} {REGIONS[region]} {SECTORS[sector]}"


class Ledger:
    """Flows of the quarter, and the checks."""

    def __init__(self, model: EssModel) -> None:
        self.model = model
        self.flows: dict[tuple[str, str, str], float] = defaultdict(float)
        self.worst: dict[str, float] = dict.fromkeys(LAWS, 0.0)
        self.left_behind = 0.0
        self._sheet = np.zeros(_LINES)  # weighted sum of each line of the balance sheets
        self._cash = 0.0
        self._scale = 0.0
        self._paid = np.zeros(N_LEVELS)
        self._held = self._lost = 0.0
        self._most_lent = 0.0
        self._organisations_net = 0.0

    def record(self, flow: str, source: str, target: str, amount: float) -> None:
        """Book `amount` euros (weighted) from one column to another; negative flows reverse."""
        if amount == 0.0:
            return
        self.flows[flow, source, target] += amount
        if source == ORGANISATIONS:
            self._organisations_net -= amount
        if target == ORGANISATIONS:
            self._organisations_net += amount

    def open_quarter(self) -> None:
        """Start the quarter's book."""
        self.flows = defaultdict(float)
        self.left_behind = 0.0
        self._organisations_net = 0.0
        o = self.model.organisations
        self._cash, _ = _add_up(o.balance, o.weight, EVERY_LINE, self._sheet)
        self._scale = _gross(o.cash, o.fixed_assets, o.receivable, o.weight)
        self._paid = self.model.public.total_paid.sum(axis=(0, 2, 3))
        self._held, self._lost = self.model.lenders.position()

    def _judge(self, law: str, process: str, account: str, error: float, scale: float) -> None:
        relative = abs(error) / max(scale, 1.0)
        if not math.isfinite(relative):
            check_everything(self.model, process)
        self.worst[law] = max(self.worst[law], relative)
        if not relative <= TOLERANCE:
            raise LawViolation(law, process, account, error)

    def after(self, process: str, lines: NDArray[np.int64] = EVERY_LINE) -> None:
        """Cheap check after each process: organisations' cash and balance sheet in total.

        lines: those of the balance sheet that it may have moved.
        """
        if not len(lines):
            return
        o = self.model.organisations
        cash, gap = _add_up(o.balance, o.weight, lines, self._sheet)
        error, scale = cash - self._cash - self._organisations_net, max(self._scale, 1.0)
        missed, unbalanced = abs(error) / scale, abs(gap) / scale
        worst = self.worst
        if missed <= TOLERANCE and unbalanced <= TOLERANCE:
            if missed > worst["CL4"]:
                worst["CL4"] = missed
            if unbalanced > worst["CL3"]:
                worst["CL3"] = unbalanced
        else:
            self._judge("CL4", process, "organisations: cash", error, self._scale)
            self._judge("CL3", process, "organisations: balance sheet", gap, self._scale)

    def close_quarter(self, process: str = "record") -> None:
        """All six laws, row by row and node by node."""
        self.after(process)
        check_close(self.model, process)
        self._check_nodes(process)
        self._check_rows(process)
        volume = moved = 0.0  # by all flows, and by credit
        for (flow, _, _), amount in self.flows.items():
            volume += abs(amount)
            if flow in _CREDITS:
                moved += abs(amount)
        self._check_lenders(process, moved)
        self._check_payers(process, volume)
        self._judge("CL6", process, "exits: left behind", self.left_behind, volume)

    def _check_payers(self, process: str, volume: float) -> None:
        """What the books say each payer paid is what left the payer's own accounts."""
        paid = self.model.public.total_paid.sum(axis=(0, 2, 3)) - self._paid
        booked = dict.fromkeys(LEVELS, 0.0)
        lent = 0.0
        for (flow, source, _), amount in self.flows.items():
            if flow in INSTRUMENTS:
                booked[source] += amount
            elif flow in _CREDITS:
                lent += amount if source == BANKS else -amount
        for level, amount in zip(LEVELS, paid, strict=True):
            error = booked[level] - float(amount)
            self._judge("CL4", process, f"{level}: paid", error, volume)
        held, lost = self.model.lenders.position()
        error = lent - (held - self._held) - (lost - self._lost)
        self._judge("CL4", process, "banks: lent, less repaid and lost", error, volume + held)

    def _check_nodes(self, process: str) -> None:
        model = self.model
        public, o = model.public, model.organisations
        owed, due, error = public.accounts.totals(o)
        # The scale is what went through the account, not what is left in it.
        scale = float(o.receivable.max() + o.revenue_year.max())
        self._judge("CL2", process, "receivables by age", error, scale)
        for instrument in range(3):
            worst, errors, voted, through = _worst_nodes(
                public.voted[instrument].ravel(), public.committed[instrument].ravel(),
                public.notified[instrument].ravel(), public.unallocated[instrument].ravel(),
                public.total_committed[instrument].ravel(), public.total_paid[instrument].ravel(),
                public.total_cancelled[instrument].ravel(), owed[instrument],
                due[instrument],
            )  # fmt: skip
            for (law, account), node, wrong in zip(_OF_NODES, worst, errors, strict=True):
                scale = voted if account in _OF_THE_VOTE else voted + through
                relative = abs(float(wrong)) / max(scale, 1.0)
                if relative <= TOLERANCE:
                    self.worst[law] = max(self.worst[law], relative)
                else:  # only then is the name of the node needed
                    name = f"{account}: {node_name(instrument * N_LEVELS * N_CELLS + int(node))}"
                    self._judge(law, process, name, float(wrong), scale)

    def _check_rows(self, process: str) -> None:
        o = self.model.organisations
        worst, gap, relative, allowed = _worst_sheet(o.balance, o.cost_year)
        self.worst["CL3"] = max(self.worst["CL3"], relative)
        if not relative <= allowed:
            raise LawViolation("CL3", process, f"organisation {int(o.uid[worst])}", gap)

    def _check_lenders(self, process: str, moved: float) -> None:
        o, lenders = self.model.organisations, self.model.lenders
        owed = _debts(o.region, o.weight, o.loans, o.overdraft, o.bridge, o.quasi_equity)
        held = np.array([bank.held for bank in lenders.banks])
        worst = int(np.abs(held - owed).argmax())
        account = f"loans held in région {REGIONS[worst]}"
        # The scale is what went through the accounts, not what is left: the last debtor may go.
        self._most_lent = max(self._most_lent, float(owed.sum()) + moved)
        self._judge("CL5", process, account, float(held[worst] - owed[worst]), self._most_lent)
