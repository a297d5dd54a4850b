"""The HTML document around the page, and the addresses that lead to it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from dash import Dash
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.address import VERSION, read
from dashboard.language import language_of_name, texts_in
from dashboard.pages.registry import BY_PATH, HOME, page_at
from dashboard.reading import Library

TEMPLATE: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" href="data:,">
{css}
</head>
<body data-version="{version}" data-plotly="{plotly}">
<noscript>Cette page a besoin de JavaScript. / This page needs JavaScript.</noscript>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""


# A table that no page uses. The polyfill looks as useless and is not: it holds a generator runtime.
LEFT_OUT: Final = "/dash_table/"
PLOTLY: Final = "/_dash-component-suites/plotly/package_data/plotly.min.js"

# Path of the page that is being served: Dash sees `/` instead, see `PagePaths`.
served_path: ContextVar[str | None] = ContextVar("served_path", default=None)


class Application(Dash):
    """Dash with a document in the language of the address, and without its web socket."""

    prepare_files: Callable[[], None]  # compresses the largest file; a server calls it in a thread

    def _setup_routes(self) -> None:
        self.backend.websocket_capability = (
            False  # each page would open one, and use it for nothing
        )
        super()._setup_routes()

    def _config(self) -> dict[str, Any]:
        """What the page tells its scripts, without what it tells about this machine."""
        return {**super()._config(), "python_version": "", "dash_version_url": ""}

    library: Library  # what its pages show

    def interpolate_index(self, **parts: Any) -> str:
        request = self.backend.request_adapter()
        texts = texts_in(language_of_name(request.args.get("lang")))
        title = f"{page_at(served_path.get()).title(texts)} – Penser demain"
        scripts = "\n".join(line for line in parts["scripts"].splitlines() if LEFT_OUT not in line)
        own = {
            "scripts": scripts,
            "title": title,
            "language": texts.language,
            "version": VERSION,
            "plotly": self.get_relative_path(PLOTLY),
        }
        return TEMPLATE.format(**{**parts, **own})


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
                home = HOME.path + (f"?{query}" if query else "")
                target = RedirectResponse(home, status_code=307)
                await target(scope, receive, send)
                return
            if scope["path"] in BY_PATH:
                address = read(scope["path"], scope["query_string"].decode("latin-1"))
                if address.is_old:  # controls change the address in its place: it must be today's
                    today = RedirectResponse(address.path + address.query(), status_code=307)
                    await today(scope, receive, send)
                    return
                served_path.set(scope["path"])
                scope = {**scope, "path": "/", "raw_path": b"/"}
        await self.app(scope, receive, send)
