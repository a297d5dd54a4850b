"""What a facilitator enters for a table: a session can be played with paper and one laptop."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.room.plays import agreement_wanted, partners
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.views.console_more import seat_fields
from dashboard.workshop.views.deciding import agreement_state, card_item, dealt_to, meter
from dashboard.workshop.views.elements import button, command, el, joined, name_of
from dashboard.workshop.views.predicting import prediction_form
from dashboard.workshop.views.words import card_named


def entry(room: Room, table: Table, texts: Texts) -> Markup:
    """The forms of one table in the phase of the room; nothing where there is nothing to enter."""
    if room.phase == "ended":
        return Markup("")
    seat = {"do": "seat", "table": table.id, "name": table.name, "role": table.role}
    if table.retired:
        return button(texts("Rappeler"), {**seat, "retired": False})
    inside = _of_phase(room, table, texts)
    title = texts("Saisir pour") if inside else texts("Modifier")
    leaves = texts("Mettre {table} en retrait ? Ce qu'elle a déjà joué reste.", table=table.name)
    return el(
        "details", el("summary", title, " ", name_of(table.name)), inside,
        _renaming(room, table, texts),
        _freeing(room, table, texts), " ",
        button(texts("Mettre en retrait"), {**seat, "retired": True}, confirm=leaves),
        id=f"{'entry' if inside else 'seat'}-{table.id}", class_="entry",
    )  # fmt: skip


def _of_phase(room: Room, table: Table, texts: Texts) -> Markup | None:
    if room.phase == "predict":
        return _prediction(room, table, texts)
    if room.phase == "decide":
        return joined([_cards(room, table, texts), _agreements(room, table, texts)])
    return None


def _renaming(room: Room, table: Table, texts: Texts) -> Markup:
    return el(
        "form", seat_fields(room, texts, table.name, table.role),
        el("button", texts("Changer le nom ou le rôle"), type="submit", class_="button"),
        data_do=command(do="seat", table=table.id, retired=False), class_="renaming",
    )  # fmt: skip


def _freeing(room: Room, table: Table, texts: Texts) -> Markup | None:
    """Its phones act for it no more: one sits at the wrong table, or somebody has left."""
    if not room.phones_at(table.id):
        return None
    sure = texts("Rendre {table} libre ? Ses téléphones n'agiront plus pour elle, et chacun pourra "
                 "choisir une table de nouveau. Ce qu'elle a décidé reste.",
                 table=table.name)  # fmt: skip
    do = {"do": "release", "table": table.id}
    return button(texts("Rendre la table libre"), do, confirm=sure)


def _prediction(room: Room, table: Table, texts: Texts) -> Markup:
    """Empty even where the table has predicted: what it wrote is its own until the round ends."""
    there = (room.round, table.id) in room.predictions
    known = el("p", texts("Cette table a déjà noté une prévision ; une saisie la remplace."),
               class_="note") if there else None  # fmt: skip
    do = {"do": "enter_prediction", "round": room.round, "table": table.id}
    return joined([known, prediction_form(room, {}, texts, do, texts("Enregistrer"), table.id)])


def _cards(room: Room, table: Table, texts: Texts) -> Markup:
    role = room.role_of(table)
    choice = room.choice(room.round, table.id)
    dealt = dealt_to(room, role.id)
    cards = [card_item(room, table, name, texts, short=True) for name in dealt]
    reason = f"reason-{table.id}"
    return el(
        "form",
        el("fieldset", el("legend", texts("Cartes de cette table")),
           el("ul", cards, class_="hand")),
        meter(room, role, choice.cards, texts),
        el("label", texts("Raison, si vous remplacez son choix (facultatif)"), for_=reason),
        el("input", type="text", id=reason, data_key="reason", maxlength=200, autocomplete="off"),
        el("button", texts("Enregistrer, la table est prête"), type="submit",
           class_="button primary"),
        data_do=command(do="override", round=room.round, table=table.id, cards=[]),
    )  # fmt: skip


def _agreements(room: Room, table: Table, texts: Texts) -> Markup | None:
    """Agreements to cards that the table chose: given by word of mouth, entered here."""
    shown = []
    for name in room.choice(room.round, table.id).cards:
        card = room.deck.cards.get(name)
        if card is None or not agreement_wanted(card):
            continue
        given = room.agreed(room.round, table.id, name)
        buttons = [
            button(
                joined([name_of(other.name), " ",
                        texts("n'est plus d'accord") if other.id in given else
                        texts("est d'accord")]),
                {"do": "enter_agreement", "round": room.round, "player": table.id, "card": name,
                 "partner": other.id, "yes": other.id not in given},
            )
            for other in partners(room, table, card)
        ]  # fmt: skip
        shown.append(el("div", el("h3", card_named(room, name, texts)),
                        el("p", agreement_state(room, table, name, texts)),
                        el("div", buttons, class_="buttons")))  # fmt: skip
    return el("div", shown) if shown else None
