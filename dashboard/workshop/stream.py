"""What changed on a screen, as server-sent events: the newest state, however slow the reader is.

A view is what all screens of a kind show: it is rendered once, and those that saw the same version
get the same bytes. Nothing is queued: a reader that was slow is given all that changed since.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final, Literal

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboard.language import Language
from dashboard.workshop.presence import HEARTBEAT

_MESSAGES_KEPT: Final = 8
_HEARTBEAT: Final = b": still here\n\n"


@dataclass(frozen=True)
class Key:
    """Which view of a room: what kind of screen, whose table, in which language."""

    kind: Literal["table", "console", "screen"]
    language: Language
    table: str = ""


class View:
    """Parts of a view, and in which version each one changed last. For the loop's thread only."""

    def __init__(self) -> None:
        self.version = 0  # that it is up to
        self.parts: dict[str, str] = {}
        self.readers: set[asyncio.Event] = set()
        self._changed: dict[str, int] = {}
        self._messages: OrderedDict[int, bytes] = OrderedDict()

    def update(self, parts: Mapping[str, str], version: int) -> None:
        """Go on to a version; readers wake up where something changed."""
        gone = {name: "" for name in self.parts if name not in parts}
        changed = [name for name, html in {**parts, **gone}.items() if self.parts.get(name) != html]
        self.version = version
        self.parts = {**parts, **gone}
        if changed:
            self._messages.clear()
            self._changed |= dict.fromkeys(changed, version)
            for reader in self.readers:
                reader.set()

    def since(self, version: int) -> dict[str, str]:
        """Parts that changed after a version; all of them for one that was never given out."""
        if version > self.version:
            return self.parts
        return {name: html for name, html in self.parts.items() if self._changed[name] > version}

    def message(self, version: int) -> bytes | None:
        """The same as a server-sent event, None where nothing changed."""
        if version not in self._messages:
            parts = self.since(version)
            self._messages[version] = _event(self.version, parts) if parts else b""
            if len(self._messages) > _MESSAGES_KEPT:
                self._messages.popitem(last=False)
        return self._messages[version] or None


def _event(version: int, parts: Mapping[str, str]) -> bytes:
    said = json.dumps(
        {"version": version, "parts": parts}, ensure_ascii=False, separators=(",", ":")
    )
    return f"event: parts\nid: {version}\ndata: {said}\n\n".encode()


async def messages(
    view: View,
    since: int,
    joined: Callable[[], None] = lambda: None,
    heartbeat: float = HEARTBEAT,
) -> AsyncGenerator[bytes, None]:
    """What changed since a version, and what changes; a comment where nothing does for a while.

    `joined` is called once the view has this reader: it may be behind by then.
    """
    changed = asyncio.Event()
    view.readers.add(changed)
    joined()
    sent = since if since <= view.version else -1
    try:
        while True:
            changed.clear()
            message = view.message(sent)
            if message is not None:
                sent = view.version
                yield message
            try:
                # `wait_for` of 3.11 goes on where it is cancelled just when something changed.
                async with asyncio.timeout(heartbeat):
                    await changed.wait()
            except TimeoutError:
                yield _HEARTBEAT
    finally:
        view.readers.discard(changed)


class EventStream(Response):
    """Sends messages as they come, until the reader is gone or `until` is set."""

    media_type = "text/event-stream"

    def __init__(
        self, content: AsyncGenerator[bytes, None], until: asyncio.Event, closed: Callable[[], None]
    ) -> None:
        self.status_code = 200
        self.background = None
        self._content, self._until, self._closed = content, until, closed
        # A proxy that would collect messages before it passes them on must not.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_gone(receive))
        over = asyncio.create_task(self._until.wait())
        tasks = (sending, gone, over)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._closed()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if over.done() and not over.cancelled():
            with suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send) -> None:
        async with aclosing(self._content) as content:
            async for message in content:
                await send({"type": "http.response.body", "body": message, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
