"""Designs have the properties that their names promise."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from experiments.design import AnyDesign, Design

_READ: TypeAdapter[Any] = TypeAdapter(AnyDesign)
SAMPLED = (
    {"kind": "latin_hypercube", "n": 12},
    {"kind": "sobol", "n": 8},
    {"kind": "sobol", "n": 8, "second_order": True},
    {"kind": "morris", "trajectories": 5},
)
OTHERS = (
    {"kind": "grid", "levels": 3},
    {"kind": "factorial"},
    {"kind": "factorial", "fraction": "folded"},
)


def design(content: dict[str, Any]) -> Design:
    read: Design = _READ.validate_python(content)
    return read


def names(count: int) -> list[str]:
    return [f"p{index}" for index in range(count)]


@pytest.mark.parametrize("content", [*SAMPLED, *OTHERS], ids=str)
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_as_many_points_in_the_unit_cube_as_announced(content: dict[str, Any], count: int) -> None:
    one = design(content)
    assert one.faults(names(count)) == []
    points = one.unit_points(names(count))
    assert points.shape == (one.rows(names(count)), count)
    assert points.min() >= 0.0 and points.max() <= 1.0


@pytest.mark.parametrize("content", SAMPLED, ids=str)
def test_the_seed_alone_decides(content: dict[str, Any]) -> None:
    first, again, other = (
        design({**content, "seed": seed}).unit_points(names(3)) for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(n=st.integers(1, 40), count=st.integers(1, 5), seed=st.integers(1, 2**31 - 1))
def test_a_latin_hypercube_has_one_point_in_every_slice(n: int, count: int, seed: int) -> None:
    content = {"kind": "latin_hypercube", "n": n, "seed": seed}
    points = design(content).unit_points(names(count))
    for column in points.T:
        assert sorted(np.floor(column * n).astype(int)) == list(range(n))


@given(power=st.integers(1, 5), count=st.integers(1, 5), second=st.booleans())
def test_saltelli_rows_take_one_coordinate_from_the_other_matrix(
    power: int, count: int, second: bool
) -> None:
    n = 2**power
    content = {"kind": "sobol", "n": n, "second_order": second}
    points = design(content).unit_points(names(count))
    for block in points.reshape(n, -1, count):
        a, b = block[0], block[-1]
        expected = [a]
        expected += [np.where(np.arange(count) == k, b, a) for k in range(count)]
        if second:
            expected += [np.where(np.arange(count) == k, a, b) for k in range(count)]
        assert np.array_equal(block, [*expected, b])


@given(trajectories=st.integers(2, 8), count=st.integers(1, 6), half=st.integers(1, 5))
def test_morris_changes_every_factor_once_by_the_same_step(
    trajectories: int, count: int, half: int
) -> None:
    levels = 2 * half
    content = {"kind": "morris", "trajectories": trajectories, "levels": levels}
    points = design(content).unit_points(names(count))
    step = levels / (2 * (levels - 1))
    for trajectory in points.reshape(trajectories, count + 1, count):
        moves = np.abs(np.diff(trajectory, axis=0))
        assert np.allclose(moves.sum(axis=0), step) and np.allclose(moves.sum(axis=1), step)
        assert (np.count_nonzero(moves > 1e-9, axis=1) == 1).all()
    assert np.allclose(points * (levels - 1), np.round(points * (levels - 1)))


def test_a_grid_is_the_product_of_its_levels() -> None:
    content = {"kind": "grid", "levels": {"p0": 3, "p1": 1, "p2": 2}}
    points = design(content).unit_points(names(3))
    assert points.tolist() == [list(p) for p in itertools.product((0, 0.5, 1), (0.5,), (0, 1))]


@pytest.mark.parametrize("content", [*OTHERS[:2]], ids=str)
def test_all_combinations_are_the_same_set_in_whatever_order_factors_are_named(
    content: dict[str, Any],
) -> None:
    points = design(content).unit_points(names(3))
    turned = points[:, [2, 0, 1]]
    assert {tuple(row) for row in turned} == {tuple(row) for row in points}
    assert len({tuple(row) for row in points}) == len(points)


@given(count=st.integers(1, 20))
def test_a_folded_fraction_keeps_main_effects_clear_of_pairs(count: int) -> None:
    points = design({"kind": "factorial", "fraction": "folded"}).unit_points(names(count))
    signs = 2 * points - 1
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert np.array_equal(signs.T @ signs, len(points) * np.eye(count))
    pairs = [signs[:, i] * signs[:, j] for i, j in itertools.combinations(range(count), 2)]
    for pair in pairs:
        assert not (signs.T @ pair).any()


def test_points_by_hand_are_not_of_the_unit_cube() -> None:
    with pytest.raises(ValueError, match="listed"):
        design({"kind": "list", "points": [{"p0": 1}]}).unit_points(["p0"])
