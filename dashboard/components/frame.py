"""What stands around a page: skip link, heading, language switch, place for results."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.language import LANGUAGES, Texts, texts_in


def page_frame(content: Any, texts: Texts) -> list[Any]:
    """Frame of a page in its language; callbacks fill `results` and `status`."""
    other = texts_in(next(known for known in LANGUAGES if known != texts.language))
    return [
        html.A(texts("Aller au contenu"), href="#main", className="skip-link"),
        html.Header(
            [
                html.A("Penser demain", href="/", className="site-name"),
                html.A(
                    other.name,
                    id="language-switch",
                    href=f"?lang={other.language}",
                    lang=other.language,
                    hrefLang=other.language,
                ),
            ],
            className="site-header",
        ),
        html.Main(
            [
                content,
                html.Div(id="written", hidden=True),
                html.Div(id="followed", hidden=True),
                html.P(id="status", role="status", className="status"),
                html.Div(html.P(texts("Calcul en cours…"), className="note"), id="results"),
            ],
            id="main",
            tabIndex="-1",
        ),
        html.Footer(
            texts(
                "Modèle ouvert, hypothèses écrites : une aide à la discussion, pas une prévision."
            ),
            className="site-footer",
        ),
    ]
