"""P14 — distress and competing exits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import N_CELLS, N_REGIONS
from simulator.compiled import at, kernel, uniform
from simulator.processes.absorption import absorb
from simulator.processes.departures import leave
from simulator.processes.hazard import close_or_cease
from simulator.processes.leadership import usual
from simulator.processes.matching import is_small, same_rank
from simulator.processes.support_programmes import ORDERLY_CLOSURE

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]
RECOVERY_QUARTERS = 4  # quarters of court protection
LOOK_AHEAD = 6.0  # months: who expects no cash by then may close in time (judgement)
PLAN_WRITE_OFF = 0.5  # part of the frozen debt given up in a successful plan (judgement)


def leave_or_stay(model: EssModel) -> None:
    """Insolvency, rescue, court procedures, and the hazard of closing or ceasing to employ."""
    if model.quarter < 0:
        return
    _end_recoveries(model)
    _insolvencies(model)
    _lost_aid(model)
    _close_in_time(model)
    _hazard(model)


def _insolvencies(model: EssModel) -> None:
    """Who cannot pay is rescued, or goes to court, or closes quietly."""
    o, values, draws = model.organisations, model.values, model.draws
    failed = np.flatnonzero(o.insolvent & o.alive & (o.recovery == 0))
    if not len(failed):
        return
    failed = _rescue(model, failed)
    formal, recovers, closed, quiet = go_to_court(
        failed, o.uid, values.column("formal_procedure_share"), values.column("recovery_share"),
        draws.word("formal procedure", model.quarter), draws.word("redressement", model.quarter),
    )  # fmt: skip
    model.recorder.count("procedures", formal)
    _enter_recovery(model, recovers)
    leave(model, closed, "liquidation", solvent=np.zeros(len(closed), dtype=bool))
    leave(model, quiet, "dissolution", solvent=np.zeros(len(quiet), dtype=bool))


def _close_in_time(model: EssModel) -> None:
    """Those whom support helps to speak of closing may close while money is left."""
    o, values = model.organisations, model.values
    if not (o.support == ORDERLY_CLOSURE).any():
        return
    closed = last_stretch(
        o.uid, o.alive, o.recovery, o.insolvent, o.gap, model.cash_months, o.support,
        o.support_effect, values.column("gap_tolerance"), model.draws.word("closes in time", 0),
    )  # fmt: skip
    leave(model, closed, "dissolution", solvent=np.ones(len(closed), dtype=bool))


@kernel
def last_stretch(
    uid: Identities, alive: Flags, recovery: Codes, insolvent: Flags, gap: Floats, months: Floats,
    support: Codes, effect: Floats, tolerance: Floats, key: np.uint64,
) -> Rows:  # fmt: skip
    """Supported rows that close by choice while money is left, though it would soon be gone.

    The effect is the share of them that decide so, by one draw for life. Some of those that close
    would have failed, some would have recovered: the rule cannot know.
    """
    found, count = np.empty(len(alive), np.int64), 0
    for i in range(len(alive)):
        if support[i] != ORDERLY_CLOSURE or not alive[i] or recovery[i] != 0 or insolvent[i]:
            continue
        ends = gap[i] > at(tolerance, i) and 0.0 <= months[i] < LOOK_AHEAD * gap[i]
        found[count] = i
        count += ends and uniform(key, uid[i]) < effect[i]
    return found[:count]


@kernel
def go_to_court(
    failed: Rows, uid: Identities, formal_share: Floats, recovery_share: Floats,
    formal_key: np.uint64, recovery_key: np.uint64,
) -> tuple[Rows, Rows, Rows, Rows]:  # fmt: skip
    """Rows that open a procedure; those of them under protection; those liquidated; and rows that
    close without a procedure."""
    formal, protected = np.zeros(len(failed), np.bool_), np.zeros(len(failed), np.bool_)
    for i in range(len(failed)):
        row = failed[i]
        formal[i] = uniform(formal_key, uid[row]) < at(formal_share, row)
        protected[i] = formal[i] and uniform(recovery_key, uid[row]) < at(recovery_share, row)
    return failed[formal], failed[protected], failed[formal & ~protected], failed[~formal]


def _rescue(model: EssModel, failed: Rows) -> Rows:
    """Absorption is tried first, by a healthy organisation of the same cell; who else failed."""
    o, values, months = model.organisations, model.values, model.cash_months
    partners = healthy_in_cells(
        failed, o.alive, o.dip, o.recovery, o.insolvent, o.cell, months, o.gap,
        values.scalar("merger_partner_cash_months"), values.scalar("merger_partner_gap"),
    )  # fmt: skip
    # Gaps are bounded: months of cash tell apart those at the bound.
    distress = o.gap[failed] - months[failed] / 12.0
    found = same_rank(o.cell[failed], distress, o.cell[partners], months[partners])
    absorbed, absorber = rescued(
        failed, partners, found, o.uid, o.weight, o.cash, o.restricted, o.revenue_year,
        o.openness, values.column("merger_completion"), values.scalar("rescue_factor"),
        values.scalar("merger_cost"), model.draws.word("rescue", model.quarter),
    )  # fmt: skip
    if not len(absorbed):
        return failed
    solvent = np.zeros(len(absorbed), dtype=bool)
    leave(model, absorbed, "absorbed", solvent=solvent, into=absorber)
    absorb(model, absorbed, absorber)
    return failed[o.alive[failed]]


@kernel
def rescued(
    failed: Rows, partners: Rows, found: Rows, uid: Identities, weight: Floats,
    cash: Floats, restricted: Floats, budget: Floats, openness: Floats, completion: Floats,
    rescue_factor: float, merger_cost: float, key: np.uint64,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Failed rows that are rescued, and by whom; `found`: the partner that each meets, or −1."""
    taken, absorber = np.zeros(len(failed), np.bool_), np.zeros(len(failed), np.int64)
    for i in range(len(failed)):
        if found[i] < 0:
            continue
        a, b = failed[i], partners[found[i]]
        if uniform(key, uid[a]) < rescue_factor * at(completion, a) * openness[a]:
            # A partner carries what it takes over: it must stay solvent with the debts.
            ratio = weight[a] / max(weight[b], 1e-12)
            joint = cash[b] - restricted[b] + ratio * (cash[a] - restricted[a])
            small = is_small(weight[a], budget[a], weight[b], budget[b])
            taken[i] = small and joint - merger_cost * budget[a] * ratio > 0
            absorber[i] = b
    return failed[taken], absorber[taken]


