"""Addresses of the documents that leave the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dash import html
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from dashboard.address import Address, read
from dashboard.handover.page import PIECES, document, piece
from dashboard.page import NotShown
from dashboard.reading import Library
from dashboard.view import View, read_view

PRINT: Final = "imprimer"
FILE: Final = "fichier"
_PIECES: Final = "pieces"


def handover_links(address: Address) -> html.P:
    """Links to the sheets and to the file of a view."""
    texts, query = address.texts, address.query()
    return html.P(
        [
            html.A(texts("Imprimer / PDF (4 pages)"), href=f"{address.path}/{PRINT}{query}"),
            html.A(
                texts("Exporter cette comparaison (un fichier HTML)"),
                href=f"{address.path}/{FILE}{query}",
                download=True,
            ),
        ],
        className="downloads",
        id="handover",
    )


def add_routes(
    server: FastAPI, library: Library, path: str, refusal: Callable[[View], str | None]
) -> None:
    """Routes under `path`; refusal: why a view is not shown."""

    def made(request: Request, pieces: str | None) -> tuple[View, str]:
        address = read(path, request.url.query)
        library.meet(address.asked("results"))
        view, problems = read_view(library, address)
        refused = refusal(view)
        if refused is not None:
            raise NotShown(refused)
        if problems:  # a document would pass for what was asked
            raise NotShown(" ".join(problems))
        # What is shown first may change; a document leads to what it shows.
        query = address.query(
            results=view.selection.results, scenarios=",".join(view.selection.scenarios)
        )
        link = f"{str(request.base_url).rstrip('/')}{path}{query}"
        return view, document(view, link, pieces)

    @server.get(f"{path}/{PRINT}")
    def sheets(request: Request) -> HTMLResponse:
        return HTMLResponse(made(request, f"{path}/{_PIECES}")[1])

    @server.get(f"{path}/{FILE}")
    def file(request: Request) -> HTMLResponse:
        view, text = made(request, None)
        name = re.sub(r"[^a-z0-9-]+", "-", "-".join(view.selection.scenarios))[:80]
        return HTMLResponse(
            text, headers={"Content-Disposition": f'attachment; filename="comparaison-{name}.html"'}
        )

    @server.get(f"{path}/{_PIECES}/{{name}}")
    def one_piece(name: str) -> Response:
        if name not in PIECES:
            return Response(status_code=404)
        return Response(piece(name), media_type=f"{PIECES[name]}; charset=utf-8")
