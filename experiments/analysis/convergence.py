"""Was enough run? Indices along growing parts of a design, and intervals along replicates.

A verdict has a rule that anybody can check on the table it came with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator import intervals
from simulator.problems import InputError


@dataclass(frozen=True)
class Convergence:
    """Whether indices of a design have settled.

    table: one row per size of the design, input and measure: size, input, measure, value, low,
    high, half_width, change (from the size before; not a number at the first). unit: what
    `limit` is in ("index", or "of the largest mu_star"). why: what breaks the rule, "" if nothing.
    """

    table: pd.DataFrame
    limit: float
    unit: str
    why: str

    @property
    def converged(self) -> bool:
        """Whether the rule holds."""
        return not self.why

    @property
    def verdict(self) -> str:
        """`converged` or `not converged`."""
        return "converged" if self.converged else "not converged"

    @property
    def rule(self) -> str:
        """The rule in words."""
        return (
            f"converged: the 90 % interval of every index is at most ± {self.limit:g} {self.unit}, "
            f"and none moved by more than that from half of the design to all of it"
        )


def judge(table: pd.DataFrame, limit: float, unit: str, scale: float = 1.0) -> Convergence:
    """Apply the rule to indices on growing parts of a design; `scale` is the unit of `limit`."""
    last = table[table["size"] == table["size"].max()]
    faults = []
    for column, words in (("half_width", "is uncertain by ±"), ("change", "moved by")):
        worst = last.iloc[int((last[column].abs() / scale).argmax())]
        size = abs(float(worst[column])) / scale
        if not size <= limit:
            faults.append(f"{worst['measure']} of {worst['input']} {words} {size:.3g}")
    return Convergence(table, limit, unit, "; ".join(faults))


def with_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Sorted by size, with the change of each index from the size before."""
    table = table.sort_values("size", kind="stable").reset_index(drop=True)
    table["change"] = table.groupby(["input", "measure"], sort=False)["value"].diff()
    return table


def along_replicates(values: pd.DataFrame) -> pd.DataFrame:
    """Half-width of the 90 % paired interval with 2, 3, … replicates, in the outcome's unit.

    values: `frames.response` of a paired difference (points × replicates). Columns: replicates;
    half_width_median and half_width_largest over design points (what a stopping rule at the
    level of the point looks at); half_width_overall of the mean over all points.
    """
    cube = values.to_numpy(float)
    if cube.shape[1] < 2:
        raise InputError.single(
            "replicates", "one replicate has no interval", "run two replicates or more", "analysis"
        )
    rows = []
    for count in range(2, cube.shape[1] + 1):
        seen = cube[:, :count]
        mean, _, high = intervals.student(seen, axis=1)
        overall, _, top = intervals.student(seen.mean(axis=0))
        half = high - mean
        rows.append(
            {
                "replicates": count, "half_width_median": float(np.median(half)),
                "half_width_largest": float(half.max()),
                "half_width_overall": float(top - overall),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
