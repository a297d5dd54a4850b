"""Which units a run consists of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simulator.plan import check_quarters, check_seed, plan_units
from simulator.problems import InputError


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


def test_a_seed_fits_in_64_bits() -> None:
    with pytest.raises(InputError):
        check_seed(-1)
    check_seed(2026)
