"""The arithmetic of changes in time, as the contract of scenario files tells it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.levers import paths

changes = st.floats(-1, 10)
quarters = st.integers(1, 60)


def test_two_cuts_of_ten_per_cent_compound_to_nineteen_and_stay() -> None:
    path = paths.compounded_path(40, {2026: -0.1, 2027: -0.1})
    assert path[:4] == pytest.approx(0.9)
    assert path[4:] == pytest.approx(0.81)


def test_a_year_left_out_is_no_effect() -> None:
    path = paths.compounded_path(16, {2026: -0.1, 2028: +0.2})
    assert path == pytest.approx([0.9] * 8 + [1.08] * 8)


def test_a_single_number_is_undone_after_until() -> None:
    path = paths.level_path(12, -0.3, start=2, end=5)
    assert path == pytest.approx([1, 1] + [0.7] * 4 + [1] * 6)


def test_until_ends_a_map_too() -> None:
    path = paths.compounded_path(12, {2026: -0.5, 2027: -0.5}, end=6)
    assert path == pytest.approx([0.5] * 4 + [0.25] * 3 + [1] * 5)


def test_from_inside_a_year_starts_its_change_there() -> None:
    path = paths.compounded_path(8, {2026: -0.5}, start=2)
    assert path == pytest.approx([1, 1] + [0.5] * 6)
    assert path[:4].mean() == pytest.approx(0.75), "the vote of the year: time-weighted mean"


def test_a_ramp_spreads_a_change_evenly() -> None:
    assert paths.level_path(6, -0.4, start=1, ramp=4) == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.6])


def test_ramps_of_neighbouring_years_may_overlap() -> None:
    path = paths.compounded_path(16, {2026: -0.1, 2027: -0.1}, ramp=8)
    assert path[7] == pytest.approx(0.9 * 0.95)
    assert path[11:] == pytest.approx(0.81)


@given(changes, quarters, st.integers(0, 60), st.integers(0, 40))
def test_a_ramp_is_monotone_and_ends_at_the_whole_change(change, count, start, ramp) -> None:
    path = paths.level_path(count, change, start, None, ramp)
    steps = np.diff(np.concatenate([[1.0], path]))
    assert np.all(steps * np.sign(change) >= 0)
    if count >= start + max(ramp, 1):
        assert path[-1] == 1.0 + change
    assert np.all(path[: min(start, count)] == 1.0)


@given(st.dictionaries(st.integers(2026, 2040), st.just(0.0)), quarters, st.integers(0, 20))
def test_null_changes_are_exactly_neutral(null, count, ramp) -> None:
    assert np.all(paths.compounded_path(count, null, 0, None, ramp) == 1.0)
    assert np.all(paths.level_path(count, 0.0, 0, None, ramp) == 1.0)


@given(st.dictionaries(st.integers(2026, 2040), changes), quarters)
def test_without_ramp_the_path_ends_at_the_product_of_all_changes(given_changes, count) -> None:
    path = paths.compounded_path(count, given_changes)
    reached = [c for year, c in sorted(given_changes.items()) if (year - 2026) * 4 < count]
    assert path[-1] == pytest.approx(np.prod([1 + c for c in reached]))


@given(changes, quarters, st.integers(0, 30), st.integers(0, 30), st.integers(0, 12))
def test_all_is_as_before_after_the_end(change, count, start, length, ramp) -> None:
    end = start + length
    assert np.all(paths.level_path(count, change, start, end, ramp)[end + 1 :] == 1.0)
    path = paths.compounded_path(count, {2026: change}, start, end, ramp)
    assert np.all(path[end + 1 :] == 1.0)


def test_a_value_is_held_between_its_ends_only() -> None:
    path = paths.held_path(6, 0.5, 1, 3)
    assert np.isnan(path[[0, 4, 5]]).all()
    assert np.all(path[1:4] == 0.5)


def test_yearly_values_leave_other_years_alone() -> None:
    path = paths.yearly_path(12, {2027: 0.03})
    assert np.isnan(path[:4]).all() and np.isnan(path[8:]).all()
    assert np.all(path[4:8] == 0.03)


def test_an_approach_moves_evenly_and_arrives() -> None:
    assert paths.approach(8, 0, 4) == pytest.approx([0, 0.25, 0.5, 0.75, 1, 1, 1, 1])
    assert paths.approach(4, 2, 2) == pytest.approx([0, 0, 1, 1])
