"""How far a funder's own line of grants moves from year to year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.grants.bootstrap import Statistics
from experiments.grants.spread import core_spread


def yearly_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Change of ln euros between consecutive years by recipient: `recipient`, `year`, `change`,
    and `before`, the change of the year before (NaN for the first)."""
    wide = table.pivot(index="recipient", columns="year", values="amount")
    change = wide.transform(np.log).diff(axis=1)
    long = change.melt(value_name="change", ignore_index=False).reset_index()
    before = change.shift(axis=1).melt(value_name="before", ignore_index=False)
    return long.assign(before=before["before"].to_numpy()).dropna(subset=["change"])


def volatility(changes: pd.DataFrame) -> Statistics:
    """Mean and spread of yearly changes, share of falls, and their memory from year to year."""
    x = changes["change"].to_numpy()
    follows = changes.dropna(subset=["before"])
    common = changes.groupby("year")["change"].transform("mean").to_numpy()
    return {
        "line_growth_mean": float(x.mean()),
        "line_growth_median": float(np.median(x)),
        "line_growth_spread": float(np.std(x, ddof=1)),
        "line_growth_spread_core": core_spread(x),
        "line_falls_share": float((x < 0).mean()),
        "line_falls_above_10_percent_share": float((x < np.log(0.9)).mean()),
        "line_growth_common_share": float(np.var(common) / np.var(x)),
        "line_growth_memory": float(np.corrcoef(follows["before"], follows["change"])[0, 1]),
    }
