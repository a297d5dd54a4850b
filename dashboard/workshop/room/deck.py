"""Cards and shocks of a room, as they were when it opened: changed files do not reach it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.cards import Card, parse_card
from simulator.units import parse_share


@dataclass(frozen=True)
class Deck:
    """Cards and shocks by id, in their order."""

    cards: Mapping[str, Card]
    shocks: Mapping[str, Card]

    @classmethod
    def read(cls, documents: Mapping[str, Any]) -> Deck:
        """The deck of a journal; InputError where a document is no card any more."""
        return cls(_cards(documents["cards"]), _cards(documents["shocks"]))

    def documents(self) -> dict[str, Any]:
        """The deck as the journal keeps it."""
        return {
            "cards": [card.resolved() for card in self.cards.values()],
            "shocks": [card.resolved() for card in self.shocks.values()],
        }


def _cards(documents: list[dict[str, Any]]) -> dict[str, Card]:
    cards = [_card(json.dumps(document, sort_keys=True)) for document in documents]
    return {card.id: card for card in cards}


@lru_cache(maxsize=256)
def _card(text: str) -> Card:
    return parse_card(text, "journal")  # JSON is YAML


def charge(card: Card) -> float:
    """Share of the budget or pot that the card's table commits, 0 where none is printed."""
    return 0.0 if card.cost.share is None else float(parse_share(card.cost.share))
