"""Who could join whom: an order-free match of seekers and partners."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_SECTORS, SECTOR_BLOCKS, SECTORS, region_adjacency
from simulator.codes import sector_distance as _sector_distance
from simulator.compiled import hashed, kernel
from simulator.public_money import BOUGHT, CALLS, GRANTS
from simulator.ranking import falling, leaders_of_groups

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
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


_LUCK_BITS = np.uint64(40)
_USUAL_HEALTH = 3.0  # months of cash that half of the partners have more than the poorest of them


@kernel
def meet(looks: Rows, distress: Floats, partner_cell: Rows, health: Floats) -> Rows:
    """Partner that each seeker meets in each cell where it looks, as `looks`, or −1.

    `looks`, (looks, seekers), holds cells, or −1 for no look. In a cell, seekers and partners of
    the same rank meet: the more distressed, the healthier. `distress` and `health` hold continuous
    quantities, so that equals are one and the same state.
    """
    met, wanted = np.zeros((len(looks), N_CELLS), np.int64), np.zeros(N_CELLS, np.int64)
    for look in range(len(looks)):
        for cell in looks[look]:
            if cell >= 0:
                met[look, cell] += 1
                wanted[cell] = max(wanted[cell], met[look, cell])
    order, start = leaders_of_groups(partner_cell, health, wanted, _USUAL_HEALTH)
    met[:] = 0
    found = np.full(looks.shape, -1, np.int64)
    for seeker in falling(distress):
        for look in range(len(looks)):
            cell = looks[look, seeker]
            if cell >= 0:
                place = start[cell] + met[look, cell]
                met[look, cell] += 1
                if place < start[cell + 1]:
                    found[look, seeker] = order[place]
    return found


def same_rank(seeker_cell: Rows, distress: Floats, partner_cell: Rows, health: Floats) -> Rows:
    """For each seeker the partner of the same rank in the cell that it looks at, or −1."""
    found: Rows = meet(seeker_cell[None], distress, partner_cell, health)[0]
    return found


@kernel
def candidate_cells(
    key: np.uint64, rows: Rows, uid: Identities, region: Codes, sector: Codes, near_sectors: bool
) -> Rows:
    """Cells where each row looks, (3, rows): its own, a near sector if asked for (else −1), a
    neighbouring région."""
    found = np.empty((3, len(rows)), np.int64)
    for i in range(len(rows)):
        luck = np.int64(hashed(key, uid[rows[i]]) >> _LUCK_BITS)
        here, field = np.int64(region[rows[i]]), np.int64(sector[rows[i]])
        near = _NEAR_SECTORS[field, luck % _SECTOR_COUNT[field]]
        beside = _NEAR_REGIONS[here, luck % _REGION_COUNT[here]]
        found[0, i] = here * N_SECTORS + field
        found[1, i] = here * N_SECTORS + near if near_sectors else -1
        found[2, i] = beside * N_SECTORS + field
    return found


@kernel
def has_tie(
    first: int, second: int, cell: Rows, tie_x: Floats, tie_y: Floats, group: Identities,
    radius: Floats,
) -> bool:  # fmt: skip
    """Prior tie: close in the cell's random geometric graph, or in one mutualisation group, which
    has members of one cell."""
    if cell[first] != cell[second]:
        return False
    reach = radius[cell[first]]
    beside, above = abs(tie_x[first] - tie_x[second]), abs(tie_y[first] - tie_y[second])
    # Most are too far apart in one direction alone.
    if beside < reach and above < reach and math.hypot(beside, above) < reach:
        return True
    return bool((group[first] != 0) & (group[first] == group[second]))


@kernel
def _fits(seekers: Rows, partners: Rows, weight: Floats, budget: Floats, alive: Flags) -> Flags:
    found = np.empty(len(seekers), np.bool_)
    for i in range(len(seekers)):
        a, b = seekers[i], partners[i]
        small = is_small(weight[a], budget[a], weight[b], budget[b])
        found[i] = small and a != b and alive[b]
    return found


def fits(model: EssModel, seekers: Rows, partners: Rows) -> Flags:
    """Which pairs of rows may join, shape (pairs,): a small one, and another that lives."""
    o = model.organisations
    return _fits(seekers, partners, o.weight, o.revenue_year, o.alive)


@kernel
def is_small(weight: float, budget: float, other_weight: float, other_budget: float) -> bool:
    """The absorbed is at most half the absorber, both in weighted yearly budgets."""
    return weight / max(other_weight, 1e-12) * budget <= 0.5 * other_budget


@kernel
def resource_mixes(
    rows: Rows, money: Floats, sales: Floats, memberships: Floats, gifts: Floats,
    corporate_gifts: Floats, foundation_grants: Floats,
) -> Floats:  # fmt: skip
    """Grants, public contracts, sales, membership and gifts of some rows, (len(rows), 4), as unit
    vectors."""
    mix = np.empty((len(rows), 4))
    # The columns lie far apart: a short loop waits for many rows of one at once.
    for k in range(len(rows)):
        mix[k, 0] = money[GRANTS, rows[k]] + money[CALLS, rows[k]]
    for k in range(len(rows)):
        mix[k, 1], mix[k, 2] = money[BOUGHT, rows[k]], sales[rows[k]]
    for k in range(len(rows)):
        mix[k, 3] = memberships[rows[k]] + gifts[rows[k]]
    for k in range(len(rows)):
        mix[k, 3] = mix[k, 3] + corporate_gifts[rows[k]] + foundation_grants[rows[k]]
    for k in range(len(rows)):
        square = 0.0
        for i in range(4):
            square += mix[k, i] * mix[k, i]
        norm = max(math.sqrt(square), 1e-12)
        for i in range(4):
            mix[k, i] /= norm
    return mix


@kernel
def _pairs(
    found: Rows, seekers: Rows, partners: Rows, weight: Floats, budget: Floats
) -> tuple[Rows, Rows, Floats]:
    """Pairs of the looks that may join: seeker and partner, and the distance of their budgets (in
    logarithms)."""
    # Copies of what all pairs need are read faster than the rows.
    own_weight, own_budget = weight[seekers], budget[seekers]
    other_weight, other_budget = weight[partners], budget[partners]
    who, whom = np.empty(found.size + 1, np.int64), np.empty(found.size + 1, np.int64)
    pairs = 0
    for i in range(len(seekers)):
        for look in range(len(found)):
            place = found[look, i]
            if place >= 0:
                who[pairs], whom[pairs] = i, place
                pairs += is_small(
                    own_weight[i], own_budget[i], other_weight[place], other_budget[place]
                )
    size = np.empty(pairs)
    for k in range(pairs):
        own, other = own_budget[who[k]], other_budget[whom[k]]
        size[k] = abs(math.log(max(own, 1e3)) - math.log(max(other, 1e3)))
    return who[:pairs], whom[:pairs], size


@kernel
def best_of_looks(
    seekers: Rows, partners: Rows, distress: Floats, health: Floats, key: np.uint64,
    uid: Identities, alive: Flags, weight: Floats, region: Codes, sector: Codes, cell: Rows,
    budget: Floats, drift: Floats, tie_x: Floats, tie_y: Floats, group: Identities,
    radius: Floats, money: Floats, sales: Floats, memberships: Floats, gifts: Floats,
    corporate_gifts: Floats, foundation_grants: Floats, tie: float,
    complementarity: float, sector_distance: float,
    drift_distance: float, size_gap: float, minimum: float,
) -> tuple[Rows, Floats]:  # fmt: skip
    """For each seeker the best partner above `minimum`, a row or −1, and the pair's utility.

    What speaks for a union: ties, complementary resources; against: distance, drift, size.
    """
    # Resources are not negative: no pair is more complementary than 1, which may not make up for
    # the distance to another sector.
    promise = max(complementarity, 0.0)
    near_sectors = promise - sector_distance > minimum
    looks = candidate_cells(key, seekers, uid, region, sector, near_sectors)
    partner_cell = cell[partners]
    found = meet(looks, distress, partner_cell, health)
    who, whom, size = _pairs(found, seekers, partners, weight, budget)
    # Most pairs are given up before anything else about them is looked at.
    value, kept = np.empty(len(who)), 0  # of a pair, but for its resources
    for k in range(len(who)):
        a, apart = seekers[who[k]], size_gap * size[k]
        near = partner_cell[whom[k]] == cell[a]
        if not (tie if near else 0.0) - apart + promise > minimum:
            continue
        b, bond = partners[whom[k]], 0.0
        if near:
            bond = tie * has_tie(a, b, cell, tie_x, tie_y, group, radius)
        who[kept], whom[kept], value[kept] = who[k], b, bond - apart
        kept += (bond - apart + promise > minimum) & (a != b)
    pairs, kept = kept, 0
    for k in range(pairs):
        a, b = seekers[who[k]], whom[k]
        far = sector_distance * _DISTANCE[sector[a], sector[b]]
        drifted = drift_distance * abs(drift[a] - drift[b])
        who[kept], whom[kept], value[kept] = who[k], b, value[k] - far - drifted
        kept += alive[b] & (value[kept] + promise > minimum)
    own = resource_mixes(seekers[who[:kept]], money, sales, memberships, gifts, corporate_gifts,
                         foundation_grants)  # fmt: skip
    other = resource_mixes(
        whom[:kept], money, sales, memberships, gifts, corporate_gifts, foundation_grants
    )
    best, best_utility = np.full(len(seekers), -1, np.int64), np.full(len(seekers), minimum)
    for k in range(kept):
        cosine = 0.0
        for kind in range(4):
            cosine += own[k, kind] * other[k, kind]
        utility = value[k] + complementarity * (1.0 - cosine)
        if utility > best_utility[who[k]]:
            best[who[k]], best_utility[who[k]] = whom[k], utility
    return best, best_utility


@kernel
def once_each(
    seekers: Rows, best: Rows, utility: Floats, uid: Identities, rows: int
) -> tuple[Rows, Rows]:
    """Pairs (seekers, partners) by falling utility: a wanted partner takes the worthiest seeker."""
    taker = np.full(rows, -1, np.int64)
    kept, count = np.empty(len(best), np.int64), 0
    for i in range(len(best)):
        if best[i] < 0:
            continue
        held = taker[best[i]]
        if held < 0 or _worthier(i, kept[held], seekers, utility, uid):
            if held < 0:
                held = count
                count += 1
            taker[best[i]], kept[held] = held, i
    kept = kept[:count]
    for k in range(1, count):
        i, place = kept[k], k
        while place > 0 and _worthier(i, kept[place - 1], seekers, utility, uid):
            kept[place] = kept[place - 1]
            place -= 1
        kept[place] = i
    return seekers[kept], best[kept]


@kernel
def _worthier(i: int, k: int, seekers: Rows, utility: Floats, uid: Identities) -> bool:
    if utility[i] != utility[k]:
        return utility[i] > utility[k]
    return uid[seekers[i]] < uid[seekers[k]]


def best_partners(
    model: EssModel, seekers: Rows, partners: Rows, distress: Floats, health: Floats
) -> tuple[Rows, Rows]:
    """Pairs (seekers, partners) with enough utility; each partner at most once."""
    o, values = model.organisations, model.values
    best, utility = best_of_looks(
        seekers, partners, distress, health, model.draws.word("candidate cells", model.quarter),
        o.uid, o.alive, o.weight, o.region, o.sector, o.cell, o.revenue_year, o.drift, o.tie_x,
        o.tie_y, o.mutual_group, model.population.tie_radius.ravel(),
        model.public_money.lines(), model.sales, o.memberships, o.gifts, o.corporate_gifts,
        o.foundation_grants, values.scalar("merger_tie"), values.scalar("merger_complementarity"),
        values.scalar("merger_sector_distance"), values.scalar("merger_drift_distance"),
        values.scalar("merger_size_gap"), values.scalar("merger_minimum"),
    )  # fmt: skip
    return once_each(seekers, best, utility, o.uid, o.rows)
