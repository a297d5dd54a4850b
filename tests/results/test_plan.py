"""Which units a run consists of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import simulator
from simulator.model import EssModel
from simulator.plan import check_quarters, check_seed, gather, plan_units
from simulator.problems import InputError
from simulator.scenario import scenario_path


def test_default_parameters_vary_chance_only() -> None:
    plan = plan_units(None, None, None)
    assert plan.source == "default"
    assert plan.units == tuple((0, replicate) for replicate in range(20))


@pytest.mark.parametrize(
    ("draws", "replicates", "expected"), [(None, 12, 12), (12, None, 12), (None, None, 20)]
)
def test_one_draw_per_replicate(draws: int | None, replicates: int | None, expected: int) -> None:
    units = plan_units("ranges", draws, replicates).units
    assert units == tuple((i + 1, i) for i in range(expected))


def test_both_numbers_give_their_product_replicate_by_replicate() -> None:
    assert plan_units("ranges", 3, 2).units == ((1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (3, 1))


def test_scenarios_say_what_is_varied_and_the_largest_number_serves_all() -> None:
    asked = [SimpleNamespace(sample="ranges", draws=n) for n in (12, 30)]
    plan = plan_units(None, None, None, asked)
    assert plan.source == "ranges" and len(plan.units) == 30
    assert plan_units("default", None, 4, asked).units == ((0, 0), (0, 1), (0, 2), (0, 3))


@pytest.mark.parametrize(
    ("source", "draws", "replicates"),
    [
        (None, None, 0), (None, None, -3), ("ranges", 0, 5), ("ranges", 10**6, None),
        ("ranges", 10**4, 10**4), ("default", 5, None), ("often", None, None),
    ],
)  # fmt: skip
def test_impossible_numbers_are_refused(
    source: str | None, draws: int | None, replicates: int | None
) -> None:
    with pytest.raises(InputError):
        plan_units(source, draws, replicates)


@pytest.mark.parametrize("quarters", [0, -1, 201, 1000])
def test_a_horizon_is_one_to_two_hundred_quarters(quarters: int) -> None:
    with pytest.raises(InputError, match="1 to 200"):
        check_quarters(quarters)
    check_quarters(40)


@pytest.mark.parametrize("workers", [0, -1, 1025, 1.5, True, "2"])
def test_processes_are_a_number_that_can_run(workers: Any) -> None:
    with pytest.raises(InputError, match="workers"):
        simulator.simulate("fil-de-l-eau", population="demo", replicates=1, workers=workers)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replicate": -1}, "replicate"),
        ({"replicate": 0.5}, "replicate"),
        ({"quarters": 0}, "quarters"),
        ({"quarters": 4.5}, "quarters"),
        ({"scenario": None}, "scenario"),
        ({"scenario": 3}, "scenario"),
    ],
)
def test_a_world_is_refused_by_name(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        EssModel(**given)


@pytest.mark.parametrize("given", [None, 3, [None], ["fil-de-l-eau", 3]])
def test_what_is_no_scenario_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="is no scenario"):
        simulator.simulate(given, population="demo", replicates=1)


def test_a_path_is_as_good_as_its_text() -> None:
    path = scenario_path("fusionner")
    ids = [[one.id for one in gather([given], None, 4)] for given in (path, str(path))]
    assert ids == [["fil-de-l-eau", "fusionner"]] * 2


def test_a_seed_fits_in_64_bits() -> None:
    with pytest.raises(InputError):
        check_seed(-1)
    check_seed(2026)
