"""Hours and payroll of the organisations' staff."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_SECTORS
from simulator.compiled import at, kernel

Floats = NDArray[np.float64]


@kernel
def direct_hours(
    rows: NDArray[np.int64], staff: Floats, volunteers: Floats, overhead_fixed: Floats,
    overhead_share: Floats, span: float, productivity: float,
) -> Floats:  # fmt: skip
    """Staff less overhead, and the volunteers that it can lead, FTE, for some rows."""
    found = np.empty(len(rows))
    for i in range(len(rows)):
        row = rows[i]
        overhead = at(overhead_fixed, row) + at(overhead_share, row) * staff[row]
        direct = staff[row] - min(overhead, 0.5 * staff[row])
        helpers = min(volunteers[row], span * max(staff[row], 1.0))
        found[i] = max(direct, 0.0) + productivity * helpers
    return found


@kernel
def payroll_by_sector(
    sector: NDArray[np.int8], weight: Floats, staff: Floats, wage: Floats
) -> tuple[Floats, Floats]:
    """Weighted payroll and staff of each sector, (10,)."""
    payroll, employed = np.zeros(N_SECTORS), np.zeros(N_SECTORS)
    present, paid, jobs = 0, 0.0, 0.0
    for i in range(len(staff)):
        if sector[i] != present:  # as in `group_sums.summed`
            payroll[present], employed[present] = paid, jobs
            present = sector[i]
            paid, jobs = payroll[present], employed[present]
        paid += weight[i] * staff[i] * wage[i]
        jobs += weight[i] * staff[i]
    payroll[present], employed[present] = paid, jobs
    return payroll, employed
