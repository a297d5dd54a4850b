"""Leads to the rooms while there are no results that other pages could show."""

from __future__ import annotations

from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.address import read
from dashboard.pages.registry import BY_PATH
from dashboard.reading import Library
from dashboard.workshop.views.entrance import HOME


class RoomsFirst:
    """Without results for everybody, pages of results are the workshop's home.

    Whoever has the name of a room's results sees them.
    """

    def __init__(self, app: ASGIApp, library: Library) -> None:
        self.app, self.library = app, library

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._shows_nothing(scope):
            home = RedirectResponse(HOME, status_code=307)
            await home(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _shows_nothing(self, scope: Scope) -> bool:
        page = "/" + scope["path"].split("/")[1]
        if page != "/" and page not in BY_PATH:
            return False
        asked = read(page, scope["query_string"].decode("latin-1")).asked("results")
        return not self.library.visible(asked)
