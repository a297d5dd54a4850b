"""P8 and P9: service, overload, quality, volunteers; costs, aid, restricted funds, tax."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import FORMS
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.costs import RELEASE_RATE, receive_aid, remember_year, run_costs
from simulator.processes.production import produce
from tests.equations.few import HERE, at_rest, column, living, put, with_cash

STAFF = np.array([0.5, 2.0, 4.0, 8.0, 20.0, 60.0])


def workshop(few: Population, **parameters: Any) -> EssModel:
    """Ten people served by each effective full-time post; two volunteers a post."""
    world = at_rest(few, **parameters)
    put(world, staff=STAFF, volunteers=2.0 * STAFF, productivity=10.0, demand=1e9, service=0.0)
    return world


def hours(staff: np.ndarray, volunteers: np.ndarray, less: Any = 1.0, tired: Any = 1.0) -> Any:
    direct = (staff - np.minimum(0.4 + 0.1 * staff, staff / 2)) * less * tired
    return direct + 0.7 * np.minimum(volunteers, 6.0 * np.maximum(staff, 1.0))


def test_capacity_is_direct_staff_less_burdens_and_guided_volunteers(few: Population) -> None:
    world = workshop(few, overload_capacity=0.10, merger_dip=0.05)
    overload, dip = np.array([0, 0.5, 1, 1.5, 2, 0]), np.array([0, 0, 1, 0, 0, 3])
    volunteers = np.array([0.0, 1.0, 30.0, 100.0, 10.0, 500.0])
    put(world, overload=overload, dip=dip, application_time=0.1, volunteers=volunteers)
    produce(world)
    less = 0.9 * np.where(dip > 0, 0.95, 1.0)
    expected = 10.0 * hours(STAFF, volunteers, less, 1.0 - 0.10 * overload)
    assert column(world, "capacity") == pytest.approx(expected)
    assert column(world, "service") == pytest.approx(expected)


def test_part_of_those_turned_away_find_room_elsewhere(few: Population) -> None:
    world = workshop(few, overflow_share=0.5)
    capacity = 10.0 * hours(STAFF, 2.0 * STAFF)
    demand = capacity * np.array([2.0, 1.5, 1.0, 0.5, 0.9, 0.2])
    put(world, demand=demand)
    produce(world)
    weight, own = column(world, "weight"), np.minimum(capacity, demand)
    away, room = weight @ (demand - own), capacity - own
    found = min(0.5 * away, weight @ room)
    assert column(world, "service") == pytest.approx(own + room * found / (weight @ room))


def test_overload_and_quality_answer_to_pressure_on_capacity_at_rest(few: Population) -> None:
    world = workshop(few, overload_threshold=1.05, overload_persistence=0.8, quality_erosion=0.04,
                     quality_recovery=0.10)  # fmt: skip
    rested = 10.0 * hours(STAFF, 2.0 * STAFF)
    pressure = np.array([0.5, 1.05, 1.25, 1.6, 3.0, 9.0])
    quality, overload = np.array([1.2, 1.0, 0.9, 0.5, 0.41, 0.4]), np.array([0, 0, 1, 1, 1.9, 2.0])
    put(world, demand=pressure * rested, overload=overload, quality=quality)
    produce(world)
    strain = np.clip(pressure - 1.05, 0.0, 1.0)
    after = np.clip(0.8 * overload + strain, 0.0, 2.0)
    assert column(world, "overload") == pytest.approx(after)
    changed = quality + 0.10 * (1.0 - quality) - 0.04 * after
    assert column(world, "quality") == pytest.approx(np.clip(changed, 0.4, 1.2))


def test_volunteers_leave_drift_and_overload_and_come_with_a_crisis(few: Population) -> None:
    world = workshop(few, volunteer_growth=0.02, volunteer_drift=0.15, volunteer_overload=0.025,
                     volunteer_mobilisation=0.05)  # fmt: skip
    world.volunteers_2025[:] = 1e9
    world.previous_drift[:] = 0.1
    world.crisis[HERE[0]] = 2
    put(world, drift=np.linspace(0.1, 0.6, 6), overload=1.0, demand=0.0)
    produce(world)
    overload = 0.8  # after a quarter without pressure
    change = 0.02 / 4 - 0.15 * (np.linspace(0.1, 0.6, 6) - 0.1) - 0.025 * overload / 4 + 0.05 / 2
    assert column(world, "volunteers") == pytest.approx(2.0 * STAFF * (1.0 + change))
    assert world.crisis[HERE[0]] == 1


def test_a_region_has_no_more_volunteers_than_its_pool(few: Population) -> None:
    world = workshop(few, volunteer_pool_cap=1.3)
    weight = column(world, "weight")
    world.volunteers_2025[HERE[0]] = weight @ STAFF  # half of those there are now
    put(world, demand=0.0)
    produce(world)
    assert weight @ column(world, "volunteers") == pytest.approx(1.3 * (weight @ STAFF))


# --- costs ---
def test_costs_of_a_quarter(few: Population) -> None:
    world = at_rest(few, interest_base=0.03, interest_spread=0.025, depreciation_rate=0.06)
    with_cash(world, 1e6, fixed_assets=4e4, loans=1e4, overdraft=2e3, bridge=3e3, quasi_equity=5e3)
    put(world, staff=STAFF, wage=4e4, variable_cost=2.0, service=500.0, capacity=1000.0,
        fixed_cost=8e3, fundraising=4e3)  # fmt: skip
    world.price_level = 1.1
    equity = column(world, "equity")
    run_costs(world)
    bought = (2.0 * 500.0 + 8e3 / 4) * 1.1 + 4e3 / 4 + 0.06 * 4e4 / 4
    expected = 4e4 * STAFF / 4 + bought + 0.055 * 2e4 / 4
    assert column(world, "cost") == pytest.approx(expected)
    assert column(world, "cash") == pytest.approx(1e6 - expected)
    assert column(world, "equity") == pytest.approx(equity - expected)
    assert column(world, "fixed_assets") == pytest.approx(4e4)  # renewed at once


def test_companies_pay_tax_on_the_result_of_the_quarter(few: Population) -> None:
    world = at_rest(few, corporate_tax=0.25)
    forms = [FORMS.index(form) for form in ("ASSO", "FOND", "SCOP", "SCIC", "SC", "SCOP")]
    with_cash(world, 1e6)
    put(world, form=np.array(forms), staff=1.0, wage=4e4, variable_cost=0.0, fixed_cost=0.0,
        fundraising=0.0, revenue=np.array([5e4] * 5 + [9e3]))  # fmt: skip
    run_costs(world)
    tax = 0.25 * (5e4 - 1e4) * np.array([0, 0, 1, 1, 1, 0])
    assert column(world, "cost") == pytest.approx(1e4 + tax)


def test_restricted_funds_become_products_as_the_work_is_done(few: Population) -> None:
    world = at_rest(few)
    with_cash(world, 1e6, restricted=9e3)
    done = np.array([0.0, 0.5, 0.9, 1.0, 1.3, 0.0])
    put(world, capacity=np.array([100.0] * 5 + [0.0]), service=100.0 * done, revenue=0.0)
    run_costs(world)
    released = 9e3 * RELEASE_RATE * np.array([0.0, 0.5, 0.9, 1.0, 1.0, 1.0])
    assert column(world, "restricted") == pytest.approx(9e3 - released)
    assert column(world, "revenue") == pytest.approx(released)


def test_aid_that_ends_ends_jobs_but_never_more_payroll_than_the_aid(few: Population) -> None:
    world = at_rest(few, grant_growth=0.0, aided_job_retention=0.4, employment_aid_factor=0.5)
    put(world, employment_aid=4.8e4, aided_jobs=4.0, staff=10.0, wage=4e4)
    world.remember_aid_factor(np.ones(world.organisations.rows))
    receive_aid(world)
    assert column(world, "aid_lost") == pytest.approx(2.0)
    assert column(world, "staff") == pytest.approx(10.0 - 0.6 * 4.8e4 * 0.5 / 4e4)
    assert column(world, "revenue") == pytest.approx(4.8e4 * 0.5 / 4)


def test_a_year_is_the_sum_of_its_quarters(few: Population) -> None:
    world = at_rest(few)
    o, rows = world.organisations, living(world)
    for ring, base in ((o.ring_revenue, 1e4), (o.ring_private, 2e3), (o.ring_cost, 9e3)):
        ring[:, rows] = base
    put(world, revenue=5e4, private_revenue=1e4, cost=6e4)
    remember_year(world)
    assert column(world, "revenue_year") == pytest.approx(3e4 + 5e4)
    assert column(world, "private_year") == pytest.approx(6e3 + 1e4)
    assert column(world, "cost_year") == pytest.approx(2.7e4 + 6e4)
