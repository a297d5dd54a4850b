"""Scripts and styles: compressed once, kept in memory, cached by browsers for as long as may be.

Dash compresses them again for every reader, and with gzip only.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Final

import brotli
from dash.fingerprint import check_fingerprint
from fastapi import FastAPI, HTTPException, Request, Response

QUICK: Final = 9  # Brotli quality of the first answer
BEST: Final = 11  # and of those after it, some seconds later; kept for the next start
WORTH_BEST: Final = 1_000_000  # bytes; a tenth off a smaller file is not worth a process
# In a process of its own, of low priority: Brotli keeps Python's lock for seconds at this quality.
COMPRESS_BEST: Final = f"""
import os, sys, brotli
if hasattr(os, "nice"): os.nice(19)
sys.stdout.buffer.write(brotli.compress(sys.stdin.buffer.read(), quality={BEST}))
"""
LARGEST: Final = ("plotly", "package_data/plotly.min.js")
ONE_YEAR: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"  # keep it, but ask whether it is still the same


class StaticFile:
    """One file with its compressed forms, each made when it is first asked for."""

    def __init__(self, name: str, content: bytes) -> None:
        self.content = content
        self.media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.digest = hashlib.sha256(content).hexdigest()[:20]
        self._making = Lock()
        self._brotli: bytes | None = None

    @property
    def is_text(self) -> bool:
        return self.media_type.startswith("text/") or self.media_type.endswith(
            ("javascript", "json", "svg+xml")
        )

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)

    @property
    def brotlied(self) -> bytes:
        with self._making:
            if self._brotli is None and self.is_large:
                self._brotli = self.best_kept()
            if self._brotli is None:
                self._brotli = brotli.compress(self.content, quality=QUICK)
                if self.is_large:
                    Thread(target=self.compress_best, daemon=True).start()
            return self._brotli

    @property
    def is_large(self) -> bool:
        return len(self.content) > WORTH_BEST

    def compress_best(self) -> None:
        """Compress as well as can be, and keep it for the next start; takes ten seconds."""
        done = subprocess.run(
            [sys.executable, "-c", COMPRESS_BEST], input=self.content, capture_output=True
        )
        if done.returncode != 0:
            return
        self._brotli = done.stdout
        with suppress(OSError):  # an installation that cannot be written to does without
            self._kept_at.parent.mkdir(exist_ok=True)
            partial = self._kept_at.with_suffix(f".{os.getpid()}")
            partial.write_bytes(done.stdout)
            partial.replace(self._kept_at)

    @property
    def _kept_at(self) -> Path:
        return Path(__file__).parent / "__pycache__" / f"compressed-{self.digest}.br"

    def best_kept(self) -> bytes | None:
        """What an earlier start kept, where it is whole."""
        try:
            kept = self._kept_at.read_bytes()
            return kept if brotli.decompress(kept) == self.content else None
        except (OSError, brotli.error):
            return None

    def answer(self, request: Request, cache: str) -> Response:
        """The file in the form that the reader accepts, or that it has not changed."""
        accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
        encoding = next((e for e in ("br", "gzip") if e in accepted and self.is_text), "")
        tag = f'"{self.digest}{encoding and "-" + encoding}"'
        headers = {"Cache-Control": cache, "ETag": tag, "Vary": "Accept-Encoding"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = {"br": lambda: self.brotlied, "gzip": lambda: self.gzipped}.get(
            encoding, lambda: self.content
        )()
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(content, media_type=self.media_type, headers=headers)


def compress_largest() -> None:
    """Compress the largest script as well as can be, unless an earlier start did."""
    package, path = LARGEST
    content = pkgutil.get_data(package, path)
    if content is not None:
        file = StaticFile(path, content)
        if file.best_kept() is None:
            file.compress_best()


def accepted_encodings(header: str) -> set[str]:
    """Names of an Accept-Encoding header, without those that it refuses (`q=0`)."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=")
        if quality.strip("0.") or not quality:
            accepted.add(name.strip())
    return accepted


def add_static_routes(
    server: FastAPI, assets: Path, registered: Callable[[], Mapping[str, Collection[str]]]
) -> Callable[[], None]:
    """Routes for the files of `assets` and for those that components registered.

    registered: package → paths inside it that may be served. Nothing else can be reached: names
    are looked up, never joined to a folder. Returns what compresses the largest file, so that a
    server can do it before anybody asks.
    """
    own = {
        path.relative_to(assets).as_posix(): path for path in assets.rglob("*") if path.is_file()
    }
    files: dict[str, StaticFile] = {}
    opening = Lock()

    def opened(name: str, read: Callable[[], bytes | None]) -> StaticFile:
        with opening:
            if name not in files:
                content = read()
                if content is None:
                    raise HTTPException(404)
                files[name] = StaticFile(name, content)
            return files[name]

    @server.get("/assets/{name:path}")
    def asset(name: str, request: Request) -> Response:
        if name not in own:
            raise HTTPException(404)
        # The page asks with the time of the last change: another file is another address.
        cache = ONE_YEAR if "m" in request.query_params else ASK_AGAIN
        return opened(f"assets/{name}", own[name].read_bytes).answer(request, cache)

    @server.get("/_dash-component-suites/{package}/{name:path}")
    def component(package: str, name: str, request: Request) -> Response:
        path, has_fingerprint = check_fingerprint(name)
        if path not in registered().get(package, ()):
            raise HTTPException(404)
        file = opened(f"{package}/{path}", lambda: pkgutil.get_data(package, path))
        return file.answer(request, ONE_YEAR if has_fingerprint else ASK_AGAIN)

    def prepare() -> None:
        package, path = LARGEST
        file = opened(f"{package}/{path}", lambda: pkgutil.get_data(package, path))
        assert file.brotlied

    return prepare
