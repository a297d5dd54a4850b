"""How organisations leave: ways of leaving that are not the same event are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.cohort import BASE_QUARTER, FATE_CODES
from dashboard.figures.incidence import incidence_figure
from dashboard.figures.series import Series
from dashboard.figures.timeline import Timeline
from dashboard.language import Texts
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, written
from dashboard.view import View
from simulator.codes import quarter_label
from simulator.intervals import band


def fate_labels(texts: Texts) -> dict[str, str]:
    """Way of leaving → words."""
    return {
        "liquidation": texts("Liquidation judiciaire"),
        "orderly_closure": texts("Fermeture préparée"),
        "dissolution": texts("Autre dissolution"),
        "stopped_employing": texts("Fin de l'emploi salarié"),
        "absorbed_by_choice": texts("Rapprochement choisi"),
        "absorbed": texts("Absorption en détresse"),
    }


def fates_panel(view: View) -> Panel:
    """Cumulative incidence (Aalen–Johansen) of each way of leaving, mean over replicates."""
    texts, comparison = view.texts, view.comparison
    quarters = comparison.survival_quarters
    labels = fate_labels(texts)
    scenarios = view.selection.scenarios
    means = {s: comparison.survival[s].incidence.mean(axis=0) for s in scenarios}
    highest = max(
        float(band(comparison.survival[s].incidence[:, :, -1])["high"].max()) for s in scenarios
    )
    drawings = []
    for position, code in enumerate(FATE_CODES):
        series = [
            Series(view.title(s), rank, comparison.survival[s].incidence[:, position])
            for rank, s in enumerate(scenarios)
        ]
        reading = texts.listing(
            [
                texts(
                    "{count} dans {scenario}",
                    scenario=view.quoted(s),
                    count=texts.number(100 * means[s][position, -1], 1),
                )
                for s in scenarios
            ]
        )
        drawings.append(
            Drawing(
                incidence_figure(series, Timeline(quarters, texts), highest),
                labels[code],
                texts(
                    "{way}, sur 100 organisations, {end} : {list}.",
                    way=labels[code],
                    end=view.end,
                    list=reading,
                ),
            )
        )
    numbers = pd.concat([_numbers(view, s, quarters) for s in scenarios], ignore_index=True)
    headings = {"scenario": texts("Scénario"), "quarter": texts("Trimestre")}
    for code in FATE_CODES:
        headings[f"incidence_{code}"] = labels[code]
        headings[f"low_{code}"] = texts("{label}, bas", label=labels[code])
        headings[f"high_{code}"] = texts("{label}, haut", label=labels[code])
    shown = [
        [
            view.title(row["scenario"]),
            texts.quarter(row["quarter"]),
            *(_written(texts, row, code) for code in FATE_CODES),
        ]
        for row in numbers[numbers["quarter"].str.endswith("Q4")].to_dict("records")
    ]
    return Panel(
        "fates",
        _title(view, means),
        texts("Parties depuis fin 2025, sur 100 organisations, par manière de s'arrêter."),
        texts(
            "Six petits graphiques, un par manière de s'arrêter, à la même échelle. Un "
            "rapprochement choisi ou une fermeture préparée n'est pas une liquidation."
        ),
        numbers,
        headings,
        shown,
        [headings["scenario"], headings["quarter"], *labels.values()],
        tuple(drawings),
        (
            view.spread_of_means,
            texts(
                "De petits écarts entre les lignes ne se classent pas, et l'ordre des lettres ne "
                "dit rien de plus."
            ),
            texts("Méthode : incidence cumulée (Aalen–Johansen)."),
        ),
        origin=simulated(view, view.spread_of_means),
        recipe=_recipe(view, means),
    )


def _recipe(view: View, means: dict[str, np.ndarray]) -> Recipe:
    """Share of the initial organisations that went into liquidation: all are followed to the end,
    so that the incidence there is a share of weights."""
    scenario = view.others[0]
    chosen = {"scenario": scenario, **view.selection.chosen}
    asked = " and ".join(f"{name} == {code!r}" for name, code in chosen.items())
    start = quarter_label(BASE_QUARTER)
    return written(
        view,
        view.texts(
            "Part en liquidation judiciaire {end}, {scenario} : moyenne des mondes",
            end=view.end,
            scenario=view.quoted(scenario),
        ),
        [
            f'rows = results.lifetimes.query("{asked}")',
            f'rows = rows[rows["entry_quarter"].isna() | (rows["entry_quarter"] == "{start}")]',
            'rows = rows.assign(gone=rows["weight"] * (rows["exit_cause"] == "liquidation"))',
            'worlds = rows.groupby(["draw", "structure", "replicate"], observed=True)',
            'shares = worlds["gone"].sum() / worlds["weight"].sum()',
        ],
        "shares.mean()",
        float(means[scenario][FATE_CODES.index("liquidation"), -1]),
    )


def _numbers(view: View, scenario: str, quarters: list[int]) -> pd.DataFrame:
    incidence = view.comparison.survival[scenario].incidence
    mean, spread = incidence.mean(axis=0), band(incidence)
    columns: dict[str, Any] = {
        "scenario": scenario,
        "quarter": [quarter_label(q) for q in quarters],
    }
    for i, code in enumerate(FATE_CODES):
        columns[f"incidence_{code}"] = mean[i]
        columns[f"low_{code}"] = spread["low"][i]
        columns[f"high_{code}"] = spread["high"][i]
    return pd.DataFrame(columns)


def _written(texts: Texts, row: Mapping[Any, Any], code: str) -> str:
    """`12,3 [11,9 ; 12,8]`, on 100 organisations."""
    mean, low, high = (
        texts.number(100 * row[f"{name}_{code}"], 1) for name in ("incidence", "low", "high")
    )
    return f"{mean} {texts.between(low, high)}"


def _title(view: View, means: dict[str, np.ndarray]) -> str:
    texts, reference = view.texts, view.selection.reference
    gone = means[reference][:, -1]
    everyone = float(gone.sum()) or 1.0
    share = {code: 100 * float(gone[i]) / everyone for i, code in enumerate(FATE_CODES)}
    return texts(
        "Sur 100 sorties dans {scenario} : {liquidated} par liquidation judiciaire, {chosen} par "
        "fermeture préparée ou rapprochement choisi",
        scenario=view.quoted(reference),
        liquidated=texts.number(share["liquidation"]),
        chosen=texts.number(share["orderly_closure"] + share["absorbed_by_choice"]),
    )
