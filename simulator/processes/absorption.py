"""Absorption of one organisation by another: every weighted euro follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import N_CELLS, N_LEVELS, N_SECTORS
from simulator.funders import SUBVENTION
from simulator.organisations import summed

if TYPE_CHECKING:
    from simulator.model import EssModel

Rows = NDArray[np.int64]
ADDED = (
    "contracts", "tariffs", "due_grants", "due_contracts", "due_tariffs", "grants", "calls",
    "grants_last_year", "due_restricted", "receivable", "employment_aid", "aided_jobs",
    "user_sales_base", "memberships", "members",
    "gifts", "corporate_gifts", "foundation_grants", "fundraising", "fundraising_new",
    "market_gain", "staff", "volunteers", "capacity", "fixed_cost", "project_gain",
    "cash", "restricted", "fixed_assets", "loans", "overdraft", "bridge", "guaranteed",
    "quasi_equity", "arrears", "equity", "revenue", "private_revenue", "cost", "public_paid",
    "revenue_year", "private_year", "cost_year", "ring_revenue", "ring_private", "ring_cost",
)  # fmt: skip
SAVING_QUARTERS = 8  # quarters over which merger savings come
DIP_QUARTERS = 5  # counted down before production: four quarters are felt


def absorb(model: EssModel, absorbed: Rows, absorber: Rows) -> None:
    """Move all that the absorbed hold into the absorbers, in weighted euros; they share nothing.

    The absorbed rows keep their identity columns until they are recorded as exits; their
    balances are zero afterwards (CL6).
    """
    if not len(absorbed):
        return
    o, values = model.organisations, model.values
    ratio = o.weight[absorbed] / o.weight[absorber]
    shared = (o.grants[:, absorbed] > 0) & (o.grants[:, absorber] > 0)
    _move_public_nodes(model, absorbed, absorber)
    _move_banks(model, absorbed, absorber)
    merged_fixed = o.fixed_cost[absorbed] * ratio
    merged_staff = o.staff[absorbed] * ratio
    joined_cost = values.scalar("merger_cost") * o.revenue_year[absorbed] * ratio
    _average(model, absorbed, absorber, ratio)
    for instrument, bucket in enumerate(model.public.buckets):
        used = bucket[:, : int(model.public.depth[instrument].max())]
        used[..., absorber] += used[..., absorbed] * ratio
        used[..., absorbed] = 0.0
    # Of the absorbed volunteers, a part does not follow.
    o.volunteers[absorbed] *= 1.0 - values.scalar("merger_volunteer_loss")
    for name in ADDED:
        column = getattr(o, name)
        column[..., absorber] += column[..., absorbed] * ratio
        column[..., absorbed] = 0.0
    np.maximum(
        o.agreement_years[:, absorber], o.agreement_years[:, absorbed],
        out=(longest := o.agreement_years[:, absorber]),
    )  # fmt: skip
    o.agreement_years[:, absorber] = longest
    o.dip[absorber] = DIP_QUARTERS
    wages = values.scalar("merger_staff_saving") * merged_staff * o.wage[absorber]
    saving = values.scalar("merger_overhead_saving") * merged_fixed + wages / model.price_level
    # What an earlier merger has still to save is not lost.
    saving += o.saving_left[absorber] * o.saving_quarters[absorber]
    o.saving_left[absorber] = saving / SAVING_QUARTERS
    o.saving_quarters[absorber] = SAVING_QUARTERS
    _pay_merger(model, absorber, joined_cost)
    _haircut(model, absorber, shared)


def _move_public_nodes(model: EssModel, absorbed: Rows, absorber: Rows) -> None:
    """Receivables, notified money and its budget follow into the absorber's cell."""
    o, public = model.organisations, model.public
    moves = np.flatnonzero(o.cell[absorbed] != o.cell[absorber])
    money = (o.grants, o.contracts, o.tariffs)
    due = (o.due_grants, o.due_contracts, o.due_tariffs)
    for i in moves:
        a, b = absorbed[i], absorber[i]
        weight = o.weight[a]
        source = divmod(int(o.cell[a]), N_SECTORS)
        target = divmod(int(o.cell[b]), N_SECTORS)
        for instrument in range(3):
            owed = weight * public.buckets[instrument][:, :, a].sum(axis=1)
            reserved = weight * due[instrument][:, a]
            yearly = weight * money[instrument][:, a]
            for level in range(N_LEVELS):
                here, there = (instrument, level, *source), (instrument, level, *target)
                for account, amount in (
                    (public.total_committed, owed[level]),
                    (public.notified, reserved[level]),
                    (public.voted, reserved[level]),
                    (public.base, yearly[level]),
                ):
                    account[here] -= amount
                    account[there] += amount


