"""What the server answers for each page: its document, and what it shows for another address.

Both hold the same text. The document holds it from the start, so that a reader sees numbers before
any script has run; `assets/content.js` asks for it again when the address changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from markupsafe import Markup

from dashboard.address import Address, read
from dashboard.components.frame import links, page_frame
from dashboard.document import document
from dashboard.language import LANGUAGES
from dashboard.markup import markup
from dashboard.page import Content, Page
from dashboard.pages.registry import HOME, PAGES
from dashboard.reading import Library
from dashboard.static_files import StaticFiles

KEPT: Final = 64  # views of a page whose text is kept, of 100 to 300 kB each


def add_page_routes(server: FastAPI, library: Library, files: StaticFiles) -> None:
    """Each page at its path, what it shows at `PATH/contenu`; `/` leads to the first page."""

    @server.get("/")
    def home(request: Request) -> Response:
        query = request.url.query
        return RedirectResponse(HOME.path + (f"?{query}" if query else ""))

    for page in PAGES:
        _add_routes(server, library, page, files)


def _add_routes(server: FastAPI, library: Library, page: Page, files: StaticFiles) -> None:
    shown = _kept(library, page)

    @server.get(page.path)
    def whole(request: Request) -> Response:
        query = request.url.query
        address = read(page.path, query)
        if address.is_old:  # controls change the address in its place: it must be today's
            return RedirectResponse(address.path + address.query())
        content = shown(query)
        frame = page_frame(page, PAGES, page.form(library, address), address, content)
        return HTMLResponse(document(page.title(address.texts), frame, address.language, files))

    @server.get(f"{page.path}/contenu")
    def part(request: Request) -> Response:
        query = request.url.query
        address = read(page.path, query)
        content = shown(query)
        other = next(known for known in LANGUAGES if known != address.language)
        return JSONResponse(
            {
                "content": markup(content.parts),
                "status": content.status,
                "links": links(page, PAGES, address),
                "language": address.in_language(other),
            }
        )


def _kept(library: Library, page: Page) -> Callable[[str], Content]:
    """What a page shows for a query, as text; kept where the same address shows the same."""

    def written(query: str, sets: int) -> Content:
        content, _ = drawn(library, page, query)
        return Content([Markup(markup(content.parts))], content.status)

    kept = lru_cache(maxsize=KEPT)(written) if page.keeps_still else written
    # How many sets of results there are tells kept texts apart.
    return lambda query: kept(query, len(library.results))


def drawn(library: Library, page: Page, query: str) -> tuple[Content, Address]:
    """What a page shows at an address."""
    address = read(page.path, query)
    library.meet(address.asked("results"))
    return page.content(library, address), address
