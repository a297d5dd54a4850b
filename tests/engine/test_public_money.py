"""Sums of public money by row are those of the columns, whoever changes them in a quarter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.continuing import frozen, thawed
from simulator.model import EssModel
from simulator.organisations import Organisations
from simulator.population import Population
from simulator.processes.adaptation import adapt
from simulator.processes.cofunding import _limit_matched_awards, withdraw_cofunding
from simulator.processes.expectations import expect
from simulator.public_money import (
    AGREED,
    BEFORE,
    BLOCK,
    BOUGHT,
    CALLS,
    GRANTS,
    LARGEST,
    sum_levels,
    sum_some,
)
from tests.engine import worlds
from tests.engine.worlds import (
    Action,
    CheckedModel,
    assert_known_money,
    parameters_of,
    play,
    series,
    start,
)


def summed(o: Organisations) -> np.ndarray:
    """The same by plain sums over the levels."""
    lines = np.empty((6, o.rows))
    lines[GRANTS], lines[BEFORE] = o.grants.sum(axis=0), o.grants_last_year.sum(axis=0)
    lines[AGREED] = np.where(o.agreement_years > 0, o.grants, 0.0).sum(axis=0)
    lines[CALLS], lines[BOUGHT] = o.calls.sum(axis=0), (o.contracts + o.tariffs).sum(axis=0)
    lines[LARGEST] = (o.grants + o.calls + o.contracts + o.tariffs).max(axis=0)
    return lines


@settings(max_examples=25, deadline=None)
@given(rows=st.sampled_from([0, 1, 7, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3]),
       seed=st.integers(0, 2**32))  # fmt: skip
def test_sums_are_those_of_the_levels(rows: int, seed: int) -> None:
    draw, o = np.random.default_rng(seed), Organisations(rows)
    for column in (o.grants, o.grants_last_year, o.calls, o.contracts, o.tariffs):
        column[:] = np.where(draw.random((6, rows)) < 0.4, draw.lognormal(9.0, 2.0, (6, rows)), 0.0)
    o.agreement_years[:] = draw.integers(0, 3, (6, rows))
    money = o.grants, o.grants_last_year, o.calls, o.contracts, o.tariffs, o.agreement_years
    lines = np.full((6, rows), np.nan)
    sum_levels(lines, *money)
    np.testing.assert_allclose(lines, summed(o), rtol=1e-14)
    # Some rows again, some of them twice: to the bit what it is for all.
    again = np.full((6, rows), np.nan)
    some = draw.integers(0, rows, 2 * rows) if rows else np.zeros(0, np.int64)
    sum_some(some, again, *money)
    assert np.array_equal(again[:, some], lines[:, some])
    assert np.isnan(np.delete(again, some, axis=1)).all()


@pytest.mark.parametrize("name", ["tempete-parfaite", "fusionner", "annee-blanche"])
def test_every_process_tells_whose_money_it_changed(
    name: str, demo: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Votes that open late, funders who follow others, unions, closures, entries."""
    looked = []

    def look(world: EssModel) -> None:
        looked.append(world.public_money.known)
        assert_known_money(world)

    monkeypatch.setattr(worlds, "assert_known_money", look)
    world = play(name, demo, kind=CheckedModel, quarters=10)
    assert sum(looked) >= 14 * 17  # from the co-funders to the end of each quarter
    o = world.organisations
    assert not o.alive.all()
    assert (o.entry_quarter[o.alive] >= 0).any()
    assert o.withdrew.any()
    assert o.dip.any() or name != "fusionner"
    np.testing.assert_allclose(world.public_money.lines(), summed(o), rtol=1e-12)


def assert_recorded_as_it_is(world: EssModel) -> None:
    """The last quarter's grants and awards, in 2025 euros, are those of the organisations."""
    o, record = world.organisations, world.recorder.finish()
    now = o.total((o.grants + o.calls).sum(axis=0)) / world.price_level
    assert series(record, "grants_notified")[-1] == pytest.approx(now, rel=1e-12)


def test_what_a_process_of_another_changes_is_seen_in_the_same_quarter(small: Population) -> None:
    def lose(model: EssModel) -> None:
        adapt(model)
        if model.quarter >= 0:
            model.organisations.grants[:] = 0.0

    world = EssModel("fil-de-l-eau", small, seed=3, collect=False, processes={"adapt": lose})
    world.step()
    assert_recorded_as_it_is(world)
    assert not world.organisations.grants.any()


def test_entrants_bring_nothing_that_was_written_on_free_rows(demo: Population) -> None:
    free = []

    def write(model: EssModel) -> None:
        expect(model)
        if model.quarter == 0:
            free.append(~model.organisations.alive)
            model.organisations.grants[:, free[0]] = 1e6

    world = EssModel(
        "fil-de-l-eau", demo, seed=3, quarters=8, collect=False,
        parameters=parameters_of(entry_rate=0.2), processes={"expect": write},
    )  # fmt: skip
    world.step()
    o = world.organisations
    assert o.rows == len(free[0])  # or all sums are taken again
    assert (o.alive & free[0]).any()
    assert_recorded_as_it_is(world)


def test_a_process_of_another_may_call_usual_ones_between_what_it_writes(small: Population) -> None:
    def doubled(model: EssModel) -> None:
        model.organisations.grants[:] *= 0.5
        expect(model)
        model.organisations.grants[:] *= 4.0
        expect(model)

    def expected(**processes: Action) -> tuple[np.ndarray, np.ndarray]:
        world = EssModel("fil-de-l-eau", small, seed=3, collect=False, processes=processes)
        return world.expectation[0], world.organisations.grants.sum(axis=0)

    usual, granted = expected()
    more, twice = expected(expect=doubled)
    # Whatever else is expected of public funders is the same.
    np.testing.assert_allclose(more - twice, usual - granted, rtol=1e-9, atol=1e-6)
    assert twice.sum() > 1.5 * granted.sum()


def test_what_happens_between_two_quarters_is_seen(small: Population) -> None:
    world = start("fil-de-l-eau", small, quarters=4)
    world.step()
    other = thawed(frozen(world), small)
    assert np.array_equal(other.public_money.lines(), world.public_money.lines())
    world.step()
    world.organisations.grants[:, 0] += 1e6
    assert world.public_money.lines()[GRANTS, 0] >= 6e6
    world.organisations.grants[:, 1] += 1e6
    withdraw_cofunding(world)  # here funders have decided
    assert world.public_money.lines()[GRANTS, 1] >= 3e6


def test_awards_that_are_limited_are_summed_again(small: Population) -> None:
    world = start("fil-de-l-eau", small, quarters=4)
    world.step()
    o = world.organisations
    o.calls[2] = 9.0 * o.revenue_year
    asked = world.public_money.lines()[CALLS].copy()
    _limit_matched_awards(world)
    assert world.public_money.known
    assert_known_money(world)
    assert (world.public_money.lines()[CALLS] < asked).any()


def test_rows_added_are_summed_too(small: Population) -> None:
    world = start("fil-de-l-eau", small, quarters=4)
    world.step()
    before = world.public_money.lines().copy()
    world.grow(40)
    assert not world.public_money.known
    lines = world.public_money.lines()
    assert np.array_equal(lines[:, :-40], before)
    assert not lines[:, -40:].any()
