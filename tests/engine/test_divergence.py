"""The comparison of two runs: identical, same fates, or where they part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.divergence import Place, TracedModel, compare, digest
from simulator.model import EssModel
from simulator.population import Population
from simulator.recording import RunRecord
from tests.engine.worlds import tamper_after


def traced(population: Population, quarters: int = 3) -> tuple[TracedModel, RunRecord]:
    world = TracedModel("fil-de-l-eau", population, seed=5, quarters=quarters, collect=False)
    while world.running:
        world.step()
    return world, world.recorder.finish()


def test_tracing_changes_nothing(small: Population) -> None:
    _, record = traced(small)
    plain = EssModel("fil-de-l-eau", small, seed=5, quarters=3, collect=False)
    while plain.running:
        plain.step()
    assert digest(record) == digest(plain.recorder.finish())


def test_equal_runs_are_identical(small: Population) -> None:
    (one, first), (other, second) = traced(small), traced(small)
    found = compare(first, second, one.trace, other.trace)
    assert found.verdict == "identical"
    assert (found.first, found.fate, found.largest, found.lives) == (None, None, 0.0, 0)
    assert str(found) == "identical: same bytes"


def test_one_bit_is_found_in_its_quarter_and_process(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, first = traced(small)

    def nudge(world: EssModel) -> None:
        o = world.organisations
        if world.quarter == 1:
            row = int(np.flatnonzero(o.alive)[0])
            o.productivity[row] = np.nextafter(o.productivity[row], np.inf)

    tamper_after(monkeypatch, "share_demand", nudge)
    other, second = traced(small)
    found = compare(first, second, one.trace, other.trace)
    assert found.verdict == "same fates"
    assert found.first == Place("2026Q2", "share_demand")
    assert found.fate is None
    assert 0.0 <= found.largest < 1e-9
    assert "2026Q2" in str(found)
    assert "share_demand" in str(found)


def test_a_lost_life_is_a_different_fate(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, first = traced(small)

    def ruin(world: EssModel) -> None:
        o = world.organisations
        if world.quarter == 1:
            row = int(np.flatnonzero(o.alive)[0])
            o.gap[row], o.vacancy_recent[row] = 1.0, 4

    tamper_after(monkeypatch, "expect", ruin)
    other, second = traced(small)
    found = compare(first, second, one.trace, other.trace)
    assert found.verdict == "different fates"
    assert found.fate == found.first == Place("2026Q2", "expect")


def test_records_alone_tell_fates_apart(small: Population) -> None:
    _, record = traced(small)
    causes = record.lifetimes["exit_cause"].copy()
    causes[np.flatnonzero(causes >= 0)[0]] += 1
    other = replace(record, lifetimes={**record.lifetimes, "exit_cause": causes})
    found = compare(record, other)
    assert (found.verdict, found.lives, found.first) == ("different fates", 1, None)


def test_the_digest_sees_every_part(small: Population) -> None:
    _, record = traced(small)
    labels, array = record.sums["sector"]
    changed = array.copy()
    changed[0, 0, 0] = np.nextafter(changed[0, 0, 0], np.inf)
    for other in (
        replace(record, sums={**record.sums, "sector": (labels, changed)}),
        replace(record, flows={**record.flows, "amount": record.flows["amount"] * 2.0}),
        replace(record, medians={**record.medians, "all": record.medians["all"] + 1.0}),
    ):
        assert digest(other) != digest(record)
    assert digest(replace(record, process_seconds={})) == digest(record)
