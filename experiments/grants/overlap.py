"""Recipients that several funders share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from experiments.grants.bootstrap import Statistics

LARGE: Final = 5_000


def side_by_side(funders: Mapping[str, pd.DataFrame], key: str) -> pd.DataFrame:
    """Euros by recipient and funder: one row per value of `key`, one column per funder.

    A recipient that is known by name is known by that name at every funder, or is missed.
    """
    sums = {
        name: table[table[key] != ""].groupby(key)["amount"].sum()
        for name, table in funders.items()
    }
    table = pd.DataFrame(sums).fillna(0.0)
    return table.rename_axis("recipient").reset_index()


def shared(table: pd.DataFrame, first: str, second: str) -> Statistics:
    """Share of the first funder's recipients, and of its euros, that the second funds too; the
    same of those to whom the first gives €5,000 or more."""
    of_first = table[table[first] > 0]
    both = of_first[second] > 0
    euros = of_first[first]
    return {
        f"overlap_{first}_with_{second}": float(both.mean()),
        f"overlap_{first}_with_{second}_euros": float(euros[both].sum() / euros.sum()),
        f"overlap_{first}_with_{second}_5k_and_more": float(both[euros >= LARGE].mean()),
    }


def shared_counts(table: pd.DataFrame, first: str, second: str) -> dict[str, int]:
    """Recipients behind the last statistic of `shared`."""
    large = int((table[first] >= LARGE).sum())
    return {f"overlap_{first}_with_{second}_5k_and_more": large}


def several_funders(table: pd.DataFrame) -> Statistics:
    """Share of the recipients, and of their euros, with two or three funders or more."""
    euros = table.drop(columns="recipient")
    funders = (euros > 0).sum(axis=1).to_numpy()
    total = euros.sum(axis=1).to_numpy()
    return {
        "overlap_two_or_more": float((funders >= 2).mean()),
        "overlap_two_or_more_euros": float(total[funders >= 2].sum() / total.sum()),
        "overlap_three_or_more": float((funders >= 3).mean()),
    }
