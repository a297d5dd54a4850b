"""One sheet of A4 for each table: whom it played, what it predicted and decided, what happened.

What a table predicted stands on the sheet that the table itself opens, and on no other: those that
the facilitator hands out leave room to copy it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.account_names import payer_name
from dashboard.contacts import Contact, shipped_contacts
from dashboard.language import Texts
from dashboard.units import display_unit
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.debrief.paper import how_to_print, paper
from dashboard.workshop.debrief.report import day
from dashboard.workshop.debrief.rounds import decided, table_of
from dashboard.workshop.outcome import Outcome
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Table
from dashboard.workshop.views.closing import needs
from dashboard.workshop.views.document import conditional
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.predicting import SCALES
from dashboard.workshop.views.quantities import (
    amount,
    at_the_end,
    natural,
    over_worlds,
    still_there,
    unit_of,
)
from dashboard.workshop.views.revealing import brought
from dashboard.workshop.views.words import card_named, predicted_name, role_words, round_end

BLANK: Final = "…………"


def sheets(debrief: Debrief, texts: Texts) -> str:
    """A document with the sheets of all tables, those that left as well; without predictions."""
    pages = [_page(debrief, table, texts, own=False) for table in debrief.room.tables]
    body = [how_to_print(texts), pages or el("p", texts("Aucune table n'est dans la salle."))]
    title = texts("Fiches des tables : {title}", title=debrief.room.settings.title)
    return paper("sheets", title, body, texts, bare=True)


def sheet(debrief: Debrief, table: str, texts: Texts) -> str:
    """A document with the sheet of one table, for that table alone: its predictions are on it.

    KeyError where the room has no such table.
    """
    found = debrief.room.table(table)
    if found is None:
        raise KeyError(table)
    body = [how_to_print(texts), _page(debrief, found, texts, own=True)]
    return paper("sheets", found.name, body, texts, bare=True)


def _page(debrief: Debrief, table: Table, texts: Texts, *, own: bool) -> Markup:
    room = debrief.room
    role = room.role_of(table)
    rows = [_round(debrief, table, number, texts, own=own) for number in range(room.revealed)]
    heads = [texts("Tour"), texts("Nous avons décidé"),
             *(predicted_name(name, texts) for name in PREDICTED)]  # fmt: skip
    played = table_of(heads, rows) if rows else el(
        "p", texts("Aucun tour n'a été révélé : il n'y a pas encore de résultat."))  # fmt: skip
    content = [
        el("header",
           el("p", name_of(room.settings.title), " · ", day(debrief, texts), class_="room-title"),
           el("h1", name_of(table.name)),
           el("p", texts("Nous jouions :"), " ", el("strong", name_of(role_words(role, texts))))),
        played,
        None if own or not rows else el("p", _to_copy(texts), class_="note"),
        _like_us(debrief, table, texts),
        _brought(debrief, table, texts),
        el("p", texts("Ce n'est pas une prévision, et ce n'est pas votre organisation : personne "
                      "n'a joué la sienne. Aucune table n'est notée."), class_="care"),
        el("section", el("h2", texts("Ce que nous en gardons")), [el("div")] * 9, class_="keep"),
        _contacts(debrief.seen.contacts or shipped_contacts(), texts),
        _more(debrief, texts),
    ]  # fmt: skip
    # More rounds and cards, smaller letters: it stays one page.
    length = len(joined(content).striptags())
    small = "" if length < 2480 else " small" if length < 3050 else " smaller"
    return el("article", content, class_=f"sheet{small}")


def _to_copy(texts: Texts) -> str:
    """Why a sheet that is handed out has a blank where the table's own has a number."""
    return texts("Ce que votre table avait prévu n'est que sur son téléphone, ou sur son papier : "
                 "recopiez-le ici si vous voulez.")  # fmt: skip


def _round(debrief: Debrief, table: Table, number: int, texts: Texts, *, own: bool) -> list[Child]:
    room, outcome = debrief.room, debrief.seen.outcomes.get(number)
    made = room.predictions.get((number, table.id))
    drawn = [card_named(room, shock, texts) for at, shock in room.shocks if at == number]
    shock = el("em", texts("Choc : {name}", name=texts.series(drawn))) if drawn else None
    noted = {} if made is None else made.values
    ours = {name: _guess(name, noted.get(name), texts) if own else BLANK for name in PREDICTED}
    return [
        texts("Tour {number}, {end}", number=number + 1, end=round_end(room, number, texts)),
        [el("div", decided(room, table, number, texts)), shock],
        *(_both(name, ours[name], outcome, texts) for name in PREDICTED),
    ]


def _guess(name: str, value: float | None, texts: Texts) -> str:
    return texts("rien de noté") if value is None else texts.number(value / SCALES[name].scale)


