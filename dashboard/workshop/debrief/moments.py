"""The journal of a room as people read it: tables and the facilitator, what they did, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.debrief.material import Debrief, local
from dashboard.workshop.journal import Line
from dashboard.workshop.room import events
from dashboard.workshop.room.state import Room
from dashboard.workshop.views.elements import Child, el, name_of
from dashboard.workshop.views.trace import told

# Predictions and hypotheses stand apart, in parts of their own; pauses and whose phone sat where
# are of no use afterwards.
_ELSEWHERE = (
    events.Predicted, events.Supposed, events.Proposed, events.Switched, events.Released,
    events.Undone,
)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `who`: a table or the facilitator; `undone`: it no longer holds."""

    at: int
    round: int | None  # None before the first round
    who: str
    said: str
    undone: bool


def moments(debrief: Debrief, texts: Texts) -> list[Moment]:
    """What happened, the oldest first; what a table only hesitated about is left out."""
    undone, number = debrief.undone, None
    shown = _last_words(debrief)
    found: list[Moment] = []
    for line in debrief.lines:
        event, is_undone = line.event, line.number in undone
        if isinstance(event, events.Went) and not is_undone:
            number = event.round
        said = None if isinstance(event, _ELSEWHERE) else told(event, debrief.room, texts)
        if said is None or line.number not in shown:
            continue
        who = actor_name(debrief.room, line.actor, texts)
        found.append(Moment(line.at, number, who, said, is_undone))
    return found


def actor_name(room: Room, actor: str, texts: Texts) -> str:
    """A phone as the table that it sits at; never anything else of it."""
    if actor == "facilitator":
        return texts("animation")
    table = room.table(room.members.get(actor.removeprefix("member/"), ""))
    return texts("salle") if table is None else table.name


def timeline(debrief: Debrief, texts: Texts) -> Markup:
    """The moments as a table, with a heading for each round."""
    groups: dict[int | None, list[Markup]] = {}
    for moment in moments(debrief, texts):
        said: Child = name_of(moment.said)
        if moment.undone:
            said = [el("s", said), " ", el("em", texts("(annulé)"))]
        groups.setdefault(moment.round, []).append(
            el("tr", el("td", local(moment.at).strftime("%H:%M")),
               el("td", name_of(moment.who)), el("td", said))
        )  # fmt: skip
    heads = (texts("Heure"), texts("Qui"), texts("Quoi"))
    bodies = [
        [el("tr", el("th", _group(number, texts), colspan=3, scope="rowgroup")), rows]
        for number, rows in groups.items()
    ]
    return el(
        "table",
        el("thead", el("tr", (el("th", head, scope="col") for head in heads))),
        (el("tbody", body) for body in bodies),
        class_="timeline",
    )


def _group(number: int | None, texts: Texts) -> str:
    return texts("Accueil") if number is None else texts("Tour {number}", number=number + 1)


def _last_words(debrief: Debrief) -> set[int]:
    """Lines that are shown: of the choices of a table in a round, the last one, and what it had
    chosen before somebody chose for it."""
    shown: set[int] = set()
    for same in _by_subject(debrief.lines):
        for line, after in zip(same, [*same[1:], None], strict=True):
            event = line.event
            if after is None or (
                isinstance(event, events.Chose)
                and (event.by != "table" or _by_another(after.event))
            ):
                shown.add(line.number)
    return shown


def _by_another(event: events.Event) -> bool:
    return isinstance(event, events.Chose) and event.by != "table"


def _by_subject(lines: tuple[Line, ...]) -> Iterator[list[Line]]:
    """Lines that replace one another: choices of a table in a round."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        event = line.event
        key: object = line.number
        if isinstance(event, events.Chose):
            key = event.round, event.table
        found.setdefault(key, []).append(line)
    yield from found.values()
