"""The debrief and the end: what was decided and predicted, questions, whom one can turn to."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashboard.address import written as address_query
from dashboard.contacts import Contact, shipped_contacts
from dashboard.language import Texts
from dashboard.workshop.room.plays import plays
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.deciding import decided_line
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.predicting import SCALES
from dashboard.workshop.views.quantities import at_the_end, unit_of
from dashboard.workshop.views.words import card_named, predicted_name, round_end

OWN_SHEET = "fiche"  # asked of a table's own page


def debrief_questions(texts: Texts) -> list[str]:
    """Questions of the last half hour, one at a time."""
    return [
        texts("Qu'est-ce qui vous a surpris, entre ce que vous aviez prévu et ce que vous avez "
              "vu ?"),
        texts("Quelle décision d'une autre table a le plus changé ce que vous pouviez faire ?"),
        texts("Qui a payé ? Qui n'était pas à la table ?"),
        texts("À quelle hypothèse croyez-vous le moins ? Qui, dans cette salle, sait quelque chose "
              "à son sujet ?"),
        texts("Que pourriez-vous décider ensemble dès ce trimestre, sans attendre personne ?"),
    ]  # fmt: skip


def debrief_part(seen: Seen, table: Table, texts: Texts) -> Markup:
    """Questions, then what this table did in each round."""
    return joined([questions_list(texts), journey(seen, table, texts), own_sheet(texts)])


def own_sheet(texts: Texts) -> Markup:
    """Link to the sheet of the table whose page it is; another one has no address there."""
    return el("p", el("a", texts("La fiche de votre table (à garder, à imprimer)"), class_="button",
                      href=f"?{OWN_SHEET}&lang={texts.language}"))  # fmt: skip


def questions_list(texts: Texts) -> Markup:
    return el("ol", (el("li", question) for question in debrief_questions(texts)),
              class_="questions")  # fmt: skip


def journey(seen: Seen, table: Table, texts: Texts) -> Markup:
    """Cards and predictions of a table, beside what the model gave."""
    room = seen.room
    rounds = [_round(seen, table, number, texts) for number in range(room.revealed)]
    return el("section", el("h2", texts("Ce que votre table a fait")), rounds, class_="journey")


def played_list(room: Room, texts: Texts) -> Markup:
    """Cards that acted, round by round, with those who played them."""
    items: list[Child] = []
    for number in range(room.revealed):
        lines = [
            el("li", card_named(room, play.card, texts), " – ",
               name_of(texts.listing([room.settings.role(role).name for role in play.roles])))
            for play in plays(room) if play.round == number
        ]  # fmt: skip
        drawn = [el("li", texts("Choc : {name}", name=card_named(room, shock, texts)))
                 for at, shock in room.shocks if at == number]  # fmt: skip
        head = texts("Tour {number}, jusqu'à {end}", number=number + 1,
                     end=round_end(room, number, texts))  # fmt: skip
        nothing = el("li", texts("aucune carte"), class_="note")
        items.append(el("section", el("h3", head), el("ul", (drawn + lines) or nothing)))
    return el("div", items, class_="played")


def end_part(seen: Seen, texts: Texts, *, projected: bool = False) -> Markup:
    """Thanks, the table's sheet and the results unless it is `projected`, whom to turn to."""
    results = (
        el("p", el("a", texts("Revoir ce qui a été joué"), class_="button",
                   href=results_address(seen.results, texts)))
        if seen.results and not projected
        else None
    )  # fmt: skip
    return joined([
        el("p", texts("Rien de ce qui s'est joué ne dit ce que vivra votre organisation. Si la "
                      "séance a remué des choses, d'autres sont là pour écouter : voici à qui "
                      "parler."), class_="lead"),
        None if projected else own_sheet(texts),
        results,
        contact_list(seen.contacts or shipped_contacts(), texts),
    ])  # fmt: skip


def results_address(name: str, texts: Texts) -> str:
    """Where the dashboard opens results of that name."""
    return "/comparer" + address_query({"results": name}, texts.language)


def needs(texts: Texts) -> list[tuple[str, str]]:
    """Kinds of contacts with the need that they answer; what a session stirs up comes before
    procedures."""
    from dashboard.components.contacts import kind_names

    return sorted(kind_names(texts).items(), key=lambda pair: pair[0] != "psychological_support")


def contact_list(contacts: Sequence[Contact], texts: Texts) -> Markup:
    """Contacts by need, each with how to reach it."""
    shown: list[Child] = []
    for kind, need in needs(texts):
        own = [_contact(contact, texts) for contact in contacts if contact.kind == kind]
        if own:
            shown.append(el("section", el("h3", need), el("ul", own)))
    return el("section", el("h2", texts("À qui parler")), shown, class_="contacts-workshop")


def _contact(contact: Contact, texts: Texts) -> Markup:
    name, reach = (
        texts.spaced(said.in_language(texts.language)) for said in (contact.name, contact.reach)
    )
    named = el("strong", name) if contact.url is None else el("a", name, href=contact.url,
                                                              rel="noreferrer")  # fmt: skip
    phone = None
    if contact.phone is not None:
        digits = contact.phone.replace(" ", "")
        phone = joined([" ", el("a", contact.phone, href=f"tel:{digits}", class_="phone")])
    return el("li", named, phone, el("br"), reach)


def _round(seen: Seen, table: Table, number: int, texts: Texts) -> Markup:
    room, outcome = seen.room, seen.outcomes.get(number)
    made = room.predictions.get((number, table.id))
    lines: list[Child] = [
        el("li", texts.said(texts("Vos cartes"), decided_line(room, table, number, texts)))
    ]
    for name in PREDICTED:
        said = []
        if made is not None and name in made.values:
            guess = texts.number(made.values[name] / SCALES[name].scale)
            said.append(texts("vous disiez {number}", number=guess))
        measured = None if outcome is None else outcome.indicators.get(name)
        if measured is not None:
            bands, unit = measured.played, unit_of(name, measured, texts)
            range_ = at_the_end(name, bands.low[-1], bands.high[-1], unit, texts)
            said.append(texts("le modèle donne {range}", range=range_))
        if said:
            lines.append(el("li", texts.said(predicted_name(name, texts), texts.series(said))))
    head = texts("Tour {number}, jusqu'à {end}", number=number + 1,
                 end=round_end(room, number, texts))  # fmt: skip
    return joined([el("h3", head), el("ul", lines)])
