"""P4 and P5 — notified money accrues, and is paid with delay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import ORGANISATIONS
from simulator.codes import INSTRUMENTS, LEVELS, N_CELLS, N_LEVELS
from simulator.funders import BUCKETS, SUBVENTION, TARIFICATION
from simulator.organisations import summed

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
_KERNELS = ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff")


def accrue(model: EssModel) -> None:
    """Turn a quarter's share of the notified money into products and receivables."""
    o, public = model.organisations, model.public
    quarter_of_year = model.quarter % 4
    waiting = (public.late > quarter_of_year).ravel()
    if waiting.any():
        late = public.late.ravel()[model.node]
        left = np.where(waiting[model.node], late - quarter_of_year, 4 - quarter_of_year)
    delivered = np.divide(o.service, o.tariff_quota, out=np.ones(o.rows), where=o.tariff_quota > 0)
    np.clip(delivered, 0.0, 1.0, out=delivered)
    shape = public.notified.shape[2:]
    earned_all = np.zeros(o.rows)
    for instrument, due in enumerate((o.due_grants, o.due_contracts, o.due_tariffs)):
        for level in range(N_LEVELS):
            owed = due[level]
            if not owed.any():
                continue
            node = (instrument, level)
            quarters = 4 - quarter_of_year
            if instrument == SUBVENTION and waiting.any():
                quarters = left[level]
            earned = owed / quarters
            owed -= earned
            total = summed(o.cell, o.weight * earned, N_CELLS).reshape(shape)
            committed = total
            if instrument == TARIFICATION:
                earned *= delivered
                committed = summed(o.cell, o.weight * earned, N_CELLS).reshape(shape)
                public.unallocated[node] += total - committed
            public.notified[node] -= total
            public.committed[node] += committed
            public.total_committed[node] += committed
            public.buckets[instrument][level, 0] += earned
            public.depth[node] = max(public.depth[node], 1)
            earned_all += earned
    o.receivable += earned_all
    o.revenue += earned_all
    o.equity += earned_all
    _restrict(model, quarter_of_year)


def _restrict(model: EssModel, quarter_of_year: int) -> None:
    """Awards of calls given for a purpose wait in fonds dédiés until they are delivered."""
    o = model.organisations
    amount = o.due_restricted / (4 - quarter_of_year)
    o.due_restricted -= amount
    o.restricted += amount
    o.equity -= amount
    o.revenue -= amount


def hazards(kernel: Floats, shift: float, advance: float) -> Floats:
    """Payment odds by quarters since accrual, shape (7,).

    `kernel` is the share paid d quarters after accrual. `shift` moves it later (or earlier, what
    would fall before accrual being paid at once); `advance` is paid at once. What lies beyond the
    last bucket is paid from it at the rate that keeps its mean delay.
    """
    delay = np.arange(len(kernel)) + shift
    mass = np.zeros(BUCKETS)
    tail_mass, tail_delay = 0.0, 0.0
    for d, share in zip(np.maximum(delay, 0.0), (1.0 - advance) * kernel, strict=True):
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
    return np.clip(odds, 0.0, 1.0)


def pay(model: EssModel) -> None:
    """Pay receivables by age: public money reaches the organisations' accounts."""
    o, public, values = model.organisations, model.public, model.values
    shift = np.asarray(values.levels("payment_shift"), dtype=float)
    advance = np.asarray(values.levels("advance_share"), dtype=float)
    uniform = shift.ndim < 2 or shift.shape[1] == 1
    uniform = uniform and (advance.ndim < 2 or advance.shape[1] == 1)
    shape = public.notified.shape[2:]
    for instrument in range(3):
        kernels = np.atleast_2d(values.table(_KERNELS[instrument]))
        for level in range(N_LEVELS):
            depth = int(public.depth[instrument, level])
            if not depth:
                continue
            kernel = kernels[level if len(kernels) > 1 else 0]
            if uniform:
                odds = _cached(model, kernel, _pick(shift, level), _pick(advance, level))
            else:
                odds = _row_hazards(kernel, shift, advance, level, o.rows)
            bucket = public.buckets[instrument][level]
            paid = np.zeros(o.rows)
            # Oldest first: what is not paid grows a quarter older, and stays in the last bucket.
            for d in range(depth - 1, -1, -1):
                part = bucket[d] * odds[d]
                paid += part
                if d == BUCKETS - 1:
                    bucket[d] -= part
                elif d == BUCKETS - 2:
                    bucket[d] -= part
                    bucket[d + 1] += bucket[d]
                else:
                    np.subtract(bucket[d], part, out=bucket[d + 1])
            bucket[0] = 0.0
            if depth < BUCKETS and bucket[depth].any():
                public.depth[instrument, level] = depth + 1
            o.cash += paid
            o.receivable -= paid
            o.public_paid += paid
            by_cell = summed(o.cell, o.weight * paid, N_CELLS)
            public.total_paid[instrument, level] += by_cell.reshape(shape)
            model.ledger.record(
                INSTRUMENTS[instrument], LEVELS[level], ORGANISATIONS, o.total(paid)
            )


def _cached(model: EssModel, kernel: Floats, shift: float, advance: float) -> Floats:
    key = (kernel.tobytes(), shift, advance)
    cache = model.payment_odds
    if key not in cache:
        cache[key] = hazards(kernel, shift, advance)
    return cache[key]


def _pick(value: Floats, level: int) -> float:
    flat = value.ravel()
    return float(flat[level] if flat.size == N_LEVELS else flat[0])


def _row_hazards(kernel: Floats, shift: Floats, advance: Floats, level: int, rows: int) -> Floats:
    """Payment odds (7, rows) where levers differ between organisations."""
    shifts = np.broadcast_to(shift, (N_LEVELS, rows))[level]
    advances = np.broadcast_to(advance, (N_LEVELS, rows))[level]
    pairs, inverse = np.unique(np.stack([shifts, advances]), axis=1, return_inverse=True)
    table = np.stack([hazards(kernel, s, a) for s, a in pairs.T], axis=1)
    return np.asarray(table[:, inverse.ravel()])
