"""Survival estimators against published values, a survival library and known identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.survival import curves, restricted_mean

# Freireich et al. (1963), remission in weeks of 21 patients under 6-mercaptopurine; the curve is
# printed in most textbooks (Cox & Oakes 1984; Collett, table 2.3).
WEEKS = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
)  # fmt: skip
RELAPSE = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
AT_RISK = {6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6}


def test_kaplan_meier_reproduces_the_published_remission_table() -> None:
    found = curves(WEEKS, np.where(RELAPSE == 1, 0, -1), 1, 35)
    for week, share in PUBLISHED.items():
        assert found.survival[0, week] == pytest.approx(share, abs=5e-4)
        assert found.at_risk[0, week] == AT_RISK[week]
    assert found.survival[0, 35] == found.survival[0, 23]


def random_sample(seed: int, size: int = 400) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    entry = generator.integers(0, 15, size)
    duration = entry + generator.integers(1, 40, size)
    cause = generator.integers(-1, 3, size)
    weight = generator.uniform(1, 30, size)
    return {"entry": entry, "duration": duration, "cause": cause, "weight": weight}


def test_weights_and_delayed_entry_agree_with_a_survival_library() -> None:
    lifelines = pytest.importorskip("lifelines")
    sample = random_sample(3)
    found = curves(
        sample["duration"], np.where(sample["cause"] >= 0, 0, -1), 1, 54,
        weight=sample["weight"], entry=sample["entry"],
    )  # fmt: skip
    fitter = lifelines.KaplanMeierFitter()
    with pytest.warns(Warning):
        fitter.fit(
            sample["duration"], sample["cause"] >= 0, entry=sample["entry"],
            weights=sample["weight"],
        )  # fmt: skip
    expected = fitter.survival_function_at_times(np.arange(55)).to_numpy()
    np.testing.assert_allclose(found.survival[0], expected, rtol=0, atol=1e-9)


def test_cumulative_incidence_agrees_with_a_survival_library() -> None:
    lifelines = pytest.importorskip("lifelines")
    generator = np.random.default_rng(8)
    duration = generator.permutation(np.arange(1, 301))  # no ties: the library would jitter them
    cause = generator.integers(-1, 2, 300)
    found = curves(duration, cause, 2, 300)
    for number in range(2):
        fitter = lifelines.AalenJohansenFitter(calculate_variance=False)
        fitter.fit(duration, cause + 1, event_of_interest=number + 1)
        expected = fitter.cumulative_density_.iloc[:, 0]
        times = expected.index.to_numpy(int)
        np.testing.assert_allclose(found.incidence[0, number, times], expected, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_incidences_and_survival_add_up_to_one(seed: int) -> None:
    sample = random_sample(seed, 120)
    found = curves(
        sample["duration"], sample["cause"], 3, 30,
        weight=sample["weight"], entry=sample["entry"],
        group=np.arange(120) % 4, groups=4,
    )  # fmt: skip
    total = found.survival + found.incidence.sum(axis=1)
    np.testing.assert_allclose(total, 1.0, atol=1e-12)
    assert (np.diff(found.survival, axis=1) <= 1e-15).all()


def test_groups_are_estimated_apart() -> None:
    sample = random_sample(5)
    group = np.arange(400) % 3
    together = curves(sample["duration"], sample["cause"], 3, 40, group=group, groups=3)
    for number in range(3):
        own = group == number
        alone = curves(sample["duration"][own], sample["cause"][own], 3, 40)
        np.testing.assert_allclose(together.survival[number], alone.survival[0])
        np.testing.assert_allclose(together.incidence[number], alone.incidence[0])


def test_an_exit_after_the_horizon_is_not_seen() -> None:
    found = curves(np.array([3, 9]), np.array([0, 0]), 1, 5)
    assert found.survival[0].tolist() == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]


def test_constant_hazard_gives_geometric_survival() -> None:
    generator = np.random.default_rng(1)
    found = curves(generator.geometric(0.02, 200_000), np.zeros(200_000, int), 1, 40)
    np.testing.assert_allclose(found.survival[0], 0.98 ** np.arange(41), atol=0.005)


def test_restricted_mean_is_the_mean_of_lives_cut_at_the_horizon() -> None:
    lives = np.random.default_rng(2).integers(1, 90, 500)
    found = curves(lives, np.zeros(500, int), 1, 40)
    assert restricted_mean(found.survival)[0] == pytest.approx(np.minimum(lives, 40).mean())
    assert restricted_mean(found.survival, 10)[0] == pytest.approx(np.minimum(lives, 10).mean())
