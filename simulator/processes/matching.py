"""Who could join whom: a vectorised, order-free match of seekers and partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_SECTORS, SECTOR_BLOCKS, SECTORS, region_adjacency
from simulator.codes import sector_distance as _sector_distance
from simulator.randomness import hash_ids
from simulator.ranking import within_groups

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_DISTANCE = _sector_distance()


def _table(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lists of different lengths as a padded table and its lengths; empty lists name themselves."""
    filled = [found or [own] for own, found in enumerate(lists)]
    width = max(map(len, filled))
    table = np.array([found + [found[0]] * (width - len(found)) for found in filled])
    return table, np.array([len(found) for found in filled])


_BLOCK_OF = {code: block for block in SECTOR_BLOCKS for code in block}
_NEAR_SECTORS, _SECTOR_COUNT = _table(
    [[SECTORS.index(other) for other in _BLOCK_OF[code] if other != code] for code in SECTORS]
)
_NEAR_REGIONS, _REGION_COUNT = _table(
    [
        [int(other) for other in np.flatnonzero(line) if other != region]
        for region, line in enumerate(region_adjacency())
    ]
)


def ranks(cell: Rows, priority: Floats) -> tuple[Rows, Rows, Rows]:
    """(order, rank inside its cell, rows per cell): cells ascending, priority falling.

    `priority` holds continuous quantities or draws, so that equals are one and the same state.
    """
    order = within_groups(cell, priority)
    count = np.bincount(cell, minlength=N_CELLS)
    start = np.cumsum(count) - count
    return order, np.arange(len(order)) - start[cell[order]], count


def same_rank(seeker_cell: Rows, distress: Floats, partner_cell: Rows, health: Floats) -> Rows:
    """For each seeker the partner of the same rank in the cell that it looks at, or −1."""
    partner_order, _, count = ranks(partner_cell, health)
    return _join(seeker_cell, distress, partner_order, count)


def _join(seeker_cell: Rows, distress: Floats, partner_order: Rows, count: Rows) -> Rows:
    found = np.full(len(seeker_cell), -1, dtype=np.int64)
    order, rank, _ = ranks(seeker_cell, distress)
    cell = seeker_cell[order]
    exists = rank < count[cell]
    start = np.cumsum(count) - count
    found[order[exists]] = partner_order[start[cell[exists]] + rank[exists]]
    return found


def candidate_cells(model: EssModel, seekers: Rows) -> list[Rows]:
    """Three cells where a seeker looks: its own, a near sector, a neighbouring région."""
    o = model.organisations
    key = model.draws.key("candidate cells", model.quarter)
    luck = (hash_ids(key, o.uid[seekers]) >> np.uint64(40)).astype(np.int64)
    sector, region = o.sector[seekers].astype(np.int64), o.region[seekers].astype(np.int64)
    near = _NEAR_SECTORS[sector, luck % _SECTOR_COUNT[sector]]
    beside = _NEAR_REGIONS[region, luck % _REGION_COUNT[region]]
    own = o.cell[seekers]
    near_sector = region * N_SECTORS + near
    near_region = beside * N_SECTORS + sector
    return [own, near_sector, near_region]


def utility(model: EssModel, seekers: Rows, partners: Rows, mix: Floats) -> Floats:
    """What speaks for a union: ties, complementary resources; against: distance, drift, size."""
    o, values = model.organisations, model.values
    distance = _DISTANCE[o.sector[seekers], o.sector[partners]]
    cosine = (mix[:, seekers] * mix[:, partners]).sum(axis=0)
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


def resource_mix(model: EssModel) -> Floats:
    """Grants, public contracts, sales, membership and gifts as unit vectors, shape (4, rows)."""
    o = model.organisations
    mix = np.stack(
        [
            o.grants.sum(axis=0) + o.calls.sum(axis=0),
            o.contracts.sum(axis=0) + o.tariffs.sum(axis=0),
            model.sales,
            o.memberships + o.gifts + o.corporate_gifts + o.foundation_grants,
        ]
    )
    mix /= np.maximum(np.sqrt((mix * mix).sum(axis=0)), 1e-12)
    return np.asarray(mix)


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
    partner_order, _, count = ranks(o.cell[partners], health)
    mix = resource_mix(model)
    for cells in candidate_cells(model, seekers):
        found = _join(cells, distress, partner_order, count)
        hit = np.flatnonzero(found >= 0)
        hit = hit[fits(model, seekers[hit], partners[found[hit]])]
        a, b = seekers[hit], partners[found[hit]]
        worth = utility(model, a, b, mix)
        better = worth > best_utility[hit]
        best[hit[better]] = b[better]
        best_utility[hit[better]] = worth[better]
    chosen = np.flatnonzero(best_utility > model.values.scalar("merger_minimum"))
    # Each partner once: the worthiest seeker keeps it.
    order = chosen[np.lexsort((o.uid[seekers[chosen]], -best_utility[chosen]))]
    _, first = np.unique(best[order], return_index=True)
    keep = order[np.sort(first)]
    return seekers[keep], best[keep]
