"""What a round led to, for one table: its prediction, its cards, its family."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.outcome import Interval, Measured, Outcome
from dashboard.workshop.room.plays import acts, plays
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.bands import bands_figure
from dashboard.workshop.views.deciding import decided_line
from dashboard.workshop.views.elements import Child, el, joined, name_of
from dashboard.workshop.views.figure import ON_PHONE, Shape
from dashboard.workshop.views.guess import guess_figure
from dashboard.workshop.views.once import Itself
from dashboard.workshop.views.quantities import (
    at_the_end,
    better,
    difference,
    difference_unit,
    indicator_name,
    natural,
    over_worlds,
    still_there,
    unit_of,
    verdict_words,
)
from dashboard.workshop.views.shares import Line, shares_figure
from dashboard.workshop.views.status import provisional, waiting, working
from dashboard.workshop.views.words import card_named, round_end
from simulator.codes import quarter_label


def result_part(seen: Seen, texts: Texts) -> Markup:
    """The whole room: both futures of each indicator, and their difference in words."""
    room = seen.room
    outcome = seen.outcomes.get(room.round)
    if outcome is None:
        return waiting(seen, texts)
    return joined([
        el("h2", texts("Toute la salle, {end}", end=round_end(room, outcome.round, texts))),
        el("p", reference_is(texts), class_="note"),
        provisional(outcome, texts),
        [indicator_figure(name, outcome, seen, texts)
         for name in outcome.indicators if name in room.settings.indicators],
        refused_cards(outcome, seen, texts),
    ])  # fmt: skip


def indicator_figure(
    name: str, outcome: Outcome, seen: Seen, texts: Texts, shape: Shape = ON_PHONE
) -> Markup:
    """An indicator as a figure whose title is its reading; the same for all who look."""
    since = quarter_label(seen.room.settings.first_quarter(outcome.round))
    return _indicator(name, Itself(outcome), since, texts.language, shape)


@lru_cache(maxsize=64)
def _indicator(
    name: str, outcome: Itself[Outcome], since: str, language: Language, shape: Shape
) -> Markup:
    measured, texts = outcome.value.indicators[name], texts_in(language)
    title = reading(name, measured, texts)
    return bands_figure(name, measured, outcome.value.quarters, since, title, texts, shape)


def reading(name: str, measured: Measured, texts: Texts) -> Child:
    """`Emplois : de … à … ; +3 200 ETP […] par rapport à la référence (robuste)`."""
    unit = unit_of(name, measured, texts)
    played, reference = (
        at_the_end(name, bands.low[-1], bands.high[-1], unit, texts)
        for bands in (measured.played, measured.reference)
    )
    return joined([
        el("span", el("strong", indicator_name(name, texts), class_="name"), " ",
           el("span", better(name, texts), class_="better"), class_="title"),
        el("span", texts("Comme joué : {played}. Référence : {reference}.", played=played,
                         reference=reference), class_="levels"),
        el("span", texts("Vos décisions : {difference}",
                         difference=difference(name, measured.difference, texts)), " ",
           el("em", verdict_words(measured, texts)), class_="difference"),
    ])  # fmt: skip


def reference_is(texts: Texts) -> str:
    """What is compared with."""
    return texts("Référence : les mêmes mondes et les mêmes chocs, sans vos décisions.")


def refused_cards(outcome: Outcome, seen: Seen, texts: Texts) -> Markup | None:
    """Cards that the model could not play, with the reason."""
    if not outcome.refused:
        return None
    return el("ul", (el("li", reason) for reason in outcome.refused), class_="problem")


def guessed_part(seen: Seen, table: Table, texts: Texts) -> Markup:
    """The table's own prediction beside what the model gives."""
    room = seen.room
    made, outcome = room.predictions.get((room.round, table.id)), seen.outcomes.get(room.round)
    if made is None:
        return el("p", texts("Vous n'aviez pas noté de prévision à ce tour."), class_="note")
    figures = []
    for name in PREDICTED:
        measured = None if outcome is None else outcome.indicators.get(name)
        if name not in made.values:
            continue
        if measured is None:
            continue
        figures.append(_guessed(name, made.values[name], measured, texts))
    if not figures:
        return Markup("")
    return joined([el("h2", texts("Ce que vous aviez prévu")), figures])


def own_part(seen: Seen, table: Table, texts: Texts) -> Markup:
    """What the cards of the table's role did, and how its family is."""
    room, outcome = seen.room, seen.outcomes.get(seen.room.round)
    cards = decided_line(room, table, room.round, texts)
    played = el("p", texts("Vous avez joué : {cards}.", cards=cards))
    drawn = [card_named(room, shock, texts) for at, shock in room.shocks if at == room.round]
    events = (
        el("p", texts("Choc de ce tour : {names}", names=texts.listing(drawn)),
           class_="note") if drawn else None
    )  # fmt: skip
    idle = [el("p", said, class_="note") for said in without_effect(room, table, texts)]
    parts: list[Child] = [el("h2", texts("Vos cartes")), played, idle, events]
    if outcome is not None:
        parts += [_contributions(seen, table, outcome, texts), _family(outcome, table, texts)]
    return joined(parts)


