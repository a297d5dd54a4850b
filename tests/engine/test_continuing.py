"""A world put aside and taken up again, also under a longer scenario, is the one of a whole run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cards import Play, list_cards, load_card
from simulator.cards import scenario_of as scenario_of_plays
from simulator.continuing import frozen, thawed
from simulator.following import follow
from simulator.levers.selection import Where
from simulator.model import EssModel
from simulator.population import Population, load_population
from simulator.problems import InputError
from simulator.recording import RunRecord
from simulator.scenario import Scenario
from tests.engine.worlds import differences, play, scenario_of, start

HORIZON = 40
ROUNDS = (12, 24, HORIZON)  # to 2028, 2031 and 2035
YEARS = (2026, 2029, 2032)
CARDS = [card for card in list_cards() if card != "o3-plan-social"]
FAMILIES = [
    Where.model_validate(where)
    for where in (
        {"sector": ["SOCIAL", "IAE"], "size": ["S", "M"]}, {"funding_profile": ["GRANTS", "MIXED"]},
        {"sector": ["CULTURE", "SPORT"], "funding_profile": "USERS"},
    )
]  # fmt: skip
# Money taken away in one round comes back in the next, to those from whom it was taken.
CUT = {"lever": "public_funding", "change": "-100%", "from": 2027, "until": 2029,
       "where": {"size": ["S", "M"], "funding_profile": "GRANTS"}}  # fmt: skip
POT = {"lever": "emergency_fund", "pot_share": "5%", "payer": "region", "from": 2028, "ramp": 6}
BASE = scenario_of(CUT, POT, quarters=HORIZON)


def unlike(first: RunRecord, second: RunRecord) -> list[str]:
    """Parts of two records that differ by a bit, laws and quarters included."""
    found = differences(first, second)
    found += [] if first.laws == second.laws else ["laws"]
    return found + [
        f"quarters {name}"
        for name, quarters in first.quarters.items()
        if not np.array_equal(quarters, second.quarters[name])
    ]


def until(world: EssModel, quarter: int) -> EssModel:
    """The same world, later."""
    while world.quarter < quarter:
        world.step()
    return world


def mixed_plays(mix: int) -> list[Play]:
    """Every card, a third of them in each year; each in another year in each mix."""
    plays = []
    for index, name in enumerate(CARDS):
        card, year = load_card(name), YEARS[(index + mix) % len(YEARS)]
        where = FAMILIES[index % len(FAMILIES)] if card.side == "organisations" else Where()
        plays.append(Play(card, year, where=where))
        if name == "o2-geler-les-recrutements":  # without which there is no o3
            plays.append(Play(load_card("o3-plan-social"), year, where=where))
    return plays


@pytest.mark.parametrize(
    ("mix", "structure"),
    [(0, "default"), (1, "default"), (2, "default"), (0, "hazard_additive"), (1, "cascade_off")],
)
def test_a_world_played_in_rounds_is_that_of_the_whole_scenario(
    mix: int, structure: str, demo: Population
) -> None:
    plays = mixed_plays(mix)
    assert len(plays) == len(list_cards())
    world = EssModel(BASE, demo, seed=5, collect=False, structure=structure)
    for year, last in zip(YEARS, ROUNDS, strict=True):
        played = scenario_of_plays(BASE, [one for one in plays if one.played <= year], "salle")
        world = thawed(frozen(world), demo)
        follow(world, played)
        until(world, last)
    assert not world.running
    whole = EssModel(played, demo, seed=5, collect=False, structure=structure)
    assert unlike(world.recorder.finish(), until(whole, HORIZON).recorder.finish()) == []
    without = EssModel(BASE, demo, seed=5, collect=False, structure=structure)
    assert unlike(world.recorder.finish(), until(without, HORIZON).recorder.finish())


def test_rounds_with_horizons_of_their_own_are_a_whole_run(small: Population) -> None:
    """Nothing of a world, and nothing of its record, depends on how far it was to go at first."""
    world = start(BASE, small, quarters=ROUNDS[0])
    for last in ROUNDS:
        follow(world, BASE, quarters=last)
        assert world.running
        while world.running:
            world.step()
        shorter = play(BASE, small, quarters=last).recorder.finish()
        assert unlike(world.recorder.finish(), shorter) == []


@settings(max_examples=8)
@given(stops=st.lists(st.integers(0, 16), max_size=3), replicate=st.integers(0, 3))
def test_wherever_it_is_put_aside(stops: list[int], replicate: int) -> None:
    people, levers = load_population("demo"), [{**CUT, "from": "2026Q3"}, POT]
    scenario = scenario_of(*levers, quarters=16)
    world = start(scenario, people, replicate=replicate)
    for stop in sorted(stops):
        world = thawed(frozen(until(world, stop)), people)
    whole = play(scenario, people, replicate=replicate)
    assert unlike(until(world, 16).recorder.finish(), whole.recorder.finish()) == []


def test_worlds_of_one_state_are_each_other_s_equals_and_strangers(small: Population) -> None:
    first = until(start(BASE, small), 8)
    state = frozen(first)
    before = first.recorder.finish()
    until(first, 16)
    second, third = thawed(state, small), thawed(state, small)
    until(second, 20)
    assert unlike(third.recorder.finish(), before) == []
    assert unlike(until(third, 16).recorder.finish(), first.recorder.finish()) == []
    follow(third, scenario_of(CUT, POT, {"lever": "prices", "change": "+8%", "from": 2030},
                              quarters=HORIZON))  # fmt: skip
    until(third, 20)
    assert unlike(third.recorder.finish(), second.recorder.finish())
    assert unlike(until(first, 20).recorder.finish(), second.recorder.finish()) == []


def test_a_record_in_between_leaves_the_world_alone(small: Population) -> None:
    looked_at, left_alone = start(BASE, small), start(BASE, small)
    for _ in range(12):
        looked_at.step()
        left_alone.step()
        record = looked_at.recorder.finish()
        assert len(record.quarters["all"]) == looked_at.quarter + 1
    assert unlike(looked_at.recorder.finish(), left_alone.recorder.finish()) == []


def test_mesa_sees_a_world_taken_up_again_as_the_same(small: Population) -> None:
    one = EssModel(BASE, small, seed=3, quarters=12)
    until(one, 6)
    other = thawed(frozen(one), small)
    assert other.steps == one.steps
    assert [agent.code for agent in other.agents] == [agent.code for agent in one.agents]
    assert [agent.unique_id for agent in other.agents] == [agent.unique_id for agent in one.agents]
    assert {agent.model for agent in other.agents} == {other}
    until(one, 12)
    until(other, 12)
    assert not other.running and not one.running
    pd.testing.assert_frame_equal(
        other.datacollector.get_model_vars_dataframe(),
        one.datacollector.get_model_vars_dataframe(), check_exact=True,
    )  # fmt: skip
    other.release()
    assert len(other.agents) == 0


GO_ON = """
import pickle, sys
from simulator.continuing import thawed
from simulator.population import load_population
world = thawed(open(sys.argv[1], "rb").read(), load_population("demo"))
while world.running:
    world.step()
