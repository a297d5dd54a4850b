"""P16 — need, unmet need and deserts by région and sector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_REGIONS, N_SECTORS, SECTOR_BLOCKS, SECTORS
from simulator.compiled import kernel
from simulator.group_sums import weighted_sums

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
SPILLING = ("SOCIAL", "IAE", "MEDSOC")
_ROUNDS = 50  # rounds that fit the need of 2025 to the base rates
# Where unmet need turns to, in turn: from a sector to each other one of its block, and to how many.
_TURNS = np.array(
    [
        (SECTORS.index(source), SECTORS.index(other), len(block) - 1)
        for block in SECTOR_BLOCKS
        for source in SPILLING
        if source in block
        for other in block
        if other != source
    ]
)


def served_by_cell(model: EssModel) -> Floats:
    """Service given in the quarter, persons of the cell's own sector, shape (18, 10)."""
    o = model.organisations
    return weighted_sums(o.cell, o.weight, o.service, N_CELLS).reshape(N_REGIONS, N_SECTORS)


def initial_need(model: EssModel, served: Floats) -> Floats:
    """Need that people would take up, persons a quarter, shape (18, 10).

    Proportional to inhabitants × (poverty / national poverty)^κ, scaled by sector so that the
    national unmet need, over- and undersupplied régions together, is the sector's base rate.
    """
    values, population = model.values, model.population
    people = population.population_by_region * (served.sum(axis=1) > 0)
    mean = float(people @ population.poverty / people.sum())
    power = np.asarray(values.table("need_poverty"))
    shape = people[:, None] * (population.poverty[:, None] / mean) ** power[None, :]
    target = np.asarray(values.table("unmet_base"))
    need = shape * (served.sum(axis=0) / (1.0 - target) / shape.sum(axis=0))
    # Supply above a région's need serves nobody elsewhere: raise the scale until unmet fits.
    for _ in range(_ROUNDS):
        met = np.minimum(served, need).sum(axis=0)
        wanted = met / (1.0 - target)
        total = need.sum(axis=0)
        need *= np.divide(wanted, total, out=np.ones(N_SECTORS), where=total > 0)
    return np.asarray(need)


def follow_need(model: EssModel) -> None:
    """Need grows, unmet need is measured, part of its excess turns to neighbouring sectors."""
    values = model.values
    served = served_by_cell(model)
    if model.quarter < 0:
        if model.quarter == -1:
            model.need_base = initial_need(model, served)
            model.need = model.need_base.copy()
            model.unmet = np.empty((N_REGIONS, N_SECTORS))
            _measure_unmet(served, model.need, model.unmet)
            model.unmet_base = model.unmet.copy()
        return
    trend = model.need_trend * values.node_grid("demand_factor")[0]
    model.need = model.need_base * trend
    model.unmet = np.empty((N_REGIONS, N_SECTORS))
    _measure_unmet(served, model.need, model.unmet)
    model.demand_cells = np.empty((N_REGIONS, N_SECTORS))
    _turn_elsewhere(
        model.unmet, model.unmet_base, values.scalar("need_spill"), _TURNS, trend,
        model.demand_base, model.demand_cells,
    )  # fmt: skip


@kernel
def _measure_unmet(served: Floats, need: Floats, unmet: Floats) -> None:
    """Share of need that is not met, by cell (18, 10), into `unmet`; 0 where there is no need."""
    for r in range(N_REGIONS):
        for s in range(N_SECTORS):
            # What is not a number stays so.
            met = need[r, s] if served[r, s] > need[r, s] else served[r, s]
            unmet[r, s] = 1.0 - (met / need[r, s] if need[r, s] > 0.0 else 1.0)


@kernel
def _turn_elsewhere(
    unmet: Floats, unmet_base: Floats, share: float, turns: NDArray[np.int64], trend: Floats,
    demand_base: Floats, demand: Floats,
) -> None:  # fmt: skip
    """Demand of each cell (18, 10), lifted by a share of the excess of unmet need that turns to
    other sectors of its block."""
    excess, spill = np.empty(N_SECTORS), np.empty(N_SECTORS)
    for r in range(N_REGIONS):
        for s in range(N_SECTORS):
            above = unmet[r, s] - unmet_base[r, s]
            excess[s] = (0.0 if above < 0.0 else above) * share
            spill[s] = 0.0
        for source, other, others in turns:
            spill[other] += excess[source] / others
        for s in range(N_SECTORS):
            demand[r, s] = demand_base[r, s] * trend[r, s] * (1.0 + spill[s])


def desert_share(model: EssModel, providers: Floats) -> Floats:
    """1 where a cell is a desert: unmet need above the threshold, or no provider; (18, 10).

    `providers`: living organisations of the cells, weighted, (180,).
    """
    empty = (providers.reshape(N_REGIONS, N_SECTORS) <= 0) & (model.need > 0)
    return ((model.unmet > model.values.scalar("desert_threshold")) | empty).astype(float)
