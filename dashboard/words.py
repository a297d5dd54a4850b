"""What words and brackets beside a difference mean."""

from __future__ import annotations

from dashboard.view import View


def verdict_words(view: View) -> list[str]:
    """Sentences that stand before the first difference of a page or a document."""
    return [*_of_verdicts(view), *_withheld_words(view)]


def _withheld_words(view: View) -> list[str]:
    """Why some differences have no word, where a support programme is compared."""
    if all(row["verdict"] is not None for row in view.comparison.differences):
        return []
    return [
        view.texts(
            "« Mot retenu » : ce scénario suppose l'effet d'un accompagnement. Ce qu'on y lit est "
            "ce qu'on y a mis, et ne prouve rien de l'accompagnement."
        )
    ]


def _of_verdicts(view: View) -> list[str]:
    texts = view.texts
    points = texts("pt : points (de pourcentage, ou d'indice quand c'est dit).")
    if view.comparison.draws > 1:
        return [
            texts(
                "Entre parenthèses ou entre crochets : {interval}, c'est-à-dire {count} jeux "
                "d'hypothèses plausibles du modèle.",
                interval=view.interval_name,
                count=view.comparison.draws,
            )
            + " "
            + points,
            texts(
                "Le mot dit si le sens de l'écart tient, pas s'il est bon ou mauvais. Robuste : le "
                "même sens dans au moins 90 % des tirages (les autres peuvent dire le contraire) ; "
                "probable : 66 à 90 % ; ambigu : moins ; inchangé : écart trop petit pour compter. "
                "Un effet ambigu ne se classe pas."
            ),
        ]
    return [
        texts(
            "Entre parenthèses ou entre crochets, l'intervalle à 90 % de l'écart moyen. Seul le "
            "hasard a varié : un signe stable ne dit encore rien des hypothèses du modèle."
        )
        + " "
        + points
    ]
