"""What a room decides as scenarios: in order, without a role, as a file that reads as itself."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.workshop.export import export
from dashboard.workshop.futures import Futures
from dashboard.workshop.room.settings import Family, Role, Seat
from simulator.cards import list_cards, list_shocks
from simulator.population import load_spec
from simulator.problems import InputError
from simulator.scenario import load_scenario, parse_scenario, scenario_schema
from simulator.strict_yaml import read_yaml
from tests.workshop.conftest import opening
from tests.workshop.rooms import played

FIRST = {
    "shocks": ["s2-coupe-regionale"], "table-1": ["o1-plan-de-tresorerie"],
    "table-2": ["o9-fusionner"], "table-3": ["p6-conference-des-financeurs"],
    "table-4": ["f1-don-non-fleche"], "table-6": ["p6-conference-des-financeurs"],
}  # fmt: skip
SECOND = {"shocks": ["s3-inflation"], "table-1": ["o4-augmenter-les-tarifs"],
          "table-5": ["o4-augmenter-les-tarifs"]}  # fmt: skip


def test_the_reference_is_the_start_with_shocks_as_hypotheses() -> None:
    room = played(opening(scenario="choc-regional"), FIRST, SECOND)
    reference, start = Futures(room).reference(1), load_scenario("choc-regional")
    assert reference.levers[: len(start.levers)] == start.levers
    shocks = reference.levers[len(start.levers) :]
    assert [(lever.name, lever.from_, lever.nature) for lever in shocks] == [
        ("public_funding", 2026, "hypothesis"), ("wages_and_prices", 2029, "hypothesis"),
    ]  # fmt: skip
    assert reference.played is None and reference.horizon.quarters == 40


def test_shocks_come_before_the_cards_of_their_round() -> None:
    levers = Futures(played(opening(), FIRST, SECOND)).played(1).levers
    hypotheses = [n for n, lever in enumerate(levers) if lever.nature == "hypothesis"]
    first = [n for n, lever in enumerate(levers) if lever.start < 12]
    assert hypotheses[0] == 0 and hypotheses[1] == len(first), (
        "those of 2029 come after those of 2026"
    )


def test_who_played_is_told_and_a_family_is_where_its_cards_act() -> None:
    roles = (
        Role(id="aides", name="Aidées", family=Family(sector="SOCIAL", funding_profile="GRANTS")),
    )
    seats = tuple(Seat(id=f"table-{n}", name=f"Table {n}", role="aides") for n in (1, 2, 3, 4))
    room = played(opening(roles=roles, tables=seats), {"table-2": ["o4-augmenter-les-tarifs"]})
    scenario = Futures(room).played(0)
    assert scenario.played is not None
    assert [(p.table, p.round, p.card) for p in scenario.played] == [
        ("Table 2", 1, "o4-augmenter-les-tarifs")
    ]
    for lever in scenario.levers:
        assert lever.where.sector == ("SOCIAL",) and lever.where.funding_profile == ("GRANTS",)
        assert lever.where.share == pytest.approx(0.2 / 4), "one table in four, a fifth follows"


def test_without_a_role_its_cards_go_from_all_rounds_and_others_pay_on() -> None:
    room = played(opening(), FIRST, SECOND)
    futures = Futures(room)
    assert futures.without("culture", 1).levers == tuple(
        lever
        for lever in futures.played(1).levers
        if lever.where.sector != ("CULTURE",) or lever.nature == "hypothesis"
    )
    # A rule set by two funders together is still set by the other one.
    funders = (
        Role(id="region", name="Région", payer="region"),
        Role(id="etat", name="État", payer="etat"),
    )
    seats = tuple(
        Seat(id=f"table-{n}", name=f"Table {n}", role=role.id) for n, role in enumerate(funders, 1)
    )
    both = opening(roles=funders, tables=seats)
    card = ["f2-dossier-unique"]
    together = Futures(played(both, {"table-1": card, "table-2": card}))
    alone = Futures(played(both, {"table-2": card}))
    assert together.without("region", 0).levers == alone.played(0).levers
    assert together.without("region", 0).levers != together.played(0).levers


CHOICES = st.lists(
    st.fixed_dictionaries(
        {
            "shocks": st.lists(st.sampled_from(list_shocks()), max_size=2, unique=True),
            **{
                f"table-{n}": st.lists(st.sampled_from(list_cards()), max_size=4, unique=True)
                for n in range(1, 7)
            },
        }
    ),
    min_size=3, max_size=3,
)  # fmt: skip


@settings(max_examples=6)
@given(rounds=CHOICES)
def test_whatever_is_chosen_rounds_build_on_each_other_and_files_read_as_themselves(
    rounds: list[dict[str, list[str]]],
) -> None:
    room = played(opening(), *rounds)
    futures = Futures(room)
    for make in (
        futures.played, futures.reference, lambda n: futures.without("social", n),
    ):  # fmt: skip
        one, two, three = (make(n).levers for n in range(3))
        assert three[: len(two)] == two and two[: len(one)] == one
    files = export(room).files
    again = parse_scenario(files["salle-abc234.yaml"])
    assert again == futures.played(2) and again.digest == futures.played(2).digest
    idle = {role.id for role in room.settings.roles} - {r for p in futures.plays for r in p.roles}
    for role in idle:
        assert futures.without(role, 2).levers == futures.played(2).levers
    told = len(futures.played(2).played or ())
    assert told <= sum(
        len(cards) for one in rounds for name, cards in one.items() if name != "shocks"
    )


def test_a_card_that_acts_on_nothing_is_left_out_with_the_reason() -> None:
    late = {"table-2": ["o9-fusionner"]}
    room = played(opening(rounds=("2026Q4",)), late)
    futures = Futures(room)
    (reason,) = futures.refused(0)
    assert (
        reason == "« Fusionner » (Action sociale) : laissée de côté, elle n'agit pas avant la fin"
    )
    assert futures.played(0).played is None and futures.played(0).levers == ()


def test_who_played_is_no_part_of_what_is_simulated() -> None:
    room = played(opening(), FIRST)
    scenario = Futures(room).played(0)
    bare = scenario.model_copy(update={"played": None})
    assert "played:" in scenario.to_yaml() and "played:" not in bare.to_yaml()
    assert scenario.effects(40).modifiers[0].name == bare.effects(40).modifiers[0].name
    assert load_scenario("rabot-general").resolved().keys() == (bare.resolved().keys())
    wrong = scenario.to_yaml().replace("round: 1", "round: 0", 1)
    with pytest.raises(InputError, match=r"played\[0\].round"):
        parse_scenario(wrong)


def test_an_export_is_a_file_for_editors_and_what_goes_on_from_it_was_not_played(
    tmp_path: Path,
) -> None:
    for name, text in export(played(opening(), FIRST)).files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        plain = json.loads(json.dumps(read_yaml(tmp_path / name).plain()))
        jsonschema.Draft202012Validator(scenario_schema()).validate(plain)
    own = "id: suite\nextends: salle-abc234\ntitle: {fr: Suite, en: More}\n"
    (tmp_path / "suite.yaml").write_text(
        own + "narrative: {fr: Suite., en: More.}\nfamily: combined\n", encoding="utf-8"
    )
    following = load_scenario(tmp_path / "suite.yaml")
    assert following.levers == load_scenario(tmp_path / "salle-abc234.yaml").levers
    assert following.played is None


def test_the_population_of_a_region_goes_along(tmp_path: Path) -> None:
    made = export(played(opening(region="94"), FIRST))
    assert "--population salle-abc234-population.yaml" in made.command
    path = tmp_path / "salle-abc234-population.yaml"
    path.write_text(made.files[path.name], encoding="utf-8")
    spec = load_spec(path)
    assert spec.regions == ("94",) and set(spec.weights.rates()) == {1}
