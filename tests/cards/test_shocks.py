"""The shocks that ship: complete, sourced, hypotheses in any round, and what a shock cannot be."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from simulator.cards import (
    card_folder,
    list_cards,
    list_shocks,
    load_card,
    load_file,
    load_shock,
    parse_shock,
    shock_folder,
)
from simulator.levers import Effects
from simulator.problems import InputError
from simulator.scenario import list_scenarios
from simulator.scenario.json_schemas import shock_schema
from simulator.strict_yaml import read_yaml

IDS = list_shocks()


def test_there_are_eight_and_they_are_neither_cards_nor_scenarios() -> None:
    assert [name.partition("-")[0] for name in IDS] == [f"s{n}" for n in range(1, 9)]
    assert not set(IDS) & {*list_cards(), *list_scenarios()}


@pytest.mark.parametrize("identifier", IDS)
def test_a_shock_is_told_in_both_languages_with_its_sources(identifier: str) -> None:
    shock = load_shock(identifier)
    assert shock.id == identifier
    for text in (shock.title, shock.text):
        assert text.fr != text.en
    for language in ("fr", "en"):
        told = shock.text.in_language(language)
        assert 2 <= len(re.findall(r"[.?!](?:\s|$)", told)) <= 5 and len(told) < 400
    assert all("https://" in s or s.startswith("modelling judgement") for s in shock.sources)
    assert parse_shock(json.dumps(shock.resolved())) == shock
    path = shock_folder() / f"{identifier}.yaml"
    plain = json.loads(json.dumps(read_yaml(path).plain()))
    jsonschema.Draft202012Validator(shock_schema()).validate(plain)


@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("quarter", ["2026Q1", "2032Q1"])
def test_it_strikes_in_any_round_and_never_before(identifier: str, quarter: str) -> None:
    levers = load_shock(identifier).strikes(quarter, 40)
    assert levers and {lever.nature for lever in levers} == {"hypothesis"}
    start = 4 * (int(quarter[:4]) - 2026)
    assert min(lever.start for lever in levers) == start
    effects = Effects.joined(lever.compile(40) for lever in levers)
    assert effects.votes or any((~m.neutral).any() for m in effects.modifiers)
    assert all(m.neutral[:start].all() for m in effects.modifiers)


LEVER = "{lever: demand, change: +5%}"
TEXT = """\
format: 1
id: essai
title: {{fr: Essai, en: Trial}}
text: {{fr: Un essai., en: A trial.}}
side: {side}
lag: 0
{more}
levers: [{lever}]
sources: [modelling judgement]
"""


@pytest.mark.parametrize(
    ("lever", "more", "message"),
    [
        (LEVER, "payer: etat", "nobody plays a shock"),
        (LEVER, "cost: 1% of pot", "cost: nobody plays a shock"),
        (LEVER, "adoption: {where: {size: S}}", "adoption: nobody plays a shock"),
        (LEVER, "requires: {once: true}", "requires: nobody plays a shock"),
        ("{lever: cofunding, where: {funder: payer}, withdrawal: 0%}", "", "name the funders"),
        ("{lever: emergency_fund, amount: 10 M€}", "", "paid by somebody"),
        ("{lever: demand, change: {2027: +5%}}", "", "played in any"),
    ],
)
def test_what_only_players_have_is_refused(lever: str, more: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as told:
        parse_shock(TEXT.format(lever=lever, more=more, side="event"), "essai.yaml")
    assert all(problem.line is not None for problem in told.value.problems)


def test_the_side_tells_a_shock_from_a_card() -> None:
    path = shock_folder() / f"{IDS[0]}.yaml"
    with pytest.raises(InputError, match="side"):
        load_card(path)
    with pytest.raises(InputError, match="side"):
        parse_shock(TEXT.format(lever=LEVER, more="", side="public"))
    assert load_file(path) == load_shock(IDS[0])
    assert load_file(card_folder() / f"{list_cards()[0]}.yaml") == load_card(list_cards()[0])
