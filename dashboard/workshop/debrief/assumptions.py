"""Assumptions that tables questioned, and what those tried changed; kept apart from decisions."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.debrief.rounds import table_of
from dashboard.workshop.outcome import Measured, Supposed
from dashboard.workshop.room import events
from dashboard.workshop.room.assumptions import assumed_value
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.debating import proposal_line
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.quantities import difference, indicator_name, verdict_words
from dashboard.workshop.views.words import round_end

Tried = tuple[int, str, Literal["low", "high"]]  # round, parameter, toward


def tried(debrief: Debrief) -> list[Tried]:
    """Hypotheses under which the room was played again, each once, in order."""
    undone = debrief.undone
    found = [
        (line.event.round, line.event.parameter, line.event.toward)
        for line in debrief.lines
        if isinstance(line.event, events.Supposed) and line.number not in undone
    ]
    held = [(n, name, way) for n, name, way in found if name is not None and way is not None]
    return list(dict.fromkeys(held))


def assumptions(debrief: Debrief, texts: Texts) -> Markup:
    """Proposals of the tables, then the hypotheses tried, beside what had been decided."""
    proposed, held = _proposals(debrief.room, texts), tried(debrief)
    nothing = el("p", texts("Aucune hypothèse n'a été remise en cause."))
    if proposed is None and not held:
        return nothing
    return joined([
        el("p", texts("Une hypothèse n'est pas une décision : personne à la table ne la choisit. "
                      "La salle est rejouée avec les mêmes cartes, référence comprise.")),
        proposed,
        [_tried(debrief, one, texts) for one in held],
    ])  # fmt: skip


def _proposals(room: Room, texts: Texts) -> Markup | None:
    lines = []
    for one in room.proposals:
        table = room.table(one.table)
        name = one.table if table is None else table.name
        lines.append(el("li", texts("Tour {number}", number=one.round + 1), ", ", name_of(name),
                        " : " if texts.language == "fr" else ": ",
                        proposal_line(one.parameter, one.toward, texts)))  # fmt: skip
    if not lines:
        return None
    return el("section", el("h3", texts("Les hypothèses que les tables changeraient")),
              el("ul", lines))  # fmt: skip


def _tried(debrief: Debrief, one: Tried, texts: Texts) -> Markup:
    number, parameter, way = one
    head = el("h3", texts("Essayée au tour {number} :", number=number + 1), " ",
              proposal_line(parameter, way, texts))  # fmt: skip
    found = _found(debrief, one)
    if found is None:
        missing = texts("Ce que cela changeait n'est plus en mémoire ; la salle peut l'essayer de "
                        "nouveau.")  # fmt: skip
        return el("section", head, el("p", missing, class_="note"), class_="supposed")
    before = debrief.seen.outcomes.get(found.outcome.round)
    rows = [
        [indicator_name(name, texts),
         _told(name, None if before is None else before.indicators.get(name), texts),
         _told(name, found.outcome.indicators[name], texts)]
        for name in debrief.room.settings.indicators if name in found.outcome.indicators
    ]  # fmt: skip
    end = round_end(debrief.room, found.outcome.round, texts)
    heads = [texts("Ce que vos décisions changent, {end}", end=end), texts("Hypothèse du modèle"),
             texts("Autre hypothèse")]  # fmt: skip
    return el("section", head, table_of(heads, rows), class_="supposed")


def _found(debrief: Debrief, one: Tried) -> Supposed | None:
    number, parameter, way = one
    value = assumed_value(parameter, way)
    return next(
        (
            found
            for found in debrief.supposed
            if (found.parameter, found.value) == (parameter, value)
            and found.outcome.round == min(number, debrief.room.revealed - 1)
        ),
        None,
    )


def _told(name: str, measured: Measured | None, texts: Texts) -> Child:
    if measured is None:
        return "–"
    return joined([difference(name, measured.difference, texts), " ",
                   el("em", verdict_words(measured, texts))])  # fmt: skip
