"""Money taken out of a funder's own grants: what it spends elsewhere, it no longer gives there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.accounts import ORGANISATIONS, SUPPLIERS
from simulator.codes import LEVELS
from simulator.model import EssModel
from simulator.population import Population
from tests.engine.worlds import play, scenario_of

REGION = LEVELS.index("region")
SCHEME: dict[str, Any] = {"lever": "administration", "pot_share": "4%", "payer": "region"}
FUND: dict[str, Any] = {"lever": "emergency_fund", "pot_share": "5%", "payer": "region"}
GUARANTEE: dict[str, Any] = {"lever": "bridge_credit", "pot_share": "10%", "payer": "region"}


def votes(world: EssModel) -> float:
    """Grants voted this year by the Régions, euros."""
    return float(world.public.voted[0, REGION].sum())


def followed(population: Population, *levers: dict[str, Any], quarters: int = 8) -> Any:
    """(grants voted by year, euros by flow, payee and year) of a world with these levers."""
    voted, spent = np.zeros(quarters // 4), {}

    def look(world: EssModel) -> None:
        year = (world.quarter - 1) // 4
        voted[year] = votes(world)
        for (flow, source, target), amount in world.ledger.flows.items():
            if flow.startswith("programme"):
                spent.setdefault((flow, source, target), np.zeros(quarters // 4))[year] += amount

    play(scenario_of(*levers, quarters=quarters), population, look)
    return voted, spent


def test_a_scheme_spends_what_the_vote_lost_and_not_a_cent_more(demo: Population) -> None:
    before, _ = followed(demo)
    after, spent = followed(demo, SCHEME)
    assert after == pytest.approx(0.96 * before)
    assert spent.keys() == {("programme: administration", "region", SUPPLIERS)}
    assert spent["programme: administration", "region", SUPPLIERS] == pytest.approx(before - after)


def test_a_scheme_of_part_of_a_year_spends_that_part(demo: Population) -> None:
    before, _ = followed(demo)
    after, spent = followed(demo, {**SCHEME, "from": "2026Q2", "until": "2027Q1"})
    (found,) = spent.values()
    assert before - after == pytest.approx(before * np.array([0.03, 0.01]))
    assert found == pytest.approx(before - after)


def test_programmes_of_one_pot_share_what_it_lost(demo: Population) -> None:
    """Taken one after the other, and after a cut: the euros still close."""
    cut = {"lever": "public_funding", "change": "-10%", "where": {"funder": "region"},
           "instrument": "subvention"}  # fmt: skip
    before, _ = followed(demo, cut)
    after, spent = followed(demo, SCHEME, cut, GUARANTEE)
    assert after == pytest.approx(0.96 * 0.90 * before)
    assert sum(spent.values()) == pytest.approx(before - after)


def test_an_emergency_fund_gives_at_most_what_the_pot_gave_up(demo: Population) -> None:
    before, _ = followed(demo)
    after, spent = followed(demo, FUND)
    given = spent["programme: emergency_fund", "region", ORGANISATIONS]
    assert (given > 0.0).all() and (given <= (before - after) * (1.0 + 1e-9)).all()


def test_support_for_mergers_stays_within_its_pot(demo: Population) -> None:
    """A thousandth of the pot is soon used up by mergers everywhere."""
    lever = {"lever": "mergers", "encouragement": "15x", "integration_support": "100%",
             "payer": "region"}  # fmt: skip
    before, free = followed(demo, lever)
    after, bounded = followed(demo, {**lever, "pot_share": "0.1%"})
    key = ("programme: merger_support", "region", ORGANISATIONS)
    assert 0.0 < bounded[key].sum() < free[key].sum()
    assert (bounded[key] <= (before - after) * (1.0 + 1e-9)).all()


def test_foundations_give_less_elsewhere(demo: Population) -> None:
    given: list[tuple[float, float]] = []
    for levers in ([], [{**SCHEME, "payer": "foundations", "pot_share": "20%"}]):
        seen: list[tuple[float, float]] = []

        def look(world: EssModel, seen: list[tuple[float, float]] = seen) -> None:
            flows = world.ledger.flows
            scheme = flows["programme: administration", "foundations", SUPPLIERS]
            grants = flows["foundation_grants", "foundations", ORGANISATIONS]
            seen.append((grants, scheme))

        play(scenario_of(*levers, quarters=4), demo, look)
        given.append(tuple(np.sum(seen, axis=0)))
    (usual, none), (less, scheme) = given
    assert none == 0.0
    assert less == pytest.approx(0.8 * usual, rel=0.02)
    assert scheme == pytest.approx(0.25 * less)


def test_a_pot_in_one_region_is_that_of_its_funder_there(workshop: Population) -> None:
    before, _ = followed(workshop, quarters=4)
    after, spent = followed(workshop, {**SCHEME, "where": {"region": "BRE"}}, quarters=4)
    (found,) = spent.values()
    assert 0.0 < (before - after)[0] < 0.04 * 0.2 * before[0]
    assert found == pytest.approx(before - after)
