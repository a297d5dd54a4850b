"""The guides as pages that print on A4: that of the facilitator, and that of participants."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from dashboard.language import LANGUAGES, Language, Texts, language_of_name, texts_in
from dashboard.workshop.debrief.paper import Kind, how_to_print, paper
from dashboard.workshop.views.elements import el, joined
from dashboard.workshop.views.entrance import GUIDE, HOME, ONE_PAGE

FOLDER: Final = Path(__file__).with_name("guides")
_FILES: Final = {GUIDE: "animation", ONE_PAGE: "participation"}


def add_guides(server: FastAPI) -> None:
    """Add the routes of both guides."""
    for address in _FILES:
        _add(server, address)


def guide_page(address: str, language: Language) -> str:
    """The guide of an address as a whole document."""
    texts, html = texts_in(language), guide_html(address, language)
    title = html.partition("<h1>")[2].partition("</h1>")[0]
    body = joined([_links(address, texts), how_to_print(texts), Markup(html)])
    kind: Kind = "guide" if address == GUIDE else "one-page"
    return paper(kind, Markup(title).unescape(), body, texts, bare=True)


@cache
def guide_html(address: str, language: Language) -> str:
    """The guide as HTML, from its Markdown."""
    from markdown_it import MarkdownIt

    text = (FOLDER / f"{_FILES[address]}.{language}.md").read_text(encoding="utf-8")
    written = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return texts_in(language).spaced(str(written))


def _add(server: FastAPI, address: str) -> None:
    @server.get(address)
    async def guide(request: Request) -> Response:
        language = language_of_name(request.query_params.get("lang"))
        return HTMLResponse(guide_page(address, language))


def _links(address: str, texts: Texts) -> Markup:
    """To the workshop, to the other guide, to the same in the other language."""
    mine = f"?lang={texts.language}"
    other, name = (
        (ONE_PAGE, texts("Fiche des participants"))
        if address == GUIDE
        else (GUIDE, texts("Guide d'animation"))
    )
    spoken = [
        el("a", texts_in(language).name, href=f"{address}?lang={language}", lang=language)
        for language in LANGUAGES if language != texts.language
    ]  # fmt: skip
    return el("p", el("a", texts("L'atelier"), href=HOME + mine), el("a", name, href=other + mine),
              spoken, class_="guide-links")  # fmt: skip
