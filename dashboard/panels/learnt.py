"""What calibration taught of each parameter, and of most: nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.evidence import calibration
from dashboard.figures.dots import Dot, Group, dots_figure
from dashboard.language import Texts
from dashboard.panels.origin import Origin
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import shipped
from dashboard.population_names import population_name
from simulator.parameters import SPECS

COLUMNS = ("name", "word", "shrinkage", "shift", "from", "to", "low", "median", "high")


def learnt_words(texts: Texts) -> Mapping[str, str]:
    """Word of the calibration on a parameter → in the language of the page."""
    return {
        "identified": texts("identifié"),
        "shifted": texts("déplacé"),
        "not identified": texts("non identifié"),
    }


def learnt_panel(texts: Texts) -> Panel:
    """Accepted band of each parameter in its range, those that the figures narrow or move first."""
    entries = sorted(
        calibration()["calibration"]["parameters"],
        key=lambda entry: (entry["word"] == "not identified", -entry["shrinkage"]),
    )
    moved = [entry for entry in entries if entry["word"] != "not identified"]
    words = learnt_words(texts)
    return Panel(
        "calibration",
        texts(
            "{count} paramètres tirés sur {total} ne sont pas identifiés par les chiffres publiés",
            count=len(entries) - len(moved),
            total=len(entries),
        ),
        texts("Place des tirages acceptés dans la plage de départ de chaque paramètre."),
        texts(
            "Les {count} paramètres que les chiffres publiés resserrent ou déplacent, de gauche "
            "(bas de la plage) à droite (haut) : médiane et étendue 5–95 % des {draws} tirages "
            "acceptés. {list}. Tous les autres restent partout dans leur plage.",
            count=len(moved),
            draws=calibration()["draws"],
            list=texts.series([f"{_label(e, texts)}, {words[e['word']]}" for e in moved]),
        ),
        pd.DataFrame(entries, columns=list(COLUMNS)),
        {
            "name": texts("Nom"),
            "word": texts("Ce que les chiffres en disent"),
            "shrinkage": texts("Resserrement (0 à 1)"),
            "shift": texts("Déplacement (écarts-types)"),
            "from": texts("Plage : bas"),
            "to": texts("Plage : haut"),
            "low": texts("Accepté : bas"),
            "median": texts("Accepté : médiane"),
            "high": texts("Accepté : haut"),
        },
        [
            [
                _label(entry, texts),
                words[entry["word"]],
                texts.number(entry["shrinkage"], 2),
                *(
                    texts.rewritten(f"{entry[name]:.4g}".replace("-", "\N{MINUS SIGN}"))
                    for name in ("from", "to", "low", "median", "high")
                ),
            ]
            for entry in entries
        ],
        [
            texts("Paramètre"),
            texts("Ce que les chiffres en disent"),
            texts("Resserrement (0 à 1)"),
            texts("Plage : bas"),
            texts("Plage : haut"),
            texts("Accepté : bas"),
            texts("Accepté : médiane"),
            texts("Accepté : haut"),
        ],
        (Drawing(_figure(moved, texts)),),
        (
            texts(
                "Resserrement : un moins l'écart-type des tirages acceptés sur celui de la plage. "
                "« Identifié » : nettement resserré ; « déplacé » : la plage reste large, le "
                "milieu bouge. Un résultat qui dépend des autres est celui de plages choisies, "
                "pas de la France observée."
            ),
        ),
        origin=Origin(
            "tuned",
            texts(
                "{draws} tirages acceptés, population « {population} », graine {seed}, version "
                "{version} du modèle.",
                draws=calibration()["draws"],
                population=population_name(calibration()["population"]["name"], texts),
                seed=calibration()["settings"]["seed"],
                version=calibration()["version"],
            ),
        ),
        recipe=shipped(
            texts("{label} : médiane des tirages acceptés", label=_label(entries[0], texts)),
            "calibration",
            'next(one["median"] for one in calibration()["calibration"]["parameters"] '
            f'if one["name"] == "{entries[0]["name"]}")',
            entries[0]["median"],
        ),
    )


def _figure(moved: Sequence[Mapping[str, Any]], texts: Texts) -> dict[str, Any]:
    groups = []
    for entry in moved:
        width = entry["to"] - entry["from"]
        median, low, high = ((entry[k] - entry["from"]) / width for k in ("median", "low", "high"))
        groups.append(
            Group(_label(entry, texts), [Dot(1, median, low, high, _label(entry, texts))])
        )
    ticks = ([0.0, 0.5, 1.0], [texts("bas"), texts("milieu"), texts("haut")])
    return dots_figure(groups, texts("place dans la plage"), (-0.03, 1.03), (0.0, 1.0), ticks)


def _label(entry: Mapping[str, Any], texts: Texts) -> str:
    spec = SPECS.get(entry["name"])
    return str(entry["name"]) if spec is None else spec.label(texts.language)
