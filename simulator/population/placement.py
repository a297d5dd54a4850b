"""Sector and région of each row.

Below 10 M€ rows are spread evenly along the ranking. Giants are placed one by one, from the
largest down, where they fit best in what is still missing, so that a few chance placements do
not make a sector or a région.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_REGIONS, N_SECTORS, N_SIZES
from simulator.population.draws import GOLDEN, SILVER, offset, spread_over
from simulator.population.weights import Slices

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

_GIANT = N_SIZES - 1
# Weight of the région × sector cell beside the région itself when a giant is placed.
_CELL_PULL = 0.25
# A giant holds at most this share of what giants hold in its sector or région, where possible.
_LARGEST_SHARE_OF_GIANTS = 0.20


def place(
    rows: Slices, sector_odds: Floats, region_given_sector: Floats, seed: int
) -> tuple[Codes, Codes]:
    """Sector and région codes (N,) given (N, 10) odds and the (10, 18) table."""
    giants = np.flatnonzero(rows.stratum == _GIANT)
    others = np.flatnonzero(rows.stratum != _GIANT)
    sector = np.empty(len(rows.weight), dtype=np.int8)
    region = np.empty(len(rows.weight), dtype=np.int8)

    # Rows are in decreasing budget, hence already ordered by stratum and budget.
    along = np.arange(len(others))
    sector[others] = spread_over(sector_odds[others], along, GOLDEN, offset(seed, "sector"))
    by_sector = np.lexsort((along, sector[others], rows.stratum[others]))
    region[others] = spread_over(
        region_given_sector[sector[others]], by_sector, SILVER, offset(seed, "region")
    )

    euros = (rows.weight * rows.budget)[giants]
    targets = np.einsum("i,ij->j", euros, sector_odds[giants])
    sector[giants] = _fit_sectors(euros, targets)
    cells = targets[:, None] * region_given_sector
    region[giants] = _fit_regions(euros, sector[giants], cells)
    return sector, region


def _fit_sectors(euros: Floats, targets: Floats) -> Codes:
    """Sector of each giant, decreasing: where it leaves the lowest share of the target used."""
    used = np.zeros(N_SECTORS)
    chosen = np.empty(len(euros), dtype=np.int8)
    scale, never = _scale(targets)
    for i, amount in enumerate(euros):
        best = int(((used + amount) / scale + _too_large(amount / scale) + never).argmin())
        used[best] += amount
        chosen[i] = best
    return chosen


def _fit_regions(euros: Floats, sector: Codes, cells: Floats) -> Codes:
    """Région of each giant, decreasing, by what is missing in the région and in the cell."""
    used, used_cells = np.zeros(N_REGIONS), np.zeros((N_SECTORS, N_REGIONS))
    targets = cells.sum(axis=0)
    scale, never = _scale(targets)
    cell_scale, never_cells = _scale(cells)
    never = never + never_cells
    chosen = np.empty(len(euros), dtype=np.int8)
    for i, amount in enumerate(euros):
        s = sector[i]
        fill = (used + amount) / scale + _CELL_PULL * (used_cells[s] + amount) / cell_scale[s]
        best = int((fill + _too_large(amount / scale) + never[s]).argmin())
        used[best] += amount
        used_cells[s, best] += amount
        chosen[i] = best
    return chosen


def _scale(targets: Floats) -> tuple[Floats, Floats]:
    """Targets to divide by, and infinity where there is none."""
    wanted = targets > 0
    return np.where(wanted, targets, 1.0), np.where(wanted, 0.0, np.inf)


def _too_large(share: Floats) -> Floats:
    """Penalty of a giant that would hold `share` of the giants' total of each sector or région."""
    return 5 * np.maximum(share - _LARGEST_SHARE_OF_GIANTS, 0)
