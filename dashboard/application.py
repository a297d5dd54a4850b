"""The Dash application: routes, document, page frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from dashboard.callbacks import compare as compare_callbacks
from dashboard.document import Application, PagePaths
from dashboard.language import texts_in
from dashboard.pages import compare
from dashboard.reading import Library
from dashboard.selection import language_of, read_address
from dashboard.view import View
from simulator.results import Results

ASSETS: Final = Path(__file__).parent / "assets"


def create_app(results: Sequence[str | Path] | Results) -> Application:
    """Application over results folders, or over results in memory.

    Raises InputError where a folder is missing or incomplete.
    """
    library = Library(_open(results))
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(server, library)
    app = Application(
        __name__,
        server=server,
        backend="fastapi",
        compress=True,
        serve_locally=True,
        assets_folder=str(ASSETS),
        update_title="",
        suppress_callback_exceptions=True,  # the controls come with the page
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = frame
    server.add_api_route("/{path:path}", _not_found, methods=["GET"])
    server.add_middleware(PagePaths)
    compare_callbacks.register(app, library)
    return app


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


def _add_routes(server: FastAPI, library: Library) -> None:
    """Routes that are not pages; they come before those of Dash."""

    @server.get("/health")
    async def health() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @server.get("/comparer/{key}.csv")
    def numbers(key: str, request: Request) -> Response:
        selection, _ = read_address(request.url.query, library.choices)
        view = View(library.comparison(selection), selection, texts_in(selection.language))
        if key not in compare.PANELS or compare.refusal(view) is not None:
            return _not_found(request)
        spreadsheet = request.query_params.get("format") == "tableur"
        return Response(
            compare.panel(key, view).csv(spreadsheet),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{key}.csv"'},
        )


def _not_found(request: Request) -> HTMLResponse:
    texts = texts_in(language_of(request.url.query))
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="{texts.language}"><head><title>404</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
        f"<h1>{texts('Page introuvable')}</h1>"
        f'<p><a href="{compare.PATH}">{texts("Comparer des futurs")}</a></p></body></html>',
        status_code=404,
    )


def frame() -> dmc.MantineProvider:
    """What stands around every page; the page itself comes with the address."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            html.Div(html.P("Penser demain…", className="note"), id="frame"),
        ],
        theme={
            "primaryColor": "blue",
            "primaryShade": 9,
            "autoContrast": True,
            "fontFamily": "inherit",
            "defaultRadius": "sm",
        },
        forceColorScheme="light",
    )
