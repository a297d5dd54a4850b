"""P2, calls for projects: who applies, for how much, who wins, and the time that it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.calls import hold_calls
from tests.equations.few import ETAT, HERE, at_rest, column, put, uniform

EVERYBODY = {"call_intercept": 20.0, "score_noise": 0.01}
NO_MERIT = {name: 0.0 for name in (
    "score_quality", "score_need", "score_size", "score_incumbent", "score_capacity")}  # fmt: skip


def pot(world: EssModel, euros: float, of_2025: float | None = None) -> np.ndarray:
    """A pot of one node, (6, 180), beside that of 2025."""
    grid = np.zeros(world.public.calls_pot.shape)
    grid[ETAT, HERE[0], HERE[1]] = euros
    world.public.calls_pot_2025 = grid * ((of_2025 or euros) / euros)
    return grid.reshape(len(grid), -1)


def clean(world: EssModel, **columns: Any) -> None:
    put(world, grants=0.0, calls=0.0, due_grants=0.0, grants_last_year=0.0, due_restricted=0.0)
    put(world, **columns)


def test_odds_rise_with_the_gap_and_support_staff_and_fall_with_overload(few: Population) -> None:
    world = at_rest(few, call_intercept=-1.0, call_gap=3.0, call_overhead=0.25, call_overload=0.5,
                    overhead_fixed=0.4, overhead_share=0.1)  # fmt: skip
    gap, overload = np.array([-0.5, 0.0, 0.1, 0.2, 0.4, 0.9]), 0.2 * np.arange(6.0)
    staff = np.array([0.1, 1.0, 4.0, 10.0, 30.0, 60.0])
    clean(world, gap=gap, overload=overload, staff=staff)
    hold_calls(world, pot(world, 1e6))
    support = np.maximum(np.minimum(0.4 + 0.1 * staff, staff / 2), 0.1)
    logit = -1.0 + 3.0 * np.clip(gap, -0.2, 0.4) + 0.25 * np.log(support) - 0.5 * overload
    applies = uniform(world, "applies", ETAT) < 1.0 / (1.0 + np.exp(-logit))
    assert ((column(world, "applications") > 0) == applies).all()
    assert 0 < applies.sum() < 6


@pytest.mark.parametrize(("largest", "project", "rate"), [(0.10, 0.2, 0.8), (0.3, 0.2, 0.5)])
def test_asks_are_a_share_of_the_budget_and_follow_the_pot(
    largest: float, project: float, rate: float, few: Population
) -> None:
    world = at_rest(few, **EVERYBODY, ask_share=largest, project_share=project,
                    cofunding_max_rate=rate)  # fmt: skip
    world.price_level = 1.1
    budget = 100_000.0 * np.arange(1, 7)
    clean(world, revenue_year=budget)
    hold_calls(world, pot(world, 3e5, of_2025=1e5))
    ask = np.minimum(largest * budget, rate * project * budget) * 3e5 / (1e5 * 1.1)
    assert column(world, "applications") == pytest.approx(ask)


MERITS = [
    ("score_quality", {"quality": [0.8, 1.1]}, None),
    ("score_size", {"revenue_year": [1e5, 2e5]}, 1e5),
    ("score_incumbent", {"grants_last_year": [0.0, 1.0]}, None),
    ("score_capacity", {"fundraising": [0.0, 4e4]}, None),
    ("score_capacity", {"staff": [2.0, 20.0]}, None),
]


@pytest.mark.parametrize(("weight", "columns", "least"), MERITS)
@pytest.mark.parametrize("turned", [False, True])
def test_the_better_score_wins(
    weight: str, columns: dict[str, list[float]], least: float | None, turned: bool, few: Population
) -> None:
    world = at_rest(few, **EVERYBODY, **{**NO_MERIT, weight: 2.0}, ask_share=0.1)
    clean(world, revenue_year=least or 1e5, quality=1.0, fundraising=0.0, staff=2.0, wage=4e4)
    put(world, alive=np.array([True, True, False, False, False, False]))
    for name, values in columns.items():
        put(world, **{name: np.array(values[::-1] if turned else values)})
    # Enough for one and no more: the larger ask takes all of it.
    hold_calls(world, pot(world, 1.0))
    won = column(world, "calls")[ETAT] > 0
    assert won.tolist() == ([True, False] if turned else [False, True])


def test_chance_is_a_gumbel_draw_of_its_scale(few: Population) -> None:
    world = at_rest(few, call_intercept=20.0, **NO_MERIT, score_noise=2.0)
    clean(world, revenue_year=1e5)
    hold_calls(world, pot(world, 1.0))
    luck = -np.log(-np.log(uniform(world, "call score", ETAT)))
    assert column(world, "calls")[ETAT].argmax() == luck.argmax()


def test_need_is_the_same_for_all_of_a_cell_and_ranks_nobody(few: Population) -> None:
    found = []
    for weight in (0.0, 0.6):
        world = at_rest(few, score_need=weight)
        clean(world)
        world.unmet[:] = 0.5
        hold_calls(world, pot(world, 2e4))
        found.append(column(world, "calls")[ETAT])
    assert (found[0] == found[1]).all()


def test_applying_costs_time_won_or_lost(few: Population) -> None:
    world = at_rest(few, **EVERYBODY, application_cost=0.05, reporting_cost=0.03, ask_share=0.1,
                    restricted_share=0.35, project_share=0.15, cofunding_max_rate=0.8)  # fmt: skip
    clean(world, revenue_year=2e5, staff=np.array([4.0, 4.0, 4.0, 0.01, 4.0, 4.0]), wage=4e4)
    hold_calls(world, pot(world, 3e4))
    won = column(world, "calls")[ETAT]
    assert (won > 0).any() and (won == 0).any()
    payroll = np.maximum(4e4 * column(world, "staff"), 1.0)
    time = np.minimum((0.05 * 2e4 + 0.03 * won) / payroll, 0.5)
    assert column(world, "application_time") == pytest.approx(time)
    assert column(world, "due_restricted") == pytest.approx(0.35 * won)
    assert (column(world, "failed_calls") == (won == 0)).all()
    assert world.organisations.total(world.organisations.calls[ETAT]) == pytest.approx(3e4)
