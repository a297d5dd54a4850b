"""Pages that are text: sections of paragraphs, and what only the host can say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.language import Texts
from dashboard.page import Content, Page
from dashboard.reading import Library
from dashboard.site import Site
from simulator.strict_model import Bilingual

Section = tuple[str, Sequence[Any]]  # heading; paragraphs, or lists of items


def plain_page(
    path: str,
    name: Callable[[Texts], str],
    title: Callable[[Texts], str],
    sections: Callable[[Texts, Site], Sequence[Section]],
) -> Page:
    """A page of the footer."""

    def content(library: Library, address: Address) -> Content:
        told = sections(address.texts, library.site)
        return Content([html.Div(_parts(told), className="plain-page")], "")

    return Page(path, name, title, content, in_navigation=False, keeps=())


def _parts(sections: Sequence[Section]) -> list[Any]:
    parts: list[Any] = []
    for heading, paragraphs in sections:
        parts.append(html.H2(heading))
        for said in paragraphs:
            if isinstance(said, list):
                parts.append(html.Ul([html.Li(item) for item in said]))
            else:
                parts.append(html.P(said))
    return parts


def of_host(said: Bilingual | None, texts: Texts) -> str:
    """What the host wrote, or that it is still to be filled in."""
    if said is None:
        return texts("À compléter par qui met ces pages en ligne (option --site).")
    return said.in_language(texts.language)
