"""P3 — co-funding cascade: a funder follows the others out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import FOUNDATIONS
from simulator.codes import N_CELLS, N_LEVELS
from simulator.funders import SUBVENTION
from simulator.organisations import summed

if TYPE_CHECKING:
    from simulator.model import EssModel


def withdraw_cofunding(model: EssModel) -> None:
    """Let funders withdraw where the others' grants have fallen below their tolerance."""
    if model.quarter < 0:
        return
    o, values, public = model.organisations, model.values, model.public
    tolerance = values.rows("cofunding_tolerance")
    total, total_before = o.grants.sum(axis=0), o.grants_last_year.sum(axis=0)
    fallen = (total < total_before) & o.alive
    if not fallen.any():
        return
    rows = np.flatnonzero(fallen)
    dependence = model.top_funder_share()[rows] / model.mean_top_share
    odds = 0.5 * np.asarray(values.levels("cofunding_withdrawal_public"))
    odds = np.broadcast_to(odds, o.grants.shape)
    tolerance = np.broadcast_to(np.asarray(tolerance), (o.rows,))[rows]
    own_now, own_before = o.grants[:, rows], o.grants_last_year[:, rows]
    others_before = total_before[rows] - own_before
    kept = np.ones_like(own_now)
    np.divide(total[rows] - own_now, others_before, out=kept, where=others_before > 1e-6)
    np.clip(kept, 0.0, 1.0, out=kept)
    shortfall = np.maximum(0.0, (tolerance - kept) / tolerance)
    exposed = (shortfall > 0) & (own_now > 0)
    exposed &= (o.agreement_years[:, rows] == 0) & ~o.withdrew[:, rows]
    cuts = np.zeros_like(o.grants)
    for level in range(N_LEVELS):
        at = np.flatnonzero(exposed[level])
        found = rows[at]
        chance = odds[level, found] * shortfall[level, at] * dependence[at]
        draws = model.draws.uniform("cofunder leaves", model.quarter, o.uid[found], level)
        goes = draws < chance
        leaves = found[goes]
        cuts[level, leaves] = own_now[level, at[goes]] * (1.0 - kept[level, at[goes]])
        o.withdrew[level, leaves] = True
    if (public.late == model.quarter % 4).any():
        _limit_matched_awards(model)
    if cuts.any():
        _return(model, cuts)
        public.cofunding_withdrawn += public.grid(o, cuts)
    _private(model, total, total_before)


def _limit_matched_awards(model: EssModel) -> None:
    """Matched grants: a call award is at most τ/(1−τ) of the other resources."""
    o = model.organisations
    limit = np.minimum(model.values.levels("cofunding_max_rate"), 0.99)
    other = np.maximum(o.revenue_year - o.calls, 0.0)
    excess = np.maximum(o.calls - limit / (1.0 - limit) * other, 0.0)
    excess[o.calls <= 0] = 0.0
    o.calls -= excess
    year = np.maximum(o.grants + o.calls + excess, 1e-9)
    give_back = excess / year * o.due_grants
    o.due_grants -= give_back
    public = model.public
    returned = public.grid(o, give_back)
    public.notified[SUBVENTION] -= returned
    public.unallocated[SUBVENTION] += returned


def _return(model: EssModel, cuts: np.ndarray) -> None:
    """Take the cut off the base, and give the part not yet accrued back to its node."""
    o, public = model.organisations, model.public
    for level, cut in enumerate(cuts):
        rows = np.flatnonzero(cut)
        year = np.maximum(o.grants[level, rows] + o.calls[level, rows], 1e-9)
        give_back = cut[rows] / year * o.due_grants[level, rows]
        o.grants[level, rows] -= cut[rows]
        o.due_grants[level, rows] -= give_back
        returned = summed(o.cell[rows], o.weight[rows] * give_back, N_CELLS)
        returned = returned.reshape(public.late.shape[1:])
        public.notified[SUBVENTION, level] -= returned
        public.unallocated[SUBVENTION, level] += returned


def _private(model: EssModel, total: np.ndarray, before: np.ndarray) -> None:
    """Foundations follow public funders out by the same rule; the euros stay in their pools."""
    o, values = model.organisations, model.values
    kept = np.divide(total, before, out=np.ones(o.rows), where=before > 1e-6)
    tolerance = values.rows("cofunding_tolerance")
    shortfall = np.maximum(0.0, (tolerance - np.clip(kept, 0.0, 1.0)) / tolerance)
    exposed = (shortfall > 0) & (o.foundation_grants > 0) & o.alive & ~o.withdrew_private
    rows = np.flatnonzero(exposed)
    if not len(rows):
        return
    odds = np.broadcast_to(
        np.asarray(values.rows("cofunding_withdrawal_private"), dtype=float), (o.rows,)
    )
    dependence = model.top_funder_share()[rows] / model.mean_top_share
    chance = 0.5 * odds[rows] * shortfall[rows] * dependence
    draws = model.draws.uniform(f"{FOUNDATIONS} leave", model.quarter, o.uid[rows])
    leaves = rows[draws < chance]
    o.withdrew_private[leaves] = True
    o.foundation_grants[leaves] *= np.clip(kept[leaves], 0.0, 1.0)
