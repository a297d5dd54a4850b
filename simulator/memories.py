"""What the model keeps about rows beside their state: as it is for entrants, and for free rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import at, kernel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@kernel
def begin(
    rows: Rows, cell: Rows, sales_base: Floats, cost_year: Floats, full_aid: Floats,
    price_factor: Floats, months: float, aid_factor: Floats, core_funding: Floats, opened: Flags,
    expectation: Floats, node: Rows, sales: Floats, previous_price: Floats,
    previous_quality: Floats, previous_drift: Floats, cash_months: Floats, expected_cost: Floats,
) -> None:  # fmt: skip
    """Memories of entrants; `expectation`, (3, rows), may still be (3, 0)."""
    for row in rows:
        aid_factor[row] = at(full_aid, row)
        core_funding[row] = 0.0
        opened[row] = False
        for level in range(N_LEVELS):
            node[level, row] = level * N_CELLS + cell[row]
        sales[row] = sales_base[row]
        previous_price[row] = at(price_factor, row)
        previous_quality[row] = 1.0
        previous_drift[row] = 0.0
        cash_months[row] = months
        expected_cost[row] = max(cost_year[row], 1.0)
    clear_lines(expectation, rows)


@kernel
def clear_lines(lines: Floats, rows: Rows) -> None:
    """Zero some rows of every line, (lines, rows), of one that has any."""
    if lines.shape[1]:
        for line in range(len(lines)):
            for row in rows:
                lines[line, row] = 0.0


@kernel
def end(
    rows: Rows, sales: Floats, cash_months: Floats, fallen: Floats, renewed: Floats,
    previous_drift: Floats, expectation: Floats,
) -> None:  # fmt: skip
    """Zero what is kept about rows that left."""
    for row in rows:
        sales[row] = cash_months[row] = fallen[row] = renewed[row] = previous_drift[row] = 0.0
    clear_lines(expectation, rows)
