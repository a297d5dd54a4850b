"""The HTML document around the page, and the addresses that lead to it."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.language import language_of_name, texts_in
from dashboard.pages import compare

HOME: Final = compare.PATH
PAGES: Final = (compare.PATH,)
TEMPLATE: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" href="data:,">
{css}
</head>
<body>
<noscript>Cette page a besoin de JavaScript. / This page needs JavaScript.</noscript>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""


class Application(Dash):
    """Dash with a document in the language of the address."""

    def interpolate_index(self, **parts: Any) -> str:
        asked = self.backend.request_adapter().args.get("lang")
        texts = texts_in(language_of_name(asked))
        title = compare.page_title(texts)
        return TEMPLATE.format(**{**parts, "title": title}, language=texts.language)


class PagePaths:
    """Serves the document at the pages' own addresses.

    Dash answers the document at `/` only, and at every unknown address with status 200: known
    pages are passed on as `/`, so that every other address can be a true 404.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"] == "/":
                query = scope["query_string"].decode("latin-1")
                target = RedirectResponse(HOME + (f"?{query}" if query else ""), status_code=307)
                await target(scope, receive, send)
                return
            if scope["path"] in PAGES:
                scope = {**scope, "path": "/", "raw_path": b"/"}
        await self.app(scope, receive, send)
