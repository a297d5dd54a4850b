"""Keeps what screens show up to date: renders each view once, wakes its readers.

Rendering runs in threads; everything else here runs on the server's loop and never waits there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from dashboard.language import Language, language_of_name
from dashboard.workshop.hall import Hall, NoSuchRoom, NotSeated
from dashboard.workshop.presence import Presence
from dashboard.workshop.stream import EventStream, Key, View, messages
from dashboard.workshop.tokens import Holder

LOOKS_EVERY: Final = 1.0  # seconds, at who is there
EXPIRES_EVERY: Final = 3600.0
STREAMS_OF_A_TOKEN: Final = 6  # the oldest is closed for one more

log = logging.getLogger(__name__)


class Draws(Protocol):
    """Draws views of a room, in a thread."""

    def __call__(
        self, code: str, keys: list[Key], present: Mapping[str, int]
    ) -> tuple[int, dict[Key, dict[str, str]]]:
        """Version and parts; NoSuchRoom."""


@dataclass
class _Wall:
    """The views of a room, and the streams that show them."""

    views: dict[Key, View] = field(default_factory=dict)
    streams: dict[str, list[asyncio.Event]] = field(default_factory=dict)  # by token, oldest first
    stale: asyncio.Event = field(default_factory=asyncio.Event)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    present: Mapping[str, int] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None


class Publisher:
    """Views of all rooms of a hall, from `start` to `stop`."""

    def __init__(self, hall: Hall, draw: Draws) -> None:
        self.hall = hall
        self.presence = Presence()
        self._draw = draw
        self._walls: dict[str, _Wall] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="workshop-views")
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Listen to the hall from now on."""
        loop = self._loop = asyncio.get_running_loop()

        def woken(code: str) -> None:
            with suppress(RuntimeError):  # the loop may have ended before an engine's thread
                loop.call_soon_threadsafe(self._woken, code)

        self.hall.on_change = woken
        self._tasks = [
            asyncio.create_task(_every(LOOKS_EVERY, self._look_who_is_there)),
            asyncio.create_task(_every(EXPIRES_EVERY, self._expire)),
        ]

    async def stop(self) -> None:
        """End all streams and tasks."""
        self.hall.on_change = lambda code: None
        for code in list(self._walls):
            self._take_down(code)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False)

    def end_streams(self) -> None:
        """End all streams; may be called from any thread, or where a signal comes in."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._end_streams)

    def key(self, holder: Holder, language: str | None) -> Key:
        """The view that a holder sees, in the language asked for or that of the room.

        Raises NoSuchRoom, NotSeated.
        """
        room = self.hall.room(holder.room).room
        spoken: Language = language_of_name(language or room.settings.language)
        if holder.kind == "member":
            return Key("table", spoken, self.hall.table_of(holder))
        return Key("console" if holder.kind == "facilitator" else "screen", spoken)

    async def view(self, code: str, key: Key) -> View:
        """A view that is up to date. Raises NoSuchRoom."""
        while True:
            open_room = self.hall.room(code)
            wall = self._walls.setdefault(code, _Wall())
            view = wall.views.setdefault(key, View())
            if view.version < open_room.version:
                async with wall.drawing:
                    if view.version < open_room.version:
                        await self._drawn(code, wall, [key])
            if self._walls.get(code) is wall:  # else the last of its streams was closed meanwhile
                return view

    async def stream(self, given: str, holder: Holder, key: Key, since: int = -1) -> EventStream:
        """The stream of a view from a version on, all of it by default.

        Raises NoSuchRoom, NotSeated.
        """
        view = await self.view(holder.room, key)
        self.hall.holder(given)  # it may have been let go while the view was drawn
        wall, open_room = self._walls[holder.room], self.hall.room(holder.room)
        if wall.task is None:
            wall.task = asyncio.create_task(self._keep_up(holder.room, wall))
        until = asyncio.Event()
        mine = wall.streams.setdefault(given, [])
        mine.append(until)
        if len(mine) > STREAMS_OF_A_TOKEN:
            mine[0].set()
        if holder.kind == "member":
            self.presence.opened(holder.room, holder.member)

        def closed() -> None:
            mine.remove(until)
            if not mine and wall.streams.get(given) is mine:
                del wall.streams[given]
            if holder.kind == "member":
                self.presence.closed(holder.room, holder.member)
            if not wall.streams and self._walls.get(holder.room) is wall:
                self._take_down(holder.room)  # nobody looks: it is drawn again for who comes

        def joined() -> None:
            if view.version < open_room.version:  # it changed while nobody read the view
                wall.stale.set()

        return EventStream(messages(view, since, joined), until, closed)

    # -- inside ---------------------------------------------------------------------------

    def _woken(self, code: str) -> None:
        if not self.hall.has(code):
            self._take_down(code)
            self.presence.forget(code)
        elif code in self._walls:
            self._end_streams_of_released(self._walls[code])
            self._walls[code].stale.set()

    def _end_streams_of_released(self, wall: _Wall) -> None:
        for given, streams in wall.streams.items():
            try:
                self.hall.holder(given)
            except (NoSuchRoom, NotSeated):
                for until in streams:
                    until.set()

    def _end_streams(self) -> None:
        for wall in self._walls.values():
            for streams in wall.streams.values():
                for until in streams:
                    until.set()

    def _take_down(self, code: str) -> None:
        wall = self._walls.pop(code, None)
        if wall is None:
            return
        for streams in wall.streams.values():
            for until in streams:
                until.set()
        if wall.task is not None:
            wall.task.cancel()

    async def _keep_up(self, code: str, wall: _Wall) -> None:
        while True:
            await wall.stale.wait()
            wall.stale.clear()
            try:
                async with wall.drawing:
                    read = [key for key, view in wall.views.items() if view.readers]
                    await self._drawn(code, wall, read)
            except NoSuchRoom:
                return
            except Exception:  # a view that cannot be drawn must not stop the others for good
                log.exception("room %s: its views were not drawn", code)

    async def _drawn(self, code: str, wall: _Wall, keys: list[Key]) -> None:
        loop = asyncio.get_running_loop()
        version, drawn = await loop.run_in_executor(
            self._threads, self._draw, code, keys, wall.present
        )
        for key, parts in drawn.items():
            wall.views[key].update(parts, version)

    async def _look_who_is_there(self) -> None:
        for code, wall in list(self._walls.items()):
            with suppress(NoSuchRoom):
                present = self.presence.at_tables(self.hall.room(code).room)
                if present != wall.present:
                    wall.present = present
                    await asyncio.to_thread(self.hall.changed, code)

    async def _expire(self) -> None:
        await asyncio.to_thread(self.hall.expire)


async def _every(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await do()
        except Exception:
            log.exception("a regular task failed")
        await asyncio.sleep(seconds)
