"""P6, public part — contracts expire and are let again; tariffs follow authorised activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.codes import N_CELLS, N_LEVELS
from simulator.funders import COMMANDE, TARIFICATION
from simulator.organisations import summed
from simulator.processes.vote import baseline_growth

if TYPE_CHECKING:
    from simulator.model import EssModel

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
    o, public, values, draw = model.organisations, model.public, model.values, model.draws
    growth = baseline_growth(model)[COMMANDE] if model.quarter >= 0 else None
    loss = np.broadcast_to(np.asarray(values.rows("contract_loss"), dtype=float), (o.rows,))
    leak = np.broadcast_to(np.asarray(values.rows("contract_leak"), dtype=float), (o.rows,))
    ends_odds = 1.0 / values.scalar("contract_length")
    for level in range(N_LEVELS):
        running = o.contracts[level]
        rows = np.flatnonzero(running > 0)
        if not len(rows) and not public.voted[COMMANDE, level].any():
            continue
        envelope = public.voted[COMMANDE, level].ravel()
        if growth is not None:
            running[rows] *= 1.0 + growth[level].ravel()[o.cell[rows]]
            ids = o.uid[rows]
            ends = draw.uniform("contract ends", model.quarter, ids, level) < ends_odds
            lost = ends & (draw.uniform("contract lost", model.quarter, ids, level) < loss[rows])
            losers = rows[lost]
            leaked = o.weight[losers] * running[losers] * leak[losers]
            gone = summed(o.cell[losers], leaked, N_CELLS)
            gone = np.minimum(gone, envelope)
            running[losers] = 0.0
            # Leaked contracts leave the public vote to the ESS for other firms, for good.
            share = np.divide(gone, envelope, out=np.zeros(N_CELLS), where=envelope > 0)
            keep = (1.0 - share).reshape(public.base.shape[2:])
            public.base[COMMANDE, level] *= keep
            public.voted[COMMANDE, level] *= keep
            envelope = public.voted[COMMANDE, level].ravel()
        total = summed(o.cell, o.weight * running, N_CELLS)
        scale = np.divide(envelope, total, out=np.ones(N_CELLS), where=total > envelope)
        running *= scale[o.cell]
        left = np.maximum(envelope - np.minimum(total, envelope), 0.0)
        # Rounding dust must not become a contract, which counts as a foot in the door.
        left[left < DUST * envelope] = 0.0
        bids = draw.uniform("contract bid", model.quarter, o.uid, level) < NEW_BIDDER_ODDS
        bidder = o.alive & ((running > 0) | bids)
        strength = np.where(bidder, np.maximum(o.revenue_year, 0.0), 0.0)
        strengths = summed(o.cell, o.weight * strength, N_CELLS)
        per_euro = np.divide(left, strengths, out=np.zeros(N_CELLS), where=strengths > 0)
        running += strength * per_euro[o.cell]
    o.due_contracts[:] = o.contracts
    _notify(model, COMMANDE, o.due_contracts)


def _tariffs(model: EssModel) -> None:
    """Authorised places follow activity, within PLACE_CHANGE a year; the tariff follows the vote.

    Money for places that nobody can take up within that bound stays unallocated.
    """
    o, public = model.organisations, model.public
    if model.quarter >= 0:
        activity = np.divide(
            o.service, o.tariff_quota, out=np.ones(o.rows), where=o.tariff_quota > 0
        )
        change = np.clip(activity, 1.0 - PLACE_CHANGE, 1.0 + PLACE_CHANGE)
        o.tariff_quota *= change
        o.tariffs *= change
    before, offered = np.zeros(N_CELLS), np.zeros(N_CELLS)
    for level in range(N_LEVELS):
        tariffs = o.tariffs[level]
        envelope = public.voted[TARIFICATION, level].ravel()
        # A lever that cut chosen rows has cut their tariffs already.
        carved = public.carved_year[TARIFICATION, level].ravel()
        previous = np.maximum(public.previous[TARIFICATION, level].ravel() + carved, 0.0)
        growth = np.divide(envelope, previous, out=np.ones(N_CELLS), where=previous > 0)
        if model.quarter >= 0:
            tariffs *= growth[o.cell]
        total = summed(o.cell, o.weight * tariffs, N_CELLS)
        offer = np.divide(envelope, total, out=np.ones(N_CELLS), where=total > 0)
        offer = np.minimum(offer, 1.0 + PLACE_CHANGE)
        tariffs *= offer[o.cell]
        offered += summed(o.cell, o.weight * tariffs, N_CELLS)
        before += total
    if model.quarter >= 0:
        # Places freed by exits are offered to the others; who cannot fill them loses them again.
        o.tariff_quota *= np.divide(offered, before, out=np.ones(N_CELLS), where=before > 0)[o.cell]
    o.due_tariffs[:] = o.tariffs
    _notify(model, TARIFICATION, o.due_tariffs)


def _notify(model: EssModel, instrument: int, due: np.ndarray) -> None:
    public = model.public
    public.notified[instrument] = public.grid(model.organisations, due)
    public.unallocated[instrument] = public.voted[instrument] - public.notified[instrument]
