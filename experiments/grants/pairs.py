"""Consecutive years of one recipient and one funder, side by side."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

CENT: Final = 0.005
LOST, SAME, CUT, RISE = "lost", "same", "cut", "rise"


def consecutive_years(table: pd.DataFrame) -> pd.DataFrame:
    """One row per recipient and pair of consecutive years in which it was funded in the first.

    Columns: `recipient`; `year` (the first); `before` and `after` (euros a year of one funder, all
    grants summed; `after` is 0 where there is none); `outcome`; `envelope`, the relative change of
    the funder's total between the two years.
    """
    yearly = table.groupby(["year", "recipient"])["amount"].sum()
    totals = table.groupby("year")["amount"].sum()
    found = []
    for year in sorted(totals.index):
        if year + 1 not in totals.index:
            continue
        before = yearly.loc[year]
        after = yearly.loc[year + 1].reindex(before.index).fillna(0.0)
        found.append(
            pd.DataFrame(
                {
                    "recipient": before.index,
                    "year": year,
                    "before": before.to_numpy(),
                    "after": after.to_numpy(),
                    "envelope": totals[year + 1] / totals[year] - 1.0,
                }
            )
        )
    pairs = pd.concat(found, ignore_index=True)
    return pairs.assign(outcome=outcomes(pairs["before"], pairs["after"]))


def outcomes(before: pd.Series[float], after: pd.Series[float]) -> np.ndarray:
    """What became of each grant: lost, the same to the cent, cut, or raised."""
    change = (after - before).to_numpy()
    return np.select(
        [after.to_numpy() <= 0, abs(change) < CENT, change < 0], [LOST, SAME, CUT], RISE
    )


def losses(table: pd.DataFrame) -> pd.DataFrame:
    """One row per recipient and year in which it got nothing after having been funded.

    Columns: `recipient`, `year` (the empty one), `back`: funded again in the year after. Years
    without a next one in the table are left out.
    """
    years = [int(year) for year in sorted(table["year"].unique())]
    funded = {year: set(table.loc[table["year"] == year, "recipient"]) for year in years}
    found = [
        (recipient, year + 1, recipient in funded[year + 2])
        for year in years
        if year + 1 in funded and year + 2 in funded
        for recipient in sorted(funded[year] - funded[year + 1])
    ]
    return pd.DataFrame(found, columns=["recipient", "year", "back"])