@kernel
def healthy_in_cells(
    failed: Rows, alive: Flags, dip: Codes, recovery: Codes, insolvent: Flags, cell: Rows,
    months: Floats, gap: Floats, least_months: float, largest_gap: float,
) -> Rows:  # fmt: skip
    """Rows that could take over another, in the cells of those that failed; in rising order."""
    looked_at = np.zeros(N_CELLS, np.bool_)
    for row in failed:
        looked_at[cell[row]] = True
    found, count = np.empty(len(alive), np.int64), 0
    for i in range(len(alive)):
        if looked_at[cell[i]]:
            found[count] = i
            sound = (months[i] > least_months) & (gap[i] < largest_gap) & (not insolvent[i])
            count += alive[i] & (dip[i] == 0) & (recovery[i] == 0) & sound
    return found[:count]


def _enter_recovery(model: EssModel, rows: Rows) -> None:
    """Redressement: debts frozen for four quarters, staff cut; suppliers carry the gap."""
    if not len(rows):
        return
    o = model.organisations
    cut = model.values.scalar("recovery_staff_cut")
    o.layoffs[rows] += cut * o.staff[rows]
    o.staff[rows] *= 1.0 - cut
    o.recovery[rows] = RECOVERY_QUARTERS
    carried = carry(rows, o.weight, o.cash, o.restricted, o.arrears)
    model.ledger.record("arrears", SUPPLIERS, ORGANISATIONS, carried)


@kernel
def carry(rows: Rows, weight: Floats, cash: Floats, restricted: Floats, arrears: Floats) -> float:
    """Under court protection suppliers wait for what is missing; weighted total."""
    total = 0.0
    for row in rows:
        missing = max(restricted[row] - cash[row], 0.0)
        cash[row] += missing
        arrears[row] += missing
        total += weight[row] * missing
    return total


