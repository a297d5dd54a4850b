"""The debate: which assumption would you change? And the room played again under another one."""

from __future__ import annotations

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.outcome import Measured
from dashboard.workshop.room.assumptions import ASSUMPTIONS
from dashboard.workshop.room.state import Room, Table
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.assumption_words import Question, questions
from dashboard.workshop.views.elements import Child, command, el, joined, name_of
from dashboard.workshop.views.quantities import difference, indicator_name, verdict_words
from dashboard.workshop.views.status import provisional, working
from dashboard.workshop.views.words import round_end


def debate_part(room: Room, table: Table, texts: Texts) -> Markup:
    """The choice of one assumption and of the direction in which the table would move it."""
    mine = next((p for p in room.proposals if (p.round, p.table) == (room.round, table.id)), None)
    chosen = None if mine is None else (mine.parameter, mine.toward)
    asked = questions(texts)
    return el(
        "form",
        [_choice(name, asked[name], chosen, texts) for name in ASSUMPTIONS],
        el("button", texts("Proposer de la changer"), type="submit", class_="button primary",
           disabled=room.paused),
        data_do=command(do="propose", round=room.round), class_="assumptions",
    )  # fmt: skip


def proposed_part(room: Room, table: Table, texts: Texts) -> Markup:
    """What this table proposes."""
    mine = [p for p in room.proposals if (p.round, p.table) == (room.round, table.id)]
    if not mine:
        return el("p", texts("Cherchez ensemble : de quoi doutez-vous le plus ?"), class_="note")
    said = [proposal_line(p.parameter, p.toward, texts) for p in mine]
    return el("p", texts("Vous changeriez :"), " ", said, class_="state ready")


def proposal_line(parameter: str, way: str, texts: Texts) -> Markup:
    """An assumption and the direction of its change."""
    asked = questions(texts)[parameter]
    return joined([el("strong", asked.asks), " ", asked.end(parameter, way)])


def supposed_part(seen: Seen, texts: Texts) -> Markup:
    """The room under another assumption, beside the room as it was: decisions are the same."""
    room, supposed = seen.room, seen.supposed
    if room.hypothesis is None:
        return Markup("")
    head = joined([
        el("h2", texts("Et si l'hypothèse était autre ?")),
        el("p", proposal_line(room.hypothesis.parameter, room.hypothesis.toward, texts)),
        el("p", texts("Les décisions ne changent pas : seule l'hypothèse change, pour ce qui "
                      "a été joué et pour la référence."), class_="note"),
    ])  # fmt: skip
    if supposed is None or supposed.parameter != room.hypothesis.parameter:
        waits = el("p", texts("Le modèle recalcule."), class_="note")
        return el("section", head, working(seen, texts) or waits, class_="supposed")
    before = seen.outcomes.get(supposed.outcome.round)
    rows = []
    for name in room.settings.indicators:
        after = supposed.outcome.indicators.get(name)
        if after is None:
            continue
        first = None if before is None else before.indicators.get(name)
        rows.append(
            el("li", el("strong", indicator_name(name, texts)),
               None if first is None else el("p", texts("Hypothèse du modèle :"), " ",
                                             _told(name, first, texts)),
               el("p", texts("Autre hypothèse :"), " ", _told(name, after, texts)))
        )  # fmt: skip
    title = el("h3", texts("Ce que vos décisions changent, {end}",
                           end=round_end(room, supposed.outcome.round, texts)))  # fmt: skip
    unfinished = provisional(supposed.outcome, texts)
    return el(
        "section", head, unfinished, title, el("ul", rows, class_="beside"), class_="supposed"
    )


def assumed_list(texts: Texts) -> Markup:
    """What the model supposes, for whoever sits without a phone."""
    lines = [
        el("li", el("strong", asked.asks), " ", asked.supposed(name, texts))
        for name, asked in questions(texts).items()
    ]
    return el("ul", lines, class_="assumed")


def proposals_list(room: Room, texts: Texts) -> Markup:
    """Proposals of all tables in this round."""
    found = [p for p in room.proposals if p.round == room.round]
    if not found:
        return el("p", texts("Pas encore de proposition."), class_="note")
    lines: list[Child] = []
    for proposal in found:
        table = room.table(proposal.table)
        name = proposal.table if table is None else table.name
        lines.append(el("li", el("strong", name_of(name)), " – ",
                        proposal_line(proposal.parameter, proposal.toward, texts)))  # fmt: skip
    return el("ul", lines, class_="proposals")


def _told(name: str, measured: Measured, texts: Texts) -> Markup:
    return joined([difference(name, measured.difference, texts), " ",
                   el("em", verdict_words(measured, texts))])  # fmt: skip


def _choice(
    parameter: str, asked: Question, chosen: tuple[str, str] | None, texts: Texts
) -> Markup:
    ends = [
        el("label",
           el("input", type="radio", name="assumption", required=True, value=f"{parameter}:{way}",
              data_set=command(parameter=parameter, toward=way),
              checked=chosen == (parameter, way)),
           el("span", asked.end(parameter, way)))
        for way in ("low", "high")
    ]  # fmt: skip
    return el(
        "fieldset",
        el("legend", asked.asks),
        el("p", asked.supposed(parameter, texts), class_="note"),
        el("div", ends, class_="ends"),
        class_="question",
    )  # fmt: skip
