"""A word that says what a number rests on."""

from __future__ import annotations

from dash import html

from dashboard.language import Texts


def badge(kind: str, texts: Texts) -> html.Span:
    """The badge of a kind of source (`dashboard.panels.origin.KINDS`), with what it means."""
    return html.Span(
        [
            badge_word(kind, texts),
            html.Span(texts.said("", badge_meaning(kind, texts)), className="visually-hidden"),
        ],
        className=f"badge badge-{kind}",
        title=badge_meaning(kind, texts),
    )


def badge_word(kind: str, texts: Texts) -> str:
    """The word of a kind of source."""
    return {
        "simulation": texts("simulation"),
        "published": texts("publié"),
        "microdata": texts("microdonnées"),
        "foreign": texts("étranger"),
        "judgement": texts("jugement"),
        "tuned": texts("calé"),
    }[kind]


def badge_meaning(kind: str, texts: Texts) -> str:
    """What the badge means, in one sentence."""
    return {
        "simulation": texts("calculé par le modèle sous les hypothèses de chaque scénario"),
        "published": texts("repris d'un chiffre publié en France, cité"),
        "microdata": texts("estimé sur des données individuelles ouvertes, citées"),
        "foreign": texts("repris d'une étude faite dans un autre pays, citée"),
        "judgement": texts("jugement des auteurs, faute de mesure ; varié dans une large plage"),
        "tuned": texts("calé pour que le modèle retrouve des faits publiés"),
    }[kind]
