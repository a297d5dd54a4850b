"""P4 and P5 — notified money accrues, and is paid with delay."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS
from simulator.codes import INSTRUMENTS, LEVELS, N_LEVELS
from simulator.compiled import clip, kernel
from simulator.funders import SUBVENTION, TARIFICATION
from simulator.open_accounts import BUCKETS, DUE, PAYERS, Owners, Payers

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_KERNELS = ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff")


def accrue(model: EssModel) -> None:
    """Turn a quarter's share of the notified money into products and receivables."""
    o, public = model.organisations, model.public
    quarter_of_year = model.quarter % 4
    # Quarters over which what is still due accrues; a late vote first waits.
    instalments = np.full((3, N_LEVELS, public.late[0].size), 4.0 - quarter_of_year)
    late = public.late.reshape(N_LEVELS, -1)
    np.copyto(instalments[SUBVENTION], late - quarter_of_year, where=late > quarter_of_year)
    due, committed = np.zeros((2, PAYERS, public.late[0].size))
    accounts = public.accounts
    _accrue_instalments(
        *accounts.in_use,
        instalments.reshape(due.shape),
        TARIFICATION,
        4 - quarter_of_year,
        o.service,
        o.tariff_quota,
        o.weight,
        o.cell,
        due,
        committed,
        o.due_restricted,
        o.receivable,
        o.restricted,
        o.equity,
        o.revenue,
    )
    due, committed = due.reshape(public.notified.shape), committed.reshape(public.notified.shape)
    public.notified -= due
    public.committed += committed
    public.total_committed += committed
    public.unallocated += due - committed


@kernel
def _accrue_instalments(
    rows: Owners,
    payer: Payers,
    euros: Floats,
    instalments: Floats,
    by_activity: int,
    quarters_left: int,
    service: Floats,
    quota: Floats,
    weight: Floats,
    cell: Integers,
    due_by_node: Floats,
    committed: Floats,
    due_restricted: Floats,
    receivable: Floats,
    restricted: Floats,
    equity: Floats,
    revenue: Floats,
) -> None:
    """Accrue one instalment of everything due, and add it to its node and to the accounts.

    The instrument `by_activity` (tariffs) is earned in the proportion of the authorised activity
    that was delivered: `due_by_node` is what fell due, `committed` what was earned, (18, 180).
    Awards of calls given for a purpose wait in fonds dédiés until they are delivered.
    """
    earned_all, lowest = np.zeros(len(weight)), np.uint64(by_activity * N_LEVELS)
    of, total = np.uint64(len(weight)), 0.0
    # Account by account: a loop over those of each row would often be ended by a wrong guess.
    for place in range(np.uint64(len(rows))):
        row, other = np.uint64(rows[place]), np.uint64(payer[place])
        here, times, money = np.uint64(cell[row]), weight[row], euros[place, DUE]
        earned = money / instalments[other, here]
        euros[place, DUE] = money - earned
        due_by_node[other, here] += times * earned
        if lowest <= other < lowest + np.uint64(N_LEVELS) and quota[row] > 0.0:
            earned *= clip(service[row] / quota[row], 0.0, 1.0)
        committed[other, here] += times * earned
        euros[place, 0] += earned
        total = earned + (total if row == of else 0.0)
        earned_all[row], of = total, row
    for i in range(len(weight)):
        waits = due_restricted[i] / quarters_left
        due_restricted[i] -= waits
        receivable[i] += earned_all[i]
        restricted[i] += waits
        equity[i] = equity[i] + earned_all[i] - waits
        revenue[i] = revenue[i] + earned_all[i] - waits


def hazards(kernel: Floats, shift: float, advance: float) -> Floats:
    """Payment odds by quarters since accrual, shape (7,).

    `kernel` is the share paid d quarters after accrual. `shift` moves it later (or earlier, what
    would fall before accrual being paid at once); `advance` is paid at once. What lies beyond the
    last bucket is paid from it at the rate that keeps its mean delay.
    """
    return _hazards(tuple(kernel.tolist()), float(shift), float(advance))


@functools.lru_cache(maxsize=4096)
def _hazards(kernel: tuple[float, ...], shift: float, advance: float) -> Floats:
    delay = np.arange(len(kernel)) + shift
    mass = np.zeros(BUCKETS)
    tail_mass, tail_delay = 0.0, 0.0
    for d, share in zip(np.maximum(delay, 0.0), (1.0 - advance) * np.array(kernel), strict=True):
        low = int(np.floor(d))
        for index, part in ((low, share * (1 - (d - low))), (low + 1, share * (d - low))):
            if index < BUCKETS - 1:
                mass[index] += part
            else:
                tail_mass += part
                tail_delay += part * (index - (BUCKETS - 1))
    mass[0] += advance
    remaining = mass[::-1].cumsum()[::-1] + tail_mass
    odds = np.divide(mass, remaining, out=np.ones(BUCKETS), where=remaining > 1e-12)
    residual = tail_delay / tail_mass if tail_mass > 0 else 0.0
    odds[-1] = 1.0 / (1.0 + residual)
    odds = np.clip(odds, 0.0, 1.0)
    odds.flags.writeable = False
    return odds


