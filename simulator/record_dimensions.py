"""From groups of rows to the simple dimensions of results, with the accounts of the territory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    N_CELLS,
    N_FORMS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
)
from simulator.compiled import kernel
from simulator.processes.territory import desert_share
from simulator.record_cells import Cells
from simulator.record_places import N_AGES, N_FINE, N_GROUPS, N_PROFILES
from simulator.record_sums import ROW_SUMS, SUM_NAMES, TERRITORY, add_line

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
_SERVICE: Final = SUM_NAMES.index("service_index")
# The simple dimensions, laid end to end, and how many groups each has.
SIMPLE_GROUPS: Final = {
    "all": 1, "region": N_REGIONS, "sector": N_SECTORS, "size": N_SIZES, "form": N_FORMS,
    "funding_profile": N_PROFILES, "age": N_AGES,
}  # fmt: skip


def starts(groups: Mapping[str, int]) -> list[int]:
    """Where each dimension begins when they are laid end to end."""
    return [sum(list(groups.values())[:i]) for i in range(len(groups))]


_ALL, _REGION, _SECTOR, _SIZE, _FORM, _PROFILE, _AGE = starts(SIMPLE_GROUPS)
N_SIMPLE: Final = sum(SIMPLE_GROUPS.values())
_N_ROW_SUMS, _N_SUMS = len(ROW_SUMS), len(SUM_NAMES)
(
    _NEED,
    _SERVED,
    _POPULATION,
    _DESERTS,
    _VOTED,
    _COMMITTED,
    _UNALLOCATED,
    _POT,
    _WITHDRAWN,
    _EUROS,
    _SERVED_EUROS,
) = range(len(TERRITORY))
_ROW_EUROS: Final = SUM_NAMES.index("public_cash")


@kernel
def simple_sums(sums: Floats, territory: Floats) -> Floats:
    """Groups of both grids (groups, ROW_SUMS) and accounts of the territory (18, 10, TERRITORY)
    added up to the simple dimensions laid end to end: (N_SIMPLE, SUM_NAMES).

    Outside régions and sectors needs and votes are not known (NaN); service and public cash come
    from the rows there.
    """
    total = np.zeros((N_SIMPLE, _N_SUMS))
    for g in range(N_FINE):
        cell = g // N_SIZES
        line = sums[g]
        add_line(total[_ALL, :_N_ROW_SUMS], line)
        add_line(total[_REGION + cell // N_SECTORS, :_N_ROW_SUMS], line)
        add_line(total[_SECTOR + cell % N_SECTORS, :_N_ROW_SUMS], line)
        add_line(total[_SIZE + g % N_SIZES, :_N_ROW_SUMS], line)
    for g in range(N_FINE, N_GROUPS):
        age, rest = (g - N_FINE) % N_AGES, (g - N_FINE) // N_AGES
        line = sums[g]
        add_line(total[_FORM + rest // N_PROFILES, :_N_ROW_SUMS], line)
        add_line(total[_PROFILE + rest % N_PROFILES, :_N_ROW_SUMS], line)
        add_line(total[_AGE + age, :_N_ROW_SUMS], line)
    for cell in range(N_CELLS):
        region, sector = cell // N_SECTORS, cell % N_SECTORS
        line = territory[region, sector]
        add_line(total[_ALL, _N_ROW_SUMS:], line)
        add_line(total[_REGION + region, _N_ROW_SUMS:], line)
        add_line(total[_SECTOR + sector, _N_ROW_SUMS:], line)
    for g in range(_SIZE, N_SIMPLE):
        total[g, _N_ROW_SUMS:] = np.nan
        total[g, _N_ROW_SUMS + _SERVED_EUROS] = total[g, _SERVICE]
        total[g, _N_ROW_SUMS + _EUROS] = total[g, _ROW_EUROS]
    return total


@kernel
def add_leavers(cash: Floats, sums: Floats, price_level: float) -> None:
    """Add what the sums hold so far to the public cash of the cells (180,), nominal euros."""
    for cell in range(N_CELLS):
        left = 0.0
        for size in range(N_SIZES):
            left += sums[cell * N_SIZES + size, _ROW_EUROS]
        cash[cell] += left * price_level


# Whole grids at a time, so that the compiler does several cells at once.
@kernel
def add_grid(total: Floats, grid: Floats) -> None:
    """Add one grid (18, 10) to another, in place."""
    for r in range(N_REGIONS):
        for s in range(N_SECTORS):
            total[r, s] += grid[r, s]


@kernel
def add_two_grids(total: Floats, first: Floats, second: Floats) -> None:
    """Add the sum of two grids to a third, in place."""
    for r in range(N_REGIONS):
        for s in range(N_SECTORS):
            total[r, s] += first[r, s] + second[r, s]


def territory_columns(model: EssModel, cells: Cells, cash: Floats, value: Floats) -> Floats:
    """Accounts of the territory, (18, 10, TERRITORY), in 2025 euros.

    `cash`: public cash of the cells (180,), leavers' included, nominal; `value`: 2025 euros per
    person served, by sector (10,), that needs are counted in.
    """
    public = model.public
    # Public money that does not pass through organisations' public receipts: tax relief, and
    # programmes paid to lenders; shared between cells like gifts, or like budgets.
    aside = (model.tax_relief + model.public_aside()) / max(float(cash.sum()), 1e-9)
    found = np.zeros((N_REGIONS, N_SECTORS, len(TERRITORY)))
    _territory(
        found, model.need, model.need_base, cells.served.reshape(N_REGIONS, N_SECTORS),
        desert_share(model, cells.providers),
        model.population.population_by_region, public.voted, public.committed, public.notified,
        public.unallocated, public.calls_pot, public.cofunding_withdrawn, cash, 1.0 + aside,
        model.price_level, value,
    )  # fmt: skip
    return found


@kernel
def _territory(
    found: Floats, need: Floats, need_base: Floats, served: Floats, desert: Floats,
    population: Floats, voted: Floats, committed: Floats, notified: Floats, unallocated: Floats,
    calls_pot: Floats, withdrawn: Floats, cash: Floats, more: float, price_level: float,
    value: Floats,
) -> None:  # fmt: skip
    shape = (N_REGIONS, N_SECTORS)
    votes, spent, left = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    pots, lost = np.zeros(shape), np.zeros(shape)
    for level in range(voted.shape[1]):
        add_grid(pots, calls_pot[level])
        add_grid(lost, withdrawn[level])
    for instrument in range(voted.shape[0]):
        for level in range(voted.shape[1]):
            add_grid(votes, voted[instrument, level])
            add_two_grids(spent, committed[instrument, level], notified[instrument, level])
            add_grid(left, unallocated[instrument, level])
    for r in range(N_REGIONS):
        people = population[r] / N_SECTORS if need_base[r].sum() > 0 else 0.0
        for s in range(N_SECTORS):
            line = found[r, s]
            line[_VOTED], line[_COMMITTED] = votes[r, s], spent[r, s]
            line[_UNALLOCATED] = left[r, s]
            line[_POT], line[_WITHDRAWN] = pots[r, s], lost[r, s]
            line[_EUROS] = cash[r * N_SECTORS + s] * more
            for column in (_VOTED, _COMMITTED, _UNALLOCATED, _POT, _WITHDRAWN, _EUROS):
                line[column] /= price_level
            line[_NEED] = need[r, s] * value[s]
            line[_SERVED] = min(served[r, s], need[r, s]) * value[s]
            line[_SERVED_EUROS] = served[r, s] * value[s]
            line[_POPULATION] = people
            line[_DESERTS] = people * desert[r, s]