pickle.dump(world.recorder.finish(), open(sys.argv[2], "wb"))
"""


def test_another_process_takes_a_world_up_again(demo: Population, tmp_path: Path) -> None:
    import pickle

    state, record = tmp_path / "state", tmp_path / "record"
    scenario = scenario_of(CUT, POT, quarters=16)
    state.write_bytes(frozen(until(start(scenario, demo), 9)))
    subprocess.run([sys.executable, "-c", GO_ON, str(state), str(record)], check=True)
    played = pickle.loads(record.read_bytes())
    assert unlike(played, play(scenario, demo).recorder.finish()) == []


def test_a_world_is_not_taken_up_among_other_people(small: Population, demo: Population) -> None:
    state = frozen(start(BASE, small))
    with pytest.raises(InputError, match="not where the world began"):
        thawed(state, demo)


LATER = {"lever": "public_funding", "change": "-10%", "where": {"size": "L"}, "from": 2030}
OTHERWISE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "a path": ([CUT, POT, {"lever": "prices", "change": "+8%", "from": "2028Q4"}], "prices acts"),
    "a vote": ([CUT, POT, {**LATER, "from": 2027}], "public_funding acts in 2027Q1"),
    "a programme": (
        [CUT, POT, {"lever": "emergency_fund", "amount": "10 M€", "from": 2028}],
        "emergency_fund acts in 2028Q1",
    ),
    "a capacity": (
        [CUT, POT, {"lever": "support_programme", "programme": "dla", "capacity": 500}],
        "support_programme acts in 2026Q1",
    ),
    "another value": ([{**CUT, "change": "-90%"}, POT], "public_funding acts in 2027Q1"),
    "other organisations": (
        [{**CUT, "where": {"size": ["S", "M"]}}, POT], "public_funding acts in 2027Q1",
    ),
    "another payer": ([CUT, {**POT, "payer": "etat"}], "emergency_fund acts in 2028Q1"),
    "a lever less": ([CUT], "emergency_fund acted in 2028Q1, and here does not"),
    "another order": ([POT, CUT, {"lever": "prices", "change": "+8%", "from": 2029}], "order"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_would_have_acted_before_is_refused(name: str, small: Population) -> None:
    levers, message = OTHERWISE[name]
    world = until(start(BASE, small), 12)
    state = frozen(world)
    with pytest.raises(InputError, match=message):
        follow(world, scenario_of(*levers, quarters=HORIZON))
    assert frozen(world) == state, "and the world is as it was"


def test_a_vote_of_a_year_begun_is_not_changed(small: Population) -> None:
    """Public money is voted in the first quarter, for what its whole year holds."""
    cut = {"lever": "public_funding", "change": "-20%", "from": "2028Q3"}
    world = until(start("fil-de-l-eau", small), 9)
    with pytest.raises(InputError, match=r"public_funding acts in 2028Q1.*begins in 2028Q2"):
        follow(world, scenario_of(cut, quarters=12))


@pytest.mark.parametrize(("quarters", "message"), [(7, "8 are already played"), (201, "1 to 200")])
def test_impossible_horizons_are_refused(quarters: int, message: str, small: Population) -> None:
    world = until(start("fil-de-l-eau", small), 8)
    with pytest.raises(InputError, match=message):
        follow(world, "fil-de-l-eau", quarters=quarters)


def test_what_has_not_acted_may_stand_anywhere(small: Population) -> None:
    """What is carried on from vote to vote goes with its lever, not with a place in the list."""
    scenario: Scenario = scenario_of(LATER, CUT, POT, quarters=24)
    world = until(start(scenario_of(CUT, POT, quarters=24), small), 12)
    follow(world, scenario)
    whole = play(scenario, small)
    assert unlike(until(world, 24).recorder.finish(), whole.recorder.finish()) == []
