"""What stands around a page: skip link, navigation, languages, place for results, footer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.language import LANGUAGES, Texts, texts_in
from dashboard.page import Content, Page


def page_frame(
    page: Page, pages: Sequence[Page], form: Sequence[Any], address: Address, content: Content
) -> list[Any]:
    """Frame of a page in the language of its address, around what it shows."""
    texts = address.texts
    return [
        html.A(texts("Aller au contenu"), href="#main", className="skip-link"),
        html.Header(
            [
                html.A(
                    "Penser demain",
                    href=address.link("/"),
                    className="site-name",
                ),
                html.Nav(
                    navigation(page, pages, address),
                    id="navigation",
                    className="site-navigation",
                    **{"aria-label": texts("Pages")},
                ),
                language_link(address),
            ],
            className="site-header",
        ),
        html.Main(
            [
                html.H1(page.title(texts)),
                *form,
                html.P(content.status, id="status", role="status", className="status"),
                html.Div(
                    content.parts,
                    id="results",
                    **{
                        "data-content": f"{page.path}/contenu",
                        "data-failed": texts(
                            "Le serveur ne répond pas. Rechargez la page pour réessayer."
                        ),
                    },
                ),
            ],
            id="main",
            tabIndex="-1",
        ),
        html.Footer(_footer(page, pages, address, texts), className="site-footer"),
    ]


def links(page: Page, pages: Sequence[Page], address: Address) -> list[str]:
    """Where the links of the navigation and of the footer lead, in their order."""
    return [
        address.link(other.path, *other.keeps)
        for other in sorted(pages, key=lambda other: not other.in_navigation)
    ]


def navigation(page: Page, pages: Sequence[Page], address: Address) -> html.Ul:
    """Links to the pages, which keep what was chosen."""
    return html.Ul([_item(other, page, address) for other in pages if other.in_navigation])


def language_link(address: Address) -> html.A:
    """The same view in the other language."""
    other = texts_in(next(known for known in LANGUAGES if known != address.language))
    return html.A(
        other.name,
        id="language-switch",
        href=address.in_language(other.language),
        lang=other.language,
        hrefLang=other.language,
    )


def _item(other: Page, page: Page, address: Address) -> html.Li:
    current = {"aria-current": "page"} if other.path == page.path else {}
    return html.Li(
        html.A(other.name(address.texts), href=address.link(other.path, *other.keeps), **current)
    )


def _footer(page: Page, pages: Sequence[Page], address: Address, texts: Texts) -> list[Any]:
    further = [other for other in pages if not other.in_navigation]
    return [
        html.P(
            texts(
                "Modèle ouvert, hypothèses écrites : une aide à la discussion, pas une prévision."
            )
        ),
        *(
            [
                html.Nav(
                    html.Ul([_item(other, page, address) for other in further]),
                    **{"aria-label": texts("Informations")},
                )
            ]
            if further
            else []
        ),
    ]
