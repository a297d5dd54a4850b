"""The report of a room: what was decided, what it led to, what it does not say."""

from __future__ import annotations

from babel.dates import format_date
from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.debrief import closing, rounds
from dashboard.workshop.debrief.assumptions import assumptions
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.debrief.moments import timeline
from dashboard.workshop.debrief.paper import how_to_print, paper
from dashboard.workshop.debrief.predictions import predictions
from dashboard.workshop.debrief.rooms import rooms
from dashboard.workshop.views.document import conditional
from dashboard.workshop.views.elements import Child, el, name_of
from dashboard.workshop.views.quantities import verdict_reading
from dashboard.workshop.views.shares import how_to_read_bars
from dashboard.workshop.views.words import family_words, place


def report(debrief: Debrief, texts: Texts) -> str:
    """A whole HTML document that needs nothing beside itself; prints on A4."""
    parts: list[tuple[str, Child]] = [
        (texts("Qui jouait quoi"), _roles(debrief, texts)),
        (texts("Ce que la salle a décidé, et ce qu'il en est"), _rounds(debrief, texts)),
        (texts("Les deux futurs, avec et sans les décisions"), _futures(debrief, texts)),
        (texts("Prévoir, puis voir"), _predictions(debrief, texts)),
        (texts("Ce que change chaque rôle"), _contributions(debrief, texts)),
        (texts("Qui a payé"), rounds.payers(debrief, texts)),
        (texts("Les salles côte à côte"), rooms(debrief, texts)),
        (texts("Les hypothèses remises en cause"), assumptions(debrief, texts)),
        (texts("Ce que cela ne dit pas"), closing.limits(texts)),
        (texts("Et maintenant ?"), closing.next_steps(texts)),
        (texts("Le fil de la séance"), timeline(debrief, texts)),
        (texts("D'où viennent ces nombres"), closing.provenance(debrief, texts)),
    ]
    body = [
        _head(debrief, texts),
        (el("section", el("h2", title), inside, class_="chapter")
         for title, inside in parts if inside is not None),
        closing.contacts(debrief, texts),
    ]  # fmt: skip
    return paper("report", debrief.room.settings.title, body, texts)


def day(debrief: Debrief, texts: Texts) -> str:
    """When the room was played, in words."""
    return format_date(debrief.begun.date(), "long", locale=texts.language)


def _head(debrief: Debrief, texts: Texts) -> Markup:
    room = debrief.room
    unfinished = (
        texts("La séance n'est pas finie : ce bilan s'arrête où elle en est.")
        if room.phase not in ("debrief", "ended")
        else texts("Tours joués avant la fin de la séance : {count} sur {planned}.",
                   count=room.revealed, planned=len(room.settings.rounds))
        if room.revealed < len(room.settings.rounds)
        else None
    )  # fmt: skip
    return el(
        "header",
        el("p", texts("Bilan de la séance"), class_="room-title"),
        el("h1", name_of(room.settings.title)),
        el("p", day(debrief, texts), " · ", place(room, texts), class_="lead"),
        el("p", conditional(texts), " ",
           texts("Une population artificielle d'organisations, mondes simulés : {count}. "
                 "Personne n'est noté ni comparé.", count=room.settings.worlds), class_="care"),
        el("p", unfinished, class_="problem") if unfinished else None,
        how_to_print(texts),
    )  # fmt: skip


def _roles(debrief: Debrief, texts: Texts) -> Markup:
    room = debrief.room
    rows = []
    for role in room.settings.roles:
        names = [
            table.name + (f" ({texts('a quitté la salle')})" if table.retired else "")
            for table in room.tables if table.role == role.id
        ]  # fmt: skip
        tables = name_of(texts.series(names)) if names else texts("personne")
        rows.append([name_of(role.name), family_words(role, texts), tables])
    return rounds.table_of([texts("Rôle"), texts("Ce qu'il joue"), texts("Tables")], rows)


def _rounds(debrief: Debrief, texts: Texts) -> Child:
    if not debrief.room.revealed:
        said = texts("Aucun tour n'a été révélé : il n'y a pas encore de résultat.")
        return [el("p", said), rounds.rounds(debrief, texts)]
    ranges = texts("Les nombres vont du monde simulé le plus bas au plus haut. Un écart compare "
                   "chaque monde à lui-même, avec et sans les décisions ; entre parenthèses, "
                   "son intervalle à 90 %.")  # fmt: skip
    return [el("p", ranges), rounds.rounds(debrief, texts),
            el("p", verdict_reading(texts), class_="note")]  # fmt: skip


def _futures(debrief: Debrief, texts: Texts) -> Child:
    said = texts("En noir, la référence : le scénario de départ avec les mêmes chocs, sans "
                 "aucune carte. En bleu, ce qui a été joué. Regardez la largeur avant le "
                 "milieu.")  # fmt: skip
    return [el("p", said), rounds.futures(debrief, texts)]


def _predictions(debrief: Debrief, texts: Texts) -> Child:
    if not debrief.room.revealed:
        return None
    said = texts("Chaque losange est la prévision d'une table, écrite avant toute décision. On ne "
                 "dit pas de laquelle, et aucune n'avait raison : c'est ce qui surprend qui "
                 "compte.")  # fmt: skip
    return [el("p", said), predictions(debrief, texts)]


def _contributions(debrief: Debrief, texts: Texts) -> Child:
    said = texts("La part d'un rôle : ce qui a été joué, moins la même chose sans ses cartes. Les "
                 "parts ne s'additionnent pas : l'interaction est ce que les décisions font "
                 "ensemble, et qu'aucune ne fait seule.")  # fmt: skip
    return [el("p", said, " ", how_to_read_bars(texts)), rounds.contributions(debrief, texts)]
