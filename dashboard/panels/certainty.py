"""How sure one may be of a difference: how often its sign holds, and what makes it vary."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard.panels.difference import difference_recipe
from dashboard.panels.differences import written
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Panel
from dashboard.reading import Row
from dashboard.view import View
from simulator import layers
from simulator.indicators import INDICATORS

COLUMNS: Final = (
    "scenario", "difference", "median", "low", "high", "smallest_effect", "sign_share", "verdict",
    "chance_share", "parameter_share", "structure_share", "layers_missing", "pairs", "draws",
    "structures",
)  # fmt: skip


def certainty_panel(view: View) -> Panel:
    """Sign, smallest effect of interest and layers of uncertainty of the picked indicator."""
    texts, code = view.texts, view.selection.indicator
    label = INDICATORS[code].label(texts.language)
    rows = view.end_rows(code)
    return Panel(
        "certainty",
        texts(
            "À quel point en est-on sûr ? {label}, {end} : le sens de l'écart tient dans {firm} "
            "cas sur {cases}",
            label=label,
            end=view.end,
            firm=sum(view.holds(row) for row in rows),
            cases=len(rows),
        ),
        texts(
            "Sens de l'écart avec {reference} d'un monde à l'autre, et ce qui le fait varier.",
            reference=view.quoted(view.selection.reference),
        ),
        texts.series([_told(view, row) for row in rows]) + ".",
        pd.DataFrame(rows, columns=list(COLUMNS)),
        _headings(view),
        [_shown(view, row) for row in rows],
        [
            texts("Scénario"),
            texts("Écart moyen"),
            texts("Même sens"),
            texts("Verdict"),
            texts("Part du hasard"),
            texts("Part des paramètres"),
            texts("Part de la structure"),
        ],
        notes=(
            *_layers_notes(view, rows),
            view.chance_sentence,
            texts(
                "Ce que le modèle ne représente pas n'est dans aucune de ces parts : voir les "
                "limites au bas de la page."
            ),
        ),
        origin=simulated(view),
        recipe=difference_recipe(view, code, rows[0]) if rows else None,
    )


def _told(view: View, row: Row) -> str:
    texts = view.texts
    return texts(
        "{scenario} : {difference}, {same} ({verdict})",
        scenario=view.quoted(row["scenario"]),
        difference=written(view, row),
        same=same_sign(view, row),
        verdict=view.verdict(row),
    )


def same_sign(view: View, row: Row) -> str:
    """`même sens dans 19 tirages sur 20`, or another sign than the mean's.

    Nothing is counted where the word is withheld.
    """
    texts, share = view.texts, float(row["sign_share"])
    if share != share:
        return texts("sens non compté")
    drawn = row["draws"] > 1
    total = int(row["draws"]) * int(row["structures"]) if drawn else int(row["pairs"])
    counted = (
        texts("{count} tirages sur {total}") if drawn else texts("{count} mondes sur {total}")
    ).format(count=round(share * total), total=total)
    if row["median"] == 0:
        return texts("aucun écart dans {counted}", counted=counted)
    if view.turned(row):
        return view.turned_words(row, counted)
    return texts("même sens dans {counted}", counted=counted)


def _shown(view: View, row: Row) -> list[str]:
    return [
        view.title(row["scenario"]),
        written(view, row),
        same_sign(view, row),
        view.verdict(row),
        *(_share(view, row[f"{layer}_share"]) for layer in layers.LAYERS),
    ]


def _share(view: View, share: float) -> str:
    texts = view.texts
    return "–" if share != share else texts("{percent} %", percent=texts.number(100 * share))


def _layers_notes(view: View, rows: list[Row]) -> list[str]:
    """What the three layers are, and why some are not known here."""
    texts = view.texts
    notes = [
        texts(
            "Trois sources d'incertitude : le hasard (deux mondes aux mêmes hypothèses), les "
            "paramètres (des jeux d'hypothèses plausibles) et la structure (un mécanisme écrit "
            "autrement)."
        )
    ]
    codes = dict.fromkeys(c for row in rows for c in (row["layers_missing"] or "").split())
    if codes:
        reasons = [layers.REASONS[code][texts.language] for code in codes]
        notes.append(
            texts("Parts non données ici : {reasons}.", reasons=texts.spaced(texts.series(reasons)))
        )
    return notes


def _headings(view: View) -> dict[str, str]:
    texts = view.texts
    words = (
        texts("Scénario"),
        texts("Écart moyen"),
        texts("Écart médian, dont le signe est compté"),
        texts("Borne basse (5 %)"),
        texts("Borne haute (95 %)"),
        texts("Plus petit écart qui compte"),
        texts("Part des mondes de même signe"),
        texts("Verdict"),
        texts("Part du hasard"),
        texts("Part des paramètres"),
        texts("Part de la structure"),
        texts("Parts manquantes"),
        texts("Paires"),
        texts("Tirages de paramètres"),
        texts("Structures"),
    )
    return dict(zip(COLUMNS, words, strict=True))
