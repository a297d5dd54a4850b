"""Gathers what a report is made of: the room, its journal, its results, rooms of the same day."""

from __future__ import annotations

import logging
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

log = logging.getLogger(__name__)


def gathered(venue: Venue, code: str, *, patience: float = PATIENCE) -> Debrief:
    """The debrief of a room as it stands now. Raises NoSuchRoom.

    patience: seconds that unfinished results are waited for; without any, other rooms and
    hypotheses are left out: what a table reads of itself needs neither.
    """
    hall, engine = venue.hall, venue.engine
    found = _settled(venue, code, patience)
    if engine is None or not patience:
        return found
    return replace(
        found,
        neighbours=tuple(_neighbours(hall, engine, code, found.lines[0].at)),
        supposed=tuple(_supposed(engine, found)),
    )


def _settled(venue: Venue, code: str, patience: float) -> Debrief:
    """The room once all of its rounds revealed is simulated, or patience or the engine is over.

    Always the room as it is now: the engine simulates the one that was looked at last.
    """
    engine, until = venue.engine, time.monotonic() + patience
    while True:
        open_room = venue.hall.room(code)
        with open_room.lock:
            room, lines = open_room.room, tuple(open_room.lines)
            looked = Looked() if engine is None else engine.look(room)
        failed = looked.progress is not None and looked.progress.failed is not None
        over = engine is None or engine.closed or time.monotonic() >= until
        if _is_whole(looked, room) or failed or over:
            seen = Seen(room, room.at, outcomes=looked.outcomes, contacts=venue.contacts)
            return Debrief(seen, lines)
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
            found.append(Neighbour(room, _recalled(engine, room).outcomes))
    return found


def _recalled(engine: Engine, room: Room) -> Looked:
    """What is kept of a room; nothing where it cannot be planned: the report is of more."""
    try:
        return engine.recall(room)
    except Exception:
        log.exception("room %s is left out of a report", room.code)
        return Looked()


def _supposed(engine: Engine, debrief: Debrief) -> list[Supposed]:
    """What each hypothesis that was tried changed, as far as it is kept."""
    found = []
    for number, parameter, toward in tried(debrief):
        held = Hypothesis(number, parameter, toward)
        supposed = _recalled(engine, replace(debrief.room, hypothesis=held)).supposed
        if supposed is not None:
            found.append(supposed)
    return found
