"""What stopped those of the organisations alike that left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.panels.alike import AlikeView, columns, scenario_dots, share_recipe
from dashboard.panels.panel import Drawing, Panel
from simulator.codes import PRIMARY_CAUSES, label


def causes_panel(seen: AlikeView) -> Panel:
    """Primary causes of those that left, out of 100 organisations."""
    view, texts = seen.view, seen.view.texts
    left = {s: seen.alike.left(s) for s in view.selection.scenarios}
    reference = left[view.selection.reference]
    ordered = sorted(PRIMARY_CAUSES, key=lambda cause: -reference[cause].value)
    names = {cause: label(cause, texts.language).capitalize() for cause in ordered}
    rows = [
        {"scenario": s, "cause": cause, **columns(left[s][cause])}
        for s in left
        for cause in ordered
    ]
    highest = max(one.high for causes in left.values() for one in causes.values())
    return Panel(
        "causes",
        _causes_title(seen, ordered, names),
        texts("Sur 100 organisations semblables, par cause principale de l'arrêt."),
        texts(
            "Dans {scenario}, sur 100 organisations : {list}.",
            scenario=view.quoted(view.selection.reference),
            list=texts.series([f"{names[c]} {seen.written(reference[c])}" for c in ordered]),
        ),
        pd.DataFrame(rows),
        {
            "scenario": texts("Scénario"),
            "cause": texts("Cause principale"),
            "value": texts("Valeur"),
            "low": texts("Bas"),
            "high": texts("Haut"),
        },
        [[names[cause], *(seen.written(left[s][cause]) for s in left)] for cause in ordered],
        [texts("Cause principale"), *(view.title(s) for s in left)],
        (
            Drawing(
                scenario_dots(
                    seen,
                    {names[c]: {s: left[s][c] for s in left} for c in ordered},
                    (0.0, min(100.0, 105 * highest)),
                    texts("sur 100"),
                )
            ),
        ),
        (
            texts(
                "Comparer montre autre chose : la manière de s'arrêter (liquidation, fermeture "
                "préparée, rapprochement…), de toutes les organisations du groupe choisi. Ici, "
                "ce qui y a mené, pour les seules organisations semblables."
            ),
            texts(
                "La cause principale suit une règle écrite du modèle (ce qui a le plus creusé les "
                "comptes sur deux ans), pas une enquête. Une fermeture préparée ou un "
                "rapprochement choisi n'est pas un échec."
            ),
            texts(
                "De petits écarts entre causes ou entre futurs ne se classent pas quand les "
                "intervalles se recouvrent."
            ),
        ),
        origin=seen.origin,
        recipe=share_recipe(
            view,
            seen.alike,
            texts(
                "Part arrêtée par « {cause} » {end} dans {scenario}",
                cause=names[ordered[0]],
                end=seen.end,
                scenario=view.title(view.selection.reference),
            ),
            f'rows["primary_cause"] == "{ordered[0]}"',
            reference[ordered[0]].value,
        ),
    )


def _causes_title(seen: AlikeView, ordered: Sequence[str], names: Mapping[str, str]) -> str:
    texts, view = seen.view.texts, seen.view
    left = seen.alike.left(view.selection.reference)
    first, second = ordered[0], ordered[1]
    parts = {
        "first": names[first].lower(),
        "second": names[second].lower(),
        "count": seen.out_of_100(left[first].value),
        "other": seen.out_of_100(left[second].value),
        "scenario": view.quoted(view.selection.reference),
    }
    if left[first].low > left[second].high:
        return texts(
            "Dans {scenario}, la première cause d'arrêt est « {first} » : {count} sur 100", **parts
        )
    return texts(
        "Dans {scenario}, aucune cause d'arrêt ne se détache : « {first} » {count} sur 100, "
        "« {second} » {other}",
        **parts,
    )
