"""Words of a printed explanation and of the layers of uncertainty, French and English."""

from __future__ import annotations

from typing import Final

EXPLANATION: Final[dict[str, dict[str, str]]] = {
    "explain_heading": {
        "fr": "D'où vient cet écart ? {label}, {quarter}",
        "en": "Where does this difference come from? {label}, {quarter}",
    },
    "explain_values": {
        "fr": "« {scenario} » : {value} ; référence « {reference} » : {reference_value}.",
        "en": "“{scenario}”: {value}; reference “{reference}”: {reference_value}.",
    },
    "explain_difference": {
        "fr": "Écart : {difference} [{low} ; {high}], moyenne de {units} mondes simulés des deux "
        "côtés. Dans chaque liste qui suit, les parts s'ajoutent à cet écart.",
        "en": "Difference: {difference} [{low}, {high}], mean of {units} worlds simulated on both "
        "sides. In each list below, the parts add up to this difference.",
    },
    "explain_none": {
        "fr": "Aucun écart : il n'y a rien à expliquer.",
        "en": "No difference: there is nothing to explain.",
    },
    "by_sector": {"fr": "Par secteur", "en": "By sector"},
    "by_region": {"fr": "Par région", "en": "By région"},
    "by_size": {"fr": "Par taille (budget du trimestre lu)", "en": "By size (budget when read)"},
    "by_size_0": {"fr": "Par taille (budget fin 2025)", "en": "By size (budget in late 2025)"},
    "other_regions": {"fr": "{count} autres régions", "en": "{count} other régions"},
    "rest": {
        "fr": "hors des organisations (dépense fiscale, prêteurs)",
        "en": "outside organisations (tax relief, lenders)",
    },
    "by_source": {"fr": "Par sortie", "en": "By exit"},
    "source_left_only_here": {"fr": "parties ici seulement : {cause}",
                              "en": "left here only: {cause}"},
    "source_left_only_there": {"fr": "parties dans la référence seulement : {cause}",
                               "en": "left in the reference only: {cause}"},
    "source_in_both": {
        "fr": "présentes des deux côtés, plus petites ou plus grandes ici",
        "en": "present on both sides, smaller or larger here",
    },
    "source_entrants": {"fr": "fondées depuis 2026", "en": "founded since 2026"},
    "by_fate": {
        "fr": "Organisations dont le sort change (organisations représentées, moyenne par monde ; "
        "emplois de leur entrée)",
        "en": "Organisations whose fate changes (organisations represented, mean per world; jobs "
        "at their entry)",
    },
    "fate_left_only_here": {"fr": "parties ici, en vie dans la référence",
                            "en": "left here, alive in the reference"},
    "fate_left_only_there": {"fr": "en vie ici, parties dans la référence",
                             "en": "alive here, left in the reference"},
    "fate_left_earlier_here": {"fr": "parties plus tôt ici", "en": "left earlier here"},
    "fate_left_later_here": {"fr": "parties plus tard ici", "en": "left later here"},
    "fate_other_cause": {"fr": "parties au même trimestre, autrement",
                         "en": "left in the same quarter, otherwise"},
    "fate_born_only_here": {"fr": "fondées ici seulement", "en": "founded here only"},
    "fate_born_only_there": {"fr": "fondées dans la référence seulement",
                             "en": "founded in the reference only"},
    "fate_numbers": {"fr": "{organisations} ({jobs} emplois)",
                     "en": "{organisations} ({jobs} jobs)"},
    "no_fate": {"fr": "aucune", "en": "none"},
    "by_parting": {
        "fr": "Où les chemins se séparent (premier monde, rejoué)",
        "en": "Where the paths part (first world, played again)",
    },
    "parting_first": {"fr": "premier chiffre différent : {place}",
                      "en": "first number that differs: {place}"},
    "parting_fate": {
        "fr": "premier sort différent (sortie, entrée, statut, convention, projet) : {place}",
        "en": "first fate that differs (exit, entry, form, agreement, project): {place}",
    },
    "parting_place": {"fr": "{quarter}, {process} ({function})",
                      "en": "{quarter}, {process} ({function})"},
    "parting_exit": {"fr": "première sortie ou création différente : {quarter}",
                     "en": "first exit or entry that differs: {quarter}"},
    "parting_never": {"fr": "jamais jusqu'à {quarter}", "en": "never until {quarter}"},
    "refused": {"fr": "non donné : {reason}", "en": "not given: {reason}"},
}  # fmt: skip

LAYERS: Final[dict[str, dict[str, str]]] = {
    "layers_heading": {
        "fr": "Ce qui fait varier les écarts : part de la variance due au hasard, aux paramètres, "
        "à la structure du modèle",
        "en": "What makes the differences vary: share of the variance due to chance, to "
        "parameters, to the structure of the model",
    },
    "layers_reading": {
        "fr": "[bande à 90 %] ; la part d'une couche qui n'a pas varié n'est pas nulle, elle n'est "
        "pas connue. Les parts disent d'où vient l'incertitude de ce calcul, pas celle du monde.",
        "en": "[90 % band]; the share of a layer that was not varied is not nought, it is not "
        "known. Shares say where the uncertainty of this run comes from, not that of the world.",
    },
    "chance": {"fr": "Hasard", "en": "Chance"},
    "parameter": {"fr": "Paramètres", "en": "Parameters"},
    "structure": {"fr": "Structure", "en": "Structure"},
    "indicator": {"fr": "Indicateur", "en": "Indicator"},
    "spread": {"fr": "Écart-type", "en": "Std. dev."},
    "layers_missing": {"fr": "Part manquante : {reason}.", "en": "Missing share: {reason}."},
    "by_structure": {
        "fr": "Écart avec la référence selon la structure du modèle",
        "en": "Difference to the reference by structure of the model",
    },
}  # fmt: skip
