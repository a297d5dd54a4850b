"""P1 — public votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.codes import N_CELLS, N_LEVELS, N_REGIONS, N_SECTORS
from simulator.funders import COMMANDE, SUBVENTION
from simulator.group_sums import weighted_sums
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.scenario import VoteChange

PUBLICISED_CUT = 0.10  # modelling judgement: real fall of a région's grants that makes the news
ROUNDING = 1e-9  # of a vote
_GROWTH = (
    ("grant_growth", "indexation_grants"),
    ("procurement_growth", "indexation_procurement"),
    ("tariff_growth", "indexation_tariffs"),
)


def vote(model: EssModel) -> None:
    """Vote the year's budgets in the first quarter: growth, indexation, cuts, late votes."""
    if model.quarter % 4 != 0:
        return
    public = model.public
    public.previous = public.voted.copy()
    public.committed[:] = 0.0
    public.notified[:] = 0.0
    public.unallocated[:] = 0.0
    public.late[:] = 0
    public.carved_year[:] = 0.0
    if model.quarter < 0:
        public.voted = public.base.copy()
        return
    growth = baseline_growth(model)
    factor = np.ones_like(public.base)
    for change in model.effects.votes:
        if not change.selector.divides_cells:
            _change_cells(model, change, growth, factor)
    for budget in model.budgets:
        budget.vote(growth, factor)
    for index, change in enumerate(model.effects.votes):
        if change.selector.divides_cells:
            _change_rows(model, index, change, growth)
    conversion = model.values.node_grid("procurement_conversion")
    moved = public.voted[SUBVENTION] * conversion
    public.voted[SUBVENTION] -= moved
    public.voted[COMMANDE] += moved
    late = model.values.node_grid("late_vote_quarters")
    public.late = np.clip(np.rint(late), 0, 3).astype(np.int64)
    _publicise(model)


def _publicise(model: EssModel) -> None:
    """A région whose grants fall by a tenth in real terms is in publicised crisis (2 quarters)."""
    public, inflation = model.public, model.values.scalar("inflation")
    now = public.voted[SUBVENTION].sum(axis=(0, 2))
    before = public.previous[SUBVENTION].sum(axis=(0, 2)) * (1.0 + inflation)
    # A cut of exactly a tenth makes no news; rounding must not decide.
    model.crisis[now < (1.0 - PUBLICISED_CUT - ROUNDING) * before] = 2


def baseline_growth(model: EssModel) -> np.ndarray:
    """Nominal growth of each vote before cuts, shape (3, 6, 18, 10).

    The growth parameters are nominal growth at the reference inflation (the default of the
    parameters file) and the world's own indexation; the rest is the indexed share of inflation:
    growth + idx·π − idx_world·π_ref.
    """
    values = model.values
    inflation, reference = values.scalar("inflation"), float(np.asarray(SPECS["inflation"].default))
    growth = np.empty(model.public.base.shape)
    for instrument, (name, index) in enumerate(_GROWTH):
        indexed = values.cells(index) * inflation - float(model.parameters[index]) * reference
        growth[instrument] = values.cells(name) + indexed
    return growth


def _year(model: EssModel) -> int:
    return model.quarter // 4


def factor_of_year(change: VoteChange, year: int) -> float:
    """Mean over the year of the lever's path: a change inside a year weighs by its quarters."""
    path = change.factor[4 * year : 4 * year + 4]
    return float(np.mean(path)) if len(path) else float(change.factor[-1])


def growth_of_year(change: VoteChange, year: int) -> float:
    """Whole growth that the change gives the vote of a year; nan where it gives none."""
    return float(change.growth[year]) if year < len(change.growth) else float("nan")


def _change_cells(
    model: EssModel, change: VoteChange, growth: np.ndarray, factor: np.ndarray
) -> None:
    cells = change.selector.cell_mask()
    year = _year(model)
    for instrument in change.instruments:
        factor[instrument][cells] *= factor_of_year(change, year)
        override = growth_of_year(change, year)
        if not np.isnan(override):
            growth[instrument][cells] = override


def _change_rows(model: EssModel, index: int, change: VoteChange, growth: np.ndarray) -> None:
    """Cut the matching organisations' own money, and the vote of their cell by the same euros."""
    o, public, year = model.organisations, model.public, _year(model)
    rows = np.asarray(
        change.selector.row_mask(o.region, o.sector, o.form, o.size_entry, o.profile), dtype=bool
    )
    rows = rows & o.alive
    funders = np.flatnonzero(change.selector.funder_mask())
    before, held, holder = model.carved_paths.get(index, (1.0, {}, o.uid))
    # Money comes back to whom it was taken from, not to who sits in the row since.
    same = np.pad(holder, (0, o.rows - len(holder))) == o.uid
    after = factor_of_year(change, year)
    override = growth_of_year(change, year)
    money = (o.grants, o.contracts, o.tariffs)
    new_held: dict[tuple[int, int], np.ndarray] = {}
    for instrument in change.instruments:
        for level in funders:
            column = money[instrument][level]
            if before > 0:
                ratio = after / before
                delta = np.where(rows, column * (ratio - 1.0), 0.0)
            else:
                saved = held.get((instrument, int(level)), np.zeros(o.rows))
                saved = np.where(same, np.pad(saved, (0, o.rows - len(saved))), 0.0)
                delta = np.where(rows & (column == 0), saved * after, 0.0)
            if not np.isnan(override):
                base = growth[instrument, level].ravel()[o.cell]
                delta += np.where(rows, (column + delta) * ((1 + override) / (1 + base) - 1), 0.0)
            if after == 0 and before > 0:
                new_held[instrument, int(level)] = np.where(rows, column / before, 0.0)
            elif after == 0:
                new_held[instrument, int(level)] = held.get(
                    (instrument, int(level)), np.zeros(o.rows)
                )
            column += delta
            carved = weighted_sums(o.cell, o.weight, delta, N_CELLS).reshape(N_REGIONS, N_SECTORS)
            public.carved[instrument, level] += carved
            public.carved_year[instrument, level] += carved
            voted = public.voted[instrument, level]
            np.maximum(voted + carved, 0.0, out=voted)
    model.carved_paths[index] = (after, new_held, o.uid.copy() if before > 0 else holder)


def vote_change(model: EssModel) -> np.ndarray:
    """Real growth of the subvention vote over a year, flat nodes (6 × 180,), 0 without a vote."""
    public = model.public
    before, now = public.previous[SUBVENTION].ravel(), public.voted[SUBVENTION].ravel()
    inflation = model.values.scalar("inflation") if model.quarter >= 0 else 0.0
    grown = np.divide(now, before, out=np.ones(N_LEVELS * N_CELLS), where=before > 0)
    return np.asarray(grown / (1.0 + inflation) - 1.0)