def _move_banks(model: EssModel, absorbed: Rows, absorber: Rows) -> None:
    o, banks = model.organisations, model.lenders.banks
    debts = o.loans + o.overdraft + o.bridge + o.quasi_equity
    for a, b in zip(absorbed, absorber, strict=True):
        amount = float(o.weight[a] * debts[a])
        banks[o.region[a]].held -= amount
        banks[o.region[b]].held += amount


def _average(model: EssModel, absorbed: Rows, absorber: Rows, ratio: np.ndarray) -> None:
    """Columns that do not add up: means by service or staff; units follow the absorber."""
    o, values = model.organisations, model.values
    # Service of another sector is counted in the absorber's units, by the people it takes.
    convert = np.divide(
        o.productivity[absorber], o.productivity[absorbed],
        out=np.zeros(len(absorbed)), where=o.productivity[absorbed] > 0,
    )  # fmt: skip
    closes = model.draws.uniform("site closes", model.quarter, o.uid[absorbed])
    stays = closes >= values.scalar("merger_closure")
    service = o.service[absorbed] * ratio * convert
    own = o.service[absorber]
    share = np.divide(service, own + service, out=np.zeros(len(own)), where=own + service > 0)
    staff = o.staff[absorbed] * ratio
    total_staff = np.maximum(staff + o.staff[absorber], 1e-12)
    for name in ("quality", "drift", "vulnerable_share", "price", "overload"):
        column = getattr(o, name)
        column[absorber] += share * (column[absorbed] - column[absorber])
    o.wage[absorber] += staff / total_staff * (o.wage[absorbed] - o.wage[absorber])
    bought = o.variable_cost[absorber] * own + (
        o.variable_cost[absorbed] * o.service[absorbed] * ratio
    )
    o.variable_cost[absorber] = np.divide(
        bought, own + service, out=o.variable_cost[absorber].copy(), where=own + service > 0
    )
    for name in ("service", "service_base", "demand", "tariff_quota"):
        column = getattr(o, name)
        keeps = stays if name in ("service", "demand") else 1.0
        column[absorber] += column[absorbed] * ratio * convert * keeps
        column[absorbed] = 0.0
    power = values.scalar("gift_contest_elasticity")
    pull = o.fundraising[absorber] ** power * o.reputation[absorber]
    pull += ratio**1.0 * o.fundraising[absorbed] ** power * o.reputation[absorbed]
    effort = o.fundraising[absorber] + ratio * o.fundraising[absorbed]
    o.reputation[absorber] = np.divide(
        pull, effort**power, out=o.reputation[absorber].copy(), where=effort > 0
    )


def _pay_merger(model: EssModel, absorber: Rows, cost: np.ndarray) -> None:
    o = model.organisations
    amount = np.zeros(o.rows)
    amount[absorber] = cost
    o.spend(amount)
    model.ledger.record("merger_cost", ORGANISATIONS, SUPPLIERS, o.total(amount))
    for programme, _, share in model.programmes.active("merger_support"):
        reach = model.programmes.mask(programme)
        model.programmes.give(programme, np.where(reach, amount * share, 0.0))


def _haircut(model: EssModel, absorber: Rows, shared: NDArray[np.bool_]) -> None:
    """Funders of both, `shared` (6, pairs), give the joint organisation less than the sum."""
    o, public = model.organisations, model.public
    cut = model.values.scalar("merger_funder_haircut") * shared
    give_back = o.due_grants[:, absorber] * cut
    o.grants[:, absorber] *= 1.0 - cut
    o.calls[:, absorber] *= 1.0 - cut
    o.due_grants[:, absorber] -= give_back
    for level in range(N_LEVELS):
        returned = summed(o.cell[absorber], o.weight[absorber] * give_back[level], N_CELLS).reshape(
            public.notified.shape[2:]
        )
        public.notified[SUBVENTION, level] -= returned
        public.unallocated[SUBVENTION, level] += returned
