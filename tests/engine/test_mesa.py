"""The model under Mesa's own tools, and the same replicate however it is asked for."""

from __future__ import annotations

import gc
import inspect
import weakref

import mesa
import numpy as np
import pytest

import simulator as sim
from simulator.codes import N_LEVELS, N_REGIONS, N_SECTORS, quarter_label
from simulator.funders import Bank, DonorPool, GrantPool, PublicBudget
from simulator.indicators import HEADLINES
from simulator.lifetimes import published_identifier
from simulator.model import EssModel
from simulator.population import Population
from simulator.problems import InputError
from tests.engine.worlds import differences, play, start


def test_batch_run(small: Population) -> None:
    parameters = {
        "scenario": ["fil-de-l-eau", "choc-regional"], "population": small, "quarters": 3,
    }  # fmt: skip
    seeds = {}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        seeds = {"rng": [1, 2]}
    else:
        parameters["seed"] = [1, 2]
    rows = mesa.batch_run(
        EssModel, parameters, number_processes=1, max_steps=10, data_collection_period=-1,
        display_progress=False, **seeds,
    )  # fmt: skip
    assert len(rows) == 4
    assert set(HEADLINES) <= set(rows[0])
    assert len({row["jobs_fte"] for row in rows}) == 4
    first = next(r for r in rows if r["scenario"] == "fil-de-l-eau" and 1 in _seed(r))
    alone = play("fil-de-l-eau", small, quarters=3, seed=1)
    assert first["jobs_fte"] == alone.recorder.headline("jobs_fte")


def _seed(row: dict[str, object]) -> set[object]:
    return {row.get("seed"), row.get("rng")}


def test_the_data_collector_holds_the_headline_indicators(small: Population) -> None:
    world = EssModel("fil-de-l-eau", small, seed=1, quarters=3)
    while world.running:
        world.step()
    frame = world.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(HEADLINES)
    assert len(frame) >= 3  # one row a quarter, and 2025Q4 where Mesa allows it
    assert frame.notna().all().all()
    for code in HEADLINES:
        assert frame[code].iloc[-1] == world.recorder.headline(code)


def test_headlines_equal_the_results(small: Population) -> None:
    """What Mesa's reporters say in a quarter is what the results say of it."""
    world = EssModel("fil-de-l-eau", small, seed=4, quarters=3)
    while world.running:
        world.step()
    frame = world.datacollector.get_model_vars_dataframe()
    results = sim.simulate("fil-de-l-eau", population=small, replicates=1, seed=4, workers=1,
                           quarters=3)  # fmt: skip
    table = results.trajectories
    table = table[(table["dimension"] == "all") & (table["scenario"] == "fil-de-l-eau")]
    for step, quarter in ((-3, 0), (-2, 1), (-1, 2)):
        row = table[table["quarter"] == quarter_label(quarter)]
        for code in HEADLINES:
            if code in row.columns:
                assert frame[code].iloc[step] == pytest.approx(float(row[code].iloc[0]), rel=1e-9)


def test_agents_are_the_funders_and_lenders(small: Population) -> None:
    world = EssModel("fil-de-l-eau", small, seed=1, quarters=2)
    by_type = {kind: len(agents) for kind, agents in world.agents_by_type.items()}
    assert by_type[PublicBudget] == N_LEVELS * N_REGIONS
    assert by_type[DonorPool] == N_REGIONS
    assert by_type[GrantPool] == N_REGIONS + N_SECTORS
    assert by_type[Bank] == N_REGIONS
    budgets = world.agents.select(agent_type=PublicBudget)
    rates = np.array(budgets.get("execution_rate"))
    assert ((rates >= 0.0) & (rates <= 1.0)).all()


def test_released_agents_are_gone(small: Population) -> None:
    world = EssModel("fil-de-l-eau", small, seed=1, quarters=2)
    assert len(world.agents) > 100
    world.release()
    assert len(world.agents) == 0


