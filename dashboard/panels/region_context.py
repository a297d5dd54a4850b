"""Published figures about the régions: not simulated, each with its year and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from dashboard.language import Texts
from dashboard.panels.origin import Origin
from dashboard.panels.panel import Panel
from dashboard.region_figures import CONTEXT, Published, published
from dashboard.region_measure import (
    NO_LABEL,
    Measure,
    RegionClass,
    RegionValue,
    bound,
    even_classes,
    sequential,
)
from dashboard.units import DisplayUnit, display_unit
from simulator.codes import REGION_NAMES, REGIONS

COLUMNS: Final = ("region", "value", "year", "source", "confidence")
PANEL_COLUMNS: Final = ("region", "figure", "value", "year", "source", "confidence")


def figure_name(figure: str, texts: Texts) -> str:
    """What a published figure is."""
    return {
        "population": texts("Habitants"),
        "poverty": texts("Taux de pauvreté"),
        "ess_employees": texts("Salariés de l'ESS"),
        "ess_share_of_jobs": texts("Part de l'ESS dans l'emploi"),
    }[figure]


def context_measure(figure: str, texts: Texts) -> Measure:
    """One published figure on the map; régions without one are left blank."""
    found = published(figure)
    name = figure_name(figure, texts)
    values = {
        region: RegionValue(
            found[region].value,
            _written(figure, found[region].value, texts, short=True),
            _written(figure, found[region].value, texts),
            (
                found[region].year,
                _source(found[region], texts),
                confidence_names(texts)[found[region].confidence],
            ),
        )
        if region in found
        else RegionValue(None, NO_LABEL, texts("pas de chiffre repris ici"), ("–", "–", "–"))
        for region in REGIONS
    }
    step, classes = even_classes({region: one.value for region, one in found.items()})
    headings = (
        texts("Région"), name, texts("Année"), texts("Source"), texts("Fiabilité"),
    )  # fmt: skip
    numbers = pd.DataFrame(
        [
            {
                "region": region,
                "value": found[region].value if region in found else np.nan,
                "year": found[region].year if region in found else None,
                "source": found[region].source if region in found else None,
                "confidence": found[region].confidence if region in found else None,
            }
            for region in REGIONS
        ],
        columns=list(COLUMNS),
    )
    return Measure(
        texts("Chiffre publié : {name}", name=name),
        texts("Chiffre publié, pas simulé ; année et source de chaque région dans le tableau."),
        texts(
            "{name} : un chiffre publié est repris ici pour {count} régions sur 18.",
            name=name,
            count=len(found),
        ),
        headings[1],
        headings[2:],
        values,
        tuple(
            RegionClass(
                sequential(number),
                texts(
                    "plus de {low} à {high}",
                    low=bound(_unit(figure, texts), texts, (number - 1) * step),
                    high=bound(_unit(figure, texts), texts, number * step),
                ),
                regions,
            )
            for number, regions in classes.items()
        ),
        numbers,
        dict(zip(COLUMNS, headings, strict=True)),
        (
            texts(
                "Les années et les sources diffèrent d'une région à l'autre : à lire un par un, "
                "pas à classer. Hachuré : pas de chiffre repris ici."
            ),
        ),
        Origin("published", _sources(list(found.values()), texts)),
    )


def context_panel(texts: Texts) -> Panel:
    """All published figures in one table."""
    rows = [
        {"region": region, "figure": figure, **vars(one)}
        for figure in CONTEXT
        for region in REGIONS
        if (one := published(figure).get(region)) is not None
    ]
    headings = (
        texts("Région"), texts("Chiffre"), texts("Valeur"), texts("Année"), texts("Source"),
        texts("Fiabilité"),
    )  # fmt: skip
    shown = [
        [
            REGION_NAMES[region],
            figure_name(figure, texts),
            _written(figure, one.value, texts),
            one.year,
            _source(one, texts),
            confidence_names(texts)[one.confidence],
        ]
        for region in REGIONS
        for figure in CONTEXT
        if (one := published(figure).get(region)) is not None
    ]
    return Panel(
        "context",
        texts("Chiffres publiés sur chaque région"),
        texts("Publiés : ils ne viennent pas de la simulation."),
        "",
        pd.DataFrame(rows)[list(PANEL_COLUMNS)],
        dict(zip(PANEL_COLUMNS, headings, strict=True)),
        shown,
        list(headings),
        notes=(
            texts(
                "{population} chiffres de population, {poverty} taux de pauvreté, {jobs} chiffres "
                "sur l'emploi dans l'ESS. Là où le taux de pauvreté manque, le modèle prend celui "
                "de la France métropolitaine (14,5 % en 2021).",
                population=len(published("population")),
                poverty=len(published("poverty")),
                jobs=len(published("ess_employees")) + len(published("ess_share_of_jobs")),
            ),
        ),
        origin=Origin(
            "published", texts("Source, année et fiabilité de chaque chiffre dans le tableau.")
        ),
    )


def _unit(figure: str, texts: Texts) -> DisplayUnit:
    if figure in ("poverty", "ess_share_of_jobs"):
        return display_unit("share", 1.0, texts)
    return DisplayUnit(1, 0, "", "", "")


def _written(figure: str, value: float, texts: Texts, short: bool = False) -> str:
    if short and value >= 1e6:
        return texts("{count} M", count=texts.number(value / 1e6, 1))
    if short and value >= 1e3:
        return texts("{count} k", count=texts.number(value / 1e3))
    return _unit(figure, texts).value(texts, value)


def _source(one: Published, texts: Texts) -> str:
    """An address as it is, and what stands in words in the language of the page."""
    if one.source.startswith("http"):
        return one.source
    if one.source.startswith("regional press"):
        return texts("presse régionale, 5 octobre 2023")
    return texts("recensement de 2017, cité de mémoire, à confirmer")


def _sources(figures: list[Published], texts: Texts) -> str:
    """Each source once, with the years that it gives."""
    years: dict[str, set[str]] = {}
    for one in figures:
        years.setdefault(_source(one, texts), set()).add(one.year)
    return texts.series([f"{source} ({', '.join(sorted(y))})" for source, y in years.items()])


def confidence_names(texts: Texts) -> Mapping[str, str]:
    """How sure a published figure is → in words."""
    return {
        "high": texts("publié"),
        "medium": texts("publié, repris d'une source secondaire"),
        "low": texts("à confirmer"),
    }
