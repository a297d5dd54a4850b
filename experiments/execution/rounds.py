"""Which units a plan asks for: so many replicates of every point, or rounds until it is enough.

What a round holds depends on the outcomes of the rounds before, all of them, in the order of units:
never on who finished first, and the same when an experiment is gone on with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from simulator import intervals
from simulator.compare import paired

if TYPE_CHECKING:
    from experiments.plan import Plan, Replicates

Key = tuple[int, int]  # replicate, design_id
MORE: Final = 0.25  # replicates of a further round, over those that are there


def rounds(plan: Plan, points: int, outcomes: Callable[[], pd.DataFrame]) -> Iterator[list[Key]]:
    """Units of each round; the next is asked for once all units of the one before are there.

    `outcomes` gives the table of outcomes as it then is.
    """
    rule = plan.replicates
    if rule.fixed is not None:
        yield _units(0, rule.fixed, range(points))
        return
    still, done, wanted = list(range(points)), 0, rule.start
    while still and wanted > done:
        yield _units(done, wanted, still)
        done = wanted
        wide = _too_wide(rule, outcomes(), plan.reference, done)
        still = [point for point in still if point not in wide.index or wide[point]]
        wanted = min(done + max(1, math.ceil(done * MORE)), rule.most)


def _units(first: int, last: int, points: range | list[int]) -> list[Key]:
    """Replicate by replicate, so that a batch cut short is balanced."""
    return [(replicate, point) for replicate in range(first, last) for point in points]


def half_widths(outcomes: pd.DataFrame, names: tuple[str, ...], reference: str) -> pd.DataFrame:
    """Half-width of the paired 90 % interval at every design point.

    Columns `design_id scenario outcome pairs half_width`; pairs with a value that is not a number
    are left out, and the half-width of fewer than two is not a number.
    """
    columns = ["design_id", "scenario", "outcome", "pairs", "half_width"]
    if outcomes.empty:  # every unit failed
        return pd.DataFrame(columns=columns)
    wide = outcomes.set_index(["design_id", "replicate", "scenario"])[list(names)].sort_index()
    against = wide.xs(reference, level="scenario")
    rows = []
    for scenario in wide.index.unique("scenario"):
        if scenario == reference:
            continue
        values = wide.xs(scenario, level="scenario")
        for name in names:
            own, other = values[name].align(against[name])
            differences = pd.Series(paired(own.to_numpy(), other.to_numpy()), index=own.index)
            for point, group in differences.groupby(level="design_id"):
                known = group.dropna().to_numpy()
                width = np.nan
                if len(known) > 1:
                    _, low, high = intervals.student(known)
                    width = float(high - low) / 2
                rows.append((point, scenario, name, len(known), width))
    return pd.DataFrame(rows, columns=columns)


def _too_wide(
    rule: Replicates, outcomes: pd.DataFrame, reference: str, replicates: int
) -> pd.Series:
    """True, by design point, where an interval is still wider than the rule allows."""
    # A folder that is gone on with may hold units of later rounds.
    seen = outcomes[outcomes["replicate"] < replicates]
    found = half_widths(seen, rule.outcomes, reference)
    assert rule.half_width is not None
    narrow = found["half_width"] <= rule.half_width  # not a number is not narrow
    return ~narrow.groupby(found["design_id"]).all()
