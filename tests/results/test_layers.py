"""Chance, parameters, structure: known variances are found, unknown ones are told missing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from simulator import layers
from simulator.layers import LAYERS, REASONS, Unit, split
from simulator.problems import InputError
from simulator.results import Results

Make = Callable[..., Results]
STRUCTURES = ("default", "one", "two", "three")


def crossed(structures: int, draws: int, replicates: int) -> list[Unit]:
    """Units of a crossed design, in the order of the axes."""
    return [(d + 1, STRUCTURES[s], r) for s, d, r in
            product(range(structures), range(draws), range(replicates))]  # fmt: skip


def shares(found: layers.Split) -> list[float]:
    return [found.share(layer) for layer in LAYERS]


def test_effects_that_only_add_up_are_recovered_exactly() -> None:
    generator = np.random.default_rng(1)
    a, b, c = (generator.normal(0, s, n) for s, n in ((3.0, 4), (2.0, 5), (1.0, 6)))
    x = a[:, None, None] + b[None, :, None] + c[None, None, :] + 7.0
    found = split(x.ravel(), crossed(4, 5, 6))
    assert found.chance == pytest.approx(c.var(ddof=1), rel=1e-9)
    assert found.parameter == pytest.approx(b.var(ddof=1), rel=1e-9)
    assert found.structure == pytest.approx(a.var(), rel=1e-9)  # a complete list: no n − 1
    assert sum(shares(found)) == pytest.approx(1.0, abs=1e-12)
    assert found.reasons == ()


def world(generator: np.random.Generator, draws: int, replicates: int) -> np.ndarray:
    """Differences with every interaction; variances 1.5, 4.25 and 2.1875 by layer."""
    a = np.array([0.0, 2.0, -2.0, 1.0])[:, None, None]

    def normal(sd: float, *shape: int) -> np.ndarray:
        return generator.normal(0.0, sd, shape)

    parameters = normal(2.0, 1, draws, 1) + normal(0.5, 4, draws, 1)
    chance = (
        normal(1.0, 1, 1, replicates) + normal(0.5, 1, draws, replicates)
        + normal(0.5, 4, draws, replicates)
    )  # fmt: skip
    return np.asarray(a + parameters + chance)


TRUE = {"chance": 1.5, "parameter": 4.25, "structure": 2.1875}


def test_few_draws_and_replicates_do_not_leak_into_the_outer_layers() -> None:
    """Unbiased: the mean estimate over many small experiments is the variance that made them."""
    generator, units = np.random.default_rng(2), crossed(4, 5, 3)
    found = [split(world(generator, 5, 3).ravel(), units) for _ in range(1500)]
    for layer in LAYERS:
        estimates = np.array([getattr(one, layer) for one in found])
        error = estimates.std() / np.sqrt(len(estimates))
        assert abs(estimates.mean() - TRUE[layer]) < 4 * error, layer


def test_shares_of_a_large_experiment_are_those_that_made_it() -> None:
    found = split(world(np.random.default_rng(3), 150, 150).ravel(), crossed(4, 150, 150))
    total = sum(TRUE.values())
    for layer in LAYERS:
        assert found.share(layer) == pytest.approx(TRUE[layer] / total, abs=0.08)
    assert sum(shares(found)) == pytest.approx(1.0, abs=1e-12)


def test_bands_hold_the_true_share_about_as_often_as_they_say() -> None:
    generator, units = np.random.default_rng(4), crossed(4, 10, 10)
    total, inside = sum(TRUE.values()), dict.fromkeys(LAYERS, 0)
    trials = 100
    for _ in range(trials):
        band = layers.bands(world(generator, 10, 10).ravel(), units)
        for layer, (low, high) in band.items():
            assert 0.0 <= low <= high <= 1.0
            inside[layer] += low <= TRUE[layer] / total <= high
    # 90 % is meant; the chance of 76 or fewer of 100 at 90 % is under one in ten thousand.
    assert min(inside.values()) >= 77


@pytest.mark.parametrize("structures", [1, 3])
def test_one_replicate_per_draw_tells_chance_and_parameters_together(structures: int) -> None:
    units = [(d + 1, STRUCTURES[s], d) for d in range(12) for s in range(structures)]
    x = np.random.default_rng(5).normal(size=len(units)) + [STRUCTURES.index(u[1]) for u in units]
    found = split(x, units)
    assert np.isnan(found.share("chance")) and np.isnan(found.share("parameter"))
    assert "one_replicate_per_draw" in found.reasons
    assert np.isnan(found.share("structure")) == (structures == 1)
    if structures > 1:
        assert 0.0 < found.share("structure") < 1.0


def test_a_common_replicate_does_not_tell_them_apart_either() -> None:
    found = split(np.random.default_rng(6).normal(size=24), crossed(2, 12, 1))
    assert found.reasons == ("one_replicate_per_draw",)
    assert found.parameter is None and found.chance is None and found.structure is not None


def test_what_was_not_varied_is_missing_not_nought() -> None:
    generator = np.random.default_rng(7)
    chance_only = split(generator.normal(size=8), [(0, "default", r) for r in range(8)])
    assert np.isnan(shares(chance_only)).all()
    assert set(chance_only.reasons) == {"parameters_not_varied", "structure_not_varied"}
    no_structure = split(generator.normal(size=20), crossed(1, 5, 4))
    assert np.isnan(no_structure.share("structure"))
    assert no_structure.share("chance") + no_structure.share("parameter") == pytest.approx(1.0)
    assert no_structure.reasons == ("structure_not_varied",)
    default = [(0, name, r) for name in STRUCTURES for r in range(6)]
    no_draws = split(generator.normal(size=24), default)
    assert np.isnan(no_draws.share("parameter"))
    assert no_draws.share("chance") + no_draws.share("structure") == pytest.approx(1.0)
    one_world = split(np.arange(4.0), [(0, name, 0) for name in STRUCTURES])
    assert np.isnan(shares(one_world)).all() and "chance_not_varied" in one_world.reasons


def test_no_variance_and_missing_worlds_are_told() -> None:
    units = crossed(2, 3, 4)
    still = split(np.full(24, -3.0), units)
    assert np.isnan(shares(still)).all() and still.reasons == ("no_variance",)
    nothing = split(np.zeros(24), units)
    assert nothing.reasons == ("no_variance",)
    holed = np.random.default_rng(8).normal(size=24)
    holed[5] = np.nan
    assert split(holed, units).reasons == ("missing_worlds",)


def test_an_interrupted_run_uses_the_replicates_that_every_world_had() -> None:
    generator = np.random.default_rng(9)
    whole = [(d, s, r) for r in range(4) for d in (1, 2, 3) for s in STRUCTURES[:2]]
    x = generator.normal(size=len(whole))
    partial = split(x[:-3], whole[:-3])
    complete = split(x[:18], whole[:18])  # three whole replicates
    assert shares(partial) == pytest.approx(shares(complete))


def test_every_reason_has_its_words() -> None:
    for words in REASONS.values():
        assert words["fr"] and words["en"]
    assert " ; " in layers.reason("parameters_not_varied structure_not_varied", "en")


def effect(draw: int, structure: str) -> float:
    return -0.1 - 0.03 * draw - (0.08 if structure == "cascade_off" else 0.0)


def test_a_comparison_tells_the_layers_of_each_difference(make_results: Make) -> None:
    results = make_results(
        replicates=3, draws=4, effects={"choc-regional": effect}, jitter=0.02,
        structures=("default", "cascade_off"),
    )  # fmt: skip
    row = results.compare("jobs_fte").iloc[0]
    assert row["structures"] == 2 and row["draws"] == 4 and row["pairs"] == 24
    told = [row[f"{layer}_share"] for layer in LAYERS]
    assert min(told) > 0.0 and sum(told) == pytest.approx(1.0)
    assert row["layers_missing"] is None
    by_sector = results.compare("jobs_fte", by="sector")
    sums = by_sector[[f"{layer}_share" for layer in LAYERS]].sum(axis=1)
    np.testing.assert_allclose(sums, 1.0)
    table = results.layers(["jobs_fte", "survival"], at=results.quarters[-1])
    assert list(table["indicator"]) == ["jobs_fte", "survival"]
    jobs = table.iloc[0]
    assert [jobs[f"{layer}_share"] for layer in LAYERS] == pytest.approx(told)
    assert jobs["chance_low"] <= jobs["chance_share"] <= jobs["chance_high"]


def test_usual_runs_say_what_is_missing(make_results: Make) -> None:
    row = make_results(replicates=6, jitter=0.02).compare("jobs_fte").iloc[0]
    assert row["layers_missing"] == "parameters_not_varied structure_not_varied"
    assert np.isnan([row[f"{layer}_share"] for layer in LAYERS]).all()


def test_one_structure_can_be_compared_alone(make_results: Make) -> None:
    results = make_results(
        replicates=2, draws=12, effects={"choc-regional": effect},
        structures=("default", "cascade_off"),
    )  # fmt: skip
    apart = {s: results.compare("jobs_fte", structure=s).iloc[0] for s in results.structures}
    both = results.compare("jobs_fte").iloc[0]
    mean = np.mean([row["difference"] for row in apart.values()])
    assert both["difference"] == pytest.approx(mean)
    assert apart["cascade_off"]["difference"] < apart["default"]["difference"]
    assert apart["default"]["structures"] == 1
    with pytest.raises(InputError, match="cascade_off"):
        results.compare("jobs_fte", structure="contest_only")


def test_structures_do_not_stand_in_for_draws(make_results: Make) -> None:
    few = make_results(
        replicates=1, draws=9, effects={"choc-regional": -0.2}, structures=STRUCTURES
    )
    assert few.compare("jobs_fte").iloc[0]["verdict"] == "too_few_draws"

    def torn(draw: int, structure: str) -> float:
        return 0.2 if structure == "one" else -0.1

    disagree = make_results(
        replicates=1, draws=12, effects={"choc-regional": torn}, structures=("default", "one")
    )
    row = disagree.compare("jobs_fte").iloc[0]
    assert row["verdict"] == "ambiguous"  # the same sign in every draw, but not in every structure
    assert row["low"] < 0 < row["high"]
