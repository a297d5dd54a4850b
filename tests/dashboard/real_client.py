"""A server in a thread of the test, asked over a real socket just as the test writes it."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import brotli
import uvicorn
from fastapi import FastAPI


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def content(self) -> bytes:
        decode = {"br": brotli.decompress, "gzip": gzip.decompress}
        unchanged = bytes
        return decode.get(self.headers.get("content-encoding", ""), unchanged)(self.raw)

    @property
    def text(self) -> str:
        return self.content.decode()


class Client:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | Iterable[bytes] | None = None,
        **headers: str,
    ) -> Answer:
        """headers: `accept_encoding="br"`; `host=""` sends an empty one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    def post(self, path: str, said: object) -> Answer:
        body = json.dumps(said).encode()
        return self.ask(path, "POST", body, content_type="application/json")


@contextmanager
def serving(server: FastAPI) -> Iterator[Client]:
    configuration = uvicorn.Config(server, port=0, log_level="error", ws="none")
    running = uvicorn.Server(configuration)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Client(running.servers[0].sockets[0].getsockname()[1])
    finally:
        running.should_exit = True
        thread.join(timeout=20)
