"""Leaving: settle the accounts, name the cause, record, free the row (CL6)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

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
from simulator.funders import N_NODES
from simulator.organisations import dot, summed

if TYPE_CHECKING:
    from simulator.model import EssModel

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
ABSORBED = EXIT_CAUSES.index("absorbed")
ORDERLY_MONTHS = 1.0  # months of cash from which a voluntary closure is orderly
COOPERATIVES = (FORMS.index("SCOP"), FORMS.index("SCIC"))


@dataclass
class Departures:
    """Rows that leave in the quarter, as they were when they left; arrays have one entry each.

    cause: index in EXIT_CAUSES; solvent tells choice from failure; absorber: identity or 0.
    """

    rows: Rows
    cause: NDArray[np.int8]
    solvent: NDArray[np.bool_]
    absorber: NDArray[np.uint64]
    budget: Floats
    staff: Floats
    volunteers: Floats
    sales: Floats


def leave(
    model: EssModel, rows: Rows, cause: str, *, solvent: NDArray[np.bool_], into: Rows | None = None
) -> None:
    """Rows leave for `cause`; their accounts are settled once, by `settle_departures`.

    Called before an absorption moves their balances. `into`: the absorbing rows.
    """
    if not len(rows):
        return
    o = model.organisations
    o.alive[rows] = False
    model.leaving.append(
        Departures(
            rows,
            np.full(len(rows), EXIT_CAUSES.index(cause), dtype=np.int8),
            solvent,
            np.zeros(len(rows), dtype=np.uint64) if into is None else o.uid[into],
            o.revenue_year[rows],
            o.staff[rows],
            o.volunteers[rows],
            model.sales[rows],
        )
    )


def settle_departures(model: EssModel) -> None:
    """Pay out what leavers held in the order of the law, write off the rest, free their rows."""
    if not model.leaving:
        return
    o = model.organisations
    left = Departures(
        *(
            np.concatenate([getattr(part, field.name) for part in model.leaving])
            for field in fields(Departures)
        )
    )
    model.leaving = []
    model.recorder.record_exits(left, primary_cause(model, left))
    closed = left.cause != ABSORBED
    settle(model, left.rows[closed], left.cause[closed])
    rows = left.rows
    # Every line of the balance sheet by itself: opposite signs must not hide each other.
    behind = o.weight[rows] * np.abs(o.balance[:, rows]).sum(axis=0)
    model.ledger.left_behind += float(behind.sum())
    o.zero(rows)
    for instrument, bucket in enumerate(model.public.buckets):
        for level in range(N_LEVELS):
            bucket[level, : model.public.depth[instrument, level], rows] = 0.0
    model.forget(rows)


def primary_cause(model: EssModel, left: Departures) -> NDArray[np.int8]:
    """Primary cause of each exit (index in PRIMARY_CAUSES).

    Rule, in this order: absorbed while solvent → absorbed by choice; leadership vacant →
    governance; voluntary with a month of cash or more → orderly closure; insolvent although
    resources cover costs within tolerance → cash; otherwise the largest contribution to the gap
    over the last eight quarters: public money → loss of a funder, own revenue → market,
    costs → costs.
    """
    o, rows = model.organisations, left.rows
    code = {name: index for index, name in enumerate(PRIMARY_CAUSES)}
    traces = np.stack([o.gap_public[rows], o.gap_market[rows], o.gap_cost[rows]])
    largest = traces.argmax(axis=0)
    found = np.array([code["funder_loss"], code["market"], code["costs"]])[largest]
    tolerance = np.broadcast_to(np.asarray(model.values.rows("gap_tolerance")), (o.rows,))[rows]
    found = np.where(~left.solvent & (o.gap[rows] < tolerance), code["cash"], found)
    orderly = left.solvent & (model.cash_months[rows] >= ORDERLY_MONTHS)
    found = np.where(orderly, code["orderly_closure"], found)
    found = np.where(o.vacancy[rows], code["governance"], found)
    chosen = (left.cause == ABSORBED) & left.solvent
    return np.where(chosen, code["absorbed_by_choice"], found).astype(np.int8)


def cancel_public(model: EssModel, rows: Rows) -> None:
    """Receivables are cancelled back to their nodes; money not yet accrued is unallocated."""
    o, public = model.organisations, model.public
    weight, node = o.weight[rows], model.node[:, rows].ravel()
    due = (o.due_grants, o.due_contracts, o.due_tariffs)
    shape = public.notified.shape[1:]
    for instrument in range(3):
        deepest = int(public.depth[instrument].max())
        owed = public.buckets[instrument][:, :deepest, rows].sum(axis=1)
        cancelled = summed(node, (weight * owed).ravel(), N_NODES).reshape(shape)
        reserved = summed(node, (weight * due[instrument][:, rows]).ravel(), N_NODES).reshape(shape)
        public.total_cancelled[instrument] += cancelled
        public.notified[instrument] -= reserved
        public.unallocated[instrument] += reserved
    o.equity[rows] -= o.receivable[rows]
    o.receivable[rows] = 0.0


def settle(model: EssModel, rows: Rows, causes: NDArray[np.int8]) -> None:
    """Pay out what is left, in the order of the law; write off what cannot be paid.

    Restricted funds go back to their funders; assets are sold at the recovery rate; lenders,
    then suppliers are paid; a residue (boni) is devolved: associations to a living association
    of the same cell, cooperatives to their movement. An association that only stops employing
    keeps its money as a volunteer association.
    """
    o, ledger = model.organisations, model.ledger
    weight = o.weight[rows]
    cancel_public(model, rows)
    _return_restricted(model, rows)
    forced = causes == EXIT_CAUSES.index("liquidation")
    recovery = np.where(forced, 1.0 - model.values.scalar("loss_given_default"), 1.0)
    sold = recovery * o.fixed_assets[rows]
    o.cash[rows] += sold
    o.equity[rows] -= o.fixed_assets[rows] - sold
    o.fixed_assets[rows] = 0.0
    ledger.record("asset_sales", SUPPLIERS, ORGANISATIONS, dot(weight, sold))
    _pay_lenders(model, rows)
    paid = np.clip(o.cash[rows], 0.0, o.arrears[rows])
    o.cash[rows] -= paid
    o.arrears[rows] -= paid
    ledger.record("arrears", ORGANISATIONS, SUPPLIERS, dot(weight, paid))
    # What suppliers and staff cannot get is written off against their accounts.
    unpaid = np.maximum(-o.cash[rows], 0.0)
    o.cash[rows] += unpaid
    o.equity[rows] += unpaid + o.arrears[rows]
    o.arrears[rows] = 0.0
    ledger.record("write_offs", SUPPLIERS, ORGANISATIONS, dot(weight, unpaid))
    _devolve(model, rows, causes == EXIT_CAUSES.index("stopped_employing"))


def _return_restricted(model: EssModel, rows: Rows) -> None:
    o = model.organisations
    back = np.minimum(np.maximum(o.cash[rows], 0.0), o.restricted[rows])
    given = o.grants[:, rows] + o.calls[:, rows]
    total = given.sum(axis=0) + o.foundation_grants[rows]
    for level in range(N_LEVELS):
        share = np.divide(given[level], total, out=np.zeros(len(rows)), where=total > 0)
        amount = dot(o.weight[rows], back * share)
        model.ledger.record("restricted_returned", ORGANISATIONS, LEVELS[level], amount)
    public = np.divide(given.sum(axis=0), total, out=np.zeros(len(rows)), where=total > 0)
    amount = dot(o.weight[rows], back * (1.0 - public))
    model.ledger.record("restricted_returned", ORGANISATIONS, FOUNDATIONS, amount)
    o.cash[rows] -= back
    o.equity[rows] += o.restricted[rows] - back
    o.restricted[rows] = 0.0


def _pay_lenders(model: EssModel, rows: Rows) -> None:
    """Lenders are paid from what there is; the rest is their loss, guaranteed in part."""
    o, lenders = model.organisations, model.lenders
    weight = o.weight[rows]
    for column in (o.bridge, o.overdraft, o.loans, o.quasi_equity):
        owed = column[rows].copy()
        paid = np.clip(o.cash[rows], 0.0, owed)
        lost = owed - paid
        o.cash[rows] -= paid
        o.equity[rows] += lost
        column[rows] = 0.0
        model.ledger.record("debt_repaid_at_exit", ORGANISATIONS, BANKS, dot(weight, paid))
        by_region = summed(o.region[rows], weight * owed, N_REGIONS)
        losses = summed(o.region[rows], weight * lost, N_REGIONS)
        lenders.lost += float(losses.sum())
        if column is o.bridge:
            # The guarantee fund bears its share of lost bridge credit while it has money.
            covered = np.minimum(lost, o.guaranteed[rows]) * model.values.scalar("guarantee_share")
            total = min(dot(weight, covered), lenders.guarantor.fund)
            lenders.guarantor.fund -= total
            if losses.sum() > 0:
                losses = losses * (1.0 - total / losses.sum())
            o.guaranteed[rows] = 0.0
        for bank, value, loss in zip(lenders.banks, by_region, losses, strict=True):
            bank.held -= float(value)
            bank.lost_this_year += float(loss)


def _devolve(model: EssModel, rows: Rows, continues: NDArray[np.bool_]) -> None:
    """`continues`: the association lives on without employees, and keeps its money."""
    o, ledger = model.organisations, model.ledger
    weight = o.weight[rows]
    left = o.cash[rows].copy()
    cooperative = np.isin(o.form[rows], COOPERATIVES)
    o.cash[rows] = 0.0
    o.equity[rows] -= left
    kept = np.where(continues, left, 0.0)
    ledger.record("kept_by_volunteer_association", ORGANISATIONS, HOUSEHOLDS, dot(weight, kept))
    left -= kept
    movement = dot(weight, np.where(cooperative, left, 0.0))
    ledger.record("boni_to_movement", ORGANISATIONS, MOVEMENT, movement)
    boni = summed(o.cell[rows], weight * np.where(cooperative, 0.0, left), N_CELLS)
    heirs = np.flatnonzero(o.alive & (o.form == 0) & (boni[o.cell] > 0))
    # The heir of a cell is a living association drawn by hash.
    luck = model.draws.uniform("boni", model.quarter, o.uid[heirs])
    cell = o.cell[heirs]
    best = np.ones(N_CELLS)
    np.minimum.at(best, cell, luck)
    chosen = heirs[luck == best[cell]]
    chosen = chosen[np.argsort(o.cell[chosen])]
    cells = o.cell[chosen]
    inherited = boni[cells]
    gain = inherited / o.weight[chosen]
    o.cash[chosen] += gain
    o.equity[chosen] += gain
    orphan = float(boni.sum() - inherited.sum())
    ledger.record("boni", ORGANISATIONS, ORGANISATIONS, float(inherited.sum()))
    ledger.record("boni", ORGANISATIONS, FOUNDATIONS, orphan)