def pay(model: EssModel) -> None:
    """Pay receivables by age: public money reaches the organisations' accounts."""
    o, public = model.organisations, model.public
    odds, term = _payment_odds(model)
    paid = np.zeros((3, N_LEVELS, public.late[0].size))
    accounts = public.accounts
    _pay_by_age(
        *accounts.in_use,
        odds.reshape(PAYERS, -1, BUCKETS),
        term,
        o.weight,
        o.cell,
        o.cash,
        o.receivable,
        o.public_paid,
        paid.reshape(PAYERS, -1),
    )
    public.total_paid += paid.reshape(public.total_paid.shape)
    for instrument, by_level in zip(INSTRUMENTS, paid.sum(axis=2).tolist(), strict=True):
        for level, amount in zip(LEVELS, by_level, strict=True):
            model.ledger.record(instrument, level, ORGANISATIONS, amount)


@kernel
def _pay_by_age(
    rows: Owners,
    payer: Payers,
    euros: Floats,
    odds: Floats,
    term: Integers,
    weight: Floats,
    cell: Integers,
    cash: Floats,
    receivable: Floats,
    public_paid: Floats,
    paid_by_node: Floats,
) -> None:
    """Pay the receivables of each age at its odds; what is not paid grows a quarter older.

    odds: (18, terms, 7), of the terms of payment in force; `term` of a level and row: (6, rows),
    or (6, 1) where a level pays all alike. The last age keeps what it does not pay.
    """
    paid_all, of, total = np.zeros(len(weight)), np.uint64(len(weight)), 0.0
    alike, usual = term.shape[1] == 1, np.uint64(0)  # then each level has one term
    for place in range(np.uint64(len(rows))):
        row, other = np.uint64(rows[place]), np.uint64(payer[place])
        k = usual if alike else np.uint64(term[payer[place] % N_LEVELS, row])
        # The ages by name, which stay in registers: the compiler cannot know that what is
        # stored here changes no odds.
        a0, a1, a2, a3 = euros[place, 0], euros[place, 1], euros[place, 2], euros[place, 3]
        a4, a5, a6 = euros[place, 4], euros[place, 5], euros[place, 6]
        p0, p1, p2 = a0 * odds[other, k, 0], a1 * odds[other, k, 1], a2 * odds[other, k, 2]
        p3, p4, p5 = a3 * odds[other, k, 3], a4 * odds[other, k, 4], a5 * odds[other, k, 5]
        p6 = a6 * odds[other, k, 6]
        # What was not paid of an age comes to the next one.
        euros[place, 0], euros[place, 1], euros[place, 2] = 0.0, a0 - p0, a1 - p1
        euros[place, 3], euros[place, 4], euros[place, 5] = a2 - p2, a3 - p3, a4 - p4
        euros[place, 6] = (a6 - p6) + (a5 - p5)
        paid = p6 + p5 + p4 + p3 + p2 + p1 + p0
        paid_by_node[other, np.uint64(cell[row])] += weight[row] * paid
        total = paid + (total if row == of else 0.0)
        paid_all[row], of = total, row
    for i in range(len(weight)):
        cash[i] += paid_all[i]
        receivable[i] -= paid_all[i]
        public_paid[i] += paid_all[i]


def _payment_odds(model: EssModel) -> tuple[Floats, Integers]:
    """Odds of each term of payment (3, 6, terms, 7), and the term of each level and row.

    A term of payment is a pair (shift, advance) that levers set; most often there is one by level.
    """
    shift = model.values.level_table("payment_shift")
    advance = model.values.level_table("advance_share")
    tables = [np.atleast_2d(model.values.table(name)) for name in _KERNELS]
    key = (shift.tobytes(), advance.tobytes(), *(table.tobytes() for table in tables))
    if key not in model.payment_odds:
        pairs = [np.unique(level, return_inverse=True) for level in shift + 1j * advance]
        odds = np.zeros((3, N_LEVELS, max(len(terms) for terms, _ in pairs), BUCKETS))
        for instrument, table in enumerate(tables):
            for level, (terms, _) in enumerate(pairs):
                for i, pair in enumerate(terms):
                    kernel = table[level if len(table) > 1 else 0]
                    odds[instrument, level, i] = hazards(kernel, pair.real, pair.imag)
        model.payment_odds[key] = odds, np.stack([term for _, term in pairs])
    return model.payment_odds[key]