def test_a_released_world_gives_its_memory_back_at_once(small: Population) -> None:
    """Thousands of worlds run in one process: none may wait for Python's collector."""
    gc.disable()
    try:
        world = EssModel("fil-de-l-eau", small, seed=1, quarters=2, collect=False)
        world.step()
        left = [weakref.ref(part) for part in (world.organisations, world.public, world.recorder)]
        world.release()
        assert [part() for part in left] == [None] * 3
        world.release()  # once more does no harm
    finally:
        gc.enable()


def test_running_ends_at_the_horizon(small: Population) -> None:
    world = EssModel("fil-de-l-eau", small, seed=1, quarters=3, collect=False)
    states = [world.running]
    while world.running:
        world.step()
        states.append(world.running)
    assert states == [True, True, True, False]
    assert world.quarter == 3


@pytest.mark.parametrize("quarters", [0, -1, 201])
def test_impossible_horizons_are_refused(quarters: int, small: Population) -> None:
    with pytest.raises(InputError, match="1 to 200"):
        EssModel("fil-de-l-eau", small, quarters=quarters)


def test_without_a_seed_fresh_entropy_is_drawn_and_kept(small: Population) -> None:
    first, second = (EssModel("fil-de-l-eau", small, quarters=2, collect=False) for _ in range(2))
    assert first.entropy != second.entropy
    for world in (first, second):
        while world.running:
            world.step()
    again = play("fil-de-l-eau", small, quarters=2, seed=first.entropy)
    record = first.recorder.finish()
    assert differences(record, again.recorder.finish()) == []
    assert differences(record, second.recorder.finish())


@pytest.mark.parametrize("replicate", [0, 2])
def test_a_model_equals_its_replicate_of_a_simulation(replicate: int, small: Population) -> None:
    results = sim.simulate(
        ["fil-de-l-eau", "tempete-parfaite"], population=small, replicates=3, seed=11, workers=1,
        quarters=5,
    )  # fmt: skip
    world = EssModel("tempete-parfaite", small, seed=11, replicate=replicate, quarters=5)
    while world.running:
        world.step()
    table = results.trajectories
    chosen = table[
        (table["scenario"] == "tempete-parfaite")
        & (table["replicate"] == replicate)
        & (table["dimension"] == "all")
    ]
    frame = world.datacollector.get_model_vars_dataframe()
    for code in ("jobs_fte", "organisations", "cash_months_median", "public_euros"):
        found, expected = chosen[code].to_numpy()[-5:], frame[code].to_numpy()[-5:]
        np.testing.assert_allclose(found, expected, rtol=1e-12, err_msg=code)
    lives = results.lifetimes
    lives = lives[(lives["scenario"] == "tempete-parfaite") & (lives["replicate"] == replicate)]
    record = world.recorder.finish()
    identifiers = published_identifier(record.lifetimes["organisation"])
    assert set(lives["organisation"].to_numpy()) == set(identifiers)
    assert len(set(identifiers)) == len(identifiers)
    assert lives["exit_cause"].notna().sum() == (record.lifetimes["exit_cause"] >= 0).sum()


def test_workers_do_not_change_the_results(small: Population) -> None:
    tables = [
        sim.simulate("choc-regional", population=small, replicates=2, seed=3, workers=w, quarters=2)
        .trajectories
        for w in (1, 2)
    ]  # fmt: skip
    assert tables[0].equals(tables[1])


def test_a_released_world_is_forgotten(small: Population) -> None:
    """Thousands of worlds in one process must not stay in memory."""
    world = start("fil-de-l-eau", small, quarters=1)
    world.step()
    world.release()
    gone = weakref.ref(world)
    del world
    gc.collect()
    assert gone() is None


def test_a_seed_is_that_of_a_simulation_or_is_refused() -> None:
    for seed in (-1, 1.5, "x", True):
        with pytest.raises(InputError, match="seed"):
            EssModel("fil-de-l-eau", population="demo", seed=seed)  # type: ignore[arg-type]
