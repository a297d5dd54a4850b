"""A room that is open in this process: its lines, its state, and the number of what screens see."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from dashboard.workshop.journal import Line, dated
from dashboard.workshop.room import events
from dashboard.workshop.room.evolve import evolve, replayed
from dashboard.workshop.room.state import Room


@dataclass
class OpenRoom:
    """Whoever changes it holds `lock`. `version` grows with all that screens may show, not only
    with lines: who is there and what was simulated change them too."""

    lines: list[Line]
    room: Room
    version: int
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def replayed(cls, lines: list[Line], version: int) -> OpenRoom:
        """The room as its journal has it; ValueError where it does not begin with an opening."""
        return cls(lines, replayed(dated(lines)), version)

    @property
    def code(self) -> str:
        """Its short code."""
        return self.room.code

    def add(self, lines: list[Line]) -> None:
        """Go on by lines that are on the disk."""
        self.lines += lines
        if any(isinstance(line.event, events.Undone) for line in lines):
            self.room = replayed(dated(self.lines))
            return
        for line in lines:
            self.room = evolve(self.room, line.event, line.at)

    def changed(self, now: int) -> int:
        """Number of what screens show from now on: a time, and always more than before."""
        self.version = max(self.version + 1, now)
        return self.version
