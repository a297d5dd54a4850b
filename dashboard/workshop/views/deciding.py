"""The phase of decisions on a phone: hand, budget, agreements with other tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.deck import charge
from dashboard.workshop.room.plays import (
    agreement_wanted,
    budget,
    hand,
    partners,
    plays,
    spent,
    within,
)
from dashboard.workshop.room.settings import Role
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.views.cards import card_facts, card_text
from dashboard.workshop.views.elements import button, command, el, joined, name_of
from dashboard.workshop.views.once import Itself
from dashboard.workshop.views.words import card_named, card_title
from simulator.cards import Card

FORM = "choose"  # the button that says "ready" stands in another part


def hand_part(room: Room, table: Table, texts: Texts) -> Markup:
    """The cards dealt to a table; ticking one says so to the room at once."""
    role = room.role_of(table)
    dealt = dealt_to(room, role.id)
    closed = room.paused or not room.decisions_open
    cards = [card_item(room, table, name, texts, closed=closed) for name in dealt]
    shown = (
        el("fieldset", el("legend", texts("Votre main")),
           el("p", _costs_are(role, texts), class_="note"), el("ul", cards, class_="hand"),
           class_="bare")
        if cards else
        el("p", texts("Aucune carte ne peut être jouée à ce tour."), class_="note")
    )  # fmt: skip
    return el(
        "form",
        shown,
        # Not in `data-do`: a form that asks for something else is another one, its folds shut.
        el("input", type="hidden", data_set=command(seen=room.choice(room.round, table.id).line)),
        id=FORM, data_do=command(do="choose", round=room.round, cards=[], ready=False),
        data_at_once=True,
    )  # fmt: skip


def _costs_are(role: Role, texts: Texts) -> str:
    """How the costs on the cards are to be read."""
    if role.payer is not None:
        return texts("Prenez celles que vous voulez, ou aucune. Un coût est une part de votre "
                     "enveloppe annuelle de subventions.")  # fmt: skip
    return texts("Prenez celles que vous voulez, ou aucune. Un coût est une part du budget annuel "
                 "de chaque organisation qui suit la carte.")  # fmt: skip


def card_item(
    room: Room, table: Table, name: str, texts: Texts, *, closed: bool = False, short: bool = False
) -> Markup:
    """A card with what it costs and changes, and a box to tick. `short`: for whoever enters it."""
    card, chosen = room.deck.cards[name], room.choice(room.round, table.id).cards
    taken = name in chosen
    # Whoever enters paper cards ticks them all before sending: nothing is hindered one by one.
    hindered = None if taken or short else hindrance(room, table, card, chosen, texts)
    box = el(
        "input", type="checkbox", data_list="cards", value=name, checked=taken,
        disabled=closed or hindered is not None, data_cost=f"{charge(card):g}" if short else None,
    )  # fmt: skip
    return el(
        "li",
        el("label", box, el("span", card_title(card, texts), class_="card-title")),
        card_facts(card, texts),
        el("p", hindered, class_="hindered") if hindered and not closed else None,
        None if short else card_text(card, room, texts),
        class_="play-card taken" if taken else "play-card",
    )  # fmt: skip


def dealt_to(room: Room, role: str) -> tuple[str, ...]:
    """The hand of a role in the round that is played; looked up once for all who show it."""
    return _dealt(Itself(room), role)


@lru_cache(maxsize=64)
def _dealt(room: Itself[Room], role: str) -> tuple[str, ...]:
    return hand(room.value, role, room.value.round)


def hindrance(
    room: Room, table: Table, card: Card, chosen: Sequence[str], texts: Texts
) -> str | None:
    """Why the card cannot be added to what is chosen, None where it can."""
    if agreement_wanted(card) and not partners(room, table, card):
        return texts("Il faudrait l'accord d'une autre table, et aucune ne peut le donner.")
    if not within(room, room.role_of(table), (*chosen, card.id)):
        return texts("Avec vos autres cartes, elle dépasse ce que vous pouvez engager.")
    if card.requires.cards:
        earlier = plays(room, before=room.round)
        there = {*chosen, *(play.card for play in earlier if table.role in play.roles)}
        missing = [name for name in card.requires.cards if name not in there]
        if missing:
            first = texts.quoted(card_named(room, missing[0], texts))
            return texts("Choisissez d'abord {card}.", card=first)
    return None


def budget_part(room: Room, table: Table, texts: Texts) -> Markup:
    """What is committed of what can be, and the button that says that the table is done."""
    role, choice = room.role_of(table), room.choice(room.round, table.id)
    return joined([
        agreements(room, table, texts),
        meter(room, role, choice.cards, texts),
        _by_whom(room, table, texts),
        _ready_button(room, table, texts),
    ])  # fmt: skip


def meter(room: Room, role: Role, cards: tuple[str, ...], texts: Texts) -> Markup:
    """The running budget of a round, as a share of the yearly one."""
    committed, most = spent(room, cards), budget(room, role)
    of = texts("de l'enveloppe annuelle") if role.payer else texts("du budget annuel")
    said = joined([
        texts("Engagé à ce tour :"), " ",
        el("span", texts.number(100 * committed, 1), data_spent=True),
        texts(" % sur {most} % {of}", most=texts.number(100 * most, 1), of=of),
    ])  # fmt: skip
    bar = el("meter", min=0, max=f"{most:.4f}", value=f"{committed:.4f}")
    return joined([el("p", el("label", said, bar), class_="budget"), _beside(room, cards, texts)])


def _beside(room: Room, cards: tuple[str, ...], texts: Texts) -> Markup | None:
    """Cards that cost something which the budget of the round does not count."""
    names = [
        texts.quoted(card_title(card, texts)) for name in cards
        if (card := room.deck.cards.get(name)) is not None and not charge(card)
        and card.cost.charged == "levers"
    ]  # fmt: skip
    if not names:
        return None
    said = texts("Hors de cette limite : {cards} (coût dit sur la carte).",
                 cards=texts.listing(names))  # fmt: skip
    return el("p", said, class_="note")


def asked_part(room: Room, table: Table, texts: Texts) -> Markup:
    """Agreements that other tables ask of this one."""
    asked = []
    for other in room.playing:
        for name in room.choice(room.round, other.id).cards:
            card = room.deck.cards.get(name)
            if card is None or table.id not in {p.id for p in partners(room, other, card)}:
                continue
            asked.append(_asked(room, table, other, card, texts))
    if not asked:
        return Markup("")
    return el("section", el("h2", texts("On vous demande votre accord")), asked, class_="asked")


def agreements(room: Room, table: Table, texts: Texts) -> Markup | None:
    """How far the agreements are that this table's own cards need; beside the button that says
    that it is done, since such a card does nothing without."""
    lines = [
        el("li", agreement_state(room, table, name, texts))
        for name in room.choice(room.round, table.id).cards
        if name in room.deck.cards and agreement_wanted(room.deck.cards[name])
    ]
    return el("ul", lines, class_="agreements") if lines else None


def agreement_state(room: Room, table: Table, name: str, texts: Texts) -> Markup:
    """Who agrees to a collective card; it acts once one other table does."""
    card = texts.quoted(card_named(room, name, texts))
    agreed = room.agreed(room.round, table.id, name)
    names = texts.listing([other.name for t in agreed if (other := room.table(t)) is not None])
    if agreed:
        return joined([texts("{card} : accord donné par", card=card), " ", name_of(names)])
    could = texts.listing([other.name for other in partners(room, table, room.deck.cards[name])])
    return joined([
        texts("{card} n'aura d'effet qu'avec l'accord d'une autre table. À voir avec :",
              card=card), " ", name_of(could),
    ])  # fmt: skip


def decided_line(room: Room, table: Table, number: int, texts: Texts) -> str:
    """The cards of a table in a round, in words."""
    cards = room.choice(number, table.id).cards
    if not cards:
        return texts("aucune carte")
    return texts.listing([card_named(room, name, texts) for name in cards])


def _asked(room: Room, table: Table, other: Table, card: Card, texts: Texts) -> Markup:
    given = table.id in room.agreed(room.round, other.id, card.id)
    closed = room.paused or not room.decisions_open
    do = {"do": "agree", "round": room.round, "player": other.id, "card": card.id}
    label = texts("Retirer notre accord") if given else texts("Nous sommes d'accord")
    return el(
        "div",
        el("p", name_of(other.name), " ", texts("voudrait jouer avec vous :"), " ",
           el("strong", card_title(card, texts))),
        el("p", texts.spaced(card.text.in_language(texts.language)), class_="note"),
        el("p", texts("Dire oui n'engage pas votre budget : la carte reste la leur."),
           class_="note"),
        el("p", texts("Vous avez dit oui."), class_="state") if given else None,
        button(label, {**do, "yes": not given}, disabled=closed, kind="" if given else "primary"),
        class_="request",
    )  # fmt: skip


def _by_whom(room: Room, table: Table, texts: Texts) -> Markup | None:
    choice = room.choice(room.round, table.id)
    if choice.by == "facilitator":
        why = joined([texts("Raison :"), " ", name_of(choice.reason)]) if choice.reason else None
        said = texts("Ces cartes ont été saisies par l'animation.")
        return el("p", said, " ", why, class_="note")
    if choice.by == "kept":
        return el("p", texts("L'animation a gardé votre dernier choix."), class_="note")
    return None


def _ready_button(room: Room, table: Table, texts: Texts) -> Markup:
    choice = room.choice(room.round, table.id)
    closed = room.paused or not room.decisions_open
    if not room.decisions_open:
        return el("p", texts("Les décisions sont fermées pour ce tour."), class_="state")
    if choice.ready:
        change = {"do": "choose", "round": room.round, "seen": choice.line,
                  "cards": choice.cards, "ready": False}  # fmt: skip
        return joined([
            el("p", texts("C'est prêt. On attend les autres tables."), class_="state ready"),
            button(texts("Revenir sur nos choix"), change, disabled=closed),
        ])  # fmt: skip
    label = texts("C'est prêt") if choice.cards else texts("C'est prêt, sans carte")
    return el("button", label, type="submit", form=FORM, class_="button primary",
              data_set=command(ready=True), disabled=closed)  # fmt: skip
