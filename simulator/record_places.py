"""Where rows stand in the two grids of the recorder: région × sector × size, form × profile × age.

The grids are laid end to end; a place is an index into both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    AGE_BOUNDS,
    AGE_CLASSES,
    FUNDING_PROFILES,
    N_CELLS,
    N_FORMS,
    N_SIZES,
    SIZE_BOUNDS,
)
from simulator.compiled import kernel

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]
Places = NDArray[np.int16]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

N_PROFILES: Final = len(FUNDING_PROFILES)
N_AGES: Final = len(AGE_CLASSES)
N_FINE: Final = N_CELLS * N_SIZES
N_GROUPS: Final = N_FINE + N_FORMS * N_PROFILES * N_AGES
# Bounds one by one: a loop over them would be one too many for the compiler.
_S, _M, _L, _XL, _XXL = SIZE_BOUNDS
_MIDDLE, _OLD = AGE_BOUNDS


@kernel
def _fine_place(cell: int, budget: float) -> int:
    """Place by a cell and a yearly budget in 2025 euros."""
    size = int(budget >= _S) + int(budget >= _M) + int(budget >= _L)
    return cell * N_SIZES + size + int(budget >= _XL) + int(budget >= _XXL)


@kernel
def _other_place(form: int, profile: int, age: float) -> int:
    """Place by form, profile and age."""
    return N_FINE + (form * N_PROFILES + profile) * N_AGES + int(age >= _MIDDLE) + int(age >= _OLD)


@kernel
def _place(
    rows: Groups, budget: Floats, price_level: float, cell: Groups, form: Codes, profile: Codes,
    age: Floats, fine: Places, other: Places,
) -> None:  # fmt: skip
    for k, i in enumerate(rows):
        fine[k] = _fine_place(cell[i], budget[k] / price_level)
        other[k] = _other_place(int(form[i]), int(profile[i]), age[i])


@kernel
def count_in_groups(
    sums: Floats, column: int, rows: Groups, amount: Floats, budget: Floats, price_level: float,
    cell: Groups, form: Codes, profile: Codes, age: Floats,
) -> None:  # fmt: skip
    """Add amounts, (rows,), to a column of the sums (groups, columns) in the groups of the rows."""
    for k, i in enumerate(rows):
        sums[_fine_place(cell[i], budget[k] / price_level), column] += amount[k]
        sums[_other_place(int(form[i]), int(profile[i]), age[i]), column] += amount[k]


def places(model: EssModel, rows: NDArray[np.int64], budget: Floats) -> tuple[Places, Places]:
    """Place of rows in each of the two grids, (rows,), by nominal yearly budget and age."""
    o = model.organisations
    fine, other = np.empty(len(rows), np.int16), np.empty(len(rows), np.int16)
    _place(rows, budget, model.price_level, o.cell, o.form, o.profile, o.age, fine, other)
    return fine, other


# Few columns at a time, so that the compiler does several rows at once.
@kernel
def place_in_fine(
    fine: Places, alive: Flags, cell: Groups, budget: Floats, price_level: float
) -> None:
    """Places of rows by cell and nominal yearly budget; −1 for free rows."""
    for i in range(len(fine)):
        place = _fine_place(cell[i], budget[i] / price_level)
        fine[i] = place if alive[i] else -1


@kernel
def place_in_other(other: Places, alive: Flags, form: Codes, profile: Codes, age: Floats) -> None:
    """Places of rows by form, profile and age; −1 for free rows."""
    for i in range(len(other)):
        place = _other_place(int(form[i]), int(profile[i]), age[i])
        other[i] = place if alive[i] else -1
