"""How many organisations alike remain, and the jobs that they keep."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, Final

import pandas as pd

from dashboard.alike import Estimate
from dashboard.figures.theme import LETTERS, Figure
from dashboard.language import Texts
from dashboard.panels.alike import (
    AlikeView,
    columns,
    scenario_dots,
    share_recipe,
    whole_tens,
)
from dashboard.panels.panel import Drawing, Panel
from dashboard.view import SIGN_HOLDS

STILL_THERE: Final = "still_there"
JOBS: Final = "jobs"


def measure_names(texts: Texts) -> Mapping[str, str]:
    """What a row of the table measures → in words; values are shares."""
    return {
        STILL_THERE: texts("Part qui poursuit son activité"),
        JOBS: texts("Emplois chez celles qui poursuivent, sur ceux du départ"),
    }


def outcomes_panel(seen: AlikeView) -> Panel:
    """Share still there and jobs kept in each future, and paired differences with the reference."""
    view, alike = seen.view, seen.alike
    texts, scenarios = view.texts, view.selection.scenarios
    there = {s: alike.still_there(s) for s in scenarios}
    jobs = {s: alike.jobs(s) for s in scenarios}
    rows: list[dict[str, Any]] = []
    shown, sentences, differences = [], [], []
    for scenario in scenarios:
        words = _difference(seen, scenario)
        kept = jobs[scenario]
        rows += [
            _row(scenario, STILL_THERE, there[scenario]),
            *([] if kept is None else [_row(scenario, JOBS, kept)]),
        ]
        shown.append(
            [
                view.title(scenario),
                seen.written(there[scenario]),
                words,
                "–" if kept is None else seen.written(kept),
            ]
        )
        if scenario != view.selection.reference:
            differences.append(f"{view.quoted(scenario)} {words}")
        sentences.append(
            texts(
                "{count} ({interval}) dans {scenario}",
                count=seen.out_of_100(there[scenario].value),
                interval=seen.interval(there[scenario]),
                scenario=view.quoted(scenario),
            )
        )
    parts = [(texts("Poursuivent leur activité, sur 100 organisations"), texts("sur 100"), there)]
    if all(kept is not None for kept in jobs.values()):
        counted = {s: kept for s, kept in jobs.items() if kept is not None}
        name = texts("Emplois chez celles qui poursuivent, pour 100 au départ")
        parts.append((name, texts("pour 100"), counted))
    return Panel(
        "outcomes",
        _outcomes_title(seen, there),
        texts("Fréquences parmi les fiches semblables, {end}.", end=seen.end),
        _sentence(seen, sentences, differences),
        pd.DataFrame(rows),
        {
            "scenario": texts("Scénario"),
            "measure": texts("Mesure"),
            "value": texts("Valeur"),
            "low": texts("Bas"),
            "high": texts("Haut"),
        },
        shown,
        [
            texts("Scénario"),
            texts("Poursuivent, sur 100"),
            texts("Écart avec la référence"),
            texts("Emplois, pour 100 au départ"),
        ],
        tuple(
            Drawing(_by_scenario(seen, values, axis), name, _reading(seen, name, values))
            for name, axis, values in parts
        ),
        (
            seen.intervals_sentence,
            texts(
                "Toutes sont suivies jusqu'au bout : ces fréquences sont de simples parts. Une "
                "absorption compte comme un arrêt, et ses emplois passent à l'organisation qui "
                "absorbe ; un redressement judiciaire n'est pas un arrêt."
            ),
            texts(
                "Les écarts sont pris dans les mêmes mondes, entre les mêmes organisations : ils "
                "peuvent être nets quand les intervalles des futurs se recouvrent. Le mot de "
                "jugement compte les tirages où l'écart a le même signe ; il n'est pas donné quand "
                "l'intervalle de l'écart, qui compte aussi le petit nombre de fiches, ne le permet "
                "pas."
            ),
        ),
        origin=seen.origin,
        recipe=share_recipe(
            seen.view,
            seen.alike,
            texts(
                "Part qui poursuit {end} dans {scenario}",
                end=seen.end,
                scenario=view.title(view.selection.reference),
            ),
            'rows["exit_quarter"].isna()',
            there[view.selection.reference].value,
        ),
    )


def _sentence(seen: AlikeView, frequencies: list[str], differences: list[str]) -> str:
    view, texts = seen.view, seen.view.texts
    sentence = texts(
        "Sur 100 de ces organisations simulées, poursuivent {end} : {list}.",
        end=seen.end,
        list=texts.series(frequencies),
    )
    if not differences:
        return sentence
    return f"{sentence} " + texts(
        "Écart avec {scenario} : {list}.",
        scenario=view.quoted(view.selection.reference),
        list=texts.series(differences),
    )


def _difference(seen: AlikeView, scenario: str) -> str:
    """`−4 (de −9 à +1), ambigu`."""
    view, texts = seen.view, seen.view.texts
    if scenario == view.selection.reference:
        return texts("référence")
    estimate, verdict = seen.alike.difference(scenario, view.selection.reference)
    written = texts(
        "{value} (de {low} à {high})",
        value=texts.number(100 * estimate.value, signed=True),
        low=texts.number(100 * estimate.low, signed=True),
        high=texts.number(100 * estimate.high, signed=True),
    )
    if view.comparison.results.withheld(scenario, view.selection.reference):
        word = texts("mot retenu : effet supposé")
    elif not _enough_rows(estimate, verdict):
        word = texts("l'intervalle ne permet pas de conclure")
    else:
        word = view.verdict(verdict)
    return f"{written}, {word}"


def _enough_rows(estimate: Estimate, verdict: Mapping[str, Any]) -> bool:
    """Whether the interval, which holds the luck of few rows, allows the word of the draws."""
    if verdict["verdict"] in SIGN_HOLDS:
        return not estimate.low <= 0 <= estimate.high
    smallest = verdict["smallest_effect"]
    small = -smallest <= estimate.low and estimate.high <= smallest
    return small or verdict["verdict"] != "unchanged"


def _outcomes_title(seen: AlikeView, there: Mapping[str, Estimate]) -> str:
    view, texts = seen.view, seen.view.texts
    values = [estimate.value for estimate in there.values()]
    low, high = seen.out_of_100(min(values)), seen.out_of_100(max(values))
    told = {
        "low": low,
        "high": high,
        "lowest": seen.out_of_100(min(estimate.low for estimate in there.values())),
        "highest": seen.out_of_100(max(estimate.high for estimate in there.values())),
        "end": seen.end,
    }
    if low == high:
        return texts(
            "Environ {low} organisations simulées sur 100 poursuivent {end} (de {lowest} à "
            "{highest} avec l'incertitude)",
            **told,
        )
    if not _ranks(seen):
        reference = view.selection.reference
        return texts(
            "Environ {count} organisations simulées sur 100 ({interval}) poursuivent {end} dans "
            "{reference} ; aucun écart entre ces futurs ne se classe",
            count=seen.out_of_100(there[reference].value),
            interval=seen.interval(there[reference]),
            end=seen.end,
            reference=view.quoted(reference),
        )
    return texts(
        "De {low} à {high} organisations simulées sur 100 poursuivent {end}, selon le futur (de "
        "{lowest} à {highest} avec l'incertitude)",
        **told,
    )


def _ranks(seen: AlikeView) -> bool:
    """Whether the difference of some two of these futures may be ranked."""
    view, results = seen.view, seen.view.comparison.results
    for other, scenario in combinations(view.selection.scenarios, 2):
        estimate, verdict = seen.alike.difference(scenario, other)
        told = not results.withheld(scenario, other) and view.holds(verdict)
        if told and _enough_rows(estimate, verdict):
            return True
    return False


def _by_scenario(seen: AlikeView, values: Mapping[str, Estimate], axis: str) -> Figure:
    names = {s: f"<b>{LETTERS[rank]}</b> {seen.view.title(s)}" for rank, s in enumerate(values)}
    return scenario_dots(
        seen, {names[s]: {s: values[s]} for s in values}, whole_tens([values]), axis
    )


def _reading(seen: AlikeView, name: str, values: Mapping[str, Estimate]) -> str:
    texts = seen.view.texts
    parts = [f"{seen.view.quoted(s)} {seen.written(one)}" for s, one in values.items()]
    return texts.said(name, texts.series(parts))


def _row(scenario: str, measure: str, estimate: Estimate) -> dict[str, Any]:
    return {"scenario": scenario, "measure": measure, **columns(estimate)}
