"""Who could join whom: a vectorised, order-free match of seekers and partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_SECTORS, SECTOR_BLOCKS, SECTORS, region_adjacency
from simulator.codes import sector_distance as _sector_distance
from simulator.randomness import hash_ids

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_DISTANCE = _sector_distance()
_BLOCK = {
    SECTORS.index(code): [SECTORS.index(other) for other in block if other != code]
    for block in SECTOR_BLOCKS
    for code in block
}
_REGIONS = [
    [int(other) for other in np.flatnonzero(line) if other != region]
    for region, line in enumerate(region_adjacency())
]


def ranks(group: Rows, priority: Floats, tie: NDArray[np.uint64]) -> tuple[Rows, Rows]:
    """(order, rank inside its group): groups ascending, priority falling, ties by hash."""
    order = np.lexsort((tie, -priority, group))
    ranked = group[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(order) else order
    sizes = np.diff(np.r_[starts, len(order)])
    return order, np.arange(len(order)) - np.repeat(starts, sizes)


def same_rank(
    seeker_cell: Rows, distress: Floats, seeker_tie: NDArray[np.uint64],
    partner_cell: Rows, health: Floats, partner_tie: NDArray[np.uint64],
) -> Rows:  # fmt: skip
    """For each seeker the partner of the same rank in the cell that it looks at, or −1."""
    found = np.full(len(seeker_cell), -1, dtype=np.int64)
    if not len(seeker_cell) or not len(partner_cell):
        return found
    order, rank = ranks(seeker_cell, distress, seeker_tie)
    partner_order, _ = ranks(partner_cell, health, partner_tie)
    count = np.bincount(partner_cell, minlength=N_CELLS)
    start = np.r_[0, np.cumsum(count)[:-1]]
    cell = seeker_cell[order]
    exists = rank < count[cell]
    found[order[exists]] = partner_order[start[cell[exists]] + rank[exists]]
    return found


def candidate_cells(model: EssModel, seekers: Rows) -> list[Rows]:
    """Three cells where a seeker looks: its own, a near sector, a neighbouring région."""
    o = model.organisations
    key = model.draws.key("candidate cells", model.quarter)
    luck = (hash_ids(key, o.uid[seekers]) >> np.uint64(40)).astype(np.int64)
    own = o.cell[seekers]
    near_sector, near_region = own.copy(), own.copy()
    for i, (row, chance) in enumerate(zip(seekers, luck, strict=True)):
        sector, region = int(o.sector[row]), int(o.region[row])
        sectors, regions = _BLOCK[sector], _REGIONS[region]
        near_sector[i] = region * N_SECTORS + sectors[chance % len(sectors)]
        if regions:
            near_region[i] = regions[chance % len(regions)] * N_SECTORS + sector
    return [own, near_sector, near_region]


def utility(model: EssModel, seekers: Rows, partners: Rows) -> Floats:
    """What speaks for a union: ties, complementary resources; against: distance, drift, size."""
    o, values = model.organisations, model.values
    distance = _DISTANCE[o.sector[seekers], o.sector[partners]]
    mix_a, mix_b = resource_mix(model, seekers), resource_mix(model, partners)
    cosine = (mix_a * mix_b).sum(axis=0) / np.maximum(
        np.sqrt((mix_a**2).sum(axis=0) * (mix_b**2).sum(axis=0)), 1e-12
    )
    size = np.abs(
        np.log(np.maximum(o.revenue_year[seekers], 1e3))
        - np.log(np.maximum(o.revenue_year[partners], 1e3))
    )
    drift = np.abs(o.drift[seekers] - o.drift[partners])
    return np.asarray(
        values.scalar("merger_tie") * tied(model, seekers, partners)
        + values.scalar("merger_complementarity") * (1.0 - cosine)
        - values.scalar("merger_sector_distance") * distance
        - values.scalar("merger_drift_distance") * drift
        - values.scalar("merger_size_gap") * size
    )


def resource_mix(model: EssModel, rows: Rows) -> Floats:
    """Grants, public contracts, sales, membership and gifts of some rows, shape (4, rows)."""
    o = model.organisations
    return np.stack(
        [
            (o.grants + o.calls)[:, rows].sum(axis=0),
            (o.contracts + o.tariffs)[:, rows].sum(axis=0),
            model.sales[rows],
            o.memberships[rows] + o.gifts[rows] + o.corporate_gifts[rows]
            + o.foundation_grants[rows],
        ]
    )  # fmt: skip


def tied(model: EssModel, first: Rows, second: Rows) -> NDArray[np.bool_]:
    """Prior tie: close in the cell's random geometric graph, or in one mutualisation group."""
    o = model.organisations
    gap = np.hypot(o.tie_x[first] - o.tie_x[second], o.tie_y[first] - o.tie_y[second])
    radius = model.population.tie_radius.ravel()[o.cell[first]]
    near = (o.cell[first] == o.cell[second]) & (gap < radius)
    group = o.mutual_group[first]
    return np.asarray(near | ((group != 0) & (group == o.mutual_group[second])))


def fits(model: EssModel, seekers: Rows, partners: Rows) -> NDArray[np.bool_]:
    """The absorbed is at most half the absorber, both in weighted budgets."""
    o = model.organisations
    ratio = o.weight[seekers] / np.maximum(o.weight[partners], 1e-12)
    small = ratio * o.revenue_year[seekers] <= 0.5 * o.revenue_year[partners]
    return np.asarray(small & (seekers != partners) & o.alive[partners])


def best_partners(
    model: EssModel, seekers: Rows, partners: Rows, distress: Floats, health: Floats
) -> tuple[Rows, Rows]:
    """Pairs (seekers, partners) with positive utility; each partner at most once."""
    o = model.organisations
    none = np.zeros(0, dtype=np.int64)
    if not len(seekers) or not len(partners):
        return none, none
    best = np.full(len(seekers), -1, dtype=np.int64)
    best_utility = np.full(len(seekers), -np.inf)
    for cells in candidate_cells(model, seekers):
        found = same_rank(
            cells, distress, o.uid[seekers], o.cell[partners], health, o.uid[partners]
        )
        hit = np.flatnonzero(found >= 0)
        a, b = seekers[hit], partners[found[hit]]
        worth = utility(model, a, b)
        worth[~fits(model, a, b)] = -np.inf
        better = worth > best_utility[hit]
        best[hit[better]] = b[better]
        best_utility[hit[better]] = worth[better]
    chosen = np.flatnonzero(best_utility > model.values.scalar("merger_minimum"))
    # Each partner once: the worthiest seeker keeps it.
    order = chosen[np.lexsort((o.uid[seekers[chosen]], -best_utility[chosen]))]
    _, first = np.unique(best[order], return_index=True)
    keep = order[np.sort(first)]
    return seekers[keep], best[keep]
