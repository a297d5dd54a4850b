"""Absorption of one organisation by another: every weighted euro follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import N_LEVELS
from simulator.compiled import kernel, uniform
from simulator.funders import SUBVENTION
from simulator.open_accounts import BUCKETS, DUE, Payers, place_of
from simulator.organisations import lines_of

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]
ADDED = (
    "contracts", "tariffs", "grants", "calls",
    "grants_last_year", "due_restricted", "receivable", "employment_aid", "aided_jobs",
    "user_sales_base", "memberships", "members",
    "gifts", "corporate_gifts", "foundation_grants", "fundraising", "fundraising_new",
    "market_gain", "staff", "volunteers", "capacity", "fixed_cost", "project_gain",
    "cash", "restricted", "fixed_assets", "loans", "overdraft", "bridge", "guaranteed",
    "quasi_equity", "arrears", "equity", "revenue", "private_revenue", "cost", "public_paid",
    "revenue_year", "private_year", "cost_year", "ring_revenue", "ring_private", "ring_cost",
)  # fmt: skip
_ADDED_LINES = lines_of(ADDED)
SAVING_QUARTERS = 8  # quarters over which merger savings come
DIP_QUARTERS = 5  # counted down before production: four quarters are felt


def absorb(model: EssModel, absorbed: Rows, absorber: Rows) -> None:
    """Move all that the absorbed hold into the absorbers, in weighted euros; they share nothing.

    The absorbed rows keep their identity columns until they are recorded as exits; their
    balances are zero afterwards (CL6). No row is named twice.
    """
    if not len(absorbed):
        return
    o, values = model.organisations, model.values
    brought = np.empty((4, len(absorbed)))
    measure(
        absorbed, absorber, o.weight, o.fixed_cost, o.staff, o.revenue_year,
        values.scalar("merger_cost"), brought,
    )  # fmt: skip
    ratio, merged_fixed, merged_staff, joined_cost = brought
    shared = _move_public_nodes(model, absorbed, absorber)
    _move_banks(model, absorbed, absorber)
    _average(model, absorbed, absorber, ratio)
    # Of the absorbed volunteers, a part does not follow.
    o.volunteers[absorbed] *= 1.0 - values.scalar("merger_volunteer_loss")
    accounts = model.public.accounts
    add_up(absorbed, absorber, ratio, o.amounts, _ADDED_LINES, o.agreement_years)
    accounts.join(absorbed, absorber, ratio)
    plan_savings(
        absorber, merged_fixed, merged_staff, o.wage, values.scalar("merger_overhead_saving"),
        values.scalar("merger_staff_saving"), model.price_level, o.dip, o.saving_left,
        o.saving_quarters,
    )  # fmt: skip
    _pay_merger(model, absorber, joined_cost)
    cut_back(
        absorber, shared, o.weight, o.region, o.sector, o.grants, o.calls, accounts.first,
        accounts.many, accounts.payer, accounts.euros, model.public.notified,
        model.public.unallocated, values.scalar("merger_funder_haircut"),
    )  # fmt: skip
    model.public_money.left(absorbed)
    model.public_money.changed(absorber)


@kernel
def measure(
    absorbed: Rows, absorber: Rows, weight: Floats, fixed_cost: Floats, staff: Floats,
    revenue_year: Floats, cost_share: float, brought: Floats,
) -> None:  # fmt: skip
    """Absorbed organisations for each absorber, what they bring of fixed costs and staff, and what
    joining costs, per represented absorber: (4, pairs)."""
    for i in range(len(absorbed)):
        a = absorbed[i]
        ratio = weight[a] / weight[absorber[i]]
        brought[0, i], brought[1, i], brought[2, i] = ratio, fixed_cost[a] * ratio, staff[a] * ratio
        brought[3, i] = cost_share * revenue_year[a] * ratio


@kernel
def plan_savings(
    absorber: Rows, merged_fixed: Floats, merged_staff: Floats, wage: Floats, fixed_share: float,
    staff_share: float, price_level: float, dip: Codes, saving_left: Floats,
    saving_quarters: Codes,
) -> None:  # fmt: skip
    """What a merger saves comes over some quarters, after a dip."""
    for i, row in enumerate(absorber):
        wages = staff_share * merged_staff[i] * wage[row]
        saving = fixed_share * merged_fixed[i] + wages / price_level
        # What an earlier merger has still to save is not lost.
        saving += saving_left[row] * saving_quarters[row]
        saving_left[row] = saving / SAVING_QUARTERS
        saving_quarters[row] = SAVING_QUARTERS
        dip[row] = DIP_QUARTERS


@kernel
def add_up(
    absorbed: Rows, absorber: Rows, ratio: Floats, amounts: Floats, lines: Rows,
    agreement_years: Codes,
) -> None:  # fmt: skip
    """Amounts of the absorbed join those of the absorbers; agreements last as the longer one."""
    for line in lines:
        for i in range(len(absorbed)):
            amounts[line, absorber[i]] += amounts[line, absorbed[i]] * ratio[i]
            amounts[line, absorbed[i]] = 0.0
    for level in range(N_LEVELS):
        for i in range(len(absorbed)):
            years = agreement_years[level, absorbed[i]]
            if years > agreement_years[level, absorber[i]]:
                agreement_years[level, absorber[i]] = years


def _move_public_nodes(model: EssModel, absorbed: Rows, absorber: Rows) -> Flags:
    """Receivables, notified money and its budget follow into the absorber's cell.

    Returns which levels give grants to both, (6, pairs).
    """
    o, public = model.organisations, model.public
    accounts = public.accounts
    shared = np.empty((N_LEVELS, len(absorbed)), np.bool_)
    move_nodes(
        absorbed, absorber, shared, o.weight, o.region, o.sector, accounts.first, accounts.many,
        accounts.payer, accounts.euros, (o.grants, o.contracts, o.tariffs),
        public.total_committed, public.notified, public.voted, public.base,
    )  # fmt: skip
    return shared


@kernel
def move_nodes(
    absorbed: Rows, absorber: Rows, shared: Flags, weight: Floats, region: Codes, sector: Codes,
    first: Rows, many: Rows, payer: Payers, euros: Floats, yearly: tuple[Floats, ...],
    committed: Floats, notified: Floats, voted: Floats, base: Floats,
) -> None:  # fmt: skip
    """Accounts of the public nodes, (3, 6, 18, 10): from the absorbed's cell to the absorber's.

    Notes in `shared`, (6, pairs), which levels give grants to both.
    """
    grants = yearly[SUBVENTION]
    for i in range(len(absorbed)):
        a, b = absorbed[i], absorber[i]
        for level in range(N_LEVELS):
            shared[level, i] = grants[level, a] > 0.0 and grants[level, b] > 0.0
        if region[a] == region[b] and sector[a] == sector[b]:
            continue
        place, end = first[a], first[a] + many[a]
        for instrument in range(len(yearly)):
            for level in range(N_LEVELS):
                owed = reserved = 0.0
                if place < end and payer[place] == instrument * N_LEVELS + level:
                    owed = weight[a] * euros[place, :BUCKETS].sum()
                    reserved = weight[a] * euros[place, DUE]
                    place += 1
                budget = weight[a] * yearly[instrument][level, a]
                for row, sign in ((a, -1.0), (b, 1.0)):
                    here, field = region[row], sector[row]
                    committed[instrument, level, here, field] += sign * owed
                    notified[instrument, level, here, field] += sign * reserved
                    voted[instrument, level, here, field] += sign * reserved
                    base[instrument, level, here, field] += sign * budget


def _move_banks(model: EssModel, absorbed: Rows, absorber: Rows) -> None:
    o, banks = model.organisations, model.lenders.banks
    debts = o.loans[absorbed] + o.overdraft[absorbed] + o.bridge[absorbed]
    debts += o.quasi_equity[absorbed]
    debts *= o.weight[absorbed]
    places = o.region[absorbed].tolist(), o.region[absorber].tolist()
    for a, b, amount in zip(*places, debts.tolist(), strict=True):
        banks[a].held -= amount
        banks[b].held += amount


def _average(model: EssModel, absorbed: Rows, absorber: Rows, ratio: Floats) -> None:
    """Columns that do not add up: means by service or staff; units follow the absorber."""
    o, values = model.organisations, model.values
    average(
        absorbed, absorber, ratio, o.uid, o.staff, o.wage, o.productivity, o.service,
        o.service_base, o.demand, o.tariff_quota, o.quality, o.drift, o.vulnerable_share, o.price,
        o.overload, o.variable_cost, o.fundraising, o.reputation,
        values.scalar("merger_closure"), values.scalar("gift_contest_elasticity"),
        model.draws.word("site closes", model.quarter),
    )  # fmt: skip


@kernel
def average(
    absorbed: Rows, absorber: Rows, ratio: Floats, uid: NDArray[np.uint64], staff: Floats,
    wage: Floats, productivity: Floats, service: Floats, service_base: Floats, demand: Floats,
    tariff_quota: Floats, quality: Floats, drift: Floats, vulnerable_share: Floats,
    price: Floats, overload: Floats, variable_cost: Floats, fundraising: Floats,
    reputation: Floats, closure: float, elasticity: float, closure_key: np.uint64,
) -> None:  # fmt: skip
    """The absorber's means, unit costs and reputation once the absorbed has joined it."""
    for i in range(len(absorbed)):
        a, b, size = absorbed[i], absorber[i], ratio[i]
        # Service of another sector is counted in the absorber's units, by the people it takes.
        convert = productivity[b] / productivity[a] if productivity[a] > 0 else 0.0
        stays = 1.0 if uniform(closure_key, uid[a]) >= closure else 0.0
        joint = service[b] + service[a] * size * convert
        if joint > 0:
            share = service[a] * size * convert / joint
            for column in (quality, drift, vulnerable_share, price, overload):
                column[b] += share * (column[a] - column[b])
            bought = variable_cost[b] * service[b] + variable_cost[a] * service[a] * size
            variable_cost[b] = bought / joint
        joined = staff[a] * size
        wage[b] += joined / max(joined + staff[b], 1e-12) * (wage[a] - wage[b])
        for column, kept in (
            (service, stays), (service_base, 1.0), (demand, stays), (tariff_quota, 1.0)
        ):  # fmt: skip
            column[b] += column[a] * size * convert * kept
            column[a] = 0.0
        effort = fundraising[b] + size * fundraising[a]
        if effort > 0:
            pull = fundraising[b] ** elasticity * reputation[b]
            pull += size * fundraising[a] ** elasticity * reputation[a]
            reputation[b] = pull / effort**elasticity


