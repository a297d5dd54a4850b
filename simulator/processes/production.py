"""P8 — service and its quality; overload of staff; volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_REGIONS
from simulator.compiled import at, clip, kernel

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
QUALITY_FLOOR, QUALITY_CEILING = 0.4, 1.2
OVERLOAD_CEILING = 2.0


def produce(model: EssModel) -> None:
    """Serve demand within capacity, re-offer the overflow, wear staff and quality."""
    o, values = model.organisations, model.values
    _serve(
        o.alive, o.weight, o.cell, o.staff, o.volunteers, o.productivity, o.application_time, o.dip,
        o.demand, o.overload, o.quality, o.capacity, o.service,
        values.scalar("volunteer_span"), values.scalar("overflow_share"),
        values.scalar("overload_persistence"),
        values.column("overhead_fixed"), values.column("overhead_share"),
        values.column("overload_capacity"), values.column("merger_dip"),
        values.column("volunteer_factor"), values.column("volunteer_productivity"),
        values.column("overload_threshold"), values.column("quality_erosion"),
        values.column("quality_recovery"),
    )  # fmt: skip
    if model.quarter < 0:
        return
    mobilised = np.where(model.crisis > 0, values.scalar("volunteer_mobilisation") / 2.0, 0.0)
    np.maximum(model.crisis - 1, 0, out=model.crisis)
    _move_volunteers(
        o.weight, o.region, o.volunteers, o.drift, o.overload, model.previous_drift, mobilised,
        values.scalar("volunteer_pool_cap") * model.volunteers_2025,
        values.column("volunteer_growth"), values.column("volunteer_drift"),
        values.column("volunteer_overload"),
    )  # fmt: skip


@kernel
def _serve(
    alive: Flags, weight: Floats, cell: NDArray[np.int64], staff: Floats, volunteers: Floats,
    productivity: Floats, application_time: Floats, dip: NDArray[np.int8], demand: Floats,
    overload: Floats, quality: Floats, capacity: Floats, service: Floats, span: float,
    overflow_share: float, persistence: float, overhead_fixed: Floats, overhead_share: Floats,
    burden: Floats, merger_dip: Floats, volunteer_factor: Floats, volunteer_productivity: Floats,
    threshold: Floats, erosion: Floats, recovery: Floats,
) -> None:  # fmt: skip
    """Capacity, service, overload and quality of each row, in place.

    Full-time equivalents that reach users are direct staff, less the time of applications, overload
    and integration, and volunteers, as many as staff can guide.
    """
    overflow, rooms = np.zeros(N_CELLS), np.zeros(N_CELLS)
    for i in range(len(weight)):
        if not alive[i]:
            capacity[i] = service[i] = quality[i] = 0.0
            continue
        overhead = min(at(overhead_fixed, i) + at(overhead_share, i) * staff[i], 0.5 * staff[i])
        direct = (staff[i] - overhead) * (1.0 - application_time[i])
        if dip[i] > 0:
            direct *= 1.0 - at(merger_dip, i)
        helpers = min(volunteers[i] * at(volunteer_factor, i), span * max(staff[i], 1.0))
        helpers *= at(volunteer_productivity, i)
        tired = direct * (1.0 - at(burden, i) * overload[i])
        rested = (max(direct, 0.0) + helpers) * productivity[i]
        capacity[i] = (max(tired, 0.0) + helpers) * productivity[i]
        service[i] = min(capacity[i], demand[i])
        overflow[cell[i]] += weight[i] * max(demand[i] - service[i], 0.0)
        rooms[cell[i]] += weight[i] * max(capacity[i] - service[i], 0.0)
        pressure = demand[i] / rested if rested > 0 else 0.0
        strain = clip(pressure - at(threshold, i), 0.0, 1.0)
        overload[i] = clip(persistence * overload[i] + strain, 0.0, OVERLOAD_CEILING)
        quality[i] += at(recovery, i) * (1.0 - quality[i]) - at(erosion, i) * overload[i]
        quality[i] = clip(quality[i], QUALITY_FLOOR, QUALITY_CEILING)
    # Part of the demand turned away in a cell is offered to providers with room.
    for c in range(N_CELLS):
        rooms[c] = min(overflow_share * overflow[c], rooms[c]) / rooms[c] if rooms[c] > 0 else 0.0
    for i in range(len(weight)):
        service[i] += max(capacity[i] - service[i], 0.0) * rooms[cell[i]]


@kernel
def _move_volunteers(
    weight: Floats, region: NDArray[np.int8], volunteers: Floats, drift: Floats, overload: Floats,
    previous_drift: Floats, mobilised: Floats, pool: Floats, growth: Floats, drift_loss: Floats,
    overload_loss: Floats,
) -> None:  # fmt: skip
    """Volunteers come with a publicised crisis and leave drift and overload, within the pool."""
    total = np.zeros(N_REGIONS)
    for i in range(len(weight)):
        change = at(growth, i) * 0.25 - at(drift_loss, i) * (drift[i] - previous_drift[i])
        change += mobilised[region[i]] - at(overload_loss, i) * overload[i] * 0.25
        volunteers[i] *= max(1.0 + change, 0.0)
        previous_drift[i] = drift[i]
        total[region[i]] += weight[i] * volunteers[i]
    for r in range(N_REGIONS):
        total[r] = pool[r] / total[r] if total[r] > pool[r] else 1.0
    for i in range(len(weight)):
        volunteers[i] *= total[region[i]]
