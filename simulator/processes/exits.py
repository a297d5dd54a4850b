"""P14 — distress and competing exits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import N_REGIONS, age_class
from simulator.organisations import dot, summed
from simulator.processes.absorption import absorb
from simulator.processes.departures import leave
from simulator.processes.matching import fits, same_rank

if TYPE_CHECKING:
    from simulator.model import EssModel

Rows = NDArray[np.int64]
RECOVERY_QUARTERS = 4  # quarters of court protection
PLAN_WRITE_OFF = 0.5  # part of the frozen debt given up in a successful plan (judgement)


def leave_or_stay(model: EssModel) -> None:
    """Insolvency, rescue, court procedures, and the hazard of closing or ceasing to employ."""
    if model.quarter < 0:
        return
    _end_recoveries(model)
    _insolvencies(model)
    _lost_aid(model)
    _hazard(model)


def _by_row(model: EssModel, name: str, rows: Rows) -> np.ndarray:
    value = np.asarray(model.values.rows(name), dtype=float)
    return np.broadcast_to(value, (model.organisations.rows,))[rows]


def _insolvencies(model: EssModel) -> None:
    o, draw = model.organisations, model.draws
    failed = np.flatnonzero(o.insolvent & o.alive & (o.recovery == 0))
    if not len(failed):
        return
    failed = _rescue(model, failed)
    ids = o.uid[failed]
    formal = draw.uniform("formal procedure", model.quarter, ids) < _by_row(
        model, "formal_procedure_share", failed
    )
    model.recorder.count("procedures", failed[formal])
    recovers = formal & (
        draw.uniform("redressement", model.quarter, ids) < _by_row(model, "recovery_share", failed)
    )
    _enter_recovery(model, failed[recovers])
    closed = failed[formal & ~recovers]
    leave(model, closed, "liquidation", solvent=np.zeros(len(closed), dtype=bool))
    quiet = failed[~formal]
    leave(model, quiet, "dissolution", solvent=np.zeros(len(quiet), dtype=bool))


def _rescue(model: EssModel, failed: Rows) -> Rows:
    """Absorption is tried first, by a healthy organisation of the same cell."""
    o, values = model.organisations, model.values
    healthy = o.alive & (o.gap < values.scalar("merger_partner_gap")) & (o.dip == 0)
    healthy &= model.cash_months > values.scalar("merger_partner_cash_months")
    partners = np.flatnonzero(healthy & ~o.insolvent & (o.recovery == 0))
    found = same_rank(o.cell[failed], o.gap[failed], o.cell[partners], model.cash_months[partners])
    hit = found >= 0
    absorbed, absorber = failed[hit], partners[found[hit]]
    odds = values.scalar("rescue_factor") * _by_row(model, "merger_completion", absorbed)
    taken = model.draws.uniform("rescue", model.quarter, o.uid[absorbed]) < odds
    taken &= fits(model, absorbed, absorber)
    # A partner carries what it takes over: it must stay solvent with the debts.
    ratio = o.weight[absorbed] / np.maximum(o.weight[absorber], 1e-12)
    cost = values.scalar("merger_cost") * o.revenue_year[absorbed] * ratio
    taken &= o.free_cash[absorber] + ratio * o.free_cash[absorbed] - cost > 0
    absorbed, absorber = absorbed[taken], absorber[taken]
    solvent = np.zeros(len(absorbed), dtype=bool)
    leave(model, absorbed, "absorbed", solvent=solvent, into=absorber)
    absorb(model, absorbed, absorber)
    return failed[~np.isin(failed, absorbed)]


def _enter_recovery(model: EssModel, rows: Rows) -> None:
    """Redressement: debts frozen for four quarters, staff cut; suppliers carry the gap."""
    o = model.organisations
    cut = model.values.scalar("recovery_staff_cut")
    o.layoffs[rows] += cut * o.staff[rows]
    o.staff[rows] *= 1.0 - cut
    o.recovery[rows] = RECOVERY_QUARTERS
    _carry(model, rows)


def _carry(model: EssModel, rows: Rows) -> None:
    o = model.organisations
    missing = np.maximum(o.restricted[rows] - o.cash[rows], 0.0)
    o.cash[rows] += missing
    o.arrears[rows] += missing
    total = dot(o.weight[rows], missing)
    model.ledger.record("arrears", SUPPLIERS, ORGANISATIONS, total)


def _end_recoveries(model: EssModel) -> None:
    """A plan ends: debt is given up in part, or the court liquidates."""
    o = model.organisations
    running = np.flatnonzero(o.alive & (o.recovery > 0))
    if not len(running):
        return
    o.recovery[running] -= 1
    _carry(model, running)
    ending = running[o.recovery[running] == 0]
    success = model.values.scalar("recovery_success")
    saved = model.draws.uniform("plan", model.quarter, o.uid[ending]) < success
    rows = ending[saved]
    weight = o.weight[rows]
    given = PLAN_WRITE_OFF * o.arrears[rows]
    o.arrears[rows] -= given
    o.equity[rows] += given
    for column in (o.overdraft, o.bridge):
        lost = PLAN_WRITE_OFF * column[rows]
        column[rows] -= lost
        o.equity[rows] += lost
        losses = summed(o.region[rows], weight * lost, N_REGIONS)
        model.lenders.lost += float(losses.sum())
        for bank, loss in zip(model.lenders.banks, losses, strict=True):
            bank.held -= float(loss)
            bank.lost_this_year += float(loss)
    o.insolvent[rows] = False
    failed = ending[~saved]
    leave(model, failed, "liquidation", solvent=np.zeros(len(failed), dtype=bool))


def _lost_aid(model: EssModel) -> None:
    """Employers whose aided jobs end may stop employing, the more of their staff was aided."""
    o = model.organisations
    if model.quarter % 4 != 0 or not o.aid_lost.any():
        return
    share = np.divide(o.aid_lost, o.staff + o.aid_lost, out=np.zeros(o.rows), where=o.staff > 0)
    o.aid_lost[:] = 0.0
    exposed = np.flatnonzero(o.alive & (o.recovery == 0) & (share > 0))
    odds = _by_row(model, "aided_exit", exposed) * share[exposed]
    stops = exposed[model.draws.uniform("aid exit", model.quarter, o.uid[exposed]) < odds]
    leave(model, stops, "stopped_employing", solvent=np.ones(len(stops), dtype=bool))


def _hazard(model: EssModel) -> None:
    """Voluntary closure or end of employment: size, age, gap, low cash, vacancy."""
    o, values, draw = model.organisations, model.values, model.draws
    base = np.asarray(values.rows("exit_hazard"))
    public = np.divide(
        o.public_notified, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0
    )
    age = values.table("age_factor")[age_class(o.age)]
    # Public funding removes the age effect (Hager, Galaskiewicz & Larson 2004).
    age = 1.0 + (age - 1.0) * (1.0 - np.clip(public, 0.0, 1.0))
    strain = (
        values.rows("exit_gap_sensitivity") * np.clip(o.gap, -0.1, 0.4)
        + values.rows("exit_low_cash_sensitivity") * (model.cash_months < 1.0)
        + values.rows("exit_vacancy_sensitivity") * o.vacancy
    )
    # An alternative structure of the model adds strains up instead of multiplying them.
    pull = np.maximum(1.0 + strain, 0.0) if model.structure.additive_hazard else np.exp(strain)
    hazard = base * age * pull / 4.0
    exits = o.alive & (o.recovery == 0)
    exits &= draw.uniform("hazard", model.quarter, o.uid) < 1.0 - np.exp(-hazard)
    rows = np.flatnonzero(exits)
    dissolves = draw.uniform("dissolves", model.quarter, o.uid[rows]) < _by_row(
        model, "dissolution_share", rows
    )
    for cause, chosen in (
        ("dissolution", rows[dissolves]),
        ("stopped_employing", rows[~dissolves]),
    ):
        leave(model, chosen, cause, solvent=~o.insolvent[chosen])
