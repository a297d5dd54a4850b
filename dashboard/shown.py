"""What a page shows, as pieces of text that travel one by one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from markupsafe import Markup

from dashboard.failures import noted, sentence_of
from dashboard.markup import markup
from dashboard.page import Content
from dashboard.static_files import accepted_encodings

GZIP: Final = 16 + zlib.MAX_WBITS
LEVEL: Final = 4  # pieces are compressed while the reader waits
KEPT_LEVEL: Final = 1


class Shown:
    """What a page shows at an address; each piece is made when it is first asked for, and kept."""

    def __init__(self, content: Content) -> None:
        self.status = content.status
        self._parts: list[Any] = list(content.parts)
        self.ids = [str(getattr(part, "id", "")) for part in self._parts]

    def text(self, position: int) -> Markup:
        part = self._parts[position]
        if isinstance(part, bytes):
            return Markup(zlib.decompress(part).decode())
        text = markup(part)
        self._parts[position] = zlib.compress(text.encode(), KEPT_LEVEL)  # a tenth of its size
        return Markup(text)

    def whole(self) -> Content:
        """All of it as text."""
        return Content([self.text(position) for position in range(len(self.ids))], self.status)


def streamed(frame: Mapping[str, Any], shown: Shown, request: Request) -> Response:
    """An answer of lines of JSON: `frame`, then the pieces, those first that the reader looks at.

    A piece is `{"at": its position, "html": its text}`; where one fails the last line holds a
    `message` instead.
    """
    first = set(filter(None, request.headers.get("x-seen", "").split(",")))
    order = sorted(range(len(shown.ids)), key=lambda at: shown.ids[at] not in first)

    def lines() -> Iterator[Mapping[str, Any]]:
        yield {**frame, "pieces": len(order)}
        try:
            for at in order:
                yield {"at": at, "html": shown.text(at)}
        except Exception as error:  # the status is sent already: the reader is told in a line
            yield {"message": sentence_of(500, request.url.query, noted(error), error)}

    written: Iterator[bytes] = (
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for line in lines()
    )
    headers = {"Vary": "Accept-Encoding", "X-Accel-Buffering": "no"}  # a proxy passes pieces on
    if "gzip" in accepted_encodings(request.headers.get("accept-encoding", "")):
        written, headers["Content-Encoding"] = _compressed(written), "gzip"
    return StreamingResponse(written, media_type="application/x-ndjson", headers=headers)


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines in one stream of gzip, each of which can be read as soon as it arrives."""
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for line in lines:
        yield squeeze.compress(line) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    yield squeeze.flush()
