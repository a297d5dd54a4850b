"""P0 and P1: indices of a quarter, and what a vote makes known."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.codes import REGIONS
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.processes.indices import update_indices
from simulator.processes.vote import vote, vote_change
from tests.engine.worlds import scenario_of
from tests.equations.few import HERE, at_rest, column


def test_prices_wages_incomes_gifts_sales_and_need_grow_by_a_fourth_root(few: Population) -> None:
    world = at_rest(
        few, inflation=0.04, wage_growth=0.05, income_growth=0.02, gift_growth=0.03,
        user_growth=0.06, need_growth=0.01,
    )  # fmt: skip
    wage, sales = column(world, "wage"), column(world, "sales_growth")
    update_indices(world)
    assert world.price_level == pytest.approx(1.04**0.25)
    assert world.income == pytest.approx(1.02**0.25)
    assert world.gift_index == pytest.approx(1.03**0.25)
    assert column(world, "wage") == pytest.approx(wage * 1.05**0.25)
    assert column(world, "sales_growth") == pytest.approx(sales * 1.06**0.25)
    assert world.need_trend == pytest.approx(1.01**0.25)
    for reference, name in ((world.price_reference, "inflation"),
                            (world.income_reference, "income_growth")):  # fmt: skip
        usual = float(np.asarray(SPECS[name].default))
        assert reference == pytest.approx((1.0 + usual) ** 0.25)


def test_fundraising_follows_prices_and_everybody_grows_older(few: Population) -> None:
    world = at_rest(few, inflation=0.10)
    effort, new, age = (column(world, n) for n in ("fundraising", "fundraising_new", "age"))
    update_indices(world)
    assert column(world, "fundraising") == pytest.approx(effort * 1.10**0.25)
    assert column(world, "fundraising_new") == pytest.approx(new * 1.10**0.25)
    assert column(world, "age") == pytest.approx(age + 0.25)


@pytest.mark.parametrize(("cut", "quarters"), [("-9%", 0), ("-11%", 2)])
def test_a_real_fall_of_a_tenth_is_a_publicised_crisis(
    cut: str, quarters: int, few: Population
) -> None:
    """With votes that keep their real value, the fall is the cut."""
    lever = {"lever": "public_funding", "instrument": "subvention", "change": {2026: cut}}
    world = at_rest(few, scenario_of(lever), grant_growth=0.018, inflation=0.018)
    vote(world)
    assert world.crisis[REGIONS.index("52")] == quarters
    assert (np.delete(world.crisis, HERE[0]) == 0).all()  # nobody votes anything elsewhere


def test_real_growth_of_a_vote_takes_inflation_off(few: Population) -> None:
    world = at_rest(few, inflation=0.03, indexation_grants=0.25, grant_growth=0.018)
    vote(world)
    growth = 0.018 + 0.25 * (0.03 - 0.018)
    node = world.node[:, :6][world.public.previous[0].ravel()[world.node[:, :6]] > 0]
    assert vote_change(world)[node] == pytest.approx((1 + growth) / 1.03 - 1)
