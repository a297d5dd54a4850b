"""Each round: what was decided, by which tables, and what the model gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.debrief.material import Debrief
from dashboard.workshop.outcome import Measured, Outcome
from dashboard.workshop.room.plays import acts, plays
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.once import Itself
from dashboard.workshop.views.payers import payers_figure
from dashboard.workshop.views.quantities import (
    at_the_end,
    difference,
    indicator_name,
    unit_of,
    verdict_words,
)
from dashboard.workshop.views.revealing import (
    contributions_figure,
    indicator_figure,
    provisional,
    refused_cards,
)
from dashboard.workshop.views.words import card_named, round_end


def rounds(debrief: Debrief, texts: Texts) -> Markup:
    """Decisions and results, round by round; what was begun and never revealed at the end."""
    shown: list[Child] = [_round(debrief, number, texts) for number in range(debrief.room.revealed)]
    return joined([shown, _not_revealed(debrief.room, texts)])


def decided(room: Room, table: Table, number: int, texts: Texts) -> Markup:
    """The cards of a table in a round, with what is to be known of each choice."""
    choice = room.choice(number, table.id)
    cards: list[str] = []
    for name in choice.cards:
        said = card_named(room, name, texts)
        why = _why_nothing(room, table, number, name, texts)
        cards.append(f"{said} ({why})" if why else said)
    how = {
        "table": "",
        "facilitator": texts("saisi par l'animation"),
        "kept": texts("gardé par l'animation"),
    }[choice.by]
    said = texts.series(cards) if cards else texts("aucune carte")
    return joined([said, " ", el("em", f"({how})") if how else None])


def _why_nothing(room: Room, table: Table, number: int, card: str, texts: Texts) -> str | None:
    """Why a card that a table chose acts on nothing; None where it acts, or nobody knows yet."""
    if card in room.deck.cards and not acts(room, number, table, card):
        return texts("sans l'accord demandé : sans effet")
    if number >= room.revealed or (number, card, table.id) in _acting(Itself(room)):
        return None
    if room.role_of(table).payer is not None and sum(
        card in room.choice(number, other.id).cards
        for other in seated(room, number) if other.role == table.role
    ) * 2 <= sum(other.role == table.role for other in seated(room, number)):  # fmt: skip
        return texts("sans la majorité des tables du rôle : sans effet")
    return texts("déjà jouée, ou sans la carte qu'elle suppose : sans effet")


@lru_cache(maxsize=4)
def _acting(room: Itself[Room]) -> frozenset[tuple[int, str, str]]:
    """Round, card and table of all that acts."""
    return frozenset(
        (play.round, play.card, table) for play in plays(room.value) for table in play.tables
    )


def seated(room: Room, number: int) -> list[Table]:
    """Tables whose decision counted in a round, those that left since as well."""
    return [table for table in room.tables if table.id in room.seated.get(number, ())]


def _round(debrief: Debrief, number: int, texts: Texts) -> Markup:
    room, outcome = debrief.room, debrief.seen.outcomes.get(number)
    head = texts("Tour {number}, jusqu'à {end}", number=number + 1,
                 end=round_end(room, number, texts))  # fmt: skip
    drawn = [card_named(room, shock, texts) for at, shock in room.shocks if at == number]
    rows = [
        [name_of(table.name), name_of(room.role_of(table).name),
         decided(room, table, number, texts)]
        for table in seated(room, number)
    ]  # fmt: skip
    heads = [texts("Table"), texts("Rôle"), texts("Ses cartes")]
    return el(
        "section",
        el("h3", head),
        el("p", texts("Choc de ce tour : {names}", names=texts.series(drawn))) if drawn else None,
        table_of(heads, rows),
        results(outcome, debrief, texts),
        class_="round",
    )


def results(outcome: Outcome | None, debrief: Debrief, texts: Texts) -> Child:
    """What a round led to, in numbers, or that it is not there."""
    if outcome is None:
        said = texts("Les résultats de ce tour ne sont pas calculés : rouvrez la salle sur le même "
                     "ordinateur, ils se calculent en arrière-plan.")  # fmt: skip
        return el("p", said, class_="problem")
    heads = [texts("À la fin du tour"), texts("Comme joué"), texts("Référence"),
             texts("Ce que changent les décisions")]  # fmt: skip
    rows = [
        _row(name, outcome.indicators[name], texts)
        for name in debrief.room.settings.indicators
        if name in outcome.indicators
    ]
    return [
        provisional(outcome, texts),
        table_of(heads, rows),
        refused_cards(outcome, debrief.seen, texts),
    ]


def futures(debrief: Debrief, texts: Texts) -> Child:
    """Both futures of each indicator, to the end of the last round."""
    outcome = debrief.last
    if outcome is None:
        return el("p", texts("Aucun tour n'a été révélé : il n'y a pas de futur à montrer."))
    names = [name for name in debrief.room.settings.indicators if name in outcome.indicators]
    drawn = [indicator_figure(name, outcome, debrief.seen, texts) for name in names]
    return el("div", drawn, class_="figures")


def contributions(debrief: Debrief, texts: Texts) -> Child:
    """What the cards of each role bring to each indicator, and what they do only together."""
    outcome = debrief.last
    if outcome is None:
        return el("p", texts("Aucun tour n'a été révélé : il n'y a pas de part à montrer."))
    drawn = [
        contributions_figure(name, outcome, debrief.seen, texts)
        for name in debrief.room.settings.indicators
        if name in outcome.indicators
    ]
    if not any(drawn):
        return el("p", texts("Les parts des rôles ne sont pas calculées."), class_="note")
    unfinished = el("p", texts("Provisoire : le calcul des parts n'était pas fini."),
                    class_="provisional") if not outcome.refined else None  # fmt: skip
    return joined([unfinished, el("div", drawn, class_="figures wide")])


def payers(debrief: Debrief, texts: Texts) -> Child:
    """Who paid more or less in each round."""
    shown: list[Child] = []
    for number, outcome in sorted(debrief.seen.outcomes.items()):
        if number >= debrief.room.revealed or not outcome.payers:
            continue
        head = texts("Tour {number}, jusqu'à {end}", number=number + 1,
                     end=round_end(debrief.room, number, texts))  # fmt: skip
        shown.append(el("section", el("h3", head), payers_figure(outcome, texts), class_="payers"))
    if not shown:
        return el("p", texts("Ce que chacun a payé n'est pas calculé."), class_="note")
    return el("div", shown, class_="figures wide")


def table_of(heads: Sequence[Child], rows: Sequence[Sequence[Child]]) -> Markup:
    """A table whose first column names the rows; a phone shows cells below one another, each with
    the head of its column."""
    named = [head if isinstance(head, str) else None for head in heads]
    return el(
        "table",
        el("thead", el("tr", (el("th", head, scope="col") for head in heads))),
        el("tbody", (
            el("tr", el("th", row[0], scope="row"),
               (el("td", cell, data_head=head)
                for cell, head in zip(row[1:], named[1:], strict=True)))
            for row in rows
        )),
    )  # fmt: skip


def _row(name: str, measured: Measured, texts: Texts) -> list[Child]:
    unit = unit_of(name, measured, texts)
    played, reference = (
        at_the_end(name, bands.low[-1], bands.high[-1], unit, texts)
        for bands in (measured.played, measured.reference)
    )
    change = joined([difference(name, measured.difference, texts), " ",
                     el("em", verdict_words(measured, texts))])  # fmt: skip
    return [indicator_name(name, texts), played, reference, change]


def _not_revealed(room: Room, texts: Texts) -> Markup | None:
    """Choices of a round that nobody saw: they are in no future."""
    left = [
        (number, table) for number in range(room.revealed, len(room.settings.rounds))
        for table in room.tables if room.choice(number, table.id).cards
    ]  # fmt: skip
    if not left:
        return None
    rows = [[name_of(table.name), decided(room, table, number, texts)] for number, table in left]
    return el(
        "section",
        el("h3", texts("Commencé, jamais révélé")),
        el("p", texts("Ces choix ont été notés, mais la séance s'est arrêtée avant : ils ne sont "
                      "dans aucun résultat.")),
        table_of([texts("Table"), texts("Ses cartes")], rows),
        class_="round",
    )  # fmt: skip
