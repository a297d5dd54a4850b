"""From one state of a room to the next: total, so that any prefix of a journal gives a room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from dashboard.workshop.room import events
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.state import (
    Agreement,
    Choice,
    Hypothesis,
    Prediction,
    Proposal,
    Room,
    Table,
    Timer,
)
from simulator.scenario import Scenario, parse_scenario

Key = TypeVar("Key")
Value = TypeVar("Value")
Dated = tuple[int, events.Event]
"""An event and the wall time, in milliseconds, at which it was written."""


def replayed(journal: Iterable[Dated]) -> Room:
    """The room after all events; what was undone is left out.

    Raises ValueError where the journal does not begin with the opening of a room.
    """
    lines = list(journal)
    undone = {event.of for _, event in lines if isinstance(event, events.Undone)}
    if not lines or not isinstance(lines[0][1], events.Opened):
        raise ValueError("the journal does not begin with the opening of a room")
    room = opened(lines[0][1], lines[0][0])
    for number, (at, event) in enumerate(lines[1:], start=1):
        if number in undone or isinstance(event, events.Undone):
            room = replace(room, number=number + 1, at=at)
        else:
            room = evolve(room, event, at)
    return room


def opened(event: events.Opened, at: int) -> Room:
    """The room in its lobby."""
    tables = tuple(Table(seat.id, seat.name, seat.role) for seat in event.settings.tables)
    return Room(
        event.code, event.secret, event.settings, _scenario(event.start), Deck.read(event.deck),
        tables=tables, number=1, at=at,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _scenario(text: str) -> Scenario:
    return parse_scenario(text, "journal")


def evolve(room: Room, event: events.Event, at: int) -> Room:
    """The room after one more event. An undoing needs the whole journal: see `replayed`."""
    changed = _changed(room, event)
    if events.reversible(event):
        changed = replace(changed, steps=(*room.steps, (room.number, event)))
    return replace(changed, number=room.number + 1, at=at)


def _changed(room: Room, event: events.Event) -> Room:
    match event:
        case events.Joined():
            return replace(room, members=_with(room.members, event.member, event.table))
        case events.Released():
            return replace(room, released=room.released | room.phones_at(event.table))
        case events.Seated():
            return replace(room, tables=_seated(room.tables, event))
        case events.Went():
            return _gone(room, event)
        case events.Predicted():
            key = (event.round, event.table)
            made = Prediction(MappingProxyType(dict(event.values)))
            return replace(room, predictions=_with(room.predictions, key, made))
        case events.Chose():
            key = (event.round, event.table)
            made_choice = Choice(
                event.cards, event.ready, event.by, event.reason, event.member, room.number
            )
            # An agreement is to a card that is on the table; taken up again, it is asked anew.
            agreements = frozenset(
                one
                for one in room.agreements
                if (one.round, one.player) != key or one.card in event.cards
            )
            return replace(
                room, choices=_with(room.choices, key, made_choice), agreements=agreements
            )
        case events.Agreed():
            given = Agreement(event.round, event.player, event.card, event.partner)
            kept = room.agreements - {given}
            # What brought the card on the table may have been undone since.
            chosen = event.card in room.choice(event.round, event.player).cards
            return replace(room, agreements=kept | {given} if event.yes and chosen else kept)
        case events.Struck():
            return replace(room, shocks=(*room.shocks, (event.round, event.shock)))
        case events.Proposed():
            made_proposal = Proposal(event.round, event.table, event.parameter, event.toward)
            others = tuple(
                p for p in room.proposals if (p.round, p.table) != (event.round, event.table)
            )
            return replace(room, proposals=(*others, made_proposal))
        case events.Supposed():
            if event.parameter is None or event.toward is None:
                return replace(room, hypothesis=None)
            supposed = Hypothesis(event.round, event.parameter, event.toward)
            return replace(room, hypothesis=supposed)
        case events.Timed():
            if event.ends is None and event.left is None:
                return replace(room, timer=None)
            return replace(room, timer=Timer(event.seconds, event.ends, event.left))
        case events.Showed():
            return replace(room, shown=event.what)
        case events.Switched():
            switched: dict[str, Any] = {event.what: event.on}
            return replace(room, **switched)
    return room


def _gone(room: Room, event: events.Went) -> Room:
    shown = event.round + 1 if event.phase == "reveal" else room.revealed
    changes: dict[str, Any] = {"phase": event.phase, "round": event.round, "timer": None}
    changes["shown"] = "results"
    # A new round opens its decisions again, and is no more about a supposed assumption.
    if event.phase in ("predict", "debrief"):
        changes |= {"decisions_open": True, "hypothesis": None}
    if event.phase == "reveal":
        here = tuple(
            table.id
            for table in room.tables
            if not table.retired or (event.round, table.id) in room.choices
        )
        changes["seated"] = _with(room.seated, event.round, here)
    return replace(room, revealed=max(shown, room.revealed), **changes)


def _seated(tables: tuple[Table, ...], event: events.Seated) -> tuple[Table, ...]:
    seated = Table(event.table, event.name, event.role, event.retired)
    if any(table.id == event.table for table in tables):
        return tuple(seated if table.id == event.table else table for table in tables)
    return (*tables, seated)


def _with(mapping: Mapping[Key, Value], key: Key, value: Value) -> Mapping[Key, Value]:
    return MappingProxyType({**mapping, key: value})
