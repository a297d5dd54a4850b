"""Simulated difference with the reference at the end, in the régions with enough rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.language import Texts
from dashboard.panels.differences import difference_unit
from dashboard.panels.origin import simulated
from dashboard.panels.recipe import Recipe, written
from dashboard.panels.region_exposure import missing_rows
from dashboard.reading import Comparison
from dashboard.region_measure import (
    NO_LABEL,
    Measure,
    RegionClass,
    RegionValue,
    bound,
    diverging,
    round_step,
)
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator import compare
from simulator.codes import REGION_NAMES, REGIONS
from simulator.indicators import INDICATORS

COLUMNS: Final = (
    "region", "difference", "low", "high", "verdict", "value", "reference_value", "pairs", "rows",
)  # fmt: skip


def region_differences(view: View, indicator: str) -> pd.DataFrame:
    """Paired differences of one future at the end, a row per région; see `compare`."""
    everybody = view.selection.compared.of_group({})
    source = view.comparison.source
    return pd.DataFrame(Comparison(source, everybody).by_group("region", indicator))


def difference_measure(view: View, indicator: str) -> Measure:
    """Difference, interval, verdict and rows of each région; too few rows are refused."""
    texts = view.texts
    table = region_differences(view, indicator)
    rows: list[Any] = table.to_dict("records")
    by_region: dict[str, dict[str, Any]] = {row["group"]: row for row in rows}
    shown = {r: row for r, row in by_region.items() if row["shown"]}
    label = INDICATORS[indicator].label(texts.language)
    unit = difference_unit(view, indicator, *shown.values())
    values = {region: _value(texts, unit, region, by_region, view) for region in REGIONS}
    classes = _classes(view, unit, shown)
    less = sum(len(c.regions) for c in classes if c.colour in (diverging(-2), diverging(-1)))
    more = sum(len(c.regions) for c in classes if c.colour in (diverging(1), diverging(2)))
    numbers = pd.DataFrame([{"region": r, **by_region.get(r, {"rows": 0})} for r in REGIONS])
    numbers = numbers.reindex(columns=list(COLUMNS))
    hidden = ~numbers["region"].isin(shown)
    numbers.loc[hidden, [c for c in COLUMNS if c not in ("region", "rows", "verdict")]] = np.nan
    numbers.loc[hidden, "verdict"] = None
    headings = (
        texts("Région"), texts("Écart moyen"), texts("Borne basse (5 %)"),
        texts("Borne haute (95 %)"), texts("Verdict"), texts("Scénario"), texts("Référence"),
        texts("Paires"), texts("Fiches"),
    )  # fmt: skip
    return Measure(
        texts(
            "{label} {end}, {scenario} : moins que dans {reference} dans {less} régions, plus dans "
            "{more}, sur {count} montrées",
            label=label,
            end=view.end,
            scenario=view.quoted(view.others[0]),
            reference=view.quoted(view.selection.reference),
            less=less,
            more=more,
            count=len(shown),
        ),
        texts(
            "{label}, {unit} ; {interval}, {count} mondes comparés deux à deux.",
            label=label,
            unit=unit.name,
            interval=view.interval_name,
            count=len(view.comparison.units),
        ),
        _sentence(texts, len(shown), less, more),
        headings[1],
        (view.interval_heading, headings[4], headings[8]),
        values,
        classes,
        numbers,
        dict(zip(COLUMNS, headings, strict=True)),
        (
            texts(
                "Orange : moins que dans la référence ; bleu : plus. Ce n'est ni mauvais ni bon "
                "par soi-même. Gris clair : l'écart ne se classe pas, parce qu'il est ambigu, trop "
                "petit pour compter, ou sans mot (voir le verdict dans le tableau)."
            ),
            texts(
                "Hachuré : moins de {needed} fiches de la population synthétique à cette date, "
                "trop peu pour en dire quelque chose.",
                needed=compare.SHOWN_FROM_ROWS,
            ),
            view.chance_sentence,
        ),
        simulated(view, texts("Entre crochets : {interval}.", interval=view.interval_name)),
        _recipe(view, indicator, shown),
    )


def _recipe(view: View, indicator: str, shown: dict[str, dict[str, Any]]) -> Recipe | None:
    """How to get the difference of the first région shown."""
    if not shown:
        return None
    region = next(r for r in REGIONS if r in shown)
    row = shown[region]
    return written(
        view,
        view.texts(
            "{label}, {end}, {region} : écart moyen entre {scenario} et {reference}",
            label=INDICATORS[indicator].label(view.texts.language),
            end=view.end,
            region=REGION_NAMES[region],
            scenario=view.quoted(view.others[0]),
            reference=view.quoted(view.selection.reference),
        ),
        [
            f'table = results.compare("{indicator}", by="region", '
            f'reference="{view.selection.reference}")',
            f'row = table.query("scenario == {view.others[0]!r} and group == {region!r}").iloc[0]',
        ],
        'row["difference"]',
        float(row["difference"]),
    )


def _value(
    texts: Texts, unit: DisplayUnit, region: str, rows: dict[str, dict[str, Any]], view: View
) -> RegionValue:
    row = rows.get(region)
    if row is None or not row["shown"]:
        count = 0.0 if row is None else float(row["rows"])
        why = missing_rows(texts, count)
        return RegionValue(None, NO_LABEL, why, ("–", "–", texts.number(count)))
    return RegionValue(
        float(row["difference"]),
        texts.number(row["difference"] * unit.factor, unit.decimals, signed=True),
        unit.difference(texts, row["difference"]),
        (
            unit.interval(texts, row["low"], row["high"]),
            view.verdict(row),
            texts.number(row["rows"]),
        ),
    )


def _classes(
    view: View, unit: DisplayUnit, shown: dict[str, dict[str, Any]]
) -> tuple[RegionClass, ...]:
    """At most two classes of less, one of what is not ranked, two of more; even, never by rank."""
    texts = view.texts
    told = {r: row["difference"] for r, row in shown.items() if view.holds(row)}
    step = round_step(max((abs(v) for v in told.values()), default=0.0), 2)
    found: dict[int, list[str]] = {}
    for region in REGIONS:
        if region in shown:
            number = 0
            if region in told:
                number = int(np.sign(told[region])) * (2 if abs(told[region]) > step else 1)
            found.setdefault(number, []).append(region)
    as_difference = replace(unit, suffix=unit.difference_suffix)
    near, far = (bound(as_difference, texts, k * step) for k in (1, 2))
    words = {
        -2: texts("de {near} à {far} de moins", near=near, far=far),
        -1: texts("jusqu'à {near} de moins", near=near),
        0: texts("écart qui ne se classe pas"),
        1: texts("jusqu'à {near} de plus", near=near),
        2: texts("de {near} à {far} de plus", near=near, far=far),
    }
    return tuple(
        RegionClass(diverging(number), words[number], tuple(found[number]))
        for number in sorted(found)
    )


def _sentence(texts: Texts, shown: int, less: int, more: int) -> str:
    if not shown:
        return texts("Aucune région n'a assez de fiches dans cette population.")
    return texts(
        "{count} régions ont assez de fiches : {less} avec moins que dans la référence, {more} "
        "avec plus, {none} où l'écart ne se classe pas.",
        count=shown,
        less=less,
        more=more,
        none=shown - less - more,
    )
