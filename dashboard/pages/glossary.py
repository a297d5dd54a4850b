"""The glossary: every word that the pages explain."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.glossary import glossary
from dashboard.page import Content, Page
from dashboard.reading import Library


def page_content(library: Library, address: Address) -> Content:
    """Words in the order of the alphabet, each with an anchor."""
    texts = address.texts
    lines: list[Any] = []
    for term in glossary().sorted(texts.language):
        lines += [
            html.Dt(texts.spaced(term.name.in_language(texts.language)), id=term.id),
            html.Dd(texts.spaced(term.gloss.in_language(texts.language))),
        ]
    return Content(
        [
            html.P(
                texts(
                    "Les mots du métier et ceux du modèle, en clair. Ailleurs, un mot souligné de "
                    "points s'explique quand on le survole, qu'on l'atteint au clavier ou qu'on le "
                    "touche."
                ),
                className="lead",
            ),
            html.Dl(lines, className="glossary"),
        ],
        "",
    )


PAGE = Page(
    path="/glossaire",
    name=lambda texts: texts("Glossaire"),
    title=lambda texts: texts("Glossaire"),
    content=page_content,
    in_navigation=False,
    keeps=(),
)
