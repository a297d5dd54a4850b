"""What every answer and every request must keep to: headers, names of the server, sizes."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.failures import error_page

LARGEST_BODY: Final = 2_000_000  # bytes; the sentence of the page says so
MOST_HEARD: Final = 64_000_000  # bytes of a body too large that are heard before it is refused
READING: Final = ("GET", "HEAD", "OPTIONS")  # methods that change nothing


# Only what this server gives, no inline script. Plotly writes styles into the page; images are
# drawn from `data:` and `blob:` addresses.
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": CONTENT_POLICY,
}


class SafeHeaders:
    """Adds the headers to every answer; one that a route gave already stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sent if scope["type"] == "http" else send)


class KnownNames:
    """Answers only under the names of this server.

    Otherwise a page elsewhere could give its own name to the address of this machine and read
    what is served here (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._name(scope) not in self.names:
            page = _refusal(421, scope)
            await page(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _name(scope: Scope) -> str | None:
        try:
            return urlsplit("//" + Headers(scope=scope).get("host", "")).hostname
        except ValueError:
            return None


class OwnPages:
    """Refuses what a page of another site sends: it could start runs in the name of its reader."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2] != headers.get("host"):
                page = _refusal(403, scope)
                await page(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SmallBodies:
    """Reads what is sent before it is used: at most `LARGEST_BODY` bytes, JSON that is JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        told = headers.get("content-length", "0")
        body = None if not told.isdigit() or int(told) > MOST_HEARD else await _read(receive)
        is_json = headers.get("content-type", "").startswith("application/json")
        status = 413 if body is None else 422 if is_json and not _is_json(body) else None
        if status is not None:
            page = _refusal(status, scope)
            await page(scope, receive, send)
            return
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replayed, send)


def _refusal(status: int, scope: Scope) -> Response:
    accept = Headers(scope=scope).get("accept", "")
    return error_page(status, scope["query_string"].decode("latin-1"), accept=accept)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, None where it is too long.

    What is too long is heard to its end, up to `MOST_HEARD`, and forgotten: a sender who is cut
    off before that reads no answer.
    """
    body, heard = bytearray(), 0
    while heard <= MOST_HEARD:
        message = await receive()
        part = message.get("body", b"")
        heard += len(part)
        if heard <= LARGEST_BODY:
            body += part
        if not message.get("more_body", False):
            return bytes(body) if heard <= LARGEST_BODY else None
    return None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
