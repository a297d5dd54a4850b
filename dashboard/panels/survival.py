"""Survival of the organisations of 2025."""

from __future__ import annotations

import pandas as pd

from dashboard.figures.series import Series
from dashboard.figures.survival import survival_figure
from dashboard.figures.timeline import Timeline
from dashboard.panels.headlines import rounded_ends
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, grouping, recipe
from dashboard.view import View
from simulator.codes import quarter_label
from simulator.intervals import band

COLUMNS = ("scenario", "quarter", "survival_mean", "survival_low", "survival_high", "at_risk_rows")


def survival_panel(view: View) -> Panel:
    """Kaplan–Meier curves per replicate, their mean and spread, rows at risk."""
    texts, comparison = view.texts, view.comparison
    quarters = comparison.survival_quarters
    series, at_risk = [], {}
    for rank, scenario in enumerate(view.selection.scenarios):
        paths = comparison.survival[scenario]
        one = Series(view.title(scenario), rank, paths.survival)
        series.append(one)
        at_risk[one.name] = paths.at_risk_rows.mean(axis=0).tolist()
    figure = survival_figure(series, at_risk, Timeline(quarters, texts), view.selection.all_worlds)
    numbers = _numbers(view, quarters)
    mean = texts("En vie, en part (moyenne)")
    headings = dict(
        zip(
            COLUMNS,
            (
                texts("Scénario"),
                texts("Trimestre"),
                mean,
                texts("Bas"),
                texts("Haut"),
                texts("Fiches suivies"),
            ),
            strict=True,
        )
    )
    ends = {
        s: 100 * float(comparison.survival[s].survival[:, -1].mean())
        for s in view.selection.scenarios
    }
    return Panel(
        "survival",
        title(view),
        texts("Organisations employeuses de fin 2025 toujours en vie, sur 100."),
        _sentence(view),
        numbers,
        headings,
        _shown(view, numbers),
        [texts("En vie, sur 100 (moyenne)") if h == mean else h for h in headings.values()],
        (Drawing(figure),),
        (
            view.spread_sentence,
            texts(
                "Une absorption compte comme une sortie ; un redressement judiciaire n'en est "
                "pas une. À lire avec les emplois, le service et les besoins ci-dessus. Les fiches "
                "suivies, sous la figure, ne pèsent pas toutes autant : une fiche vaut plus ou "
                "moins d'organisations."
            ),
            texts(
                "Nombres arrondis à partir de la référence et de l'écart : ils peuvent différer "
                "d'une organisation de ceux du tableau. Méthode : Kaplan–Meier (part encore en vie "
                "chaque trimestre parmi celles de fin 2025), dans chaque monde."
            ),
        ),
        origin=simulated(view, view.spread_sentence),
        recipe=_recipe(view, ends),
    )


def _recipe(view: View, ends: dict[str, float]) -> Recipe:
    scenario = view.others[0]
    said = view.texts(
        "Survie {end}, {scenario} : moyenne des mondes",
        end=view.end,
        scenario=view.quoted(scenario),
    )
    where = {"scenario": scenario, "quarter": view.comparison.last_quarter}
    value = ends[scenario] / 100
    by = "None" if view.selection.dimension == "all" else grouping(view)
    if view.selection.is_crossing:  # curves are kept for single groupings
        return recipe(view, said, f'bands("survival", by={by})', "mean", value, **where)
    return recipe(view, said, f"survival(by={by})", "survival", value, **where)


def title(view: View) -> str:
    """From the lowest to the highest future, where they may be ranked at all."""
    texts, ends = view.texts, rounded_ends(view)
    low, high = min(ends.values()), max(ends.values())
    if low == high:
        return texts(
            "Environ {count} organisations sur 100 poursuivent {end}, quel que soit le scénario",
            count=low,
            end=view.end,
        )
    if not view.ranks("survival"):
        return texts(
            "Environ {count} organisations sur 100 poursuivent {end} dans {reference} ; aucun "
            "écart entre ces futurs ne se classe",
            count=ends[view.selection.reference],
            end=view.end,
            reference=view.quoted(view.selection.reference),
        )
    return texts(
        "De {low} à {high} organisations sur 100 environ poursuivent {end}, selon le scénario",
        low=low,
        high=high,
        end=view.end,
    )


def _sentence(view: View) -> str:
    texts = view.texts
    parts = [
        texts("environ {count} dans {scenario}", count=count, scenario=view.quoted(scenario))
        for scenario, count in rounded_ends(view).items()
    ]
    return texts(
        "Courbes en escalier qui partent de 100 fin 2025. {end}, sur 100 organisations : {list}.",
        end=view.end[:1].upper() + view.end[1:],
        list=texts.listing(parts),
    )


def _numbers(view: View, quarters: list[int]) -> pd.DataFrame:
    frames = []
    for scenario in view.selection.scenarios:
        paths = view.comparison.survival[scenario]
        spread = band(paths.survival)
        frames.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "quarter": [quarter_label(q) for q in quarters],
                    "survival_mean": paths.survival.mean(axis=0),
                    "survival_low": spread["low"],
                    "survival_high": spread["high"],
                    "at_risk_rows": paths.at_risk_rows.mean(axis=0),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _shown(view: View, numbers: pd.DataFrame) -> list[list[str]]:
    texts = view.texts
    ends = numbers[numbers["quarter"].str.endswith("Q4")]
    return [
        [
            view.title(row["scenario"]),
            texts.quarter(row["quarter"]),
            *(texts.number(100 * row[name], 1) for name in COLUMNS[2:5]),
            texts.number(row["at_risk_rows"]),
        ]
        for row in ends.to_dict("records")
    ]
