"""What happened in a room, a sentence for each event that people should be able to look up."""

from __future__ import annotations

from dashboard.language import Texts
from dashboard.workshop.room import events
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.assumption_words import questions
from dashboard.workshop.views.words import card_named, phase_name


def told(event: events.Event, room: Room, texts: Texts) -> str | None:
    """One event in a sentence; None for what is of no use to anybody (a phone that joins).

    `room`: as it is now, for the names of its tables and cards. Predictions are told, not shown.
    """
    match event:
        case events.Opened():
            return texts("La salle est ouverte.")
        case events.Joined():
            return None
        case events.Released():
            return texts("{table} est libre : ses téléphones n'agissent plus pour elle.",
                         table=_table(room, event.table))  # fmt: skip
        case events.Seated():
            if event.retired:
                return texts("{table} quitte la salle.", table=event.name)
            return texts("{table} est dans la salle.", table=event.name)
        case events.Went():
            if event.phase in ("debrief", "ended"):
                return phase_name(event.phase, texts)
            return texts("Tour {number} : {phase}", number=event.round + 1,
                         phase=phase_name(event.phase, texts))  # fmt: skip
        case events.Predicted():
            return texts("{table} a noté sa prévision.", table=_table(room, event.table))
        case events.Chose():
            return _chose(event, room, texts)
        case events.Agreed():
            said = (
                texts("{partner} est d'accord avec {table} pour {card}.",
                      **_agreement(event, room, texts))
                if event.yes
                else texts("{partner} retire son accord à {table} pour {card}.",
                           **_agreement(event, room, texts))
            )  # fmt: skip
            return said
        case events.Struck():
            return texts("Choc tiré : {name}", name=card_named(room, event.shock, texts))
        case events.Proposed():
            return texts(
                "{table} changerait une hypothèse : {hypothesis}", table=_table(room, event.table),
                hypothesis=questions(texts)[event.parameter].changed(event.parameter, event.toward),
            )  # fmt: skip
        case events.Supposed():
            if event.parameter is None or event.toward is None:
                return texts("L'hypothèse essayée est retirée.")
            asked = questions(texts)[event.parameter]
            return texts("Hypothèse essayée : {hypothesis}",
                         hypothesis=asked.changed(event.parameter, event.toward))  # fmt: skip
        case events.Timed() | events.Showed():
            return None
        case events.Switched():
            return _switched(event, texts)
        case events.Undone():
            return texts("Dernière action de l'animation annulée.")


def _chose(event: events.Chose, room: Room, texts: Texts) -> str:
    table = _table(room, event.table)
    cards = texts.listing([card_named(room, card, texts) for card in event.cards])
    cards = cards or texts("aucune carte")
    if event.by == "kept":
        return texts("On n'attend plus {table} : {cards} gardé.", table=table, cards=cards)
    if event.by == "facilitator":
        reason = f" ({event.reason})" if event.reason else ""
        return texts("Saisi par l'animation pour {table} : {cards}", table=table,
                     cards=cards) + reason  # fmt: skip
    if event.ready:
        return texts("{table} est prête : {cards}", table=table, cards=cards)
    return texts("{table} choisit : {cards}", table=table, cards=cards)


def _switched(event: events.Switched, texts: Texts) -> str:
    return {
        ("paused", True): texts("Pause."),
        ("paused", False): texts("Reprise."),
        ("decisions_open", True): texts("Décisions rouvertes."),
        ("decisions_open", False): texts("Décisions fermées."),
        ("joining_open", True): texts("La salle accueille de nouveau."),
        ("joining_open", False): texts("La salle n'accueille plus."),
    }[event.what, event.on]


def _agreement(event: events.Agreed, room: Room, texts: Texts) -> dict[str, str]:
    return {
        "partner": _table(room, event.partner),
        "table": _table(room, event.player),
        "card": texts.quoted(card_named(room, event.card, texts)),
    }


def _table(room: Room, identifier: str) -> str:
    found = room.table(identifier)
    return identifier if found is None else found.name
