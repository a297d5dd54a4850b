"""P6, public part — contracts expire and are let again; tariffs follow authorised activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import at, clip, draw_all, kernel, picks
from simulator.funders import COMMANDE, TARIFICATION, rows_with_money
from simulator.group_sums import sums_of
from simulator.processes.vote import baseline_growth
from simulator.public_money import BLOCK

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]
NODES = (N_LEVELS, N_CELLS)
NEW_BIDDER_ODDS = 0.10  # modelling judgement: providers without a contract that bid in a year
DUST = 1e-9  # share of an envelope below which nothing is let: rounding only
PLACE_CHANGE = 0.10  # modelling judgement: authorised places won or lost, at most, a year


def let_contracts(model: EssModel) -> None:
    """Let expired public contracts again and set the year's tariffs, in the first quarter."""
    if model.quarter % 4 != 0:
        return
    _contracts(model)
    _tariffs(model)


def _contracts(model: EssModel) -> None:
    """Contracts grow with the vote, end or are lost; what is free goes to those who bid."""
    o, public, values, draw = model.organisations, model.public, model.values, model.draws
    voted, base = public.voted[COMMANDE].reshape(NODES), public.base[COMMANDE].reshape(NODES)
    if model.quarter >= 0:
        _expire(
            baseline_growth(model)[COMMANDE].reshape(NODES),
            1.0 / values.scalar("contract_length"),
            values.column("contract_loss"),
            values.column("contract_leak"),
            o.weight,
            o.cell,
            o.uid,
            draw.words("contract ends", model.quarter, N_LEVELS),
            draw.words("contract lost", model.quarter, N_LEVELS),
            o.contracts,
            base,
            voted,
        )
    _let(
        voted,
        DUST,
        NEW_BIDDER_ODDS,
        o.alive,
        o.revenue_year,
        o.weight,
        o.cell,
        o.uid,
        draw.words("contract bid", model.quarter, N_LEVELS),
        o.contracts,
    )
    model.public.promises[COMMANDE] = o.contracts
    _notify(model, COMMANDE, o.contracts)


@kernel
def _expire(
    growth: Floats,
    end_odds: float,
    loss: Floats,
    leak: Floats,
    weight: Floats,
    cell: Integers,
    uid: Keys,
    end_keys: Keys,
    loss_keys: Keys,
    contracts: Floats,
    base: Floats,
    voted: Floats,
) -> None:
    """Let running contracts grow, and draw which of them end and are lost to others.

    The part `leak` of what is lost goes to other firms than those of the ESS, and leaves the
    public vote and its base, (6, 180), for good.
    """
    holders, ids = np.empty(len(cell), np.int64), np.empty(len(cell), np.uint64)
    luck = np.empty(len(cell))
    for level in range(contracts.shape[0]):
        running, gone = contracts[level], np.zeros(voted.shape[1])
        held = rows_with_money(contracts[level : level + 1], holders)
        for i in range(held):
            ids[i] = uid[holders[i]]
            running[holders[i]] *= 1.0 + growth[level, cell[holders[i]]]
        draw_all(luck[:held], end_keys[level], ids)
        ending = 0
        for i in range(held):
            holders[ending], ids[ending] = holders[i], ids[i]
            ending += luck[i] < end_odds
        draw_all(luck[:ending], loss_keys[level], ids)
        for i in range(ending):
            row = holders[i]
            if luck[i] < at(loss, row):
                gone[cell[row]] += weight[row] * running[row] * at(leak, row)
                running[row] = 0.0
        for c in range(len(gone)):
            if voted[level, c] > 0.0:
                keep = 1.0 - min(gone[c], voted[level, c]) / voted[level, c]
                base[level, c] *= keep
                voted[level, c] *= keep


