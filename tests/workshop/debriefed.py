"""Rooms with their journals, as reports are made of them; and pages as they are read."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from dashboard.workshop.debrief import Debrief, Neighbour
from dashboard.workshop.journal import Line, dated
from dashboard.workshop.outcome import Supposed
from dashboard.workshop.room import events
from dashboard.workshop.room.assumptions import assumed_value
from dashboard.workshop.room.evolve import replayed
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from tests.workshop.conftest import opening
from tests.workshop.sample_rooms import NOW, outcome_of

MINUTE = 60_000


class Journal:
    """Lines as they are added, a minute apart."""

    def __init__(self, opened: events.Opened) -> None:
        self.lines = [Line(0, NOW, "facilitator", opened)]
        for number, table in enumerate(opened.settings.tables, 1):
            self.add(f"member/m{number}", events.Joined(member=f"m{number}", table=table.id))

    def add(self, actor: str, event: events.Event) -> int:
        """The number of the line."""
        number = len(self.lines)
        self.lines.append(Line(number, NOW + number * MINUTE, actor, event))
        return number

    @property
    def room(self) -> Room:
        return replayed(dated(self.lines))

    def went(self, phase: Any, number: int) -> int:
        return self.add("facilitator", events.Went(phase=phase, round=number))

    def round(self, number: int, until: str = "debate") -> None:
        """A round in which all predict and play a card; table 2 is overridden, a shock undone."""
        self.went("predict", number)
        for place, table in enumerate(self.room.playing):
            guess = {PREDICTED[0]: 0.61 + 0.017 * place, PREDICTED[1]: 80.0 + 3 * place}
            made = events.Predicted(table=table.id, round=number, values=guess)
            self.add(f"member/m{place + 1}", made)
        first, second = list(self.room.deck.shocks)[:2]
        drawn = self.add("facilitator", events.Struck(round=number, shock=first))
        self.add("facilitator", events.Undone(of=drawn))
        if number == 0:
            self.add("facilitator", events.Struck(round=number, shock=second))
        self.went("decide", number)
        room = self.room
        for place, table in enumerate(room.playing):
            cards = hand(room, table.role, number)[: 1 + place % 2]
            for ready in (False, True):
                chosen = events.Chose(table=table.id, round=number, cards=cards, ready=ready)
                self.add(f"member/m{place + 1}", chosen)
        other = hand(room, room.tables[1].role, number)[2:3]
        self.add("facilitator", events.Chose(
            table=room.tables[1].id, round=number, cards=other, ready=True, by="facilitator",
            reason="erreur de saisie"))  # fmt: skip
        if until == "decide":
            return
        self.went("reveal", number)
        self.went("debate", number)
        self.add("member/m1", events.Proposed(
            round=number, table="table-1", parameter="inertia", toward="low"))  # fmt: skip
        self.add("facilitator", events.Supposed(
            round=number, parameter="inertia", toward="low"))  # fmt: skip


def journal(count: int = 3, /, **settings: Any) -> Journal:
    """A session of some rounds, ended."""
    made = Journal(opening(**settings))
    for number in range(count):
        made.round(number)
    made.went("debrief", max(0, count - 1))
    made.went("ended", max(0, count - 1))
    return made


def debrief(made: Journal, *others: Room, known: bool = True) -> Debrief:
    """What a report of it is made of; `known`: whether its results are there."""
    room = made.room
    outcomes = {n: outcome_of(room, n) for n in range(room.revealed)} if known else {}
    value = assumed_value("inertia", "low")
    supposed = [Supposed("inertia", value, outcome_of(room, n, 2.0)) for n in outcomes]
    neighbours = [
        Neighbour(one, {n: outcome_of(one, n, 1.4) for n in range(one.revealed)}) for one in others
    ]
    return Debrief(
        Seen(room, NOW, outcomes=outcomes), tuple(made.lines), tuple(neighbours), tuple(supposed)
    )


class _Balanced(HTMLParser):
    """Fails where an element is not closed in its order; keeps names and attributes."""

    VOID = frozenset({"meta", "link", "br", "path", "line", "rect", "circle", "input", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def parsed(html: str) -> _Balanced:
    reader = _Balanced()
    reader.feed(html)
    reader.close()
    assert not reader.opened
    return reader


def plain(text: str) -> str:
    """All kinds of spaces as one."""
    return " ".join(text.split())


def read(html: str) -> str:
    """The text of a page, its style left out."""
    body = html.partition("<body")[2].partition(">")[2]
    return plain(unescape(re.sub(r"<[^>]+>", " ", body)))
