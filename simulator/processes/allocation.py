"""P2 — allocation of subventions in three instruments: agreements, inertia, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import at, at_level, clip, draw_all, kernel, picks, uniform
from simulator.funders import SUBVENTION, rows_with_money
from simulator.processes.calls import hold_calls
from simulator.processes.renewals import renew
from simulator.public_money import BLOCK

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]
NODES = (N_LEVELS, N_CELLS)
DUST = 1e-9  # share of a vote below which nothing is left of it: rounding only
FALL = 0.995  # modelling judgement: a grant below this share of last year's counts as fallen
YOUNG = 5.0  # years: reputations still in the making (Heutel 2014)


def allocate(model: EssModel) -> None:
    """Share the subvention vote: agreements first, then renewals, then calls for projects."""
    quarter_of_year = model.quarter % 4
    if quarter_of_year == 0:
        _open_year(model)
    opens = (model.public.late == quarter_of_year).reshape(NODES)
    model.opened = opens.any(axis=0)[model.organisations.cell]
    if opens.any():
        _allocate_nodes(model, opens)


def _open_year(model: EssModel) -> None:
    o, public = model.organisations, model.public
    o.grants_last_year[:] = o.grants
    o.withdrew[:] = False
    o.withdrew_private[:] = False
    o.calls[:] = 0.0
    public.promises[SUBVENTION] = 0.0
    o.due_restricted[:] = 0.0
    o.applications[:] = 0.0
    o.application_time[:] = 0.0
    o.failed_calls[:] = False
    public.cofunding_withdrawn[:] = 0.0
    np.maximum(o.agreement_years - 1, 0, out=o.agreement_years)
    _index_agreements(model)
    public.pending = public.voted[SUBVENTION].copy()
    late = public.late > 0
    if late.any():
        # Until a late vote only instalments of agreements flow ("douzièmes").
        node = model.node
        delay = public.late.ravel()[node]
        instalments = np.where(o.agreement_years > 0, o.grants * delay / 4.0, 0.0)
        public.promises[SUBVENTION] = instalments
        public.voted[SUBVENTION] = public.grid(o, instalments)
        public.notified[SUBVENTION] = public.voted[SUBVENTION]


def _index_agreements(model: EssModel) -> None:
    """Sums under agreement stay in current euros, unless they are indexed."""
    values = model.values
    indexed = values.scalar("agreement_indexation")
    if indexed > 0.0 and model.quarter >= 0:
        o = model.organisations
        rise = 1.0 + indexed * values.scalar("inflation")
        o.grants *= np.where(o.agreement_years > 0, rise, 1.0)


def _allocate_nodes(model: EssModel, opens: Flags) -> None:
    """Share the votes that open now, (6, 180), in the order of the three instruments."""
    o, public = model.organisations, model.public
    grid = opens.reshape(public.late.shape)
    envelope = np.where(grid, public.pending, 0.0).reshape(NODES)
    public.voted[SUBVENTION] = np.where(grid, public.pending, public.voted[SUBVENTION])
    accrued = public.late.reshape(NODES) / 4.0
    instalments = public.committed[SUBVENTION].reshape(NODES)

    # 1. Agreements: nominally frozen; scaled together only if they exceed the vote (avenant).
    left, standing = _honour_agreements(
        opens,
        envelope,
        accrued,
        instalments,
        o.agreement_years,
        o.weight,
        o.cell,
        o.grants,
        o.calls,
        public.promises[SUBVENTION],
    )

    # 2. Renewals: the base's share of what is left.
    renewed = renew(model, left, standing, opens)
    _remember_falls(model, opens)

    # 3. Calls for projects share the rest.
    pot = left - renewed
    pot[pot <= DUST * envelope] = 0.0
    hold_calls(model, pot)

    notified = public.grid(o, public.promises[SUBVENTION])
    public.notified[SUBVENTION] = np.where(grid, notified, public.notified[SUBVENTION])
    spare = public.voted[SUBVENTION] - public.notified[SUBVENTION] - public.committed[SUBVENTION]
    public.unallocated[SUBVENTION] = np.where(grid, spare, public.unallocated[SUBVENTION])
    public.calls_pot = np.where(grid, pot.reshape(grid.shape), public.calls_pot)
    _sign_agreements(model, opens)
    if model.quarter >= 0:
        signal = model.values.column("reputation_signal")
        _lose_reputation(
            opens, o.cell, o.age, o.grants_last_year, o.grants, signal, YOUNG, o.reputation
        )


@kernel
def _honour_agreements(
    opens: Flags,
    envelope: Floats,
    accrued: Floats,
    instalments: Floats,
    agreement_years: NDArray[np.int8],
    weight: Floats,
    cell: Integers,
    grants: Floats,
    calls: Floats,
    due_grants: Floats,
) -> tuple[Floats, Floats]:
    """Promise the grants under agreement again, and notify what has not accrued of them.

    accrued: share of the year already accrued in instalments, before a late vote; instalments:
    euros of them, what went to organisations that left since being spent. Returns, by node
    (6, 180), what the agreements leave of the envelope and the grants up for renewal.
    """
    left, standing = envelope.copy(), np.zeros(envelope.shape)
    holders, agreed = np.empty(len(cell), np.int64), np.empty(len(cell), np.int64)
    for level in range(grants.shape[0]):
        promised, kept = np.zeros(envelope.shape[1]), np.zeros(envelope.shape[1])
        available = envelope[level].copy()
        count = 0
        for i in range(rows_with_money(grants[level : level + 1], holders)):
            row = holders[i]
            if not opens[level, cell[row]]:
                continue
            if agreement_years[level, row] > 0:
                promised[cell[row]] += weight[row] * grants[level, row]
                agreed[count] = row
                count += 1
            else:
                standing[level, cell[row]] += weight[row] * grants[level, row]
        for row in range(len(cell)):
            if opens[level, cell[row]]:
                calls[level, row] = 0.0
                due_grants[level, row] = 0.0
        for c in range(len(available)):
            gone = instalments[level, c] - promised[c] * accrued[level, c]
            available[c] -= min(max(gone, 0.0), available[c])
        for i in range(count):
            row = agreed[i]
            node = level, cell[row]
            before = grant = grants[level, row]
            if promised[cell[row]] > available[cell[row]]:
                grant *= available[cell[row]] / promised[cell[row]]
            before *= accrued[node]
            grants[level, row] = max(grant, before)
            due_grants[level, row] = grants[level, row] - before
            kept[cell[row]] += weight[row] * grants[level, row]
        for c in range(len(kept)):
            rest = available[c] - kept[c]
            left[level, c] = rest if rest > DUST * envelope[level, c] else 0.0
    return left, standing


def _sign_agreements(model: EssModel, opens: Flags) -> None:
    """New agreements on large grants, at the rate that keeps the wanted share under agreement."""
    o, values, draw = model.organisations, model.values, model.draws
    _sign(
        opens,
        np.clip(values.level_table("multi_year_share"), 0.0, 0.95),
        values.scalar("agreement_threshold") * model.price_level,
        values.scalar("agreement_years"),
        o.alive,
        o.weight,
        o.cell,
        o.uid,
        draw.words("agreement", model.quarter, N_LEVELS),
        draw.words("agreement length", model.quarter, N_LEVELS),
        o.agreement_years,
        o.grants,
        o.calls,
    )


@kernel
def _sign(
    opens: Flags,
    target: Floats,
    threshold: float,
    years: float,
    alive: Flags,
    weight: Floats,
    cell: Integers,
    uid: Keys,
    sign_keys: Keys,
    length_keys: Keys,
    agreement_years: NDArray[np.int8],
    grants: Floats,
    calls: Floats,
) -> None:
    """Draw who signs an agreement, for `years` on average, among grants above the threshold.

    As many sign in a node as bring the share that next year's vote finds promised to `target`.
    """
    awarded, given = np.empty(BLOCK), np.empty(BLOCK, np.bool_)
    holders, able = np.empty(BLOCK, np.int64), np.empty(len(cell) + 1, np.int64)
    ids, luck = np.empty(len(cell) + 1, np.uint64), np.empty(len(cell))
    for level in range(grants.shape[0]):
        missing, eligible = np.zeros(opens.shape[1]), np.zeros(opens.shape[1])
        present, lacking, open_to, count = 0, 0.0, 0.0, 0  # the present cell, as in `group_sums`
        for first in range(0, len(cell), BLOCK):
            last = min(first + BLOCK, len(cell))
            _add_awards(
                awarded, given[: last - first], grants[level, first:last], calls[level, first:last]
            )
            for k in holders[: picks(given, last - first, holders)]:
                row, award = first + k, awarded[k]
                years_left, here = agreement_years[level, row], cell[row]
                if here != present:
                    missing[present], eligible[present] = lacking, open_to
                    present, lacking, open_to = here, missing[here], eligible[here]
                promised = award if years_left > 1 else 0.0
                lacking += weight[row] * (at_level(target, level, row) * award - promised)
                may = (award > threshold) & (years_left == 0) & alive[row] & opens[level, here]
                open_to += weight[row] * award if may else 0.0
                able[count], ids[count] = row, uid[row]
                count += may
        missing[present], eligible[present] = lacking, open_to
        draw_all(luck[:count], sign_keys[level], ids)
        for i in range(count):
            row = able[i]
            if luck[i] < missing[cell[row]] / eligible[cell[row]]:
                longer = uniform(length_keys[level], uid[row]) < years - np.floor(years)
                agreement_years[level, row] = np.int8(np.floor(years) + longer)
                # Under agreement the award of a call is promised for the years to come.
                grants[level, row] += calls[level, row]
                calls[level, row] = 0.0


@kernel
def _add_awards(awarded: Floats, given: Flags, grants: Floats, calls: Floats) -> None:
    for i in range(len(given)):
        awarded[i] = grants[i] + calls[i]
        given[i] = awarded[i] != 0.0


def _remember_falls(model: EssModel, opens: Flags) -> None:
    """Count renewed grants that fell (fact V22): weighted numbers, all levels."""
    o = model.organisations
    had, fell = _count_falls(opens, o.cell, o.grants_last_year, o.grants, FALL)
    model.grants_renewed, model.grants_fallen = o.weight * had, o.weight * fell


@kernel
def _count_falls(
    opens: Flags, cell: Integers, before: Floats, now: Floats, fall: float
) -> tuple[Integers, Integers]:
    """Grants that a row had last year, and how many of them fell, shape (rows,)."""
    had, fell = np.zeros(len(cell), np.int64), np.zeros(len(cell), np.int64)
    holders = np.empty(len(cell), np.int64)
    for level in range(before.shape[0]):
        for i in range(rows_with_money(before[level : level + 1], holders)):
            row = holders[i]
            if opens[level, cell[row]]:
                had[row] += 1
                fell[row] += now[level, row] < fall * before[level, row]
    return had, fell


@kernel
def _lose_reputation(
    opens: Flags,
    cell: Integers,
    age: Floats,
    before: Floats,
    now: Floats,
    signal: Floats,
    young: float,
    reputation: Floats,
) -> None:
    """A lost public grant weakens the reputation of young organisations (Heutel 2014)."""
    for row in range(len(cell)):
        if age[row] >= young:
            continue
        had = has = 0.0
        for level in range(before.shape[0]):
            if opens[level, cell[row]]:
                had += before[level, row]
                has += now[level, row]
        if had > 0.0:
            reputation[row] *= 1.0 - at(signal, row) * clip((had - has) / had, 0.0, 1.0)
