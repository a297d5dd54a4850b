"""What the server answers for each page: its document, and what it shows for another address.

Both hold the same text. The document holds it from the start, so that a reader sees numbers before
any script has run. When the address changes `assets/content.js` asks for it again, and says what
stands on the screen: that comes first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from dash import html
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dashboard.address import Address, read
from dashboard.components.frame import links, page_frame
from dashboard.document import document
from dashboard.failures import UNREADABLE, noted, sentence_of
from dashboard.language import LANGUAGES
from dashboard.page import Content, Page
from dashboard.pages.registry import HOME, PAGES, pages_of
from dashboard.reading import Library
from dashboard.shown import Shown, streamed
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
    def made(query: str, version: int) -> Shown:
        content, _ = drawn(library, page, query)
        return Shown(content)

    # Lists of results, and what a name leads to, are those of one version of the library.
    kept = lru_cache(maxsize=KEPT)(made) if page.keeps_still else made

    @server.get(page.path)
    def whole(request: Request) -> Response:
        query = request.url.query
        address = read(page.path, query)
        if address.is_old:  # controls change the address in its place: it must be today's
            return RedirectResponse(address.path + address.query())
        try:
            content = kept(query, library.version).whole()
        except UNREADABLE as error:  # other results can still be chosen above
            told = sentence_of(500, query, noted(error), error)
            content = Content(
                [html.P(told, className="problem")], address.texts("Rien à afficher.")
            )
        frame = page_frame(page, pages_of(library), page.form(library, address), address, content)
        return HTMLResponse(document(page.title(address.texts), frame, address.language, files))

    @server.get(f"{page.path}/contenu")
    def part(request: Request) -> Response:
        query = request.url.query
        address = read(page.path, query)
        shown = kept(query, library.version)
        other = next(known for known in LANGUAGES if known != address.language)
        frame = {
            "status": shown.status,
            "links": links(page, pages_of(library), address),
            "language": address.in_language(other),
        }
        return streamed(frame, shown, request)


def drawn(library: Library, page: Page, query: str) -> tuple[Content, Address]:
    """What a page shows at an address."""
    address = read(page.path, query)
    library.meet(address.asked("results"))
    return page.content(library, address), address
