"""Gathers what a report is made of: the room, its journal, its results, rooms of the same day."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from dashboard.workshop.debrief.assumptions import tried
from dashboard.workshop.debrief.material import Debrief, Neighbour
from dashboard.workshop.engine import Engine
from dashboard.workshop.hall import Hall, NoSuchRoom
from dashboard.workshop.outcome import Looked, Supposed
from dashboard.workshop.room.state import Hypothesis, Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.venue import Venue

PATIENCE: Final = 90.0  # seconds, for what is still being simulated
SAME_DAY: Final = 16 * 3600 * 1000  # milliseconds between the openings of two rooms
_LOOKS_EVERY: Final = 0.2  # seconds


def gathered(venue: Venue, code: str, *, patience: float = PATIENCE) -> Debrief:
    """The debrief of a room as it stands now. Raises NoSuchRoom.

    patience: seconds that unfinished results are waited for; without any, other rooms and
    hypotheses are left out: what a table reads of itself needs neither.
    """
    hall, engine = venue.hall, venue.engine
    open_room = hall.room(code)
    with open_room.lock:
        room, lines = open_room.room, tuple(open_room.lines)
    seen = Seen(room, room.at, contacts=venue.contacts)
    if engine is None:
        return Debrief(seen, lines)
    looked = _settled(engine, room, patience)
    found = Debrief(replace(seen, outcomes=looked.outcomes), lines)
    if not patience:
        return found
    return replace(
        found,
        neighbours=tuple(_neighbours(hall, engine, code, lines[0].at)),
        supposed=tuple(_supposed(engine, found)),
    )


def _settled(engine: Engine, room: Room, patience: float) -> Looked:
    """What is simulated of the rounds revealed, once all of it is there or patience is over."""
    until = time.monotonic() + patience
    while True:
        looked = engine.look(room)
        failed = looked.progress is not None and looked.progress.failed is not None
        if _is_whole(looked, room) or failed or time.monotonic() >= until:
            return looked
        time.sleep(_LOOKS_EVERY)


def _is_whole(looked: Looked, room: Room) -> bool:
    outcomes = [looked.outcomes.get(number) for number in range(room.revealed)]
    return all(one is not None and one.complete and one.refined for one in outcomes)


def _neighbours(hall: Hall, engine: Engine, code: str, opened: int) -> list[Neighbour]:
    found = []
    for other in hall.codes:
        if other == code:
            continue
        try:
            open_room = hall.room(other)
        except NoSuchRoom:  # deleted a moment ago
            continue
        room, first = open_room.room, open_room.lines[0].at
        if room.revealed and abs(first - opened) <= SAME_DAY:
            found.append(Neighbour(room, engine.recall(room).outcomes))
    return found


def _supposed(engine: Engine, debrief: Debrief) -> list[Supposed]:
    """What each hypothesis that was tried changed, as far as it is kept."""
    found = []
    for number, parameter, toward in tried(debrief):
        held = Hypothesis(number, parameter, toward)
        supposed = engine.recall(replace(debrief.room, hypothesis=held)).supposed
        if supposed is not None:
            found.append(supposed)
    return found
