"""The deck of a room: what ships, one's own files, and files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.workshop.room.deck import Deck
from simulator.cards import (
    card_folder,
    list_cards,
    list_shocks,
    load_card,
    load_file,
    shock_folder,
)
from simulator.problems import InputError


def test_all_cards_and_shocks_that_ship_and_the_journal_gives_them_back() -> None:
    deck, wrong = Deck.load()
    assert (list(deck.cards), list(deck.shocks), wrong) == (list_cards(), list_shocks(), [])
    assert Deck.read(json.loads(json.dumps(deck.documents()))) == deck


def test_own_files_stand_beside_and_a_wrong_one_is_told_and_left_out(tmp_path: Path) -> None:
    card = load_card("p4-rabot-de-10").resolved()
    (tmp_path / "mine.yaml").write_text(json.dumps({**card, "id": "ma-carte"}))
    event = (shock_folder() / f"{list_shocks()[0]}.yaml").read_text(encoding="utf-8")
    event = event.replace(f"id: {list_shocks()[0]}", "id: mon-imprevu")
    (tmp_path / "event.yaml").write_text(event, encoding="utf-8")
    text = (card_folder() / "p4-rabot-de-10.yaml").read_text(encoding="utf-8")
    (tmp_path / "twice.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(text.replace("lag: 0", "lag: soon"), encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    deck, wrong = Deck.load(tmp_path)
    assert list(deck.cards) == [*list_cards(), "ma-carte"]
    assert list(deck.shocks) == [*list_shocks(), "mon-imprevu"]
    assert [line.split(":")[0] for line in wrong] == [
        str(tmp_path / f"{name}.yaml") for name in ("broken", "twice", "wrong")
    ]
    lag = text.splitlines().index("lag: 0") + 1
    assert wrong[2].startswith(f"{tmp_path / 'wrong.yaml'}:{lag}:6: lag: ")


def own_cards(folder: Path, **requires: str) -> Path:
    """A folder of cards by id, each of which requires another one; files have other names."""
    folder.mkdir()
    for number, (name, required) in enumerate(requires.items()):
        document = load_card("p4-rabot-de-10").resolved()
        document |= {"id": f"ma-{name}", "requires": {"cards": [required] if required else []}}
        (folder / f"{9 - number}.yaml").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_an_own_card_may_require_another_one_by_its_id(tmp_path: Path) -> None:
    folder = own_cards(tmp_path / "cards", premiere="", seconde="ma-premiere")
    deck, wrong = Deck.load(folder)
    assert wrong == [] and {"ma-premiere", "ma-seconde"} < set(deck.cards)
    assert Deck.read(json.loads(json.dumps(deck.documents()))) == deck
    document = {**load_card("p4-rabot-de-10").resolved(), "id": "ma-tierce"}
    document["requires"] = {"cards": ["carte-9"]}  # the name of a file is no id
    (folder / "9.yaml").rename(folder / "carte-9.yaml")
    (folder / "tierce.yaml").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="carte-9 is no card"):
        load_file(folder / "tierce.yaml")


def test_cards_that_require_a_wrong_one_are_left_out_and_told(tmp_path: Path) -> None:
    folder = own_cards(
        tmp_path / "cards", premiere="", seconde="ma-premiere", tierce="ma-seconde", autre=""
    )
    first = folder / "9.yaml"
    first.write_text(first.read_text().replace('"lag": ', '"laag": '))
    deck, wrong = Deck.load(folder)
    assert list(deck.cards) == [*list_cards(), "ma-autre"]
    assert wrong[-2:] == [
        f"{folder / '8.yaml'}: requires.cards: ma-premiere is left out; mend its file",
        f"{folder / '7.yaml'}: requires.cards: ma-seconde is left out; mend its file",
    ]
