"""The calibrator finds what made the facts, says how sure it is, and says what it does not know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments.calibration.calibrate import Calibration, calibrate
from experiments.calibration.summary import summarised
from tests.experiments.calibration.conftest import SMALL, TRUTH
from tests.experiments.calibration.toys import (
    IDENTIFIED,
    Toy,
    expected_facts,
    targets_at,
)

OBSERVATION = 0.08
DATA_SETS = 60


def test_the_truth_lies_in_the_accepted_bands(done: Calibration) -> None:
    low, high = np.quantile(done.accepted.points, [0.05, 0.95], axis=0)
    for j in IDENTIFIED:
        assert low[j] <= TRUTH[j] <= high[j]


def test_what_the_facts_say_is_told_apart_from_what_they_do_not(done: Calibration) -> None:
    words = {p["name"]: p["word"] for p in summarised(done)["parameters"]}
    assert [words[name] for name in "abcd"] == ["identified"] * 4
    assert [words[name] for name in words if name.startswith("idle")] == ["not identified"] * 4


def test_accepted_draws_reproduce_the_facts_in_worlds_they_never_saw(done: Calibration) -> None:
    for target in done.problem.targets:
        median = np.median(done.accepted.confirmed.column(target.id))
        assert target.contains(median), target.id
    assert summarised(done)["misses"] == []


def test_history_matching_narrows_the_space_wave_by_wave(done: Calibration) -> None:
    second = done.history.waves[1]
    assert second.share < 0.05 and SMALL.near <= second.bound <= SMALL.cutoff
    truth = expected_facts(second.points)
    for column, target in enumerate(done.problem.targets):
        far = np.abs(target.miss(truth[:, column])) / target.observation
        # Expected facts are within the cutoff up to what the first emulators did not know.
        assert np.quantile(far, 0.9) < 2 * SMALL.cutoff


def ranks_of_the_truth(folder: Path, data_sets: int, claimed: float) -> np.ndarray:
    """(data sets, 8) share of accepted draws below the truth, for truths from the prior.

    claimed: standard deviation that the calibrator is told, over that of the figures.
    """
    rng = np.random.default_rng(7)
    ranks = []
    for number in range(data_sets):
        truth = rng.random(len(TRUTH))
        seen = expected_facts(truth[None, :])[0] + OBSERVATION * rng.standard_normal(4)
        told = claimed * OBSERVATION
        problem = Toy(targets_at(seen, told, 2 * told), luck=number)
        found = calibrate(problem, replace(SMALL, seed=number), folder / str(number), workers=1)
        ranks.append((found.accepted.points < truth).mean(axis=0))
    return np.array(ranks)


def chance_of_so_few(inside: np.ndarray) -> float:
    """Probability that honest 90 % bands hold the truth so rarely."""
    return float(stats.binomtest(int(inside.sum()), inside.size, 0.9, "less").pvalue)


@pytest.mark.slow
def test_ranks_of_the_truth_are_those_of_an_honest_posterior(tmp_path: Path) -> None:
    """Simulation-based calibration: truths from the prior, facts observed with their error.

    The truth should then be as likely to lie at any rank of the accepted draws. Acceptance with a
    tolerance may only make the draws wider than needed, never surer than they are.
    """
    ranks = ranks_of_the_truth(tmp_path, DATA_SETS, claimed=1.0)
    inside = (ranks >= 0.05) & (ranks <= 0.95)
    for j in range(ranks.shape[1]):
        assert chance_of_so_few(inside[:, j]) > 1e-3, j
        assert stats.wilcoxon(ranks[:, j] - 0.5).pvalue > 1e-3, j  # leans to neither side
    assert chance_of_so_few(inside[:, list(IDENTIFIED)]) > 1e-3


def test_a_calibrator_that_is_too_sure_is_found_out(tmp_path: Path) -> None:
    """The check above can fail: told a third of the error of the figures, bands are too narrow."""
    ranks = ranks_of_the_truth(tmp_path, DATA_SETS // 3, claimed=1 / 3)
    inside = (ranks >= 0.05) & (ranks <= 0.95)
    assert chance_of_so_few(inside[:, list(IDENTIFIED)]) < 1e-3


def test_a_surer_figure_gives_narrower_draws(tmp_path: Path) -> None:
    spread = []
    values = expected_facts(TRUTH[None, :])[0]
    for number, observation in enumerate((0.03, 0.3)):
        problem = Toy(targets_at(values, observation, 2 * observation))
        found = calibrate(problem, SMALL, tmp_path / str(number), workers=1)
        spread.append(found.accepted.points[:, list(IDENTIFIED)].std(axis=0).mean())
    assert spread[0] < 0.6 * spread[1]


def test_the_prior_shows_what_it_can_reach_before_anything_is_fitted(done: Calibration) -> None:
    """Prior predictive: the first wave is spread over the ranges, whatever the targets are."""
    first = done.history.waves[0]
    for column in first.points.T:
        counts, _ = np.histogram(column, bins=10, range=(0, 1))
        assert counts.tolist() == [SMALL.points // 10] * 10
    before = {f["id"]: f["before"] for f in summarised(done)["facts"]}
    reach = expected_facts(np.random.default_rng(0).random((20_000, 8)))
    for i in range(4):
        low, high = np.quantile(reach[:, i], [0.05, 0.95])
        assert before[f"f{i}"]["low"] == pytest.approx(low, abs=0.2)
        assert before[f"f{i}"]["high"] == pytest.approx(high, abs=0.2)


def test_a_target_out_of_reach_is_set_aside_and_told_with_the_reason(tmp_path: Path) -> None:
    values = expected_facts(TRUTH[None, :])[0]
    good = targets_at(values)
    problem = Toy((*good[:3], replace(good[3], low=9.0, high=9.2)))
    found = calibrate(problem, SMALL, tmp_path / "out", workers=1)
    assert found.accepted.set_aside == ("f3",)
    summary = summarised(found)
    (miss,) = summary["misses"]
    assert miss["id"] == "f3" and miss["alone"] == 0.0
    assert miss["left_out"][2] < 9.0
    for target in good[:3]:  # the others are still met
        assert target.contains(np.median(found.accepted.confirmed.column(target.id)))


def test_a_conflict_between_two_facts_names_both(tmp_path: Path) -> None:
    """f0 asks for a large `a`, f1 for a small one: each can be met, not both."""
    values = expected_facts(TRUTH[None, :])[0]
    good = targets_at(values)
    high = replace(good[0], low=2.2, high=2.5)
    low = replace(good[1], low=0.0, high=0.1)
    found = calibrate(Toy((high, low)), SMALL, tmp_path / "out", workers=1)
    summary = summarised(found)
    assert summary["misses"]
    for miss in summary["misses"]:
        assert [other["id"] for other in miss["against"]] == [{"f0": "f1", "f1": "f0"}[miss["id"]]]
        assert miss["alone"] > 0


def test_a_world_that_fails_is_left_out_and_counted(tmp_path: Path) -> None:
    from tests.experiments.calibration.toys import Fragile

    values = expected_facts(TRUTH[None, :])[0]
    found = calibrate(Fragile(targets_at(values)), SMALL, tmp_path / "out", workers=1)
    waves = summarised(found)["waves"]
    assert waves[0]["failed"] > 0
    assert waves[0]["errors"] == ["ZeroDivisionError: nobody left"]
    assert (found.accepted.points[:, 4] <= 0.9).all()


def test_a_fact_that_nothing_moves_rules_nothing_out(tmp_path: Path) -> None:
    values = expected_facts(TRUTH[None, :])[0]

    fixed = replace(targets_at(values)[0], id="free", low=0.2, high=0.4)
    from tests.experiments.calibration.toys import Still

    found = calibrate(Still((*targets_at(values), fixed)), SMALL, tmp_path / "out", workers=1)
    fact = next(f for f in summarised(found)["facts"] if f["id"] == "free")
    assert fact["fitted"] and not fact["moved"]
