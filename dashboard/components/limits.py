"""What the page does not say."""

from __future__ import annotations

from dash import html

from dashboard.components.gloss import glossed
from dashboard.language import Texts
from dashboard.panels.origin import results_sentence
from dashboard.view import View


def limit_words(texts: Texts) -> list[str]:
    """What the numbers do not say, sentence by sentence."""
    return [
        texts(
            "Ce n'est pas une prévision : ni date, ni sort d'une organisation, "
            "d'une commune ou d'un financeur réels. Le modèle compare des futurs "
            "sous des hypothèses écrites."
        ),
        texts(
            "La population est synthétique : elle est bâtie sur des tableaux "
            "publiés ; une case région × secteur est plausible, pas observée."
        ),
        texts(
            "Des mécanismes importants reposent sur un jugement et non sur une "
            "mesure : effet d'entraînement entre financeurs, coût des "
            "candidatures, fusions, usure de la qualité, productivité par secteur."
        ),
        texts(
            "Les budgets publics sont donnés : pas de réaction politique, pas "
            "d'effet sur l'économie, pas de dépense sociale évitée."
        ),
        texts(
            "Ne sont pas représentés : assurances mutuelles, banques "
            "coopératives, grandes coopératives agricoles, et la vie des "
            "associations sans salarié (environ 9 sur 10)."
        ),
        texts(
            "La survie ne dit pas l'utilité : une organisation peut tenir en "
            "servant moins, ou moins bien, ou d'autres personnes."
        ),
    ]


def limits(texts: Texts) -> html.Section:
    """The box that stands under the figures, always open."""
    return html.Section(
        [
            html.H2(texts("Ce que ces chiffres ne disent pas"), id="limits-title"),
            html.Ul(
                [
                    html.Li(glossed(words, texts, f"limits-{n}"))
                    for n, words in enumerate(limit_words(texts))
                ]
            ),
            html.P(
                glossed(
                    texts(
                        "Votre organisation traverse un moment difficile ? Ces courbes ne parlent "
                        "pas d'elle. En parler tôt ouvre des portes : votre fédération ou votre "
                        "réseau, le dispositif local d'accompagnement (DLA) de votre "
                        "département, vos "
                        "financeurs, et les procédures amiables du tribunal (mandat ad hoc, "
                        "conciliation)."
                    ),
                    texts,
                    "help",
                ),
                id="help",
            ),
        ],
        className="limits",
        **{"aria-labelledby": "limits-title"},
    )


def origin(view: View) -> html.P:
    """Where the numbers of the view come from."""
    return html.P(results_sentence(view), className="note")
