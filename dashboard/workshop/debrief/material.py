"""All that a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.workshop.journal import Line
from dashboard.workshop.outcome import Outcome, Supposed
from dashboard.workshop.room import events
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen


@dataclass(frozen=True)
class Neighbour:
    """Another room of the same journal, and where it led."""

    room: Room
    outcomes: Mapping[int, Outcome]


@dataclass(frozen=True)
class Debrief:
    """A room as it was played.

    `seen`: the room, its outcomes, whom to turn to. `lines`: its whole journal, in order.
    `neighbours`: rooms to compare it with. `supposed`: results of hypotheses that were tried, as
    far as they are at hand.
    """

    seen: Seen
    lines: tuple[Line, ...]
    neighbours: tuple[Neighbour, ...] = ()
    supposed: tuple[Supposed, ...] = ()

    @property
    def room(self) -> Room:
        """The room after all its lines."""
        return self.seen.room

    @property
    def last(self) -> Outcome | None:
        """The outcome of the last round that is simulated; None where none is."""
        outcomes = self.seen.outcomes
        rounds = [number for number in range(self.room.revealed) if number in outcomes]
        return outcomes[rounds[-1]] if rounds else None

    @property
    def undone(self) -> frozenset[int]:
        """Numbers of the lines that no longer hold."""
        return frozenset(
            line.event.of for line in self.lines if isinstance(line.event, events.Undone)
        )

    @property
    def version(self) -> str:
        """Version of the simulator that opened the room."""
        opened = self.lines[0].event
        return opened.version if isinstance(opened, events.Opened) else ""

    @property
    def begun(self) -> datetime:
        """When the room was opened, by the clock of this machine."""
        return local(self.lines[0].at)


def local(milliseconds: int) -> datetime:
    """A wall time in the time zone of this machine, which is that of the room."""
    return datetime.fromtimestamp(milliseconds / 1000).astimezone()