def _both(name: str, ours: str, outcome: Outcome | None, texts: Texts) -> list[Markup]:
    """What the table had predicted, above what the model gives."""
    measured = None if outcome is None else outcome.indicators.get(name)
    theirs = texts("pas encore calculé")
    if measured is not None:
        unit, played = unit_of(name, measured, texts), measured.played
        theirs = at_the_end(name, played.low[-1], played.high[-1], unit, texts)
    return [el("div", texts.said(texts("nous"), ours)),
            el("div", texts.said(texts("le modèle"), theirs))]  # fmt: skip


def _like_us(debrief: Debrief, table: Table, texts: Texts) -> Markup | None:
    """What happened to organisations like those that the table played; what a funder paid."""
    outcome = debrief.last
    if outcome is None:
        return None
    role, end = debrief.room.role_of(table), texts.quarter(outcome.quarters[-1])
    if role.payer is not None:
        return _paid(outcome, role.payer, end, texts)
    found = outcome.families.get(role.id)
    title = el("h2", texts("Les organisations comme celles que nous jouions"))
    if found is None or found.survival_played is None or found.survival_reference is None or (
        found.difference is None
    ):  # fmt: skip
        return el("section", title, el("p", texts("Elles sont trop peu dans la simulation pour "
                                                  "qu'on en parle seules.")))  # fmt: skip
    played, reference = (
        still_there(one.low, one.high, texts)
        for one in (found.survival_played, found.survival_reference)
    )
    said = texts("Encore là {end}, de celles qui employaient fin 2025 : {played} ; sans les "
                 "décisions de la salle : {reference} ({worlds}). Écart : {change}.", end=end,
                 played=played, reference=reference, change=natural(found.difference, texts),
                 worlds=over_worlds(found.survival_played.kind, texts))  # fmt: skip
    return el("section", title, el("p", said))


def _paid(outcome: Outcome, payer: str, end: str, texts: Texts) -> Markup | None:
    found = outcome.payers.get(payer)
    if found is None:
        return None
    unit = display_unit("eur", max(abs(found.low), abs(found.high)), texts)
    said = texts("{payer}, par rapport à la référence : {amount} par an pendant le dernier tour, "
                 "jusqu'à {end}.", payer=payer_name(payer, texts),
                 amount=amount(found, unit, texts), end=end)  # fmt: skip
    return el("section", el("h2", texts("Ce que notre financeur a payé de plus, ou de moins")),
              el("p", said, " ", el("span", f"({unit.name})", class_="dimmed")))  # fmt: skip


def _brought(debrief: Debrief, table: Table, texts: Texts) -> Markup | None:
    """What the cards of the table's role bring, all rounds together, with intervals."""
    outcome = debrief.last
    if outcome is None:
        return None
    lines = [
        brought(name, found, texts)
        for name in debrief.room.settings.indicators
        if (found := outcome.contributions.get(name, {}).get(table.role)) is not None
    ]
    title = el("h2", texts("Ce que les cartes de notre rôle ont apporté"))
    if not lines:
        return el("section", title, el("p", texts("Ce n'est pas encore calculé.")))
    how = texts("Ce qui a été joué, moins la même chose sans nos cartes ; entre parenthèses, "
                "l'intervalle à 90 %. Un intervalle des deux côtés de zéro : on ne sait pas dans "
                "quel sens.")  # fmt: skip
    return el("section", title, el("ul", lines), el("p", how, class_="note"))


def _contacts(contacts: Sequence[Contact], texts: Texts) -> Markup:
    """Names and numbers, by need, in little room."""
    shown: list[Child] = []
    for kind, need in needs(texts):
        own = [_contact(one, texts) for one in contacts if one.kind == kind]
        if own:
            shown.append(el("li", el("strong", texts.said(need, "").rstrip()), " ",
                            _separated(own, texts)))  # fmt: skip
    return el("section", el("h2", texts("À qui parler")), el("ul", shown, class_="short-contacts"))


def _contact(contact: Contact, texts: Texts) -> Markup:
    name = texts.spaced(contact.name.in_language(texts.language))
    named: Child = el("a", name, href=contact.url, rel="noreferrer") if contact.url else name
    phone = None
    if contact.phone is not None:
        phone = joined([" ", el("span", contact.phone, class_="phone")])
    site = contact.url.partition("//")[2].strip("/").split("/")[0] if contact.url else None
    return joined([named, phone, el("span", f" ({site})", class_="dimmed") if site else None])


def _separated(items: list[Markup], texts: Texts) -> Markup:
    between = texts.series(["", ""])
    return Markup(between).join(items)


def _more(debrief: Debrief, texts: Texts) -> Markup:
    """Where there is more, and what every page says."""
    stem = f"salle-{debrief.room.code.lower()}"
    said = texts("Le bilan de la séance et le scénario joué ({file}), qu'on peut rejouer à "
                 "l'identique, sont chez la personne qui anime.", file=f"{stem}.yaml")  # fmt: skip
    return el("footer", el("p", said), el("p", conditional(texts)))
