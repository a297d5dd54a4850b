"""Leaving: settle the accounts, name the cause, record, free the row (CL6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import (
    BANKS,
    FOUNDATIONS,
    HOUSEHOLDS,
    MOVEMENT,
    ORGANISATIONS,
    SUPPLIERS,
)
from simulator.codes import EXIT_CAUSES, FORMS, LEVELS, N_CELLS, N_LEVELS, N_REGIONS, PRIMARY_CAUSES
from simulator.compiled import at, draw_all, kernel
from simulator.open_accounts import BUCKETS, DUE, Payers
from simulator.public_money import BLOCK

if TYPE_CHECKING:
    from simulator.model import EssModel

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
ABSORBED = EXIT_CAUSES.index("absorbed")
ORDERLY_MONTHS = 1.0  # months of cash from which a voluntary closure is orderly
STRAIN_ODDS = 1.1  # factor of strain on the odds of leaving that names the cause (judgement)
ASSOCIATION, SCOP, SCIC = (FORMS.index(form) for form in ("ASSO", "SCOP", "SCIC"))
FUNDER_LOSS, CASH, MARKET, COSTS, GOVERNANCE, CHOICE, ORDERLY = (
    PRIMARY_CAUSES.index(cause)
    for cause in (
        "funder_loss", "cash", "market", "costs", "governance", "absorbed_by_choice",
        "orderly_closure",
    )
)  # fmt: skip


class Departures(NamedTuple):
    """Rows that leave in the quarter, as they were when they left; arrays have one entry each.

    cause: index in EXIT_CAUSES; solvent tells choice from failure; absorber: identity or 0;
    were: yearly budget, staff, volunteers and sales, (4, rows).
    """

    rows: Rows
    cause: NDArray[np.int8]
    solvent: NDArray[np.bool_]
    absorber: NDArray[np.uint64]
    were: Floats

    @property
    def budget(self) -> Floats:
        """Nominal yearly budgets."""
        return self.were[0]

    @property
    def staff(self) -> Floats:
        """Staff, FTE."""
        return self.were[1]


def leave(
    model: EssModel, rows: Rows, cause: str, *, solvent: NDArray[np.bool_], into: Rows | None = None
) -> None:
    """Rows leave for `cause`; their accounts are settled once, by `settle_departures`.

    Called before an absorption moves their balances. `into`: the absorbing rows.
    """
    if not len(rows):
        return
    o = model.organisations
    code, were = np.empty(len(rows), np.int8), np.empty((4, len(rows)))
    note_leavers(
        rows, EXIT_CAUSES.index(cause), o.revenue_year, o.staff, o.volunteers, model.sales,
        o.alive, code, were,
    )  # fmt: skip
    absorber = np.zeros(len(rows), np.uint64) if into is None else o.uid[into]
    model.leaving.append(Departures(rows, code, solvent, absorber, were))


@kernel
def note_leavers(
    rows: Rows, cause: int, revenue_year: Floats, staff: Floats, volunteers: Floats, sales: Floats,
    alive: Flags, code: Codes, were: Floats,
) -> None:  # fmt: skip
    """Cause of each leaver, and what it was; they live no more."""
    for k, row in enumerate(rows):
        code[k], alive[row] = cause, False
        were[0, k], were[1, k] = revenue_year[row], staff[row]
        were[2, k], were[3, k] = volunteers[row], sales[row]


def settle_departures(model: EssModel) -> None:
    """Pay out what leavers held in the order of the law, write off the rest, free their rows."""
    model.freed = np.empty(0, np.int64)
    if not model.leaving:
        return
    o = model.organisations
    left = Departures(
        *(np.concatenate(parts, axis=-1) for parts in zip(*model.leaving, strict=True))
    )
    model.leaving = []
    model.recorder.record_exits(left, primary_cause(model, left))
    closed = left.cause != ABSORBED
    settle(model, left.rows[closed], left.cause[closed])
    rows = left.rows
    model.ledger.left_behind += left_behind(rows, o.weight, o.balance)
    rows = np.sort(rows)  # neighbours in memory one after the other
    o.zero(rows)
    model.forget(rows)
    model.public_money.left(rows)
    model.freed = rows


@kernel
def left_behind(rows: Rows, weight: Floats, balance: Floats) -> float:
    """What the balance sheets of rows still hold, weighted euros.

    Every line by itself: opposite signs must not hide each other.
    """
    total = 0.0
    for row in rows:
        held = 0.0
        for line in range(len(balance)):
            held += abs(balance[line, row])
        total += weight[row] * held
    return total


def primary_cause(model: EssModel, left: Departures) -> NDArray[np.int8]:
    """Primary cause of each exit (index in PRIMARY_CAUSES).

    Rule, in this order: absorbed while solvent → absorbed by choice; leadership vacant →
    governance; by choice with a month of cash or more → orderly closure, but governance where
    resources cover costs within tolerance and strain had raised the odds of leaving by
    `STRAIN_ODDS` or more (the accounts allowed to go on, the leaders did not); insolvent although
    resources cover costs within tolerance → cash; otherwise the largest contribution to the gap
    over the last eight quarters: public money → loss of a funder, own revenue → market,
    costs → costs.
    """
    o, values = model.organisations, model.values
    return name_causes(
        left.rows, left.cause, left.solvent, o.gap_public, o.gap_market, o.gap_cost, o.gap,
        o.vacancy, o.strain, model.cash_months, values.column("gap_tolerance"),
        values.column("exit_strain_sensitivity"), values.scalar("strain_usual"),
    )  # fmt: skip


@kernel
def name_causes(
    rows: Rows, cause: Codes, solvent: Flags, gap_public: Floats, gap_market: Floats,
    gap_cost: Floats, gap: Floats, vacancy: Flags, strain: Floats, cash_months: Floats,
    tolerance: Floats, strain_slope: Floats, usual_strain: float,
) -> Codes:  # fmt: skip
    """The rule of `primary_cause`, from its last line to its first."""
    found = np.empty(len(rows), np.int8)
    for i in range(len(rows)):
        row = rows[i]
        name = FUNDER_LOSS
        if gap_market[row] > gap_public[row]:
            name = MARKET
        if gap_cost[row] > max(gap_public[row], gap_market[row]):
            name = COSTS
        if not solvent[i] and gap[row] < at(tolerance, row):
            name = CASH
        if solvent[i] and cash_months[row] >= ORDERLY_MONTHS:
            tired = math.exp(at(strain_slope, row) * (strain[row] - usual_strain))
            covered = gap[row] <= at(tolerance, row)
            name = GOVERNANCE if covered and tired >= STRAIN_ODDS else ORDERLY
        if vacancy[row]:
            name = GOVERNANCE
        if solvent[i] and cause[i] == ABSORBED:
            name = CHOICE
        found[i] = name
    return found


def settle(model: EssModel, rows: Rows, causes: Codes) -> None:
    """Pay out what is left, in the order of the law; write off what cannot be paid.

    Restricted funds go back to their funders; assets are sold at the recovery rate; lenders,
    then suppliers are paid; a residue (boni) is devolved: associations to a living association
    of the same cell, cooperatives to their movement. An association that only stops employing
    keeps its money as a volunteer association.
    """
    if not len(rows):
        return
    o, ledger, values = model.organisations, model.ledger, model.values
    cancel_public(model, rows)
    forced = causes == EXIT_CAUSES.index("liquidation")
    losses = np.zeros(len(rows))
    returned, sold, repaid, suppliers, unpaid, owed, lost, lost_bridge, covered = pay_out(
        rows, losses, np.where(forced, 1.0 - values.scalar("loss_given_default"), 1.0), o.weight,
        o.region, o.cash, o.equity, o.restricted, o.fixed_assets, o.arrears, o.bridge,
        o.overdraft, o.loans, o.quasi_equity, o.guaranteed, o.grants, o.calls, o.foundation_grants,
        values.scalar("guarantee_share"),
    )  # fmt: skip
    for funder, amount in zip((*LEVELS, FOUNDATIONS), returned.tolist(), strict=True):
        ledger.record("restricted_returned", ORGANISATIONS, funder, amount)
    ledger.record("asset_sales", SUPPLIERS, ORGANISATIONS, sold)
    ledger.record("debt_repaid_at_exit", ORGANISATIONS, BANKS, repaid)
    _bear_losses(model, owed, lost, lost_bridge, covered)
    ledger.record("arrears", ORGANISATIONS, SUPPLIERS, suppliers)
    ledger.record("write_offs", SUPPLIERS, ORGANISATIONS, unpaid)
    model.recorder.tally("creditor_losses", rows, losses / model.price_level)
    _devolve(model, rows, causes == EXIT_CAUSES.index("stopped_employing"))


def cancel_public(model: EssModel, rows: Rows) -> None:
    """Receivables are cancelled back to their nodes; money not yet accrued is unallocated."""
    o, public = model.organisations, model.public
    accounts = public.accounts
    cancel(
        rows, o.weight, o.region, o.sector, accounts.first, accounts.many, accounts.known,
        accounts.payer, accounts.euros, o.equity, o.receivable, public.total_cancelled,
        public.notified, public.unallocated,
    )  # fmt: skip


@kernel
def cancel(
    rows: Rows, weight: Floats, region: Codes, sector: Codes, first: Rows, many: Rows, known: Rows,
    payer: Payers, euros: Floats, equity: Floats, receivable: Floats, cancelled: Floats,
    notified: Floats, unallocated: Floats,
) -> None:  # fmt: skip
    """Accounts of the public nodes, (3, 6, 18, 10), when the given rows close."""
    for row in rows:
        here, field = region[row], sector[row]
        for place in range(first[row], first[row] + many[row]):
            instrument, level = divmod(int(payer[place]), N_LEVELS)
            owed = euros[place, :BUCKETS].sum()
            reserved = weight[row] * euros[place, DUE]
            cancelled[instrument, level, here, field] += weight[row] * owed
            notified[instrument, level, here, field] -= reserved
            unallocated[instrument, level, here, field] += reserved
            euros[place] = 0.0
        many[row] = known[row] = 0
        equity[row] -= receivable[row]
        receivable[row] = 0.0


@kernel
def pay_out(
    rows: Rows, losses: Floats, recovery: Floats, weight: Floats, region: Codes, cash: Floats,
    equity: Floats, restricted: Floats, fixed_assets: Floats, arrears: Floats, bridge: Floats,
    overdraft: Floats, loans: Floats, quasi_equity: Floats, guaranteed: Floats, grants: Floats,
    calls: Floats, foundation_grants: Floats, guarantee_share: float,
) -> tuple[Floats, float, float, float, float, Floats, Floats, Floats, float]:  # fmt: skip
    """Close the accounts of rows but for their residue; `recovery`: what their assets bring.

    `losses`, (rows,), takes what lenders and suppliers lose by each, weighted euros.
    Weighted euros: restricted funds returned, by level and to foundations (7,); assets sold;
    repaid to lenders; paid to suppliers; unpaid bills; by région (18,) debts that end, their part
    that is lost, bridge credit lost; and what the guarantee covers of it.
    """
    returned = np.zeros(N_LEVELS + 1)
    owed, lost, lost_bridge = np.zeros(N_REGIONS), np.zeros(N_REGIONS), np.zeros(N_REGIONS)
    sold = repaid = suppliers = unpaid = covered = 0.0
    for i in range(len(rows)):
        row, w, here = rows[i], weight[rows[i]], region[rows[i]]
        # Restricted funds go back to those who gave grants, in proportion.
        back = min(max(cash[row], 0.0), restricted[row])
        if back > 0.0:
            given = 0.0
            for level in range(N_LEVELS):
                given += grants[level, row] + calls[level, row]
            total = given + foundation_grants[row]
            if total > 0.0:
                for level in range(N_LEVELS):
                    share = (grants[level, row] + calls[level, row]) / total
                    returned[level] += w * (back * share)
                returned[N_LEVELS] += w * (back * (1.0 - given / total))
            else:
                returned[N_LEVELS] += w * back
        cash[row] -= back
        equity[row] += restricted[row] - back
        restricted[row] = 0.0
        # Assets are sold.
        price = recovery[i] * fixed_assets[row]
        cash[row] += price
        equity[row] -= fixed_assets[row] - price
        fixed_assets[row] = 0.0
        sold += w * price
        # Lenders are paid from what there is; the rest is their loss.
        for debt in (bridge, overdraft, loans, quasi_equity):
            paid = min(max(cash[row], 0.0), debt[row])
            loss = debt[row] - paid
            cash[row] -= paid
            equity[row] += loss
            repaid += w * paid
            owed[here] += w * debt[row]
            lost[here] += w * loss
            losses[i] += w * loss
            debt[row] = 0.0
            if debt is bridge:
                lost_bridge[here] += w * loss
                covered += w * (min(loss, guaranteed[row]) * guarantee_share)
        guaranteed[row] = 0.0
        # What suppliers and staff cannot get is written off against their accounts.
        paid = min(max(cash[row], 0.0), arrears[row])
        cash[row] -= paid
        arrears[row] -= paid
        suppliers += w * paid
        bills = max(-cash[row], 0.0)
        losses[i] += w * (bills + arrears[row])
        cash[row] += bills
        equity[row] += bills + arrears[row]
        arrears[row] = 0.0
        unpaid += w * bills
    return returned, sold, repaid, suppliers, unpaid, owed, lost, lost_bridge, covered


def _bear_losses(
    model: EssModel, owed: Floats, lost: Floats, lost_bridge: Floats, covered: float
) -> None:
    """Lenders write off debts, by région (18,); the guarantee fund bears its share of lost bridge
    credit while it has money."""
    lenders = model.lenders
    lenders.lost += float(lost.sum())
    total = min(covered, lenders.guarantor.fund)
    lenders.guarantor.fund -= total
    if total > 0:
        lost = lost - lost_bridge * (total / lost_bridge.sum())
    for bank, debt, loss in zip(lenders.banks, owed.tolist(), lost.tolist(), strict=True):
        bank.held -= debt
        bank.lost_this_year += loss


def _devolve(model: EssModel, rows: Rows, continues: Flags) -> None:
    """`continues`: the association lives on without employees, and keeps its money."""
    o, ledger = model.organisations, model.ledger
    kept, movement, boni = give_up(rows, continues, o.weight, o.cell, o.form, o.cash, o.equity)
    ledger.record("kept_by_volunteer_association", ORGANISATIONS, HOUSEHOLDS, kept)
    ledger.record("boni_to_movement", ORGANISATIONS, MOVEMENT, movement)
    heir = draw_heirs(boni, o.uid, o.alive, o.form, o.cell, model.draws.word("boni", model.quarter))
    cells = np.flatnonzero(heir >= 0)
    chosen, inherited = heir[cells], boni[cells]
    gain = inherited / o.weight[chosen]
    o.cash[chosen] += gain
    o.equity[chosen] += gain
    orphan = float(boni.sum() - inherited.sum())
    ledger.record("boni", ORGANISATIONS, ORGANISATIONS, float(inherited.sum()))
    ledger.record("boni", ORGANISATIONS, FOUNDATIONS, orphan)


@kernel
def give_up(
    rows: Rows, continues: Flags, weight: Floats, cell: Rows, form: Codes, cash: Floats,
    equity: Floats,
) -> tuple[float, float, Floats]:  # fmt: skip
    """Rows give up their cash: weighted euros kept by those that live on as volunteers, given to
    the cooperative movement, and given inside each cell (180,)."""
    kept = movement = 0.0
    boni = np.zeros(N_CELLS)
    for i in range(len(rows)):
        row = rows[i]
        left = weight[row] * cash[row]
        equity[row] -= cash[row]
        cash[row] = 0.0
        if continues[i]:
            kept += left
        elif form[row] == SCOP or form[row] == SCIC:
            movement += left
        else:
            boni[cell[row]] += left
    return kept, movement, boni


@kernel
def draw_heirs(
    boni: Floats, uid: NDArray[np.uint64], alive: Flags, form: Codes, cell: Rows, key: np.uint64
) -> Rows:
    """Where there is something to inherit, a living association drawn by hash, else −1, (180,)."""
    heir, best = np.full(N_CELLS, -1, np.int64), np.ones(N_CELLS)
    luck = np.empty(BLOCK)
    for first in range(0, len(alive), BLOCK):
        last = min(first + BLOCK, len(alive))
        draw_all(luck[: last - first], key, uid[first:last])
        for k in range(last - first):
            row = np.uint64(first + k)
            here = np.uint64(cell[row])
            if (
                luck[k] < best[here]
                and boni[here] > 0.0
                and alive[row]
                and form[row] == ASSOCIATION
            ):
                heir[here], best[here] = row, luck[k]
    return heir
