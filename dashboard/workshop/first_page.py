"""Leads to the rooms while there are no results that other pages could show."""

from __future__ import annotations

from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.pages.registry import BY_PATH
from dashboard.reading import Library
from dashboard.workshop.views.entrance import HOME


class RoomsFirst:
    """Until a session has played something, pages of results are the workshop's home."""

    def __init__(self, app: ASGIApp, library: Library) -> None:
        self.app, self.library = app, library

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nothing_yet = scope["type"] == "http" and not self.library.results
        if nothing_yet and (scope["path"] == "/" or scope["path"] in BY_PATH):
            home = RedirectResponse(HOME, status_code=307)
            await home(scope, receive, send)
            return
        await self.app(scope, receive, send)
