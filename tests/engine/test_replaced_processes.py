"""Processes replaced by others: named, checked like the rest, the same where they do the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import simulator as sim
from simulator.accounts import LawViolation
from simulator.divergence import digest
from simulator.finite import NotFinite
from simulator.model import SCHEDULE, EssModel
from simulator.population import Population
from simulator.problems import InputError
from simulator.process_names import NAMES, described
from simulator.processes.exits import leave_or_stay
from simulator.processes.giving import give
from simulator.recording import RunRecord
from tests.engine.worlds import SEED, series

Processes = Mapping[str, Callable[[EssModel], None]]


def record_of(population: Population, processes: Processes | None, quarters: int = 4) -> RunRecord:
    world = EssModel(
        "rabot-40", population, seed=SEED, quarters=quarters, collect=False, processes=processes
    )
    while world.running:
        world.step()
    return world.recorder.finish()


def nobody_leaves(model: EssModel) -> None:
    """Exits without exits."""


def found_money(model: EssModel) -> None:
    """Gifts, and a thousand euros that nobody gave."""
    give(model)
    model.organisations.cash[np.flatnonzero(model.organisations.alive)[0]] += 1_000.0


def lost_quality(model: EssModel) -> None:
    """A process that divides nothing by nothing."""
    model.organisations.quality[:] = np.nan


def swapped_money(model: EssModel) -> None:
    """A hundred euros of equity from one organisation to another of the same weight."""
    give(model)
    o = model.organisations
    rows = np.flatnonzero(o.alive & (o.weight == o.weight[np.flatnonzero(o.alive)[0]]))
    o.equity[rows[0]] += 100.0
    o.equity[rows[1]] -= 100.0


def test_the_same_process_gives_the_same_bytes(small: Population) -> None:
    usual = digest(record_of(small, None))
    assert digest(record_of(small, {"exits": leave_or_stay})) == usual
    assert digest(record_of(small, {"leave_or_stay": lambda model: leave_or_stay(model)})) == usual


def test_a_replaced_process_is_the_one_that_runs(small: Population) -> None:
    assert series(record_of(small, None), "exits").sum() > 0.0
    record = record_of(small, {"exits": nobody_leaves, "cooperation": nobody_leaves})
    assert series(record, "exits").sum() == 0.0
    assert set(record.process_seconds) == {process.__name__ for process in SCHEDULE}


def test_money_from_nowhere_is_caught_after_the_process_and_named(small: Population) -> None:
    with pytest.raises(LawViolation, match="CL4 broken in process 'give'") as caught:
        record_of(small, {"giving": found_money})
    (note,) = caught.value.__notes__
    assert "'give' was replaced by" in note and "found_money" in note


def test_what_only_shows_row_by_row_is_caught_at_the_end_of_the_quarter(small: Population) -> None:
    with pytest.raises(LawViolation, match="CL3 broken in process 'record'") as caught:
        record_of(small, {"giving": swapped_money})
    assert "swapped_money" in caught.value.__notes__[0]


def test_what_is_no_number_is_caught_after_the_process_and_named(small: Population) -> None:
    with pytest.raises(NotFinite, match="process 'lead': quality of organisation") as caught:
        record_of(small, {"leadership": lost_quality})
    assert "lost_quality" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("processes", "words"),
    [
        ({"exit": nobody_leaves}, "did you mean exits"),
        ({"leave_or_sty": nobody_leaves}, "did you mean leave_or_stay"),
        ({"record": nobody_leaves}, "it checks the laws"),
        ({"exits": nobody_leaves, "leave_or_stay": nobody_leaves}, "given twice"),
        ({"exits": "nobody_leaves"}, "not a function"),
        ([nobody_leaves], "not a mapping"),
    ],
)
def test_what_cannot_be_replaced_is_refused(processes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        EssModel("fil-de-l-eau", "demo", seed=1, processes=processes)
    with pytest.raises(InputError, match=words):
        sim.simulate("fil-de-l-eau", "demo", replicates=1, workers=1, processes=processes)


def test_every_process_has_one_plain_name_and_words_for_it() -> None:
    assert list(NAMES) == [process.__name__ for process in SCHEDULE]
    plain = [name for name, _, _ in NAMES.values()]
    assert len(set(plain)) == len(plain)
    others = set(plain) & set(NAMES)
    assert others == {f for f in NAMES if NAMES[f][0] == f}, "one name means one process"
    for function in NAMES:
        assert described(function, "fr") and described(function, "en")


def test_simulating_with_a_replaced_process() -> None:
    options: dict[str, Any] = {"population": "demo", "quarters": 2, "replicates": 2, "seed": 3}
    alone = sim.simulate("rabot-40", workers=1, processes={"exits": nobody_leaves}, **options)
    assert alone.rows("all", ["exits"])["exits"].max() < sim.simulate(
        "rabot-40", workers=1, **options).rows("all", ["exits"])["exits"].max()  # fmt: skip
    assert alone.manifest["processes"]["exits"].endswith("nobody_leaves")
    explained = alone.explain("organisations", "rabot-40")
    assert explained.refused["parting"] == "processes_replaced"
    with pytest.raises(InputError, match="cannot travel to worker processes"):
        sim.simulate("rabot-40", workers=2, processes={"exits": lambda model: None}, **options)


def test_a_process_of_a_module_travels_to_workers() -> None:
    options: dict[str, Any] = {"population": "demo", "quarters": 2, "replicates": 2, "seed": 3}
    processes = {"exits": leave_or_stay}
    one = sim.simulate("rabot-40", workers=1, processes=processes, **options)
    two = sim.simulate("rabot-40", workers=2, processes=processes, **options)
    assert one.trajectories.equals(two.trajectories)
