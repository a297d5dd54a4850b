"""What is printed on a card, as HTML; drawn once for all tables that hold it."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.elements import el
from dashboard.workshop.views.once import Itself
from dashboard.workshop.views.words import card_named
from simulator.cards import Card, words


def card_facts(card: Card, texts: Texts) -> Markup:
    """Cost, lag and who follows in a line; then what the card changes."""
    return _facts(Itself(card), texts.language)


def card_text(card: Card, room: Room, texts: Texts) -> Markup:
    """Folded: the text of the card, what it requires, what the model approximates."""
    required = tuple(card_named(room, name, texts) for name in card.requires.cards)
    return _text(Itself(card), required, texts.language)


@lru_cache(maxsize=128)
def _facts(of: Itself[Card], language: Language) -> Markup:
    card, texts = of.value, texts_in(language)
    rows = [
        (texts("Coût"), card.cost.in_words(language)),
        (texts("Effet après"), words.lag(card, language)),
        (texts("Qui suit"), words.adoption(card, language)),
        (texts("Accord"), words.agreement(card, language)),
        (texts("Ce que ça change"), " ".join(f"{s}." for s in words.effects(card, language))),
    ]
    said = [
        el("div", el("dt", name), el("dd", texts.spaced(value))) for name, value in rows if value
    ]
    return el("dl", said, class_="card-facts")


@lru_cache(maxsize=128)
def _text(of: Itself[Card], required: tuple[str, ...], language: Language) -> Markup:
    card, texts = of.value, texts_in(language)
    said = [texts.spaced(card.text.in_language(language))]
    if card.requires.conditions is not None:
        conditions = card.requires.conditions.in_language(language)
        said.append(texts("Pour qui : {conditions}", conditions=conditions))
    for title in required:
        said.append(texts("Se joue avec ou après {card}.", card=texts.quoted(title)))
    if card.requires.once:
        said.append(texts("Ne se joue qu'une fois."))
    if card.note is not None:
        said.append(texts("Le modèle : {note}", note=card.note.in_language(language)))
    return el("details", el("summary", texts("Lire toute la carte")),
              (el("p", each) for each in said))  # fmt: skip
