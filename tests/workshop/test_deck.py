"""The deck of a room: what ships, one's own files, and files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

from dashboard.workshop.room.deck import Deck
from simulator.cards import card_folder, list_cards, list_shocks, load_card, shock_folder


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
