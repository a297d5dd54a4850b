"""What part of their resources the levers of a future touch, région by région."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from dashboard.language import Texts
from dashboard.page import NotShown
from dashboard.panels.origin import simulated
from dashboard.panels.recipe import Recipe, written
from dashboard.region_measure import (
    NO_LABEL,
    Measure,
    RegionClass,
    RegionValue,
    bound,
    even_classes,
    sequential,
)
from dashboard.units import display_unit
from dashboard.view import View
from simulator.as_run import parameters_as_run, population_as_run, scenario_as_run
from simulator.codes import N_REGIONS, REGION_NAMES, REGIONS
from simulator.compare import SHOWN_FROM_ROWS
from simulator.exposure import Exposure, exposure
from simulator.results import Results

COLUMNS: Final = ("region", "share", "touched", "resources", "rows")


@lru_cache(maxsize=64)
def exposure_of(results: Results, scenario: str) -> tuple[Exposure, np.ndarray]:
    """Exposure to a scenario of the results, and rows of the population by région, (18,).

    Draws of the parameters leave the resources of the start alone, so that the first serves all.
    """
    parameters = parameters_as_run(results, results.units[0][0])
    population = population_as_run(results, parameters)
    if population is None:
        raise LookupError(scenario)
    made = scenario_as_run(results, scenario)
    found = exposure(made, population, parameters, len(results.quarters) - 1)
    return found, np.bincount(population.organisations["region"], minlength=N_REGIONS)


def exposure_measure(view: View) -> Measure:
    """Share of the resources touched; NotShown where the population is not to be had."""
    texts, scenario = view.texts, view.others[0]
    try:
        found, rows = exposure_of(view.comparison.results, scenario)
    except LookupError:
        raise NotShown(
            texts("La population de ces résultats n'est plus là : pas d'exposition à montrer.")
        ) from None
    euros = display_unit("eur", 0.0, texts)
    shares = {
        region: float(found.share[i])
        for i, region in enumerate(REGIONS)
        if rows[i] >= SHOWN_FROM_ROWS
    }
    values = {
        region: RegionValue(
            shares.get(region),
            _percent(texts, shares[region]) if region in shares else NO_LABEL,
            _percent(texts, shares[region]) if region in shares else missing_rows(texts, rows[i]),
            (
                euros.value(texts, found.touched[i]) if region in shares else "–",
                euros.value(texts, found.resources[i]) if region in shares else "–",
                texts.number(rows[i]),
            ),
        )
        for i, region in enumerate(REGIONS)
    }
    step, classes = even_classes(shares)
    whole, touched = float(found.resources.sum()), float(found.touched.sum())
    enough = rows >= SHOWN_FROM_ROWS
    numbers = pd.DataFrame(
        {
            "region": list(REGIONS),
            "share": np.where(enough, found.share, np.nan),
            "touched": np.where(enough, found.touched, np.nan),
            "resources": np.where(enough, found.resources, np.nan),
            "rows": rows,
        }
    )
    headings = (
        texts("Région"), texts("Part touchée"), texts("Ressources touchées, par an"),
        texts("Toutes les ressources, par an"), texts("Fiches"),
    )  # fmt: skip
    levers = scenario_as_run(view.comparison.results, scenario).levers
    aside = [levers[i].sentence(texts.language) for i in found.aside]
    return Measure(
        _title(view, shares),
        texts(
            "En % des ressources d'une année (2025, population simulée), avant que personne ne "
            "réagisse."
        ),
        _sentence(view, touched, whole),
        headings[1],
        headings[2:],
        values,
        tuple(
            RegionClass(sequential(number), _class_words(texts, number, step), regions)
            for number, regions in classes.items()
        ),
        numbers,
        dict(zip(COLUMNS, headings, strict=True)),
        (
            texts(
                "Exposition : euros par an dont au moins un levier change le montant, les "
                "conditions ou le moment du versement, à un moment de la période. Un euro touché "
                "par deux leviers ne compte qu'une fois. Ce n'est pas une perte : un levier peut "
                "aussi ajouter."
            ),
            *(
                [
                    texts(
                        "Ne touchent directement aucune ressource (coûts, crédit, besoins, choix "
                        "des organisations) : {levers}.",
                        levers=texts.series(aside),
                    )
                ]
                if aside
                else []
            ),
        ),
        simulated(view),
        _recipe(view, shares),
    )


def _title(view: View, shares: dict[str, float]) -> str:
    texts, scenario = view.texts, view.quoted(view.others[0])
    if not shares or max(shares.values()) == 0:
        return texts(
            "Exposition : part des ressources que touchent les leviers de {scenario}",
            scenario=scenario,
        )
    return texts(
        "Exposition : les leviers de {scenario} touchent de {low} à {high} des ressources, selon "
        "la région",
        scenario=scenario,
        low=_percent(texts, min(shares.values())),
        high=_percent(texts, max(shares.values())),
    )


def _recipe(view: View, shares: dict[str, float]) -> Recipe | None:
    """How to get the exposure of the first région shown."""
    if not shares:
        return None
    region, scenario = next(iter(shares)), view.others[0]
    return written(
        view,
        view.texts(
            "Part des ressources touchée par les leviers de {scenario}, {region}",
            scenario=view.quoted(scenario),
            region=REGION_NAMES[region],
        ),
        [
            "from simulator.as_run import parameters_as_run, population_as_run, scenario_as_run",
            "from simulator.codes import REGIONS",
            "from simulator.exposure import exposure",
            "",
            "parameters = parameters_as_run(results, results.units[0][0])",
            "population = population_as_run(results, parameters)",
            f'scenario = scenario_as_run(results, "{scenario}")',
            "quarters = len(results.quarters) - 1",
            "found = exposure(scenario, population, parameters, quarters)",
        ],
        f'found.share[REGIONS.index("{region}")]',
        shares[region],
    )


def missing_rows(texts: Texts, rows: float) -> str:
    """Why a région is not shown."""
    if rows == 0:
        return texts("absente de cette population")
    return texts("trop peu de fiches ({rows})", rows=texts.number(rows))


def _percent(texts: Texts, share: float) -> str:
    return display_unit("share", 1.0, texts).value(texts, share)


def _class_words(texts: Texts, number: int, step: float) -> str:
    if number == 0:
        return texts("pas touchées")
    unit = display_unit("share", 1.0, texts)
    return texts(
        "plus de {low} à {high}",
        low=bound(unit, texts, (number - 1) * step),
        high=bound(unit, texts, number * step),
    )


def _sentence(view: View, touched: float, whole: float) -> str:
    texts = view.texts
    unit = display_unit("eur", whole, texts)
    return texts(
        "{touched} par an sur {whole}, soit {share} des ressources des organisations simulées, "
        "sont touchés par les leviers de {scenario}.",
        touched=unit.value(texts, touched),
        whole=unit.value(texts, whole),
        share=_percent(texts, touched / whole),
        scenario=view.quoted(view.others[0]),
    )
