"""What the reader can choose."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.language import Texts
from dashboard.reading import Library
from dashboard.selection import MOST_SCENARIOS, Selection
from simulator.codes import REGION_NAMES, REGIONS, SECTORS, SIZES, label
from simulator.indicators import HEADLINES, INDICATORS, RECORDED

# Never offered: the memo can rise under cuts because volume falls after the euros.
NOT_OFFERED = ("served_per_public_euro",)
# Control → part of a selection.
CONTROLS = {
    "control-results": "results",
    "control-scenarios": "scenarios",
    "control-reference": "reference",
    "control-region": "region",
    "control-sector": "sector",
    "control-size": "size",
    "control-indicator": "indicator",
}


def control_values(selection: Selection) -> dict[str, Any]:
    """Value of each control for a selection."""
    return {
        "control-results": selection.results,
        "control-scenarios": list(selection.scenarios),
        "control-reference": selection.reference,
        "control-region": selection.region,
        "control-sector": selection.sector,
        "control-size": selection.size,
        "control-indicator": selection.indicator,
    }


def controls(library: Library, selection: Selection, texts: Texts) -> html.Section:
    """The form; every change goes to the address of the page."""
    values = control_values(selection)
    nothing = texts("Aucun résultat")
    everywhere = {"clearable": True, "searchable": True, "nothingFoundMessage": nothing}
    return html.Section(
        [
            html.H2(texts("Choisir"), className="visually-hidden"),
            html.Div(
                [
                    html.Div(
                        dmc.Select(
                            id="control-results",
                            label=texts("Résultats"),
                            data=_options({n: n for n in library.results}),
                            value=values["control-results"],
                            allowDeselect=False,
                        ),
                        className="control",
                        hidden=len(library.results) < 2,
                    ),
                    html.Div(
                        dmc.MultiSelect(
                            id="control-scenarios",
                            label=texts("Scénarios (2 à 5)"),
                            data=scenario_options(library, selection, texts),
                            value=values["control-scenarios"],
                            maxValues=MOST_SCENARIOS,
                            searchable=True,
                            hidePickedOptions=True,
                            nothingFoundMessage=nothing,
                        ),
                        className="control control-wide",
                    ),
                    html.Div(
                        dmc.Select(
                            id="control-reference",
                            label=texts("Ligne de référence"),
                            data=scenario_options(library, selection, texts),
                            value=values["control-reference"],
                            allowDeselect=False,
                        ),
                        className="control",
                    ),
                    html.Div(
                        dmc.Select(
                            id="control-region",
                            label=texts("Région"),
                            placeholder=texts("Toutes les régions"),
                            data=_options({c: REGION_NAMES[c] for c in REGIONS}),
                            value=values["control-region"],
                            **everywhere,
                        ),
                        className="control",
                    ),
                    html.Div(
                        dmc.Select(
                            id="control-sector",
                            label=texts("Secteur"),
                            placeholder=texts("Tous les secteurs"),
                            data=_options({c: label(c, texts.language) for c in SECTORS}),
                            value=values["control-sector"],
                            **everywhere,
                        ),
                        className="control",
                    ),
                    html.Div(
                        dmc.Select(
                            id="control-size",
                            label=texts("Taille (budget annuel)"),
                            placeholder=texts("Toutes les tailles"),
                            data=_options({c: label(c, texts.language) for c in SIZES}),
                            value=values["control-size"],
                            **everywhere,
                        ),
                        className="control",
                    ),
                    html.Div(
                        dmc.Select(
                            id="control-indicator",
                            label=texts("Indicateur des trajectoires"),
                            data=indicator_options(texts),
                            value=values["control-indicator"],
                            allowDeselect=False,
                            searchable=True,
                            nothingFoundMessage=nothing,
                        ),
                        className="control",
                    ),
                ],
                className="controls",
            ),
        ],
        **{"aria-label": texts("Choisir")},
    )


def scenario_options(library: Library, selection: Selection, texts: Texts) -> list[dict[str, Any]]:
    results = library.results[selection.results]
    return _options({s: results.title(s, texts.language) for s in results.scenario_ids})


def indicator_options(texts: Texts) -> list[dict[str, Any]]:
    """Headline indicators first, then the others that are recorded."""
    further = [c for c in RECORDED if c not in HEADLINES and c not in NOT_OFFERED]
    return [
        {
            "group": heading,
            "items": _options({c: INDICATORS[c].label(texts.language) for c in codes}),
        }
        for heading, codes in (
            (texts("Indicateurs de synthèse"), list(HEADLINES)),
            (texts("Autres indicateurs"), further),
        )
    ]


def _options(labels: dict[str, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": text} for value, text in labels.items()]
