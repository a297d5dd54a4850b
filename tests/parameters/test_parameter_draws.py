"""Draws for ensembles: inside ranges, evenly spread, the same however many are asked."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.parameter_draws import delayed, drawn_names, quantile, sobol_point
from simulator.parameters import SPECS, Parameters
from simulator.problems import InputError


def test_a_draw_depends_on_seed_and_index_only() -> None:
    first = Parameters.draw(70, seed=5)
    for index in (3, 0, 200):
        Parameters.draw(index, seed=5)
    assert Parameters.draw(70, seed=5) == first
    assert Parameters.draw(71, seed=5) != first
    assert Parameters.draw(70, seed=6) != first


def test_points_do_not_depend_on_the_order_they_are_asked_in() -> None:
    backward = [sobol_point(i, 11, 5) for i in range(150, -1, -1)][::-1]
    from simulator.parameter_draws import _block

    _block.cache_clear()
    forward = [sobol_point(i, 11, 5) for i in range(151)]
    assert np.array_equal(backward, forward)


def test_draws_stay_inside_ranges_and_domains() -> None:
    for index in range(64):
        drawn = Parameters.draw(index, seed=1)
        for name, value in drawn.values.items():
            spec = SPECS[name]
            assert spec.contains(value), name
            if spec.range is None:
                assert np.array_equal(value, spec.default), name
            elif spec.range_mode == "value":
                assert spec.range[0] <= value <= spec.range[1], name
            elif spec.range_mode == "factor":
                low, high = spec.range
                assert np.all(value >= low * np.asarray(spec.default) - 1e-12), name
                assert np.all(value <= high * np.asarray(spec.default) + 1e-12), name
            elif spec.axis == "kernel":
                assert np.allclose(np.sum(value, axis=-1), 1, atol=1e-9), name


def test_draws_fill_the_ranges_evenly() -> None:
    """Each quarter of a uniform range gets a quarter of 64 points, as a Sobol sequence does."""
    values = np.array([Parameters.draw(i, seed=2).number("inertia") for i in range(64)])
    low, high = SPECS["inertia"].range
    counts, _ = np.histogram(values, bins=4, range=(low, high))
    assert counts.tolist() == [16, 16, 16, 16]


def test_every_drawn_parameter_moves_and_no_other() -> None:
    changed: set[str] = set()
    for index in range(8):
        changed |= set(Parameters.draw(index, seed=3).differences())
    assert changed == set(drawn_names())
    assert len(changed) > 100


def test_distributions_have_the_shape_they_are_named_after() -> None:
    points = (np.arange(2000) + 0.5) / 2000
    crowding = np.array([quantile(SPECS["crowding_out"], u) for u in points])
    assert np.median(crowding) == pytest.approx(0, abs=1e-6)
    assert 0.12 < crowding.std() < 0.15  # normal with deviation .15, cut at two deviations
    inflation = np.array([quantile(SPECS["inflation"], u) for u in points])
    counts, edges = np.histogram(inflation, bins=25)
    peak = edges[counts.argmax()]
    assert abs(peak - 0.018) < 0.004
    assert (inflation.min(), inflation.max()) == pytest.approx((0, 0.05), abs=2e-3)


def test_a_table_is_moved_as_a_whole() -> None:
    drawn = Parameters.draw(4, seed=9)
    ratio = drawn.table("exit_hazard") / SPECS["exit_hazard"].default
    assert np.ptp(ratio) < 1e-12 and ratio[0] != 1
    shift = drawn.table("need_growth") - SPECS["need_growth"].default
    assert np.ptp(shift) < 1e-12 and shift[0] != 0


def test_a_delay_by_a_fraction_lies_between_two_quarters() -> None:
    kernel = np.array([1.0, 0, 0, 0, 0, 0, 0])
    assert delayed(kernel, 1.25).tolist() == [0, 0.75, 0.25, 0, 0, 0, 0]
    assert delayed(kernel, 9).tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert delayed(kernel[::-1], -0.5).tolist() == [0, 0, 0, 0, 0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("index", "seed", "how", "message"),
    [
        (0, 1, "guess", "not a way to draw"),
        (-1, 1, "ranges", "draw -1"),
        (0, -1, "ranges", "seed -1"),
    ],
)
def test_impossible_draws_are_told(index: int, seed: int, how: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Parameters.draw(index, seed, how)
