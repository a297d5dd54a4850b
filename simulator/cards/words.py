"""A card in plain words, French or English: who plays it, when it acts, what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.cards import timing
from simulator.cards.levers import MOMENTS, PAYER, built, takes_payer
from simulator.cards.schema import Card, Side
from simulator.codes import label
from simulator.levers import wording

SIDE_LABELS: Final[Mapping[Side, Mapping[str, str]]] = {
    "organisations": {"fr": "Organisations", "en": "Organisations"},
    "funders": {"fr": "Financeurs", "en": "Funders"},
    "public": {"fr": "Pouvoirs publics", "en": "Public authorities"},
}
_AGREEMENT: Final[Mapping[str, Mapping[str, str]]] = {
    "organisations": {"fr": "Avec l'accord d'une autre table d'organisations",
                      "en": "With the agreement of another table of organisations"},
    "funders": {"fr": "Avec l'accord d'une autre table de financeurs",
                "en": "With the agreement of another table of funders"},
}  # fmt: skip


def payers(card: Card, language: str) -> str:
    """Who may play and pays: `Région, État`."""
    return ", ".join(label(code, language) for code in card.payer)


def lag(card: Card, language: str) -> str:
    """`tout de suite`, `1 trimestre`, `4 à 8 trimestres`."""
    low, high = card.lag
    if high == 0:
        return "tout de suite" if language == "fr" else "at once"
    number = str(low) if low == high else f"{low} {'à' if language == 'fr' else 'to'} {high}"
    return f"{number} {_quarters(high, language)}"


def adoption(card: Card, language: str) -> str:
    """Who follows: `30 % des organisations`; empty where all do."""
    share, where = card.adoption.share, card.adoption.where
    of = " des organisations" if language == "fr" else " of organisations"
    who = "" if share is None else wording.percent(share, language) + of
    return (who + wording.scope(where, language)).strip()


def agreement(card: Card, language: str) -> str:
    """Who must agree at another table; empty where nobody has to."""
    return "" if card.requires.agreement is None else _AGREEMENT[card.requires.agreement][language]


def effects(card: Card, language: str) -> list[str]:
    """One sentence for each lever, with how long it lasts where it ends."""
    return [
        _sentence(lever, language) + _lasting(lever, card.lag[0], language) for lever in card.levers
    ]


def _sentence(lever: Mapping[str, Any], language: str) -> str:
    undated = {key: value for key, value in lever.items() if key not in MOMENTS}
    if takes_payer(lever):
        undated["where"] = {k: v for k, v in lever["where"].items() if v != PAYER}
    return built(undated).sentence(language)


def _lasting(lever: Mapping[str, Any], lag: int, language: str) -> str:
    if "until" not in lever:
        return ""
    start = timing.first_offset(lever["from"]) if "from" in lever else lag
    length = timing.last_offset(lever["until"]) - start + 1
    if length % 4 == 0:
        years = length // 4
        words = {"fr": "an" if years == 1 else "ans", "en": "year" if years == 1 else "years"}
        return f" ({years} {words[language]})"
    return f" ({length} {_quarters(length, language)})"


def _quarters(number: int, language: str) -> str:
    word = "trimestre" if language == "fr" else "quarter"
    return word + ("s" if number > 1 else "")