def without_effect(room: Room, table: Table, texts: Texts) -> list[str]:
    """Cards of a table that did not act in the round, each with the reason."""
    acted = {p.card for p in plays(room) if p.round == room.round and table.id in p.tables}
    said = []
    for name in room.choice(room.round, table.id).cards:
        if name in acted or name not in room.deck.cards:
            continue
        card = texts.quoted(card_named(room, name, texts))
        if not acts(room, room.round, table, name):
            said.append(texts("{card} n'a pas eu d'effet : aucune autre table n'a donné son "
                              "accord.", card=card))  # fmt: skip
        else:
            said.append(texts("{card} n'a pas eu d'effet : les autres tables de ce rôle ne l'ont "
                              "pas jouée, ou elle l'était déjà.", card=card))  # fmt: skip
    return said


def _guessed(name: str, value: float, measured: Measured, texts: Texts) -> Markup:
    from dashboard.workshop.views.predicting import SCALES
    from dashboard.workshop.views.words import predicted_name

    unit = unit_of(name, measured, texts)
    low, high = measured.played.low[-1], measured.played.high[-1]
    where = (
        texts("au-dessus de ce que donnent les mondes simulés")
        if value > high
        else texts("au-dessous de ce que donnent les mondes simulés")
        if value < low
        else texts("parmi les mondes simulés")
    )
    said = texts(
        "{name} : vous disiez {number}, le modèle donne {range}. Votre nombre est {where}.",
        name=predicted_name(name, texts), number=texts.number(value / SCALES[name].scale),
        range=at_the_end(name, low, high, unit, texts), where=where,
    )  # fmt: skip
    return guess_figure(name, value, measured, said, texts)


def _contributions(seen: Seen, table: Table, outcome: Outcome, texts: Texts) -> Child:
    """The role's own cards: as played minus the same without them."""
    lines: list[Markup] = []
    for indicator in seen.room.settings.indicators:
        found = outcome.contributions.get(indicator, {}).get(table.role)
        if found is not None:
            lines.append(brought(indicator, found, texts))
    if not lines:
        return working(seen, texts, "contributions")
    role = seen.room.settings.role(table.role).name
    return joined([
        el("p", texts("Ce que changent, en moyenne, les cartes de votre rôle :"), " ",
           name_of(role)),
        el("ul", lines, class_="contributions"),
        None if outcome.refined
        else el("p", texts("Provisoire : le calcul continue."), class_="note"),
    ])  # fmt: skip


def brought(indicator: str, found: Interval, texts: Texts) -> Markup:
    """What the cards of a role bring to an indicator, in a line."""
    named = texts.said(indicator_name(indicator, texts), "")
    return el("li", el("strong", named.rstrip()), " ", difference(indicator, found, texts))


def _family(outcome: Outcome, table: Table, texts: Texts) -> Child:
    found = outcome.families.get(table.role)
    if found is None:
        return None
    if found.survival_played is None or found.difference is None:
        return el("p", texts("Votre famille compte trop peu de lignes pour qu'on en parle seule."),
                  class_="note")  # fmt: skip
    played = found.survival_played
    said = texts(
        "Organisations de votre famille encore là : {range}, {worlds}.",
        range=still_there(played.low, played.high, texts), worlds=over_worlds(played.kind, texts),
    )  # fmt: skip
    change = texts("Par rapport à la référence : {difference}.",
                   difference=natural(found.difference, texts))  # fmt: skip
    return joined([el("h2", texts("Votre famille")), el("p", said), el("p", change)])


def contributions_figure(
    indicator: str, outcome: Outcome, seen: Seen, texts: Texts
) -> Markup | None:
    """Every role's part in one indicator, and what they do only together."""
    found = outcome.contributions.get(indicator)
    if not found:
        return None
    roles = {role.id: role.name for role in seen.room.settings.roles}
    lines = [Line(roles.get(role, role), interval) for role, interval in found.items()]
    together = outcome.interaction.get(indicator)
    if together is not None:
        lines.append(Line(texts("Interaction"), together, whole=True))
    unit = difference_unit(indicator, [one.interval for one in lines], texts)
    name = indicator_name(indicator, texts)
    # A number without a suffix is so many out of what the title says.
    of = None if unit.difference_suffix else el("span", unit.name, class_="better")
    title = joined([el("strong", name, class_="name"), " ", of])
    return shares_figure(lines, unit, title, f"{name}, {unit.name}", texts)
