"""What organisations that leave add to the sums of the quarter, before their rows are freed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import EXIT_CAUSES, N_CELLS
from simulator.compiled import kernel
from simulator.record_sums import ROW_SUMS

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.processes.departures import Departures

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Codes = NDArray[np.int8]
Places = NDArray[np.int16]

_EXITS: Final = ROW_SUMS.index("exits")
_BY_CAUSE: Final = ROW_SUMS.index(f"exits_{EXIT_CAUSES[0]}")  # the other causes follow
# Flows of the quarter that leavers had.
_REVENUE, _COST, _PUBLIC = (ROW_SUMS.index(name) for name in ("revenue", "cost", "public_cash"))
_ABSORBED: Final = EXIT_CAUSES.index("absorbed")


def sum_exits(
    model: EssModel, sums: Floats, left: Departures, fine: Places, other: Places
) -> Floats:
    """Add exits and the flows of leavers to `sums`, (groups, ROW_SUMS), in their groups.

    Returns the staff, volunteers and sales that left each cell, weighted, (3, 180).
    """
    o, cells = model.organisations, np.zeros((3, N_CELLS))
    _sum_exits(
        sums, cells, left.rows, left.cause, left.were, fine, other,
        o.weight, o.cell, o.revenue, o.cost, o.public_paid, model.price_level,
    )  # fmt: skip
    return cells


@kernel
def _sum_exits(
    sums: Floats, cells: Floats, rows: Rows, cause: Codes, were: Floats, fine: Places,
    other: Places, weight: Floats, cell: Rows, revenue: Floats, cost: Floats, public_paid: Floats,
    price_level: float,
) -> None:  # fmt: skip
    for k in range(len(rows)):
        row, w = rows[k], weight[rows[k]]
        for group in (fine[k], other[k]):
            line = sums[group]
            line[_EXITS] += w
            line[_BY_CAUSE + cause[k]] += w
            line[_REVENUE] += w * revenue[row] / price_level
            line[_COST] += w * cost[row] / price_level
            line[_PUBLIC] += w * public_paid[row] / price_level
        if cause[k] != _ABSORBED:  # what an absorbed organisation had is with its absorber
            for what in range(len(cells)):
                cells[what, cell[row]] += w * were[1 + what, k]
