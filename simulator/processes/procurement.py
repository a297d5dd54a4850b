"""P6, public part — contracts expire and are let again; tariffs follow authorised activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.codes import N_CELLS, N_LEVELS
from simulator.funders import COMMANDE, TARIFICATION
from simulator.processes.vote import baseline_growth

if TYPE_CHECKING:
    from simulator.model import EssModel

NEW_BIDDER_ODDS = 0.10  # modelling judgement: providers without a contract that bid in a year
QUOTA_GROWTH = 0.05  # modelling judgement: authorised activity taken over, at most, a year


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
            gone = np.bincount(o.cell[losers], leaked, N_CELLS)
            gone = np.minimum(gone, envelope)
            running[losers] = 0.0
            # Leaked contracts leave the public vote to the ESS for other firms, for good.
            share = np.divide(gone, envelope, out=np.zeros(N_CELLS), where=envelope > 0)
            keep = (1.0 - share).reshape(public.base.shape[2:])
            public.base[COMMANDE, level] *= keep
            public.voted[COMMANDE, level] *= keep
            envelope = public.voted[COMMANDE, level].ravel()
        total = np.bincount(o.cell, o.weight * running, N_CELLS)
        scale = np.divide(envelope, total, out=np.ones(N_CELLS), where=total > envelope)
        running *= scale[o.cell]
        left = np.maximum(envelope - np.minimum(total, envelope), 0.0)
        bids = draw.uniform("contract bid", model.quarter, o.uid, level) < NEW_BIDDER_ODDS
        bidder = o.alive & ((running > 0) | bids)
        strength = np.where(bidder, np.maximum(o.revenue_year, 0.0), 0.0)
        strengths = np.bincount(o.cell, o.weight * strength, N_CELLS)
        per_euro = np.divide(left, strengths, out=np.zeros(N_CELLS), where=strengths > 0)
        running += strength * per_euro[o.cell]
    o.due_contracts[:] = o.contracts
    _notify(model, COMMANDE, o.due_contracts)


def _tariffs(model: EssModel) -> None:
    o, public = model.organisations, model.public
    for level in range(N_LEVELS):
        tariffs = o.tariffs[level]
        total = np.bincount(o.cell, o.weight * tariffs, N_CELLS)
        envelope = public.voted[TARIFICATION, level].ravel()
        previous = public.previous[TARIFICATION, level].ravel()
        # The tariff follows the vote; places freed by exits go to others within QUOTA_GROWTH.
        growth = np.divide(envelope, previous, out=np.ones(N_CELLS), where=previous > 0)
        wanted = np.divide(envelope, total, out=np.zeros(N_CELLS), where=total > 0)
        if model.quarter < 0:
            growth = np.ones(N_CELLS)
        factor = np.minimum(wanted, growth * (1.0 + QUOTA_GROWTH))
        tariffs *= factor[o.cell]
        if level == 0:
            taken = np.divide(factor, growth, out=np.ones(N_CELLS), where=growth > 0)
            o.tariff_quota *= np.maximum(taken, 1.0)[o.cell]
    o.due_tariffs[:] = o.tariffs
    _notify(model, TARIFICATION, o.due_tariffs)


def _notify(model: EssModel, instrument: int, due: np.ndarray) -> None:
    public = model.public
    public.notified[instrument] = public.grid(model.organisations, due)
    public.unallocated[instrument] = public.voted[instrument] - public.notified[instrument]
