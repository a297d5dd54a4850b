"""What happens when the address of a page changes, the same for every page.

Work goes to a thread, or the whole server would wait for it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from dash import Dash, Input, Output, State

from dashboard.address import Address, read
from dashboard.components.frame import navigation, page_frame
from dashboard.language import LANGUAGES
from dashboard.page import Content
from dashboard.pages.registry import PAGES, page_at
from dashboard.reading import Library


def register(app: Dash, library: Library) -> None:
    """Declare the two callbacks of the site on one application."""

    @app.callback(
        Output("frame", "children"), Input("address", "pathname"), State("address", "search")
    )
    async def open_page(pathname: str | None, search: str | None) -> Any:
        return await asyncio.to_thread(opened, library, pathname, search or "")

    @app.callback(
        Output("results", "children"),
        Output("status", "children"),
        Output("navigation", "children"),
        Output("language-switch", "href"),
        Input("address", "search"),
        State("address", "pathname"),
    )
    async def draw(search: str | None, pathname: str | None) -> tuple[Any, str, Any, str]:
        content, address = await asyncio.to_thread(drawn, library, pathname, search or "")
        other = next(known for known in LANGUAGES if known != address.language)
        return (
            content.parts,
            content.status,
            navigation(page_at(pathname), PAGES, address),
            address.in_language(other),
        )


def opened(library: Library, pathname: str | None, search: str) -> list[Any]:
    """The frame of a page with its form."""
    page = page_at(pathname)
    address = read(page.path, search)
    library.meet(address.asked("results"))
    return page_frame(page, PAGES, page.form(library, address), address)


def drawn(library: Library, pathname: str | None, search: str) -> tuple[Content, Address]:
    """What a page shows at an address."""
    page = page_at(pathname)
    address = read(page.path, search)
    library.meet(address.asked("results"))
    return page.content(library, address), address
