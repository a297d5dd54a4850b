"""What happens when the address of a page changes, the same for every page.

A page is opened by Dash. What it shows for an address then comes as one HTML text, which
`assets/content.js` puts in its place.
Work goes to a thread, or the whole server would wait for it.
"""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache, partial
from typing import Any, Final

from dash import Dash, Input, Output, State
from fastapi import FastAPI, Request, Response

from dashboard.address import Address, read
from dashboard.components.frame import links, page_frame
from dashboard.language import LANGUAGES
from dashboard.markup import markup
from dashboard.page import Content, Page
from dashboard.pages.registry import PAGES, page_at, pages_of
from dashboard.reading import Library

KEPT: Final = 64  # views of a page whose text is kept, of 100 to 300 kB each


def register(app: Dash, library: Library) -> None:
    """Declare the callback of the site on one application."""

    @app.callback(
        Output("frame", "children"), Input("address", "pathname"), State("address", "search")
    )
    async def open_page(pathname: str | None, search: str | None) -> Any:
        return await asyncio.to_thread(opened, library, pathname, search or "")


def add_content_routes(server: FastAPI, library: Library) -> None:
    """What each page shows for an address, as `PATH/contenu`."""
    for page in PAGES:
        _add_content_route(server, library, page)


def _add_content_route(server: FastAPI, library: Library, page: Page) -> None:
    kept = lru_cache(maxsize=KEPT)(partial(_written, library, page))

    @server.get(f"{page.path}/contenu")
    def content(request: Request) -> Response:
        written = kept if page.keeps_still else kept.__wrapped__
        text = written(request.url.query, len(library.results))
        return Response(text, media_type="application/json")


def _written(library: Library, page: Page, query: str, sets: int) -> bytes:
    """Answer for an address; `sets` (how many results there are) tells kept answers apart."""
    content, address = drawn(library, page.path, query)
    other = next(known for known in LANGUAGES if known != address.language)
    said = {
        "content": markup(content.parts),
        "status": content.status,
        "links": links(page, pages_of(library), address),
        "language": address.in_language(other),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def opened(library: Library, pathname: str | None, search: str) -> list[Any]:
    """The frame of a page with its form."""
    page = page_at(pathname)
    address = read(page.path, search)
    library.meet(address.asked("results"))
    return page_frame(page, pages_of(library), page.form(library, address), address)


def drawn(library: Library, pathname: str | None, search: str) -> tuple[Content, Address]:
    """What a page shows at an address."""
    page = page_at(pathname)
    address = read(page.path, search)
    library.meet(address.asked("results"))
    return page.content(library, address), address
