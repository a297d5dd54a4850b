"""Replicates go on where the interval is too wide, and only there."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.execution.rounds import half_widths, rounds
from experiments.plan import Replicates


def outcomes(points: int, replicates: int, seed: int = 3) -> pd.DataFrame:
    """Differences with a spread of 1 at point 0, 2 at point 1, …; luck common to scenarios."""
    luck = np.random.default_rng(seed).normal(size=(replicates, points, 2))
    rows = []
    for replicate in range(replicates):
        for point in range(points):
            common = 100 * luck[replicate, point, 0]
            own = common + 5 + (point + 1) * luck[replicate, point, 1]
            rows += [(point, replicate, "base", common), (point, replicate, "policy", own)]
    return pd.DataFrame(rows, columns=["design_id", "replicate", "scenario", "jobs"])


def plan(half_width: float, start: int = 10, maximum: int = 400) -> SimpleNamespace:
    rule = Replicates(outcomes=("jobs",), half_width=half_width, start=start, maximum=maximum)
    return SimpleNamespace(replicates=rule, reference="base")


def asked(table: pd.DataFrame, points: int, half_width: float, **rule: int) -> dict[int, int]:
    """Replicates of each point, once the rule is content."""
    everything = [key for part in rounds(plan(half_width, **rule), points, lambda: table)
                  for key in part]  # fmt: skip
    assert len(everything) == len(set(everything))
    return {p: sum(1 for _, point in everything if point == p) for p in range(points)}


def test_the_half_width_is_that_of_a_paired_t_interval() -> None:
    table = outcomes(2, 12)
    found = half_widths(table, ("jobs",), "base").set_index("design_id")
    for point in (0, 1):
        wide = table[table["design_id"] == point].pivot(
            index="replicate", columns="scenario", values="jobs"
        )
        expected = stats.ttest_1samp(wide["policy"] - wide["base"], 0).confidence_interval(0.9)
        assert found.loc[point, "half_width"] == pytest.approx((expected.high - expected.low) / 2)
        assert found.loc[point, "pairs"] == 12


def test_noisier_points_get_more_replicates_until_they_are_narrow_enough() -> None:
    table = outcomes(3, 400)
    got = asked(table, 3, half_width=0.5)
    assert got[0] < got[1] < got[2]
    for point, count in got.items():
        # n = (t s / h)², and a round adds a quarter.
        needed = (1.65 * (point + 1) / 0.5) ** 2
        assert 0.5 * needed < count < 2 * needed + 5
        seen = table[(table["design_id"] == point) & (table["replicate"] < count)]
        assert half_widths(seen, ("jobs",), "base")["half_width"].item() <= 0.5


def test_the_rule_never_goes_beyond_its_maximum_nor_below_its_start() -> None:
    table = outcomes(2, 400)
    assert asked(table, 2, half_width=1e-9, start=5, maximum=23) == {0: 23, 1: 23}
    assert asked(table, 2, half_width=1e9, start=7) == {0: 7, 1: 7}


def test_missing_values_are_no_reason_to_stop() -> None:
    table = outcomes(2, 50)
    broken = table.assign(jobs=table["jobs"].where(table["design_id"] == 0, math.nan))
    assert asked(broken, 2, half_width=1e9, start=4, maximum=20) == {0: 4, 1: 20}
    failed = table[table["design_id"] == 0]
    assert asked(failed, 2, half_width=1e9, start=4, maximum=20) == {0: 4, 1: 20}


@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_what_is_asked_depends_neither_on_the_order_of_rows_nor_on_what_came_too_early(
    seed: int, early: int
) -> None:
    table = outcomes(2, 60)
    mixed = table.sample(frac=1.0, random_state=seed)
    expected = asked(table, 2, half_width=0.8, maximum=60)

    def as_far_as(replicates: int) -> pd.DataFrame:
        return mixed[mixed["replicate"] < max(replicates, early)]

    done = 0

    def seen() -> pd.DataFrame:
        return as_far_as(done)

    got = {0: 0, 1: 0}
    for units in rounds(plan(0.8, maximum=60), 2, seen):
        done = max(replicate for replicate, _ in units) + 1
        for _, point in units:
            got[point] += 1
    assert got == expected


def test_a_fixed_number_is_one_round_replicate_by_replicate() -> None:
    fixed = SimpleNamespace(replicates=Replicates(fixed=2), reference="base")
    assert list(rounds(fixed, 3, outcomes)) == [
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    ]  # fmt: skip


def test_a_rule_ends_where_every_unit_fails() -> None:
    nothing = outcomes(2, 0)
    assert asked(nothing, 2, half_width=1.0, start=3, maximum=9) == {0: 9, 1: 9}
