"""The application: what is served, and around what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from dashboard.address import read
from dashboard.components.table import table_html
from dashboard.contacts import read_contacts
from dashboard.failures import add_error_pages, error_page, short_page
from dashboard.live.desk import Desk
from dashboard.live.store import Store
from dashboard.page import NotShown, Page
from dashboard.pages.registry import BY_PATH, PAGES
from dashboard.panels.in_words import in_words
from dashboard.panels.page_codes import page_codes_in_words
from dashboard.panels.panel import Panel
from dashboard.protection import KnownNames, OwnPages, SafeHeaders, SmallBodies
from dashboard.reading import Library
from dashboard.routes import add_page_routes
from dashboard.selection import read_selection
from dashboard.site import read_site
from dashboard.static_files import StaticFiles
from simulator.results import Results
from simulator.version import __version__

if TYPE_CHECKING:
    from dashboard.workshop.venue import Venue

ASSETS: Final = Path(__file__).parent / "assets"
GZIP_LEVEL: Final = 5  # answers are made while the reader waits


@dataclass(frozen=True)
class Application:
    """What is served, and what it reads."""

    server: FastAPI
    library: Library
    prepare_files: Callable[[], None]  # compresses the largest file; call it in a thread


def create_app(
    results: Sequence[str | Path] | Results,
    contacts: str | Path | None = None,
    *,
    site: str | Path | None = None,
    names: Collection[str] | None = None,
    store: str | Path | None = None,
    experiments: Sequence[str | Path] = (),
    workshop: Venue | None = None,
) -> Application:
    """Application over results folders, or over results in memory.

    contacts: file of whom to turn to, in the place of those that ship. site: file of who puts the
    pages on line. names: the host names that it answers under; None for any. store: folder of
    shared scenarios and live runs; without one, none can be made. experiments: folders of
    experiments, or folders that hold some. workshop: rooms that are served beside the pages.
    Raises InputError where a folder is missing, incomplete or of a format that this version does
    not read, or where one of the files is wrong.
    """
    library = Library(
        _open(results),
        None if contacts is None else read_contacts(contacts),
        None if site is None else read_site(site),
    )
    library.experiments = tuple(Path(path) for path in experiments)
    if store is not None:
        library.desk = Desk(Store(Path(store)), partial(library.add, listed=False))
    server = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, lifespan=_living(library, workshop)
    )
    files = StaticFiles(ASSETS)
    _add_routes(server, library, files)
    if workshop is not None:
        from dashboard.workshop.routes import add_routes

        workshop.errands.library = library
        add_routes(server, workshop)
    server.add_api_route("/{path:path}", _not_found, methods=["GET"])  # what no route before takes
    add_error_pages(server)
    server.add_exception_handler(NotShown, _not_shown)
    # From the innermost to the outermost.
    if workshop is not None:
        from dashboard.workshop.first_page import RoomsFirst

        server.add_middleware(RoomsFirst, library=library)
    server.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=GZIP_LEVEL)
    server.add_middleware(SmallBodies)
    server.add_middleware(OwnPages)
    if names is not None:
        server.add_middleware(KnownNames, names=names)
    server.add_middleware(SafeHeaders)
    return Application(server, library, files.prepare)


def _living(
    library: Library, workshop: Venue | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What begins and ends with the server: screens of rooms, processes of live runs."""

    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        if workshop is not None:
            await workshop.start()
        yield
        if workshop is not None:
            await workshop.stop()
        if library.desk is not None:
            await asyncio.to_thread(library.desk.close)

    return lifespan


def _open(results: Sequence[str | Path] | Results) -> dict[str, Results]:
    """Results by the name that addresses use; a folder gives its own."""
    if isinstance(results, Results):
        return {"resultats": results}
    opened: dict[str, Results] = {}
    for path in results:
        name = Path(path).resolve().name
        number = 2
        while name in opened:
            name = f"{Path(path).resolve().name}-{number}"
            number += 1
        opened[name] = Results.load(path)
    return opened


def _add_routes(server: FastAPI, library: Library, files: StaticFiles) -> None:
    """Every route; the first that fits is taken."""

    @server.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse(
            {"status": "ok", "version": __version__, "results": list(library.visible())}
        )

    for page in PAGES:
        if page.routes is not None:
            page.routes(server, library)
    add_page_routes(server, library, files)
    files.add_route(server)
    for page in PAGES:
        _add_panel_routes(server, library, page)


def _add_panel_routes(server: FastAPI, library: Library, page: Page) -> None:
    """Numbers and table of each panel of a page."""

    def panel_at(key: str, request: Request, to_keep: bool = False) -> Panel | None:
        address = read(page.path, request.url.query)
        library.meet(address.asked("results"))
        # A table stands under what the page tells; a file would pass for what was asked.
        problems = page.problems(library, address) if to_keep else []
        if problems:
            raise NotShown(" ".join(problems))
        made = page.panels(library, address).get(key)
        return None if made is None else made()

    @server.get(f"{page.path}/{{key}}.csv")
    def numbers(key: str, request: Request) -> Response:
        panel = panel_at(key, request, to_keep=True)
        if panel is None:
            return _not_found(request)
        for_spreadsheet = request.query_params.get("format") == "tableur"
        if for_spreadsheet:
            address = read(page.path, request.url.query)
            selection, _ = read_selection(address, library.choices)
            results = library.results[selection.results]
            named = page_codes_in_words(panel.numbers, address.texts)
            panel = replace(panel, numbers=in_words(named, results, address.texts))
        name = key if for_spreadsheet else f"{key}-simple"
        return Response(
            panel.csv(for_spreadsheet),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    @server.get(f"{page.path}/{{key}}.html")
    def table(key: str, request: Request) -> Response:
        panel = panel_at(key, request)
        if panel is None:
            return _not_found(request)
        return HTMLResponse(table_html(panel.title, panel.shown_headings, panel.shown))


def _not_found(request: Request) -> Response:
    path = request.url.path.rstrip("/")
    if path in BY_PATH:  # written with a slash behind
        return RedirectResponse(f"{path}?{request.url.query}".rstrip("?"))
    return error_page(404, request.url.query)


async def _not_shown(request: Request, refused: Exception) -> Response:
    """Why there is no file of what the page does not show either."""
    texts = read("", request.url.query).texts
    return short_page(texts, texts("Rien à afficher."), str(refused), 404)
