"""Words of the printed comparison, French and English."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "heading": {
        "fr": "Fin de l'horizon : {quarter}.\nRéférence : {reference}.",
        "en": "End of the horizon: {quarter}.\nReference: {reference}.",
    },
    "scenario": {"fr": "Scénario", "en": "Scenario"},
    "turnover": {
        "fr": "Renouvellement ordinaire de la référence : sur 100 organisations de fin 2025, "
        "{alive} sont encore là fin {quarter} ; {gone} sont sorties : {causes}.",
        "en": "Ordinary turnover of the reference: of 100 organisations of late 2025, {alive} are "
        "still there at {quarter}; {gone} have left: {causes}.",
    },
    "reading": {
        "fr": "Chaque case : valeur finale, écart apparié à la référence, {interval}, mot de "
        "jugement.",
        "en": "Each cell: end value, paired difference to the reference, {interval}, verdict.",
    },
    "paired_t_90": {
        "fr": "[intervalle à 90 % sur {pairs} répliques]",
        "en": "[90 % interval over {pairs} replicates]",
    },
    "draws_5_95": {
        "fr": "[étendue 5–95 % de {draws} tirages des paramètres]",
        "en": "[5–95 % range of {draws} parameter draws]",
    },
    "not_varied": {
        "fr": "« signe stable, paramètres non variés » : seul le hasard a varié ; un jugement "
        "demande au moins 10 tirages des paramètres (--parameters ranges).",
        "en": "“sign stable, parameters not varied”: only chance was varied; a verdict needs at "
        "least 10 draws of the parameters (--parameters ranges).",
    },
    "words": {
        "fr": "robuste : même signe dans au moins 90 % des tirages ; probable : 66 à 90 % ; sinon "
        "ambigu ; inchangé : sous le plus petit effet qui compte.",
        "en": "robust: same sign in at least 90 % of the draws; likely: 66 to 90 %; else "
        "ambiguous; unchanged: under the smallest effect of interest.",
    },
    "sign_stable": {"fr": "signe stable", "en": "sign stable"},
    "sign_unstable": {"fr": "signe instable", "en": "sign unstable"},
    "identical": {"fr": "aucun écart", "en": "no difference"},
    "pairing": {
        "fr": "Appariement : variance des écarts divisée par {factor} (médiane des cases).",
        "en": "Pairing: variance of the differences divided by {factor} (median of the cells).",
    },
    "exits": {
        "fr": "Sorties des organisations de fin 2025, en part de la cohorte et par cause",
        "en": "Exits of the organisations of late 2025, as a share of the cohort and by cause",
    },
    "liquidation": {"fr": "Liquidées", "en": "Liquidated"},
    "orderly_closure": {"fr": "Fermées en ordre", "en": "Closed in order"},
    "other_dissolution": {"fr": "Dissoutes autrement", "en": "Dissolved otherwise"},
    "stopped_employing": {"fr": "Sans plus de salariés", "en": "Stopped employing"},
    "absorbed_by_choice": {"fr": "Absorbées par choix", "en": "Absorbed by choice"},
    "other_absorption": {"fr": "Absorbées en détresse", "en": "Absorbed in distress"},
    "hypotheses": {
        "fr": "Hypothèses des scénarios, confrontées au modèle",
        "en": "Hypotheses of the scenarios, against the model",
    },
    "built_in": {"fr": "inscrite dans un mécanisme", "en": "built in by a mechanism"},
    "lower": {"fr": "plus bas", "en": "lower"},
    "higher": {"fr": "plus haut", "en": "higher"},
    "unchanged": {"fr": "inchangé", "en": "unchanged"},
    "costs": {
        "fr": "Euros des leviers, par payeur et par an (euros de 2025, avant de simuler)",
        "en": "Euros of the levers, by payer and year (2025 euros, before simulating)",
    },
    "colon": {"fr": "\u00a0: ", "en": ": "},
    "semicolon": {"fr": "\u202f; ", "en": "; "},
    "a_year": {"fr": "par an, {years}", "en": "a year, {years}"},
    "in_year": {"fr": "en {years}", "en": "in {years}"},
    "modelled": {"fr": "sur {euros} modélisés", "en": "of {euros} modelled"},
    "published": {"fr": "publié : {euros}", "en": "published: {euros}"},
    "open_ended": {"fr": "selon l'usage qui en est fait", "en": "depends on what is taken up"},
    "no_euros": {"fr": "aucun levier ne déplace d'euros publics fixés d'avance",
                 "en": "no lever moves public euros fixed in advance"},
    "saved": {"fr": "Résultats : {path}", "en": "Results: {path}"},
}  # fmt: skip


def text(name: str, language: str, **values: object) -> str:
    """The words of a name, with values put in."""
    return TEXTS[name][language].format(**values)
