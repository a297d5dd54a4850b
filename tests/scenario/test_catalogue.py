"""The scenarios that ship: complete, in two languages, sourced, and read by editors' schemas."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from simulator.population import load_population
from simulator.problems import InputError
from simulator.scenario import (
    REFERENCE,
    STARTING_SET,
    Scenario,
    list_scenarios,
    load_scenario,
    parse_scenario,
    scenario_folder,
    scenario_schema,
)
from simulator.scenario.json_schemas import SCHEMAS, schema_text
from simulator.strict_yaml import read_yaml

IDS = list_scenarios()
CONTRACT = [
    "fil-de-l-eau",
    "tendance-2025",
    "rabot-general",
    "choc-regional",
    "annee-blanche",
    "annee-blanche-relais",
    "gel-silencieux",
    "tout-appel-a-projets",
    "contrat-de-confiance",
    "austerite-sous-convention",
    "relais-philanthropique",
    "course-aux-dons",
    "usager-et-adherent",
    "virage-marchand",
    "subvention-vers-commande",
    "fusionner",
    "mutualiser",
    "choc-de-la-demande",
    "bascule-scic",
    "fin-des-aides-a-l-emploi",
    "tempete-parfaite",
    "rebond-organise",
]
CUTS = {"rabot-10", "rabot-15", "rabot-20", "rabot-40"}
EQUAL = ("egal-fonds-urgence", "egal-conventions", "egal-garantie", "egal-mutualisation")


def written(identifier: str) -> Path:
    return scenario_folder() / f"{identifier}.yaml"


def test_the_catalogue_is_whole() -> None:
    assert set(CONTRACT) | set(EQUAL) | CUTS <= set(IDS)
    assert tuple(IDS[:5]) == STARTING_SET


@pytest.mark.parametrize("identifier", IDS)
def test_a_scenario_that_ships_is_complete(identifier: str) -> None:
    scenario = load_scenario(identifier)
    assert scenario.id == identifier
    assert scenario.horizon.quarters == 40
    for text in (scenario.title, scenario.narrative, *filter(None, [scenario.subtitle])):
        assert text.fr.strip() and text.en.strip() and text.fr != text.en
    for language in ("fr", "en"):
        narrative = scenario.narrative.in_language(language)
        assert 2 <= len(re.findall(r"[.?!](?:\s|$)", narrative)) <= 6
        assert all(scenario.sentences(language))
    assert scenario.sources
    assert scenario.hypotheses
    assert bool(scenario.levers) == (identifier != REFERENCE)
    for hypothesis in scenario.hypotheses:
        assert hypothesis.source
        named = {hypothesis.versus, *(hypothesis.parts or ())} - {None}
        assert named <= set(IDS) and (named or hypothesis.since)
    assert written(identifier).read_text("utf-8").startswith("# yaml-language-server: $schema=")


@pytest.mark.parametrize("identifier", IDS)
def test_every_source_tag_has_its_address(identifier: str) -> None:
    """A figure of the facts (T4-022) or of the register (S66) cited stands in `sources`."""
    text = written(identifier).read_text("utf-8")
    tags = r"T\d-\d{3}|S\d\d[bc]?"
    cited = set(re.findall(rf"\b(?:{tags})\b", text))
    addressed = set()
    for source in load_scenario(identifier).sources:
        if re.search(r"https?://", source):
            addressed |= set(re.findall(rf"\b(?:{tags})\b", source.split("http")[0]))
    assert cited <= addressed


@pytest.mark.parametrize("identifier", IDS)
def test_a_scenario_reads_as_itself_once_written(identifier: str) -> None:
    scenario = load_scenario(identifier)
    again = parse_scenario(scenario.to_yaml())
    assert again == scenario.model_copy(update={"extends": None})
    assert again.digest == scenario.digest
    assert again.to_yaml() == scenario.to_yaml()


@pytest.mark.parametrize("identifier", IDS)
def test_effects_are_finite_and_last_the_horizon(identifier: str) -> None:
    effects = load_scenario(identifier).effects()
    for vote in effects.votes:
        assert np.isfinite(vote.factor).all() and (vote.factor >= 0).all()
    for modifier in effects.modifiers:
        assert modifier.path.shape == (40,) and not modifier.neutral.all()
    short = load_scenario(identifier).effects(quarters=6)
    # Of the year in which it ends, the short one has the whole vote.
    assert all(np.array_equal(a.factor[:8], b.factor)
               for a, b in zip(effects.votes, short.votes, strict=True))  # fmt: skip
    assert all(np.array_equal(a.path[:6], b.path, equal_nan=True)
               for a, b in zip(effects.modifiers, short.modifiers, strict=True))  # fmt: skip


@pytest.mark.parametrize("identifier", IDS)
def test_editors_accept_every_scenario(identifier: str) -> None:
    plain = json.loads(json.dumps(read_yaml(written(identifier)).plain()))
    name = "scenario-extends.json" if "extends" in plain else "scenario.json"
    assert f"$schema=schema/{name}" in written(identifier).read_text("utf-8")
    jsonschema.Draft202012Validator(SCHEMAS[name]()).validate(plain)


def test_editors_flag_what_is_refused() -> None:
    validator = jsonschema.Draft202012Validator(scenario_schema())
    plain = json.loads(json.dumps(load_scenario("fusionner").resolved()))
    assert validator.is_valid(plain)
    for change in (
        {"famly": "mergers"}, {"horizon": {"start": "2026Q1", "quarters": 0}}, {"id": "A b"},
        {"levers": [{"lever": "mergers", "encouragement": 4}]},
        {"levers": [{"lever": "public_funding", "change": -10}]},
        {"levers": [{"lever": "public_funding", "where": {"region": "ZZZ"}, "change": "-10%"}]},
    ):  # fmt: skip
        assert not validator.is_valid({**plain, **change}), change
    lower = {"lever": "public_funding", "where": {"region": "pdl", "funder": "REGION"},
             "change": {"2026": "-10%"}}  # fmt: skip
    assert validator.is_valid({**plain, "levers": [lower]}), "any letter case, as in files"


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schemas_are_fresh(name: str) -> None:
    path = scenario_folder() / "schema" / name
    assert path.read_text("utf-8") == schema_text(name), "run: python -m simulator.scenario"
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name]())


def test_the_reference_says_that_it_is_not_the_trend() -> None:
    subtitle = load_scenario(REFERENCE).subtitle
    assert subtitle is not None
    assert subtitle.fr == "financement constant en euros réels, pas la tendance"
    assert load_scenario(REFERENCE).effects().votes == ()


@pytest.mark.parametrize(("identifier", "left"), [("rabot-10", 0.9), ("rabot-20", 0.8),
                                                  ("rabot-40", 0.6)])  # fmt: skip
def test_the_series_of_cuts_cuts_grants_alone_and_once(identifier: str, left: float) -> None:
    (vote,) = load_scenario(identifier).effects().votes
    assert vote.factor == pytest.approx(left)
    assert vote.instruments == {0} and vote.selector.cell_mask().all()


def test_the_equal_cost_set_spends_the_same_euros_of_the_same_payer() -> None:
    spent = []
    for identifier in EQUAL:
        scenario = load_scenario(identifier)
        (programme,) = scenario.effects().programmes
        assert programme.payer == "etat"
        spent.append(programme.amount)
        assert scenario.levers[:-1] == load_scenario("tendance-2025").levers
    assert all((amount == spent[0]).all() for amount in spent)
    assert spent[0].sum() / 4 == 400e6


def test_extending_scenarios_start_from_their_parent() -> None:
    parent, child = load_scenario("tempete-parfaite"), load_scenario("rebond-organise")
    assert child.levers[: len(parent.levers)] == parent.levers
    assert child.horizon == parent.horizon and child.title != parent.title


def test_digests_tell_scenarios_apart() -> None:
    assert len({load_scenario(identifier).digest for identifier in IDS}) == len(IDS)


def test_a_missing_catalogue_is_no_crash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = scenario_folder()
    package = tmp_path / "simulator" / "scenario"
    package.mkdir(parents=True)
    monkeypatch.setattr("simulator.scenario.catalogue.__file__", str(package / "catalogue.py"))
    assert list_scenarios() == []
    with pytest.raises(InputError, match="is no scenario"):
        load_scenario(REFERENCE)
    shutil.copytree(shipped, tmp_path / "simulator" / "_scenarios")
    assert isinstance(load_scenario(REFERENCE), Scenario), "the copy of an installed package"


def test_the_trend_cuts_about_what_its_file_says() -> None:
    organisations = load_population("workshop").organisations
    weight, grants = organisations["weight"], organisations["grants"]
    before = np.zeros((6, 18, 10))
    for level in range(6):
        cells = (organisations["region"], organisations["sector"])
        np.add.at(before[level], cells, weight * grants[level])
    after = before.copy()
    for vote in load_scenario("tendance-2025").effects().votes:
        after[vote.selector.cell_mask()] *= vote.factor[0]
    assert after[0].sum() / before[0].sum() - 1 == pytest.approx(-0.043, abs=0.006)
    assert after[1:4].sum() / before[1:4].sum() - 1 == pytest.approx(-0.065, abs=0.006)
    assert after.sum() / before.sum() - 1 == pytest.approx(-0.046, abs=0.006)
