"""What the reader can choose on a page about results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import html

from dashboard.components.fields import Options, chips, choice
from dashboard.language import Texts
from dashboard.reading import Library
from dashboard.selection import DEFAULT_INDICATOR, GROUPINGS, MOST_SCENARIOS, Selection
from simulator.codes import REGION_NAMES, REGIONS, SECTORS, SIZES, label
from simulator.indicators import HEADLINES, INDICATORS, RECORDED

# Never offered: the memo can rise under cuts because volume falls after the euros.
NOT_OFFERED: Final = ("served_per_public_euro",)


def form(parts: Sequence[Any], texts: Texts) -> html.Section:
    """The controls of a page, under a heading for screen readers."""
    return html.Section(
        [
            html.H2(texts("Choisir"), className="visually-hidden"),
            html.Div(list(parts), className="controls"),
        ],
        className="controls-section",
        **{"aria-label": texts("Choisir")},
    )


def results_control(library: Library, selection: Selection, texts: Texts) -> list[Any]:
    """Which results; no choice where there are only some, whose name links need all the same."""
    names = list(library.visible(selection.results))
    if len(names) < 2:
        named = {"data-address": "results", "data-only": selection.results}
        return [html.Div(hidden=True, **named)]
    options = [(name, library.title(name, texts.language)) for name in names]
    default = library.choices.first or ""
    return [choice("results", texts("Résultats"), options, selection.results, default, True)]


def scenarios_control(library: Library, selection: Selection, texts: Texts) -> html.Div:
    """Reference line and scenarios to compare with it."""
    return chips(
        "scenarios",
        texts("Scénarios comparés"),
        scenario_options(library, selection, texts),
        selection.scenarios,
        texts,
        library.choices.default(selection.results).scenarios,
        MOST_SCENARIOS,
        (texts("Ligne de référence"), selection.reference),
    )


def group_controls(selection: Selection, texts: Texts) -> list[Any]:
    """Région, sector and size."""
    return [
        choice(
            "region",
            texts("Région"),
            [("", texts("Toutes les régions")), *((c, REGION_NAMES[c]) for c in REGIONS)],
            selection.region,
        ),
        choice(
            "sector",
            texts("Secteur"),
            [
                ("", texts("Tous les secteurs")),
                *((c, label(c, texts.language)) for c in SECTORS),
            ],
            selection.sector,
        ),
        choice(
            "size",
            texts("Taille (budget annuel)"),
            [("", texts("Toutes les tailles")), *((c, label(c, texts.language)) for c in SIZES)],
            selection.size,
        ),
    ]


def lone_group_controls(selection: Selection, texts: Texts) -> list[Any]:
    """Legal form and main resource, which results cross with nothing."""
    return [
        choice(
            name,
            name_of,
            [("", everything), *((c, label(c, texts.language)) for c in GROUPINGS[name])],
            selection.chosen.get(name),
        )
        for name, name_of, everything in (
            ("form", texts("Forme juridique"), texts("Toutes les formes")),
            ("funding_profile", texts("Ressource principale"), texts("Toutes")),
        )
    ]


def indicator_control(selection: Selection, texts: Texts) -> html.Div:
    """Indicator of the trajectories."""
    return choice(
        "indicator",
        texts("Indicateur (pour toute la page)"),
        indicator_options(texts),
        selection.indicator,
        DEFAULT_INDICATOR,
    )


def scenario_options(library: Library, selection: Selection, texts: Texts) -> Options:
    results = library.results[selection.results]
    return [(s, results.title(s, texts.language)) for s in results.scenario_ids]


def indicator_options(texts: Texts) -> list[tuple[str, Options]]:
    """Headline indicators first, then the others that are recorded."""
    further = [c for c in RECORDED if c not in HEADLINES and c not in NOT_OFFERED]
    return [
        (heading, [(c, INDICATORS[c].label(texts.language)) for c in codes])
        for heading, codes in (
            (texts("Indicateurs de synthèse"), list(HEADLINES)),
            (texts("Autres indicateurs"), further),
        )
    ]