def _end_recoveries(model: EssModel) -> None:
    """A plan ends: debt is given up in part, or the court liquidates."""
    o, lenders = model.organisations, model.lenders
    running = np.flatnonzero(o.alive & (o.recovery > 0))
    if not len(running):
        return
    carried = carry(running, o.weight, o.cash, o.restricted, o.arrears)
    model.ledger.record("arrears", SUPPLIERS, ORGANISATIONS, carried)
    given_up = np.zeros(len(running))
    failed, losses = end_plans(
        running, given_up, o.uid, o.weight, o.region, o.recovery, o.arrears, o.overdraft,
        o.bridge, o.equity, o.insolvent, model.values.scalar("recovery_success"),
        model.draws.word("plan", model.quarter),
    )  # fmt: skip
    model.recorder.tally("creditor_losses", running, given_up / model.price_level)
    lenders.lost += float(losses.sum())
    for bank, loss in zip(lenders.banks, losses.tolist(), strict=True):
        bank.held -= loss
        bank.lost_this_year += loss
    leave(model, failed, "liquidation", solvent=np.zeros(len(failed), dtype=bool))


@kernel
def end_plans(
    running: Rows, given_up: Floats, uid: Identities, weight: Floats, region: Codes,
    recovery: Codes, arrears: Floats, overdraft: Floats, bridge: Floats, equity: Floats,
    insolvent: Flags, success: float, key: np.uint64,
) -> tuple[Rows, Floats]:  # fmt: skip
    """A quarter of the plans: rows whose plan fails, and what lenders give up by région (18,).

    `given_up`, (running,), takes what creditors give up, weighted euros.
    """
    failed, count = np.empty(len(running), np.int64), 0
    losses = np.zeros(N_REGIONS)
    for i in range(len(running)):
        row = running[i]
        recovery[row] -= 1
        if recovery[row] > 0:
            continue
        if not uniform(key, uid[row]) < success:
            failed[count] = row
            count += 1
            continue
        for debt in (arrears, overdraft, bridge):
            given = PLAN_WRITE_OFF * debt[row]
            debt[row] -= given
            equity[row] += given
            given_up[i] += weight[row] * given
            if debt is not arrears:
                losses[region[row]] += weight[row] * given
        insolvent[row] = False
    return failed[:count], losses


def _lost_aid(model: EssModel) -> None:
    """Employers whose aided jobs end may stop employing, the more of their staff was aided."""
    o = model.organisations
    if model.quarter % 4 != 0 or not o.aid_lost.any():
        return
    share = np.divide(o.aid_lost, o.staff + o.aid_lost, out=np.zeros(o.rows), where=o.staff > 0)
    o.aid_lost[:] = 0.0
    exposed = np.flatnonzero(o.alive & (o.recovery == 0) & (share > 0))
    odds = model.by_row("aided_exit", exposed) * share[exposed]
    stops = exposed[model.draws.uniform("aid exit", model.quarter, o.uid[exposed]) < odds]
    leave(model, stops, "stopped_employing", solvent=np.ones(len(stops), dtype=bool))


def _hazard(model: EssModel) -> None:
    """Voluntary closure or end of employment: size, age, gap, low cash, leaders, taboo."""
    o, values, draws = model.organisations, model.values, model.draws
    dissolved, stopped = close_or_cease(
        o.uid, o.alive, o.recovery, o.vacancy, o.strain, o.taboo, o.support, o.support_effect,
        o.age, o.gap, model.cash_months, o.revenue_year, model.public_money.lines(),
        values.scalar("strain_usual"), usual("taboo_mean"),
        values.column("gap_tolerance"), values.column("exit_hazard"),
        values.table("age_factor"), values.column("exit_gap_sensitivity"),
        values.column("exit_low_cash_sensitivity"), values.column("exit_vacancy_sensitivity"),
        values.column("exit_strain_sensitivity"), values.column("closure_taboo_sensitivity"),
        values.column("dissolution_share"), draws.word("hazard", model.quarter),
        draws.word("dissolves", model.quarter), model.structure.additive_hazard,
    )  # fmt: skip
    for cause, chosen in (("dissolution", dissolved), ("stopped_employing", stopped)):
        leave(model, chosen, cause, solvent=~o.insolvent[chosen])
