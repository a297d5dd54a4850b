"""Which phones are there: those with an open stream, or heard of within two heartbeats."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from dashboard.workshop.room.state import Room

HEARTBEAT: Final = 15.0  # seconds
GONE_AFTER: Final = 2 * HEARTBEAT


class Presence:
    """Phones by room; its methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], int] = {}  # streams of a phone
        self._heard: dict[tuple[str, str], float] = {}

    def opened(self, room: str, member: str) -> None:
        """A phone opened a stream."""
        with self._lock:
            self._open[room, member] = self._open.get((room, member), 0) + 1
            self._heard[room, member] = self._clock()

    def closed(self, room: str, member: str) -> None:
        """One of its streams ended; it may be back in a moment."""
        with self._lock:
            left = self._open.get((room, member), 0) - 1
            if left > 0:
                self._open[room, member] = left
            else:
                self._open.pop((room, member), None)
            self._heard[room, member] = self._clock()

    def heard(self, room: str, member: str) -> None:
        """A phone asked for something without a stream."""
        with self._lock:
            self._heard[room, member] = self._clock()

    def at_tables(self, room: Room) -> Mapping[str, int]:
        """Table → phones that are there."""
        now = self._clock()
        found: dict[str, int] = {}
        with self._lock:
            for (code, member), heard in self._heard.items():
                table = room.seat_of(member) if code == room.code else None
                if table is not None and (
                    (code, member) in self._open or now - heard <= GONE_AFTER
                ):
                    found[table] = found.get(table, 0) + 1
        return found

    def forget(self, room: str) -> None:
        """The room is no more."""
        with self._lock:
            for kept in (self._open, self._heard):
                for key in [key for key in kept if key[0] == room]:
                    del kept[key]
