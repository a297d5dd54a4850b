"""P2, second instrument — renewal of the grants that are under no agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import at_level, clip, kernel, uniform
from simulator.funders import SUBVENTION, rows_with_money
from simulator.processes.vote import baseline_growth, vote_change

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
NODES = (N_LEVELS, N_CELLS)


def renew(model: EssModel, left: Floats, standing: Floats, opens: Flags) -> Floats:
    """Renewal as a mixture: exactly the same amount, a rescaled one, or nothing.

    left: euros that agreements leave to each node; standing: its grants up for renewal; opens:
    whether its vote opens now, all (6, 180). Returns the euros renewed by node.
    """
    o, values = model.organisations, model.values
    share = values.node_grid("inertia").reshape(NODES) * left
    growth = baseline_growth(model)[SUBVENTION].reshape(NODES) if model.quarter >= 0 else 0.0
    ratio = np.divide(share, standing, out=np.ones(NODES), where=standing > 0)
    width = values.scalar("grant_same_tolerance")
    nearness = np.maximum(0.0, 1.0 - np.abs(ratio / (1.0 + growth) - 1.0) / width)
    slope = np.maximum(0.0, -vote_change(model)).reshape(NODES)
    draw, quarter = model.draws, model.quarter
    level, row, amount, same, luck = _draw_renewals(
        opens,
        o.grants,
        o.agreement_years,
        o.cell,
        o.uid,
        values.level_table("grant_same_share"),
        nearness,
        values.level_table("withdrawal_base"),
        values.level_table("withdrawal_slope"),
        slope,
        values.scalar("withdrawal_maximum"),
        draw.words("grant same", quarter, N_LEVELS),
        draw.words("grant kept", quarter, N_LEVELS),
        draw.words("grant noise", quarter, N_LEVELS),
    )
    ndtri(luck, out=luck)
    luck *= values.scalar("grant_spread")
    amount *= np.exp(luck, out=luck)
    return _share_renewals(
        share,
        values.scalar("grant_rise_cap"),
        level,
        row,
        amount,
        same,
        o.weight,
        o.cell,
        o.grants,
        model.public.promises[SUBVENTION],
    )


@kernel
def _draw_renewals(
    opens: Flags,
    grants: Floats,
    agreement_years: NDArray[np.int8],
    cell: Integers,
    uid: NDArray[np.uint64],
    same_share: Floats,
    nearness: Floats,
    withdrawal_base: Floats,
    withdrawal_slope: Floats,
    slope: Floats,
    withdrawal_maximum: float,
    same_keys: NDArray[np.uint64],
    kept_keys: NDArray[np.uint64],
    noise_keys: NDArray[np.uint64],
) -> tuple[Integers, Integers, Floats, Flags, Floats]:
    """Take every grant up for renewal off its row, and draw which are kept and which unchanged.

    Returns level, row and amount of each grant kept, whether it is renewed to the euro, and else
    the uniform draw of its change (one half, no change, for the former).
    """
    most, size = grants.size + 1, len(cell)
    levels, rows = np.empty(most, np.int64), np.empty(most, np.int64)
    amounts, luck, same = np.empty(most), np.empty(most), np.empty(most, np.bool_)
    holders, ids = np.empty(size, np.int64), np.empty(size, np.uint64)
    same_draw, kept_draw, noise_draw = np.empty(size), np.empty(size), np.empty(size)
    count = 0
    for level in range(grants.shape[0]):
        renewed = 0
        for i in range(rows_with_money(grants[level : level + 1], holders)):
            row = holders[i]
            holders[renewed] = row
            renewed += (agreement_years[level, row] == 0) & opens[level, cell[row]]
        for i in range(renewed):
            ids[i] = uid[holders[i]]
        same_key, kept_key, noise_key = same_keys[level], kept_keys[level], noise_keys[level]
        for i in range(renewed):
            same_draw[i] = uniform(same_key, ids[i])
            kept_draw[i] = uniform(kept_key, ids[i])
            noise_draw[i] = uniform(noise_key, ids[i])
        for i in range(renewed):
            row = holders[i]
            node = level, cell[row]
            fall = at_level(withdrawal_slope, level, row) * slope[node]
            lost = clip(at_level(withdrawal_base, level, row) + fall, 0.0, withdrawal_maximum)
            unchanged = same_draw[i] < at_level(same_share, level, row) * nearness[node]
            levels[count], rows[count] = level, row
            amounts[count] = grants[level, row]
            same[count] = unchanged
            luck[count] = 0.5 if unchanged else noise_draw[i]
            grants[level, row] = 0.0
            count += unchanged | (kept_draw[i] >= lost)
    return levels[:count], rows[:count], amounts[:count], same[:count], luck[:count]


@kernel
def _share_renewals(
    share: Floats,
    rise_cap: float,
    levels: Integers,
    rows: Integers,
    amounts: Floats,
    same: Flags,
    weight: Floats,
    cell: Integers,
    grants: Floats,
    due_grants: Floats,
) -> Floats:
    """Fit the renewals of each node into its share, (6, 180): first the unchanged, then the rest.

    The unchanged are squeezed only where they alone exceed the share; the rest is rescaled to
    what they leave, up to `rise_cap`. Returns the euros renewed by node.
    """
    unchanged, wanted = np.zeros(share.shape), np.zeros(share.shape)
    for i in range(len(rows)):
        node = levels[i], cell[rows[i]]
        if same[i]:
            unchanged[node] += weight[rows[i]] * amounts[i]
        else:
            wanted[node] += weight[rows[i]] * amounts[i]
    squeeze, factor = np.ones(share.shape), np.zeros(share.shape)
    for level in range(share.shape[0]):
        for c in range(share.shape[1]):
            node = level, c
            if unchanged[node] > share[node]:
                squeeze[node] = share[node] / unchanged[node]
            if wanted[node] > 0.0:
                rest = share[node] - min(unchanged[node], share[node])
                factor[node] = clip(rest / wanted[node], 0.0, rise_cap)
    renewed = np.zeros(share.shape)
    for i in range(len(rows)):
        level, row = levels[i], rows[i]
        node = level, cell[row]
        grant = amounts[i] * (squeeze[node] if same[i] else factor[node])
        grants[level, row] = grant
        due_grants[level, row] = grant
        renewed[node] += weight[row] * grant
    return renewed
