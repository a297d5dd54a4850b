"""Cards and shocks of a room, as they were when it opened: changed files do not reach it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.cards import (
    Card,
    Shock,
    list_cards,
    list_shocks,
    load_card,
    load_file,
    load_shock,
    parse_card,
    parse_shock,
)
from simulator.problems import InputError, Problem
from simulator.units import parse_share


@dataclass(frozen=True)
class Deck:
    """Cards and shocks by id, in their order."""

    cards: Mapping[str, Card]
    shocks: Mapping[str, Shock]

    @classmethod
    def load(cls, folder: Path | None = None) -> tuple[Deck, list[str]]:
        """Cards and shocks that ship, then those of one's own folder; what is wrong with files.

        A file that is wrong is left out and told in lines `FILE:LINE:COL: field: what; hint`, and
        so are cards that require it; a file of side `event` is a shock.
        """
        cards: dict[str, Card] = {name: load_card(name) for name in list_cards()}
        shocks = {name: load_shock(name) for name in list_shocks()}
        wrong: list[str] = []
        files: dict[str, Path] = {}
        for path in sorted(folder.glob("*.yaml")) if folder is not None else ():
            try:
                own = load_file(path)
                if own.id in cards or own.id in shocks:
                    raise InputError.single(
                        "id", f"{own.id} stands twice", "give it another id", file=str(path)
                    )
            except InputError as error:
                wrong += [str(problem) for problem in error.problems]
            except OSError as error:
                wrong.append(f"{path}: {error.strerror}")
            else:
                if isinstance(own, Shock):
                    shocks[own.id] = own
                else:
                    cards[own.id], files[own.id] = own, path
        return cls(cards, shocks), wrong + _without_what_they_require(cards, files)

    @classmethod
    def read(cls, documents: Mapping[str, Any]) -> Deck:
        """The deck of a journal; InputError where a document is no card any more."""
        return cls(
            {card.id: card for card in map(_card, _texts(documents["cards"]))},
            {shock.id: shock for shock in map(_shock, _texts(documents["shocks"]))},
        )

    def documents(self) -> dict[str, Any]:
        """The deck as the journal keeps it."""
        return {
            "cards": [card.resolved() for card in self.cards.values()],
            "shocks": [card.resolved() for card in self.shocks.values()],
        }


def _without_what_they_require(cards: dict[str, Card], files: Mapping[str, Path]) -> list[str]:
    """Leave out own cards that nobody could ever play; what is wrong with their files."""
    wrong: list[str] = []
    while lacking := {
        name: gone[0]
        for name in files
        if name in cards and (gone := [c for c in cards[name].requires.cards if c not in cards])
    }:
        for name, missing in lacking.items():
            del cards[name]
            said = f"{missing} is left out", "mend its file"
            wrong.append(str(Problem(str(files[name]), None, None, "requires.cards", *said)))
    return wrong


def _texts(documents: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(document, sort_keys=True) for document in documents]  # JSON is YAML


@lru_cache(maxsize=256)
def _card(text: str) -> Card:
    return parse_card(text, "journal", of_deck=True)


@lru_cache(maxsize=64)
def _shock(text: str) -> Shock:
    return parse_shock(text, "journal")


def charge(card: Card) -> float:
    """Share of the budget or pot that the card's table commits, 0 where none is printed."""
    return 0.0 if card.cost.share is None else float(parse_share(card.cost.share))
