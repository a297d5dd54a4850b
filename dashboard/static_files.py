"""Scripts and styles: compressed once, kept in memory, cached by browsers for as long as may be."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import pkgutil
import subprocess
import sys
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import Final

import brotli
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
PLOTLY: Final = "plotly.min.js"
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


@cache
def plotly() -> StaticFile:
    """What draws the figures, of the installed package."""
    content = pkgutil.get_data("plotly", "package_data/plotly.min.js")
    assert content is not None
    return StaticFile(PLOTLY, content)


def compress_largest() -> None:
    """Compress the largest script as well as can be, unless an earlier start did."""
    if plotly().best_kept() is None:
        plotly().compress_best()


def accepted_encodings(header: str) -> set[str]:
    """Names of an Accept-Encoding header, without those that it refuses (`q=0`)."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=")
        if quality.strip("0.") or not quality:
            accepted.add(name.strip())
    return accepted


class StaticFiles:
    """The files of a folder and what draws the figures, read once.

    Nothing else can be reached: names are looked up, never joined to a folder.
    """

    def __init__(self, folder: Path) -> None:
        self._own = {
            path.relative_to(folder).as_posix(): StaticFile(path.name, path.read_bytes())
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self._files = {**self._own, PLOTLY: plotly()}

    def url(self, name: str) -> str:
        """Where a file is; what it holds is part of it, so that it can be kept for long."""
        return f"/assets/{name}?m={self._files[name].digest}"

    def urls(self, ending: str) -> list[str]:
        """Where those of the folder are whose names end so, in the order of their names.

        The workshop has documents of its own, which name its files.
        """
        return [
            self.url(name)
            for name in self._own
            if name.endswith(ending) and not name.startswith("workshop")
        ]

    def add_route(self, server: FastAPI) -> None:
        @server.get("/assets/{name:path}")
        def asset(name: str, request: Request) -> Response:
            file = self._files.get(name)
            if file is None:
                raise HTTPException(404)
            return file.answer(request, ONE_YEAR if "m" in request.query_params else ASK_AGAIN)

    def prepare(self) -> None:
        """Compress the largest file, so that a server can do it before anybody asks."""
        assert self._files[PLOTLY].brotlied
