"""What the recorder needs of the cells, région × sector, before it sums rows, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS
from simulator.compiled import kernel

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]


class Cells(NamedTuple):
    """Sums over the living organisations of each cell, (180,)."""

    served: Floats  # persons served in the quarter, of the cell's own sector
    paid: Floats  # public cash of the quarter, nominal euros
    providers: Floats  # organisations
    herfindahl: Floats  # of yearly budgets; 0 where there are none


def sum_cells(model: EssModel) -> Cells:
    """Sums of the quarter that just ended; those who left are not in them."""
    o = model.organisations
    return Cells(*_sum_cells(o.alive, o.cell, o.weight, o.service, o.public_paid, o.revenue_year))


@kernel
def _sum_cells(
    alive: NDArray[np.bool_], cell: NDArray[np.int64], weight: Floats, service: Floats,
    public_paid: Floats, revenue_year: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    served, paid, providers = np.zeros(N_CELLS), np.zeros(N_CELLS), np.zeros(N_CELLS)
    budgets, squares = np.zeros(N_CELLS), np.zeros(N_CELLS)
    # The sums of the present cell stay at hand, as in `group_sums.summed`.
    present, persons, cash, many, total, square = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(cell)):
        if not alive[i]:
            continue
        if cell[i] != present:
            served[present], paid[present], providers[present] = persons, cash, many
            budgets[present], squares[present] = total, square
            present = cell[i]
            persons, cash, many = served[present], paid[present], providers[present]
            total, square = budgets[present], squares[present]
        budget = max(revenue_year[i], 0.0)
        persons += weight[i] * service[i]
        cash += weight[i] * public_paid[i]
        many += weight[i]
        total += weight[i] * budget
        square += weight[i] * budget * budget
    served[present], paid[present], providers[present] = persons, cash, many
    budgets[present], squares[present] = total, square
    for c in range(N_CELLS):
        squares[c] = squares[c] / budgets[c] ** 2 if budgets[c] > 0 else 0.0
    return served, paid, providers, squares