@kernel
def _let(
    voted: Floats,
    dust: float,
    new_bidder_odds: float,
    alive: Flags,
    revenue_year: Floats,
    weight: Floats,
    cell: Integers,
    uid: Keys,
    bid_keys: Keys,
    contracts: Floats,
) -> None:
    """Fit running contracts into the vote, and share what it leaves among bidders by budget.

    Holders bid, and new ones at `new_bidder_odds`. Below the share `dust` of the envelope nothing
    is let: rounding must not become a contract, which counts as a foot in the door.
    """
    cells = voted.shape[1]
    holders = np.empty(len(cell), np.int64)
    bidders, strength = np.empty(len(cell) + 1, np.int64), np.maximum(revenue_year, 0.0)
    luck, bids, found = np.empty(BLOCK), np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.int64)
    for level in range(contracts.shape[0]):
        running = contracts[level]
        left, scale = np.zeros(cells), np.ones(cells)
        holding = rows_with_money(contracts[level : level + 1], holders)
        total = sums_of(holders[:holding], cell, weight, running, cells)
        for c in range(cells):
            if total[c] > voted[level, c]:
                scale[c] = voted[level, c] / total[c]
            elif voted[level, c] - total[c] >= dust * voted[level, c]:
                left[c] = voted[level, c] - total[c]
        for i in range(holding):
            running[holders[i]] *= scale[cell[holders[i]]]
        if not left.any():
            continue
        count = 0
        for first in range(0, len(cell), BLOCK):
            last = min(first + BLOCK, len(cell))
            here = slice(last - first)
            draw_all(luck[here], bid_keys[level], uid[first:last])
            _bid(bids[here], luck[here], new_bidder_odds, running[first:last], alive[first:last])
            for k in found[: picks(bids, last - first, found)]:
                bidders[count] = first + k
                count += left[cell[first + k]] > 0.0
        per_euro = sums_of(bidders[:count], cell, weight, strength, cells)
        for c in range(cells):
            if per_euro[c] > 0.0:
                per_euro[c] = left[c] / per_euro[c]
        for i in range(count):
            row = bidders[i]
            running[row] += strength[row] * per_euro[cell[row]]


@kernel
def _bid(bids: Flags, luck: Floats, odds: float, running: Floats, alive: Flags) -> None:
    for i in range(len(bids)):
        bids[i] = alive[i] & ((running[i] > 0.0) | (luck[i] < odds))


def _tariffs(model: EssModel) -> None:
    """Authorised places follow activity, within PLACE_CHANGE a year; the tariff follows the vote.

    Money for places that nobody can take up within that bound stays unallocated.
    """
    o, public = model.organisations, model.public
    envelope = public.voted[TARIFICATION].reshape(NODES)
    growth = np.ones(NODES)
    if model.quarter >= 0:
        # A lever that cut chosen rows has cut their tariffs already.
        carved = public.previous[TARIFICATION] + public.carved_year[TARIFICATION]
        previous = np.maximum(carved, 0.0).reshape(NODES)
        np.divide(envelope, previous, out=growth, where=previous > 0)
        _change_places(o.service, PLACE_CHANGE, o.tariff_quota, o.tariffs)
    places = _set_tariffs(envelope, growth, 1.0 + PLACE_CHANGE, o.weight, o.cell, o.tariffs)
    if model.quarter >= 0:
        # Places freed by exits are offered to the others; who cannot fill them loses them again.
        o.tariff_quota *= places[o.cell]
    public.promises[TARIFICATION] = o.tariffs
    _notify(model, TARIFICATION, o.tariffs)


@kernel
def _change_places(service: Floats, most: float, quota: Floats, tariffs: Floats) -> None:
    """Authorised places and their tariffs follow activity, by the share `most` at the most."""
    for row in range(len(quota)):
        if quota[row] > 0.0:
            change = clip(service[row] / quota[row], 1.0 - most, 1.0 + most)
            quota[row] *= change
            for level in range(tariffs.shape[0]):
                tariffs[level, row] *= change


@kernel
def _set_tariffs(
    envelope: Floats,
    growth: Floats,
    largest_offer: float,
    weight: Floats,
    cell: Integers,
    tariffs: Floats,
) -> Floats:
    """Tariffs grow with the vote, (6, 180), and take up its envelope up to `largest_offer`.

    Returns by cell the places offered, as a multiple of those before.
    """
    cells = envelope.shape[1]
    before, offered = np.zeros(cells), np.zeros(cells)
    holders = np.empty(len(cell), np.int64)
    for level in range(tariffs.shape[0]):
        tariff = tariffs[level]
        total, taken, offer = np.zeros(cells), np.zeros(cells), np.ones(cells)
        count = rows_with_money(tariffs[level : level + 1], holders)
        for i in range(count):
            row = holders[i]
            tariff[row] *= growth[level, cell[row]]
            total[cell[row]] += weight[row] * tariff[row]
        for c in range(cells):
            if total[c] > 0.0:
                offer[c] = min(envelope[level, c] / total[c], largest_offer)
        for i in range(count):
            row = holders[i]
            tariff[row] *= offer[cell[row]]
            taken[cell[row]] += weight[row] * tariff[row]
        before += total
        offered += taken
    for c in range(cells):
        offered[c] = offered[c] / before[c] if before[c] > 0.0 else 1.0
    return offered


def _notify(model: EssModel, instrument: int, due: Floats) -> None:
    public = model.public
    public.notified[instrument] = public.grid(model.organisations, due)
    public.unallocated[instrument] = public.voted[instrument] - public.notified[instrument]
