"""Emulators, and the points that they leave."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.calibration.emulator import fit
from experiments.calibration.implausibility import FactView, ensemble_variance
from experiments.calibration.not_ruled_out import draw
from experiments.calibration.problem import Target

RNG = np.random.default_rng(3)


def test_a_bent_function_is_learnt_out_of_sample() -> None:
    points = RNG.random((300, 60))
    smooth = 3 * points[:, 0] + 4 * points[:, 1] * points[:, 2] + 2 * points[:, 3] ** 2
    noise = 0.2 * RNG.standard_normal(300)
    found = fit(points, smooth + noise)
    assert found.explained > 0.9
    assert found.error == pytest.approx(0.04, rel=0.5)
    assert {1, 2} <= set(found.curved.tolist())
    fresh = RNG.random((2000, 60))
    truth = 3 * fresh[:, 0] + 4 * fresh[:, 1] * fresh[:, 2] + 2 * fresh[:, 3] ** 2
    assert np.mean((found.predict(fresh) - truth) ** 2) < 0.03


def test_the_promised_coverage_is_that_of_new_points() -> None:
    points = RNG.random((400, 30))
    values = np.sin(3 * points[:, 0]) + points[:, 1] + 0.3 * RNG.standard_normal(400)
    found = fit(points, values)
    fresh = RNG.random((4000, 30))
    new = np.sin(3 * fresh[:, 0]) + fresh[:, 1] + 0.3 * RNG.standard_normal(4000)
    inside = np.mean(np.abs(new - found.predict(fresh)) <= 1.96 * np.sqrt(found.error))
    assert found.covered == pytest.approx(inside, abs=0.04)
    assert 0.9 < inside < 0.99


def test_where_there_is_nothing_to_learn_the_mean_is_said() -> None:
    points = RNG.random((200, 40))
    for _ in range(20):
        found = fit(points, RNG.standard_normal(200))
        assert found.explained < 0.1  # never worse than the mean, hardly ever better by chance
        assert found.explained >= 0.0 and found.error < 1.4
    constant = fit(points, np.full(200, 5.0))
    assert constant.error == 0.0 and constant.predict(points)[0] == 5.0


def test_more_parameters_than_points_is_no_obstacle() -> None:
    points = RNG.random((60, 163))
    found = fit(points, 5 * points[:, 7] + 0.1 * RNG.standard_normal(60))
    assert 7 in found.linear and found.explained > 0.5


def test_error_can_be_told_of_the_latest_points_only() -> None:
    points = RNG.random((400, 5))
    late = np.arange(400) >= 200
    noise = np.where(late, 0.05, 1.0) * RNG.standard_normal(400)
    found = fit(points, points[:, 0] + noise, recent=late)
    assert found.error < 0.1 < fit(points, points[:, 0] + noise).error


def view(ensemble: float, error: float, level: float = 0.0) -> FactView:
    points = np.linspace(0.01, 0.99, 100)[:, None]
    flat = fit(points, np.full(100, level))
    from dataclasses import replace

    return FactView(Target("f", -1.0, 1.0, 0.5, 0.5), replace(flat, error=error), ensemble)


def test_implausibility_weighs_all_the_errors() -> None:
    one = view(ensemble=1.0, error=3.0, level=2.0)
    # |2 − 0| / √(.25 + .25 + (3 − 1))
    assert one.implausibility(np.array([[0.5]]))[0] == pytest.approx(2 / np.sqrt(2.5))


def test_a_lucky_world_is_trusted_as_far_as_the_emulator_is_rough() -> None:
    expected, variance = view(ensemble=1.0, error=3.0).updated(np.array([[0.5]]), np.array([3.0]))
    assert expected[0] == pytest.approx(3 * 2 / 3)  # two thirds of the variance are the model's
    assert variance == pytest.approx(2 / 3)
    sure, _ = view(ensemble=3.0, error=3.0).updated(np.array([[0.5]]), np.array([3.0]))
    assert sure[0] == pytest.approx(0, abs=0.1)


def test_one_sided_targets_are_missed_on_one_side() -> None:
    rising = Target("f", 0.0, None, 0.01, 0.01)
    assert rising.miss(np.array([-0.5, 0.0, 7.0])).tolist() == [-0.5, 0.0, 0.0]
    assert rising.contains(np.array([-0.1, 3.0])).tolist() == [False, True]
    falling = Target("f", None, 1.0, 0.01, 0.01)
    assert falling.miss(np.array([0.5, 2.0])).tolist() == [0.0, 1.0]


def test_chance_is_the_variance_between_replicates_of_a_point() -> None:
    levels = 10 * RNG.random((500, 1))
    repeats = levels + 2 * RNG.standard_normal((500, 4))
    assert ensemble_variance(repeats) == pytest.approx(4, rel=0.15)
    repeats[3, 1] = np.nan  # a point that a fact does not show is left out
    assert np.isfinite(ensemble_variance(repeats))


def test_a_small_corner_is_found_filled_evenly_and_measured() -> None:
    """A cube of side .1 in five of ten dimensions: a share of 1e−5."""

    def score(points: np.ndarray) -> np.ndarray:
        return np.abs(points[:, :5] - 0.3).max(axis=1) / 0.05

    space = draw(score, 10, 400, 1.0, np.random.default_rng(1))
    assert space.bound == 1.0
    assert (score(space.points) <= 1.0).all()
    assert space.share == pytest.approx(1e-5, rel=0.6)
    inside = (space.points[:, :5] - 0.25) / 0.1
    assert np.abs(inside.mean(axis=0) - 0.5).max() < 0.1
    assert np.abs(inside.std(axis=0) * np.sqrt(12) - 1).max() < 0.15
    free = space.points[:, 5:]
    assert np.abs(free.mean(axis=0) - 0.5).max() < 0.1
    assert np.abs(free.std(axis=0) * np.sqrt(12) - 1).max() < 0.15


def test_where_nothing_is_left_the_lowest_bound_is_told() -> None:
    space = draw(lambda points: 5 + points[:, 0], 3, 100, 3.0, np.random.default_rng(1))
    assert space.bound > 3.0
    assert space.bound < 5.2
