"""Rooms in every phase, replayed from events, with made-up outcomes: what views are tried on."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

from dashboard.workshop.outcome import (
    Bands,
    FamilyOutcome,
    Interval,
    Level,
    Measured,
    Outcome,
    Progress,
    Supposed,
)
from dashboard.workshop.room import events
from dashboard.workshop.room.decide import join
from dashboard.workshop.room.evolve import evolve, opened
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import PREDICTED, PROJECTED
from dashboard.workshop.room.state import Phase, Room
from dashboard.workshop.seen import Seen
from simulator.codes import quarter_label
from tests.workshop.conftest import opening

PHASES: tuple[Phase, ...] = (
    "lobby", "predict", "decide", "reveal", "debate", "debrief", "ended",
)  # fmt: skip
NOW = 1_796_000_000_000
FIRST = {"survival": 1.0, "jobs_fte": 1.9e6, "unmet_need": 0.14, "public_euros": 6.4e10,
         "quality_adjusted_service_index": 100.0}  # fmt: skip
SLOPE = {"survival": -0.016, "jobs_fte": -2500.0, "unmet_need": 0.001, "public_euros": 1e8,
         "quality_adjusted_service_index": -0.4}  # fmt: skip


def room_at(phase: Phase, number: int = 0, **settings: Any) -> Room:
    """A room in a phase of a round, with what tables did before it."""
    room = opened(opening(**settings), NOW)
    for member, table in enumerate(("table-1", "table-2", "table-2", "table-3")):
        (joined,) = join(room, f"member-{member}", table)
        room = evolve(room, joined, NOW)
    if phase == "lobby":
        return room
    for round_ in range(number + 1):
        last: Phase = phase if round_ == number else "debate"
        room = _round(room, round_, last)
    if phase in ("debrief", "ended"):
        room = evolve(room, events.Went(phase="debrief", round=number), NOW)
    if phase == "ended":
        room = evolve(room, events.Went(phase="ended", round=number), NOW)
    return room


def _round(room: Room, number: int, last: Phase) -> Room:
    steps: list[events.Event] = [events.Went(phase="predict", round=number)]
    steps += [
        events.Predicted(table=table.id, round=number,
                         values={PREDICTED[0]: 0.7 + 0.02 * place, PREDICTED[1]: 90.0 + place})
        for place, table in enumerate(room.tables) if table.id != "table-6"
    ]  # fmt: skip
    if last != "predict":
        steps += [
            events.Struck(round=number, shock=list(room.deck.shocks)[number % 2]),
            events.Went(phase="decide", round=number),
            events.Timed(seconds=900, ends=NOW + 700_000),
        ]
    for event in steps:
        room = evolve(room, event, NOW)
    if last == "predict":
        return room
    for place, table in enumerate(room.tables):
        dealt = hand(room, table.role, number)
        collective = [c for c in dealt if room.deck.cards[c].requires.agreement]
        cards = tuple(dict.fromkeys([*collective[:1], *dealt[:1]]))
        chosen = events.Chose(table=table.id, round=number, cards=cards, ready=place % 2 == 0)
        room = evolve(room, chosen, NOW)
    following: tuple[Phase, ...] = ("reveal", "debate", "debrief", "ended")
    if last not in following:
        return room
    room = evolve(room, events.Went(phase="reveal", round=number), NOW)
    if last == "reveal":
        return room
    room = evolve(room, events.Went(phase="debate", round=number), NOW)
    proposed = events.Proposed(round=number, table="table-1", parameter="inertia", toward="low")
    room = evolve(room, proposed, NOW)
    supposed = events.Supposed(round=number, parameter="inertia", toward="low")
    return evolve(room, supposed, NOW)


@cache
def seen_at(phase: Phase, number: int = 0, **settings: Any) -> Seen:
    """A room in a phase with all that a screen may hold of it; a value, so made once."""
    room = room_at(phase, number, **settings)
    outcomes = {n: outcome_of(room, n) for n in range(room.revealed)}
    supposed = None
    if room.hypothesis is not None:
        supposed = Supposed("inertia", 0.5, outcome_of(room, room.round, 2.0))
    return Seen(
        room, NOW, present={"table-1": 1, "table-2": 2, "table-3": 1}, outcomes=outcomes,
        supposed=supposed,
        progress=Progress(3, 8, "contributions") if phase == "reveal" else None,
        links={"join": "http://192.168.1.20:8050/atelier/ABC234", "screen": "/atelier/ecran/s",
               "console": "/atelier/animation/f", "export": "/atelier/export/f",
               "delete": "/atelier/supprimer/f"},
        trace=((NOW, "facilitator", "Tour 1"), (NOW - 60_000, "Table 1", "Table 1 est prête")),
        results="essai" if phase == "ended" else None,
        stands_for={"culture": 14_233.0, "social": 9_120.0},
    )  # fmt: skip


def outcome_of(room: Room, number: int, stronger: float = 1.0) -> Outcome:
    """An outcome that could be: smooth futures, a difference that grows, twenty worlds."""
    count = room.settings.first_quarter(number + 1)
    quarters = tuple(quarter_label(quarter) for quarter in range(-1, count))
    indicators = {}
    for name in dict.fromkeys((*PROJECTED, *PREDICTED)):
        step = SLOPE[name] * stronger
        reference = _bands(FIRST[name], SLOPE[name], len(quarters))
        played = _bands(FIRST[name], 0.82 * SLOPE[name], len(quarters))
        mean = played.median[-1] - reference.median[-1]
        indicators[name] = Measured(
            played,
            reference,
            _interval(mean * stronger, abs(step) * 2),
            *(("robust", None) if name == "survival" else (None, "few_worlds")),
        )
    roles = [role.id for role in room.settings.roles]
    parts = {
        name: {role: _interval(measured.difference.mean * (0.5 - 0.2 * i), abs(SLOPE[name]))
               for i, role in enumerate(roles)}
        for name, measured in indicators.items()
    }  # fmt: skip
    families = {
        "culture": FamilyOutcome(240, Level(0.84, 0.82, 0.86, "range", 20),
                                 Level(0.82, 0.8, 0.84, "range", 20),
                                 _interval(0.02, 0.01)),
        "social": FamilyOutcome(12, None, None, None),
    }  # fmt: skip
    payers = {"region": _interval(3.1e7, 1e7), "etat": _interval(-1.2e7, 4e6),
              "foundations": _interval(8e6, 5e6), "households": _interval(2e6, 3e6)}  # fmt: skip
    return Outcome(
        number, quarters, 20, 20, indicators, parts,
        {name: _interval(0.1 * indicators[name].difference.mean, abs(SLOPE[name]))
         for name in indicators},
        families, payers, refined=False,
    )  # fmt: skip


def partial(seen: Seen) -> Seen:
    """The same a second after the reveal: some worlds, no contributions yet."""
    number = seen.room.round
    early = replace(seen.outcomes[number], played=4, contributions={}, interaction={}, payers={})
    return replace(seen, outcomes={**seen.outcomes, number: early},
                   progress=Progress(4, 20, "futures"))  # fmt: skip


def _bands(first: float, slope: float, count: int) -> Bands:
    median = tuple(first + slope * t * (1 - t / (4 * count)) for t in range(count))
    wide = [abs(slope) * 1.5 * math.sqrt(t) for t in range(count)]
    paths = tuple(
        tuple(m + w * math.sin(1.7 * world + t / 5) for t, (m, w) in
              enumerate(zip(median, wide, strict=True)))
        for world in range(20)
    )  # fmt: skip
    low = tuple(m - w for m, w in zip(median, wide, strict=True))
    high = tuple(m + w for m, w in zip(median, wide, strict=True))
    return Bands(median, low, high, paths)


def _interval(mean: float, half: float) -> Interval:
    return Interval(mean, mean - half, mean + half, 20)
