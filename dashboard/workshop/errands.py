"""What is done for a room while nobody waits: whom its roles stand for, keeping its results."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from dashboard.reading import Library
from dashboard.workshop.engine import Engine
from dashboard.workshop.families import stands_for
from dashboard.workshop.room.state import Room
from dashboard.workshop.tokens import results_name
from dashboard.workshop.worlds.watched import rounds_of

_AGAIN_AFTER: Final = 30.0  # seconds, until an errand of which nothing came is done again
Key = tuple[str, tuple[Any, ...]]  # a room, and what was played in it

log = logging.getLogger(__name__)


class Errands:
    """Answers at once with what is known; `changed(code)` is called when there is more.

    `library`: where results that were kept can be looked at, once there is one.
    """

    def __init__(self, engine: Engine | None, changed: Callable[[str], None]) -> None:
        self.library: Library | None = None
        self._engine, self._changed = engine, changed
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="workshop-errands")
        self._lock = threading.Lock()
        self._asked: set[object] = set()
        self._counted: dict[str, Mapping[str, float]] = {}
        self._kept: dict[Key, str] = {}  # name in the library
        self._forgotten: set[str] = set()

    def stands_for(self, room: Room) -> Mapping[str, float]:
        """Role → organisations that it stands for; empty until they are counted."""
        self._once(room.code, room.code, lambda: self._count(room))
        return self._counted.get(room.code, {})

    def results(self, room: Room) -> str | None:
        """Name under which the pages show what was played, once the rounds are over.

        It is for those who were in the room: nothing lists it, and it cannot be guessed.
        """
        if self._engine is None or self.library is None or not room.revealed:
            return None
        if room.phase not in ("debrief", "ended"):
            return None
        key = room.code, (rounds_of(room, len(room.settings.rounds)), room.tables)
        self._once(key, room.code, lambda: self._keep(key, room))
        return self._kept.get(key)

    def forget(self, code: str) -> None:
        """Show nothing more of a room that was deleted."""
        with self._lock:
            self._forgotten.add(code)
            self._counted.pop(code, None)
            gone = [key for key in self._kept if key[0] == code]
            names = [self._kept.pop(key) for key in gone]
            if self.library is not None:
                for name in names:
                    self.library.remove(name)

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _once(self, key: object, code: str, do: Callable[[], None]) -> None:
        with self._lock:
            if key in self._asked or code in self._forgotten:
                return
            self._asked.add(key)

        def done() -> None:
            try:
                do()
            except Exception as error:  # a world failed, a disk is full, the room was deleted
                log.warning("room %s: nothing came of an errand: %s", code, error)
                later = threading.Timer(_AGAIN_AFTER, again)
                later.daemon = True
                later.start()
            else:
                self._changed(code)

        def again() -> None:
            with self._lock:
                self._asked.discard(key)
            self._changed(code)  # who looks asks again

        self._pool.submit(done)

    def _count(self, room: Room) -> None:
        self._counted[room.code] = stands_for(room.settings)

    def _keep(self, key: Key, room: Room) -> None:
        from simulator.results import Results

        assert self._engine is not None and self.library is not None
        kept = Results.load(self._engine.keep(room))
        with self._lock:
            if room.code in self._forgotten:
                return
            earlier = sum(code == room.code for code, _ in self._kept)
            name = results_name(room.code, room.secret) + (f"-{earlier + 1}" if earlier else "")
            self.library.add(name, kept, listed=False)
            self._kept[key] = name
