"""P8 — service and its quality; overload of staff; volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.codes import N_CELLS, N_REGIONS
from simulator.organisations import summed

if TYPE_CHECKING:
    from simulator.model import EssModel

QUALITY_FLOOR, QUALITY_CEILING = 0.4, 1.2
OVERLOAD_CEILING = 2.0


def produce(model: EssModel) -> None:
    """Serve demand within capacity, re-offer the overflow, wear staff and quality."""
    o, values = model.organisations, model.values
    rested = effective_hours(model, np.zeros(o.rows)) * o.productivity
    o.capacity[:] = effective_hours(model, o.overload) * o.productivity
    o.service[:] = np.minimum(o.capacity, o.demand)
    _overflow(model)

    pressure = np.divide(o.demand, rested, out=np.zeros(o.rows), where=rested > 0)
    strain = np.clip(pressure - values.rows("overload_threshold"), 0.0, 1.0)
    o.overload *= values.scalar("overload_persistence")
    o.overload += strain
    np.clip(o.overload, 0.0, OVERLOAD_CEILING, out=o.overload)
    o.quality += -values.rows("quality_erosion") * o.overload + values.rows("quality_recovery") * (
        1.0 - o.quality
    )
    np.clip(o.quality, QUALITY_FLOOR, QUALITY_CEILING, out=o.quality)
    o.quality[~o.alive] = 0.0
    _volunteers(model)


def effective_hours(model: EssModel, overload: np.ndarray) -> np.ndarray:
    """Full-time equivalents that reach users: direct staff less burdens, and volunteers."""
    o, values = model.organisations, model.values
    direct = o.staff - model.overhead_staff()
    direct = direct * (1.0 - o.application_time)
    direct *= 1.0 - values.rows("overload_capacity") * overload
    direct *= 1.0 - values.rows("merger_dip") * (o.dip > 0)
    span = values.scalar("volunteer_span") * np.maximum(o.staff, 1.0)
    helpers = np.minimum(o.volunteers * values.rows("volunteer_factor"), span)
    return np.asarray(np.maximum(direct, 0.0) + values.rows("volunteer_productivity") * helpers)


def _overflow(model: EssModel) -> None:
    """Part of the demand turned away in a cell is offered to providers with room."""
    o = model.organisations
    turned_away = np.maximum(o.demand - o.service, 0.0)
    room = np.maximum(o.capacity - o.service, 0.0)
    overflow = summed(o.cell, o.weight * turned_away, N_CELLS)
    overflow *= model.values.scalar("overflow_share")
    rooms = summed(o.cell, o.weight * room, N_CELLS)
    taken = np.divide(np.minimum(overflow, rooms), rooms, out=np.zeros(N_CELLS), where=rooms > 0)
    o.service += room * taken[o.cell]


def _volunteers(model: EssModel) -> None:
    o, values = model.organisations, model.values
    if model.quarter < 0:
        return
    drifted = o.drift - model.previous_drift
    change = (
        values.rows("volunteer_growth") * 0.25
        - values.rows("volunteer_drift") * drifted
        - values.rows("volunteer_overload") * o.overload * 0.25
    )
    mobilised = values.scalar("volunteer_mobilisation") / 2.0 * (model.crisis > 0)
    np.maximum(model.crisis - 1, 0, out=model.crisis)
    change = change + mobilised[o.region]
    o.volunteers *= np.maximum(1.0 + change, 0.0)
    pool = values.scalar("volunteer_pool_cap") * model.volunteers_2025
    total = summed(o.region, o.weight * o.volunteers, N_REGIONS)
    scale = np.divide(pool, total, out=np.ones(N_REGIONS), where=total > pool)
    o.volunteers *= scale[o.region]
    model.previous_drift = o.drift.copy()
