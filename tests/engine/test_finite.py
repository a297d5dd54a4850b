"""A number that is none stops the run, and says whose it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.finite import NotFinite
from simulator.model import EssModel
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import RINGS, columns
from simulator.population import Population
from simulator.processes.giving import give
from tests.engine.worlds import CheckedModel, start, subset, tamper_after, with_columns

REAL = [name for name, column in columns().items() if column.dtype == "float64"]
# Sums of the quarters in the rings, written after the last process.
YEARS = ["revenue_year", "private_year", "cost_year"]
# What other columns were: it is checked when it is written there.
MEMORIES = ["grants_last_year", "ring_staff", "ring_service", "ring_layoffs"]


@pytest.fixture(scope="module")
def few(demo: Population) -> Population:
    return subset(demo, np.arange(0, demo.organisations.rows, 10))


def poisoned(
    column: str, value: float, process: str, population: Population, kind: type[EssModel]
) -> tuple[NotFinite | None, int]:
    """What stops a world in which a process leaves a value in a living row, and whose it is."""
    world = start("fil-de-l-eau", population, quarters=2, kind=kind)
    o = world.organisations
    row = int(np.flatnonzero(o.alive)[7])
    whose = int(o.uid[row])

    def poison(world: Any) -> None:
        if column in DUE_COLUMNS:
            world.public.promises[list(DUE_COLUMNS).index(column)][:, row] = value
        else:
            getattr(world.organisations, column)[..., row] = value

    with pytest.MonkeyPatch.context() as patch:
        tamper_after(patch, process, poison)
        try:
            world.step()
        except NotFinite as error:
            return error, whose
    return None, whose


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_column_leaves_a_quarter_with_a_number_that_is_none(
    value: float, few: Population
) -> None:
    unseen = []
    for name in [*REAL, *RINGS, *DUE_COLUMNS]:
        error, whose = poisoned(name, value, "follow_need", few, EssModel)
        if error is None:
            unseen.append(name)
            continue
        told = {"ring_revenue": "revenue_year", "ring_private": "private_year",
                "ring_cost": "cost_year"}.get(name, name)  # fmt: skip
        assert (error.column, error.organisation) == (told, whose)
        np.testing.assert_equal(error.value, value)
    assert unseen == sorted([*YEARS, *MEMORIES], key=[*REAL, *RINGS, *DUE_COLUMNS].index)


@pytest.mark.parametrize("name", [*YEARS, *MEMORIES, "gifts", "cash", "tie_x"])
def test_tests_see_it_after_the_process_that_made_it(name: str, few: Population) -> None:
    error, whose = poisoned(name, np.nan, "give", few, CheckedModel)
    assert error is not None
    assert (error.process, error.column, error.organisation) == ("give", name, whose)


def test_money_that_is_none_is_caught_in_its_process(few: Population) -> None:
    """In every run: the ledger adds cash and balance sheets up after each process."""
    error, whose = poisoned("cash", np.nan, "give", few, EssModel)
    assert str(error) == f"2026Q1, process 'give': cash of organisation {whose} is nan"


def test_the_message_names_the_quarter_where_the_process_is_not_known(few: Population) -> None:
    error, whose = poisoned("price", np.inf, "adapt", few, EssModel)
    assert str(error) == f"2026Q1, close of the quarter: price of organisation {whose} is inf"


def test_a_number_that_belongs_to_nobody_is_named_too(
    few: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poison(world: EssModel) -> None:
        world.need[3, 4] = np.nan

    world = start("fil-de-l-eau", few, quarters=1)
    tamper_after(monkeypatch, "follow_need", poison)
    with pytest.raises(NotFinite, match="close of the quarter: need is nan"):
        world.step()


def test_a_population_with_a_number_that_is_none_is_refused(few: Population) -> None:
    sales = few.organisations["user_sales"].copy()
    sales[3] = np.nan
    with pytest.raises(NotFinite, match=f"of organisation {few.organisations['uid'][3]} is nan"):
        start("fil-de-l-eau", with_columns(few, user_sales=sales))


def broken_gifts(model: EssModel) -> None:
    give(model)
    model.organisations.gifts[model.organisations.alive] /= 0.0


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_a_replaced_process_is_named(few: Population) -> None:
    with pytest.raises(NotFinite) as caught:
        EssModel(population=few, seed=1, processes={"giving": broken_gifts}, collect=False)
    assert any("broken_gifts" in note for note in caught.value.__notes__)
