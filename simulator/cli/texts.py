"""Words of the printed comparison, French and English."""

from __future__ import annotations

import re
from typing import Final

from simulator.cli.explanation_texts import EXPLANATION, LAYERS

_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!»])|(?<=«) ")

_GLOSSARY: Final = {
    "fr": "Les indices valent 100 fin 2025. Durée de vie moyenne restreinte : "
    "trimestres vécus en moyenne depuis fin 2025. Population en désert : là où un secteur n'a "
    "aucune organisation ou laisse plus de 30 % du besoin sans réponse. Argent public : sur quatre "
    "trimestres.",
    "en": "Indices are 100 in late 2025. Restricted mean survival time: quarters "
    "lived on average since late 2025. Population in deserts: where a sector has no organisation "
    "or leaves more than 30 % of need unmet. Public euros: over four quarters.",
}
TEXTS: Final[dict[str, dict[str, str]]] = {
    "heading": {
        "fr": "Valeurs au dernier trimestre simulé : {quarter}.\nRéférence : {reference}.",
        "en": "Values in the last quarter simulated: {quarter}.\nReference: {reference}.",
    },
    "scenario": {"fr": "Scénario", "en": "Scenario"},
    "turnover": {
        "fr": "Renouvellement ordinaire de la référence : sur 100 organisations de fin 2025, "
        "{alive} sont encore là en {quarter} ; {gone} sont sorties : {causes}.",
        "en": "Ordinary turnover of the reference: of 100 organisations of late 2025, {alive} are "
        "still there in {quarter}; {gone} have left: {causes}.",
    },
    "reading": {
        "fr": "Chaque case, de haut en bas : valeur finale ; écart moyen avec la référence, dans "
        "les mêmes mondes simulés ; {interval} ; mot de jugement, expliqué sous les tableaux. "
        "pt : points de pourcentage ; M, Md : millions, milliards.",
        "en": "Each cell, from top to bottom: end value; mean difference to the reference, in the "
        "same simulated worlds; {interval}; verdict, explained under the tables. "
        "pt: percentage points; M, bn: millions, billions.",
    },
    "paired_t_90": {
        "fr": "[intervalle à 90 % sur {pairs} répliques{structures}]",
        "en": "[90 % interval over {pairs} replicates{structures}]",
    },
    "draws_5_95": {
        "fr": "[étendue 5–95 % de {draws} tirages {sample}{structures}]",
        "en": "[5–95 % range of {draws} draws {sample}{structures}]",
    },
    "sample_accepted": {"fr": "de l'ensemble calibré des paramètres",
                        "en": "from the calibrated set of parameters"},
    "sample_ranges": {"fr": "des paramètres dans leurs plages",
                      "en": "of the parameters from their ranges"},
    "sample_default": {"fr": "des paramètres", "en": "of the parameters"},
    "several_structures": {
        "fr": " sous {count} structures du modèle",
        "en": " under {count} structures of the model",
    },
    "not_varied": {
        "fr": "« signe stable, paramètres non variés » : seul le hasard a varié, ce qui ne dit "
        "rien des hypothèses du modèle ; un mot de jugement demande au moins 10 tirages des "
        "paramètres (--parameters accepted).\n" + _GLOSSARY["fr"],
        "en": "“sign stable, parameters not varied”: only chance was varied, which says nothing "
        "about the assumptions of the model; a verdict needs at least 10 draws of the parameters "
        "(--parameters accepted).\n" + _GLOSSARY["en"],
    },
    "words": {
        "fr": "Le mot dit si le sens de l'écart tient, pas s'il est bon. Robuste : même sens dans "
        "au moins 90 % des tirages (les autres peuvent dire le contraire) ; probable : 66 à 90 % ; "
        "ambigu : moins, à ne pas classer ; inchangé : écart trop petit pour compter.\n"
        + _GLOSSARY["fr"],
        "en": "The word says whether the direction of a difference holds, not whether it is good. "
        "Robust: same direction in at least 90 % of the draws (the others may say the opposite); "
        "likely: 66 to 90 %; ambiguous: fewer, not to be ranked; unchanged: a difference too small "
        "to count.\n" + _GLOSSARY["en"],
    },
    "withheld": {
        "fr": "« mot retenu » : ce scénario suppose l'effet d'un accompagnement ; ce qu'on y lit "
        "est ce qu'on y a mis, et ne prouve rien de l'accompagnement.",
        "en": "“withheld”: this scenario assumes what support does; what it shows was put in, and "
        "proves nothing about support.",
    },
    "missing": {
        "fr": "– {title}, valeur manquante, {reason} (mondes : {worlds} sur {of}) : {labels}.",
        "en": "– {title}, missing value, {reason} (worlds: {worlds} of {of}): {labels}.",
    },
    "lacking": {"fr": "– Dans une case : {reason}.", "en": "– In a cell: {reason}."},
    "break_even_step": {"fr": "Effets supposés, {scenario}",
                        "en": "Effects assumed, {scenario}"},
    "break_even": {
        "fr": "Quel effet ferait que l'accompagnement se paie ? {scenario} : {kinds}",
        "en": "Which effect would make support pay for itself? {scenario}: {kinds}",
    },
    "break_even_reading": {
        "fr": "Supposé, jamais mesuré : chaque ligne suppose un effet, de nul au plus fort jugé "
        "possible. L'accompagnement « se paie » quand les pertes évitées aux créanciers (prêteurs, "
        "fournisseurs, organismes sociaux) atteignent son coût, quel qu'en soit le payeur, en "
        "euros de 2025 cumulés jusqu'en {quarter}. Emploi, service et santé n'ont pas de prix ici. "
        "[intervalle de l'écart avec un effet nul]",
        "en": "Assumed, never measured: each line supposes an effect, from none to the strongest "
        "thought possible. Support “pays for itself” where the losses that creditors (lenders, "
        "suppliers, social bodies) are spared reach its cost, whoever pays, in 2025 euros added up "
        "to {quarter}. Jobs, service and health have no price here. [interval of the difference to "
        "no effect]",
    },
    "effect_assumed": {"fr": "Effet supposé", "en": "Effect assumed"},
    "cost": {"fr": "Coût", "en": "Cost"},
    "losses_avoided": {"fr": "Pertes évitées aux créanciers", "en": "Losses spared to creditors"},
    "net": {"fr": "Évitées moins coût", "en": "Spared less cost"},
    "per_organisation": {"fr": "Coût par organisation gardée", "en": "Cost per organisation kept"},
    "per_job": {"fr": "Coût par emploi gardé", "en": "Cost per job kept"},
    "none_kept": {"fr": "aucune de plus", "en": "none more"},
    "prior": {"fr": "{what} : {mean} en moyenne supposée, de {low} à {high}",
              "en": "{what}: {mean} assumed on average, {low} to {high}"},
    "times_mean": {"fr": "{factor} × la moyenne", "en": "{factor} × the mean"},
    "pays_from": {
        "fr": "Se paierait à partir de {factor} fois l'effet moyen supposé{unsure}.",
        "en": "Would pay for itself from {factor} times the mean effect assumed{unsure}.",
    },
    "pays_unsure": {"fr": " (l'intervalle du solde contient zéro jusqu'au bout : incertain)",
                    "en": " (the interval of the balance holds zero up to the end: unsure)"},
    "pays_never": {
        "fr": "Aucun effet de la plage jugée possible ne fait que l'accompagnement se paie, au "
        "sens ci-dessus.",
        "en": "No effect in the range thought possible makes support pay for itself in that sense.",
    },
    "sign_stable": {"fr": "signe stable", "en": "sign stable"},
    "sign_unstable": {"fr": "signe instable", "en": "sign unstable"},
    "identical": {"fr": "aucun écart", "en": "no difference"},
    "pairing": {
        "fr": "Comparer dans les mêmes mondes simulés divise la variance des écarts par {factor} "
        "(médiane des cases).",
        "en": "Comparing in the same simulated worlds divides the variance of the differences by "
        "{factor} (median of the cells).",
    },
    "exits": {
        "fr": "Sorties des organisations de fin 2025, par cause : part, écart et son intervalle",
        "en": "Exits of the organisations of late 2025, by cause: share, difference and "
        "its interval",
    },
    "liquidation": {"fr": "Liquidées", "en": "Liquidated"},
    "orderly_closure": {"fr": "Fermées en bon ordre", "en": "Closed as planned"},
    "other_dissolution": {"fr": "Dissoutes autrement", "en": "Dissolved otherwise"},
    "stopped_employing": {"fr": "Sans plus de salariés", "en": "Stopped employing"},
    "absorbed_by_choice": {"fr": "Absorbées par choix", "en": "Absorbed by choice"},
    "other_absorption": {"fr": "Absorbées en détresse", "en": "Absorbed in distress"},
    "hypotheses": {
        "fr": "Hypothèses des scénarios, confrontées au modèle (non testé : "
        "scénario auquel comparer, ou trimestre, hors de ce calcul)",
        "en": "Hypotheses of the scenarios, against the model (not tested: the scenario "
        "to compare with, or the quarter, is not in this run)",
    },
    "since": {"fr": "depuis {quarter}", "en": "since {quarter}"},
    "beyond_parts": {"fr": " que la somme de {parts}", "en": " than the sum of {parts}"},
    "than_effect": {"fr": " que l'effet sur : {other}", "en": " than the effect on: {other}"},
    "than_scenario": {"fr": " (à côté de {scenario})", "en": " (beside {scenario})"},
    "to_test": {"fr": "Hypothèses à éprouver", "en": "Hypotheses to test"},
    "not_to_test": {
        "fr": "Inscrites dans un mécanisme du modèle : les retrouver ne prouve rien",
        "en": "Built in by a mechanism of the model: finding them proves nothing",
    },
    "checked": {
        "fr": "Population {population} ; paramètres : {source}, {units} mondes (un tirage ou une "
        "réplique chacun) ; graine {seed} ; écart médian et étendue 5–95 % des tirages, ou moyenne "
        "et intervalle à 90 % des répliques.",
        "en": "Population {population}; parameters: {source}, {units} worlds (a draw or a "
        "replicate each); seed {seed}; median difference and 5–95 % range of the draws, or mean "
        "and 90 % interval of the replicates.",
    },
    "tally": {
        "fr": "{found} retrouvées, {not_found} non retrouvées, {ambiguous} ambiguës ; "
        "à part, {built_in} inscrites dans un mécanisme.",
        "en": "{found} found, {not_found} not found, {ambiguous} ambiguous; apart, {built_in} "
        "built in by a mechanism.",
    },
    "source_accepted": {"fr": "ensemble calibré", "en": "calibrated set"},
    "source_ranges": {"fr": "plages", "en": "ranges"},
    "source_default": {"fr": "valeurs par défaut", "en": "default values"},
    "built_in": {"fr": "inscrite dans un mécanisme : ne prouve rien",
                 "en": "built in by a mechanism: proves nothing"},
    "lower": {"fr": "plus bas", "en": "lower"},
    "higher": {"fr": "plus haut", "en": "higher"},
    "unchanged": {"fr": "inchangé", "en": "unchanged"},
    "costs": {
        "fr": "Ce que déplacent les leviers, par payeur : euros de 2025 par an, avant de simuler",
        "en": "What the levers move, by payer: 2025 euros a year, before simulating",
    },
    "colon": {"fr": "\u00a0: ", "en": ": "},
    "semicolon": {"fr": "\u202f; ", "en": "; "},
    "a_year": {"fr": "par an, {years}", "en": "a year, {years}"},
    "in_year": {"fr": "en {years}", "en": "in {years}"},
    "modelled": {"fr": "sur {euros} modélisés", "en": "of {euros} modelled"},
    "published": {"fr": "publié : {euros}", "en": "published: {euros}"},
    "idle_lever": {"fr": "Attention : ce levier ne touche personne dans cette population : {lever}",
                   "en": "Note: this lever reaches nobody in this population: {lever}"},
    "open_ended": {"fr": "selon l'usage qui en est fait", "en": "depends on what is taken up"},
    "no_euros": {"fr": "aucun levier ne déplace d'euros publics fixés d'avance",
                 "en": "no lever moves public euros fixed in advance"},
    "saved": {"fr": "Résultats : {path}", "en": "Results: {path}"},
    **EXPLANATION,
    **LAYERS,
}  # fmt: skip


def text(name: str, language: str, **values: object) -> str:
    """The words of a name, with values put in."""
    written = TEXTS[name][language].format(**values)
    # French double punctuation follows a space that does not break.
    return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", written) if language == "fr" else written
