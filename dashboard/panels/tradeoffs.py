"""What each future gains and what it loses, side by side: no score, no ranking."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard.figures.intervals import Group, intervals_figure
from dashboard.panels.columns import column_headings
from dashboard.panels.difference import difference_recipe
from dashboard.panels.differences import (
    better_is,
    difference_unit,
    estimate,
    judged,
    written,
)
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.reading import Row
from dashboard.view import View
from simulator.indicators import INDICATORS

WEIGHED: Final = ("survival", "vulnerable_share", "unmet_need", "public_euros")
COLUMNS: Final = (
    "indicator", "direction", "scenario", "difference", "low", "high", "relative", "sign_share",
    "verdict", "pairs", "draws",
)  # fmt: skip


def tradeoffs_panel(view: View) -> Panel:
    """Survival, vulnerable public, unmet need, public euros: paired differences at the end."""
    texts = view.texts
    every = [row for row in view.comparison.differences if row["indicator"] in WEIGHED]
    drawings, shown = [], []
    for code in WEIGHED:
        rows = [row for row in every if row["indicator"] == code]
        unit = difference_unit(view, code, *rows)
        label = INDICATORS[code].label(texts.language)
        figure = intervals_figure(
            [Group("", [estimate(view, row, unit) for row in rows])],
            texts("écart, {unit}", unit=unit.name),
        )
        told = [f"{view.quoted(row['scenario'])} {written(view, row, unit)}" for row in rows]
        heading = f"{label} ({better_is(code, texts)})"
        drawings.append(Drawing(figure, heading, f"{heading} : {texts.series(told)}."))
        shown += [
            [
                label,
                view.title(row["scenario"]),
                written(view, row, unit),
                judged(view, row),
                view.verdict(row),
            ]
            for row in rows
        ]
    numbers = pd.DataFrame(
        [{**row, "direction": INDICATORS[row["indicator"]].direction} for row in every],
        columns=list(COLUMNS),
    )
    return Panel(
        "tradeoffs",
        texts("Ce que chaque futur gagne et ce qu'il perd, {end}", end=view.end),
        texts(
            "Écarts avec {reference}, dans l'ordre des lettres ; barres : {interval}.",
            reference=view.quoted(view.selection.reference),
            interval=view.interval_name,
        ),
        _sentence(view, every),
        numbers,
        column_headings(COLUMNS, view.texts),
        shown,
        [
            texts("Indicateur"),
            texts("Scénario"),
            texts("Écart moyen"),
            texts("Lecture"),
            texts("Verdict"),
        ],
        tuple(drawings),
        (
            texts(
                "Point plein : le sens de l'écart tient. Point creux : écart ambigu, trop petit ou "
                "dont le mot n'est pas donné ; il ne se classe pas."
            ),
            texts(
                "Il n'y a pas de note d'ensemble : peser la survie contre les publics, les besoins "
                "et l'argent est un choix politique, pas un calcul."
            ),
        ),
        first_line=1,
        origin=simulated(view, texts("Barres : {interval}.", interval=view.interval_name), start=1),
        recipe=difference_recipe(view, every[0]["indicator"], every[0]) if every else None,
    )


def _sentence(view: View, every: list[Row]) -> str:
    """For each scenario, in a line of its own, what is better, worse, and what cannot be told."""
    texts, lines = view.texts, []
    for scenario in view.others:
        found: dict[str, list[str]] = {}
        for row in every:
            if row["scenario"] == scenario:
                label = INDICATORS[row["indicator"]].label(texts.language)
                found.setdefault(judged(view, row), []).append(label)
        told = [texts.said(word, ", ".join(labels)) for word, labels in found.items()]
        lines.append(f"{view.quoted(scenario)} – {texts.series(told)}.")
    return "\n".join(lines)
