"""How a bot speaks with the server: HTTP as a browser would, and a stream of its own."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

PATIENCE: Final = 30.0  # seconds for an answer
RECONNECTS_AFTER: Final = 0.3
TRIES: Final = 10
TOO_EARLY: Final = 0.5  # seconds to wait where too much was asked at once


@dataclass(frozen=True)
class Answer:
    """Status, where it leads, and what it says."""

    status: int
    location: str
    body: bytes

    @property
    def said(self) -> Any:
        """Its JSON; an empty mapping where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Server:
    """A server at an address; each call is a connection of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        self._connect: Callable[..., http.client.HTTPConnection] = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self.place = parts.netloc
        self.url = f"{parts.scheme}://{parts.netloc}/"

    def get(self, path: str, patience: float = PATIENCE) -> Answer:
        """GET of a path; waits so many seconds for its answer."""
        return self._ask("GET", path, None, {}, patience)

    def post_form(self, path: str, fields: Mapping[str, object]) -> Answer:
        """POST of a form; a field may have several values."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields, doseq=True).encode(), kind)

    def act(self, token: str, command: Mapping[str, Any], request: str | None = None) -> Answer:
        """A command, with a request id of its own; sent again where it was too early."""
        said = json.dumps({"id": request or secrets.token_hex(8), **command}).encode()
        kind = {"Content-Type": "application/json"}
        for _ in range(TRIES):
            answer = self._ask("POST", f"/atelier/agir/{token}", said, kind)
            if answer.status != 429:
                break
            time.sleep(TOO_EARLY)
        return answer

    def open(self, patience: float = PATIENCE) -> http.client.HTTPConnection:
        """A connection to stream on."""
        return self._connect(self.place, timeout=patience)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str],
        patience: float = PATIENCE,
    ) -> Answer:  # fmt: skip
        connection = self.open(patience)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheader("Location") or "", answer.read())
        finally:
            connection.close()


class Screen:
    """The parts that a stream shows, kept up to date in a thread of their own.

    `on_parts` is called with the version of each message when it is there.
    """

    def __init__(
        self, server: Server, token: str, on_parts: Callable[[int], None] | None = None
    ) -> None:
        self.server, self.token = server, token
        self.parts: dict[str, str] = {}
        self.version = 0
        self.messages = 0
        self.gone = False  # the server says that the link leads nowhere any more
        self._on_parts = on_parts
        self._change = threading.Condition()
        self._closed = False
        self._connection: http.client.HTTPConnection | None = None
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def wait(self, wanted: Callable[[dict[str, str]], bool], seconds: float = PATIENCE) -> bool:
        """Whether the parts come to be as wanted in time."""
        with self._change:
            return self._change.wait_for(lambda: wanted(self.parts), seconds)

    def wait_version(self, version: int, seconds: float = PATIENCE) -> bool:
        """Whether a version, or a later one, comes in time."""
        with self._change:
            return self._change.wait_for(lambda: self.version >= version, seconds)

    def close(self) -> None:
        """Leave, as a phone that is put away."""
        self._closed = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(2)
        self._thread.join(PATIENCE)

    def _follow(self) -> None:
        while not self._closed and not self.gone:
            with suppress(OSError, http.client.HTTPException, ValueError):
                self._read()
            if not self._closed:
                time.sleep(RECONNECTS_AFTER)

    def _read(self) -> None:
        connection = self._connection = self.server.open()
        try:
            connection.request("GET", f"/atelier/flux/{self.token}")
            answer = connection.getresponse()
            if answer.status in (403, 404):
                self.gone = True
                return
            if answer.status != 200:
                return
            data = b""
            while not self._closed:
                line = answer.readline()
                if not line:
                    return
                if line.startswith(b"data: "):
                    data = line[6:]
                elif line == b"\n" and data:
                    self._take(data)
                    data = b""
        finally:
            connection.close()

    def _take(self, data: bytes) -> None:
        said = json.loads(data)
        with self._change:
            self.parts.update(said["parts"])
            self.version = said["version"]
            self.messages += 1
            self._change.notify_all()
        if self._on_parts is not None:
            self._on_parts(said["version"])