def _pay_merger(model: EssModel, absorber: Rows, cost: Floats) -> None:
    o = model.organisations
    total = o.spend_some(absorber, cost)
    model.ledger.record("merger_cost", ORGANISATIONS, SUPPLIERS, total)
    for programme, _, share in model.programmes.active("merger_support"):
        amount = np.zeros(o.rows)
        amount[absorber] = cost
        reach = model.programmes.mask(programme)
        model.programmes.give(programme, np.where(reach, amount * share, 0.0))


@kernel
def cut_back(
    absorber: Rows, shared: Flags, weight: Floats, region: Codes, sector: Codes, grants: Floats,
    calls: Floats, first: Rows, many: Rows, payer: Payers, euros: Floats, notified: Floats,
    unallocated: Floats, haircut: float,
) -> None:  # fmt: skip
    """Funders of both, `shared` (6, pairs), give the joint organisation less than the sum."""
    for i in range(len(absorber)):
        row = absorber[i]
        here, field = region[row], sector[row]
        for level in range(N_LEVELS):
            if shared[level, i]:
                grants[level, row] *= 1.0 - haircut
                calls[level, row] *= 1.0 - haircut
                place = place_of(row, SUBVENTION * N_LEVELS + level, first, many, payer)
                if place < 0:
                    continue
                give_back = euros[place, DUE] * haircut
                euros[place, DUE] -= give_back
                notified[SUBVENTION, level, here, field] -= weight[row] * give_back
                unallocated[SUBVENTION, level, here, field] += weight[row] * give_back
