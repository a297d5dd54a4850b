"""The 26 cards that ship: complete, in two languages, sourced, and read by editors' schemas."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from simulator.cards import SIDES, card_folder, list_cards, load_card, parse_card
from simulator.cards.words import effects
from simulator.scenario.json_schemas import card_schema
from simulator.scenario.writing import write_yaml
from simulator.strict_yaml import read_yaml

IDS = list_cards()


def written(identifier: str) -> Path:
    return card_folder() / f"{identifier}.yaml"


def test_the_catalogue_is_whole_and_in_order() -> None:
    sides = [load_card(identifier).side for identifier in IDS]
    assert [sides.count(side) for side in SIDES] == [12, 8, 6]
    assert sides == sorted(sides, key=SIDES.index)
    codes = [identifier.partition("-")[0] for identifier in IDS]
    assert codes == [
        *(f"o{n}" for n in range(1, 13)), *(f"f{n}" for n in range(1, 9)),
        *(f"p{n}" for n in range(1, 7)),
    ]  # fmt: skip


@pytest.mark.parametrize("identifier", IDS)
def test_a_card_that_ships_is_complete(identifier: str) -> None:
    card = load_card(identifier)
    assert card.id == identifier
    texts = [card.title, card.text, *(lever["label"] for lever in card.levers)]
    texts += [text for text in (card.note, card.cost.words, card.requires.conditions) if text]
    for text in texts:
        both = text if isinstance(text, dict) else text.model_dump()
        assert both["fr"].strip() and both["en"].strip() and both["fr"] != both["en"]
    for language in ("fr", "en"):
        told = card.text.in_language(language)
        assert 2 <= len(re.findall(r"[.?!](?:\s|$)", told)) <= 5
        assert len(told) < 400, "a card is read in a breath"
        assert all(effects(card, language)) and card.cost.in_words(language)
    assert written(identifier).read_text("utf-8").startswith("# yaml-language-server: $schema=")


@pytest.mark.parametrize("identifier", IDS)
def test_every_source_tag_has_its_address_or_is_a_judgement(identifier: str) -> None:
    tags = r"\b(?:T\d-\d{3}|S\d\d[bc]?)\b"
    sources = load_card(identifier).sources
    cited = set(re.findall(tags, written(identifier).read_text("utf-8").split("sources:")[1]))
    addressed = {tag for s in sources if "https://" in s for tag in re.findall(tags, s)}
    assert cited == addressed
    assert addressed or any("modelling judgement" in source for source in sources)


@pytest.mark.parametrize("identifier", IDS)
def test_a_card_reads_as_itself_once_written(identifier: str) -> None:
    card = load_card(identifier)
    again = parse_card(write_yaml(card.resolved()))
    assert again == card and again.digest == card.digest


def test_digests_tell_cards_apart() -> None:
    assert len({load_card(identifier).digest for identifier in IDS}) == len(IDS)


@pytest.mark.parametrize("identifier", IDS)
def test_editors_accept_every_card(identifier: str) -> None:
    plain = json.loads(json.dumps(read_yaml(written(identifier)).plain()))
    jsonschema.Draft202012Validator(card_schema()).validate(plain)


def test_editors_flag_what_is_refused() -> None:
    validator = jsonschema.Draft202012Validator(card_schema())
    plain = json.loads(json.dumps(load_card("p4-rabot-de-10").resolved()))
    assert validator.is_valid(plain)
    lever = plain["levers"][0]
    for change in (
        {"side": "banks"}, {"cost": "10"}, {"cost": "3% of sales"}, {"lag": -1}, {"colour": "red"},
        {"levers": []}, {"sources": []}, {"payer": "nobody"}, {"adoption": {"share": "most"}},
        {"levers": [{**lever, "from": "2027Q1"}]}, {"levers": [{**lever, "until": 2027}]},
        {"levers": [{**lever, "change": {"2027": "-10%"}}]},
        {"levers": [{**lever, "where": {"share": "30%"}}]},
    ):  # fmt: skip
        assert not validator.is_valid({**plain, **change}), change
    assert validator.is_valid({**plain, "levers": [{**lever, "from": "Y2Q3", "until": "Y4"}]})


def test_cards_that_are_required_ship() -> None:
    required = {card for i in IDS for card in load_card(i).requires.cards}
    assert required and required <= set(IDS)
