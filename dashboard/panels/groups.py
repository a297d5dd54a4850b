"""For whom and where: the paired difference in each région, sector, size, form or profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from dashboard.figures.intervals import Group, intervals_figure
from dashboard.language import Texts
from dashboard.panels.columns import column_headings
from dashboard.panels.differences import difference_unit, estimate, written
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Drawing, Panel
from dashboard.panels.recipe import Recipe, recipe
from dashboard.reading import Row
from dashboard.view import View
from simulator.compare import SHOWN_FROM_ROWS
from simulator.indicators import INDICATORS

COLUMNS: Final = (
    "grouping", "group", "scenario", "rows", "difference", "low", "high", "relative",
    "sign_share", "verdict", "pairs", "draws",
)  # fmt: skip
_REFUSED: Final = ("difference", "low", "high", "relative", "sign_share")


def grouping_names(texts: Texts) -> dict[str, str]:
    """Grouping → what it is called."""
    return {
        "region": texts("région"),
        "sector": texts("secteur d'activité"),
        "size": texts("taille (budget annuel)"),
        "form": texts("forme juridique"),
        "funding_profile": texts("ressource principale"),
    }


def groups_panel(view: View) -> Panel:
    """Difference at the end in each group, in the order of the groups; thin ones are refused."""
    texts, by, code = view.texts, view.broken_by, view.selection.indicator
    label = INDICATORS[code].label(texts.language)
    every = view.comparison.by_group(by, code) if by else []
    kept = [row for row in every if row["shown"]]
    unit = difference_unit(view, code, *kept)
    drawn, thin = [], {}
    for group in dict.fromkeys(row["group"] for row in every):
        own = [row for row in every if row["group"] == group]
        name, count = view.code(by, group), texts.number(own[0]["rows"])
        if own[0]["shown"]:
            heading = texts("{group} ({count} fiches)", group=name, count=count)
            drawn.append(Group(heading, [estimate(view, row, unit) for row in own]))
        else:
            thin[name] = count
            heading = texts("{group} : trop petit ({count} fiches)", group=name, count=count)
            drawn.append(Group(heading))
    reference = view.quoted(view.selection.reference)
    axis = texts("écart, {unit} ; 0 = {reference}", unit=unit.name, reference=reference)
    grouping = grouping_names(texts).get(by, "")
    return Panel(
        "groups",
        texts(
            "{label} {end}, par {grouping} : le sens de l'écart avec {reference} tient dans "
            "{firm} cas sur {cases}",
            label=label,
            reference=reference,
            end=view.end,
            grouping=grouping,
            firm=sum(view.holds(row) for row in kept),
            cases=len(kept),
        )
        if kept
        else texts("{label} : rien à montrer par {grouping}", label=label, grouping=grouping),
        texts(
            "Groupes dans leur ordre habituel, jamais classés ; barres : {interval}.",
            interval=view.interval_name,
        ),
        _sentence(view, kept),
        _numbers(every, by),
        column_headings(COLUMNS, texts),
        [_shown(view, by, row) for row in every],
        [
            texts("Groupe"),
            texts("Scénario"),
            texts("Fiches"),
            texts("Écart moyen"),
            texts("Verdict"),
        ],
        (Drawing(intervals_figure(drawn, axis)),) if drawn else (),
        _notes(view, thin),
        first_line=1,
        recipe=_recipe(view, kept[0], view.code(by, kept[0]["group"])) if kept else None,
        origin=simulated(view, texts("Barres : {interval}.", interval=view.interval_name), start=1),
    )


def _recipe(view: View, row: Row, group: str) -> Recipe:
    """How to get the difference of the first scenario in the first group shown."""
    chosen = {**view.selection.chosen, view.broken_by: row["group"]}
    crossing = view.selection.of_group(chosen)
    return recipe(
        view,
        view.texts(
            "{label}, {end}, {group} : écart moyen entre {scenario} et {reference}",
            label=INDICATORS[row["indicator"]].label(view.texts.language),
            end=view.end,
            group=group,
            scenario=view.quoted(row["scenario"]),
            reference=view.quoted(view.selection.reference),
        ),
        f'compare("{row["indicator"]}", by="{crossing.dimension}", at="{row["quarter"]}", '
        f'reference="{view.selection.reference}")',
        "difference",
        float(row["difference"]),
        scenario=row["scenario"],
        group=crossing.group,
    )


def _sentence(view: View, kept: list[Row]) -> str:
    texts, parts = view.texts, []
    if not kept:
        return texts(
            "Cet indicateur n'a pas de valeur dans ces groupes, ou ils sont tous trop petits : "
            "choisissez un autre découpage ou un autre indicateur."
        )
    for scenario in view.others:
        own = [row for row in kept if row["scenario"] == scenario]
        firm = [row for row in own if view.holds(row)]
        down = sum(row["difference"] < 0 for row in firm)
        parts.append(
            texts(
                "{scenario} : en baisse dans {down}, en hausse dans {up}, sans écart à classer "
                "dans {rest}",
                scenario=view.quoted(scenario),
                down=down,
                up=len(firm) - down,
                rest=len(own) - len(firm),
            )
        )
    count = len({row["group"] for row in kept})
    return texts("Sur {count} groupes montrés : {list}.", count=count, list=texts.series(parts))


def _notes(view: View, thin: Mapping[str, str]) -> tuple[str, ...]:
    texts = view.texts
    notes = [
        texts(
            "Fiches : les organisations inventées de ce groupe {end}, dont chacune en représente "
            "plusieurs vraies. Point creux : écart ambigu ou trop petit ; il ne se classe pas.",
            end=view.end,
        )
    ]
    if thin:
        listed = texts.listing([f"{name} ({count})" for name, count in thin.items()])
        notes.append(
            texts(
                "Trop petits pour en dire quelque chose (moins de {needed} fiches) : {list}.",
                needed=SHOWN_FROM_ROWS,
                list=listed,
            )
        )
    return tuple(notes)


def _shown(view: View, by: str, row: Row) -> list[str]:
    texts = view.texts
    start = [view.code(by, row["group"]), view.title(row["scenario"]), texts.number(row["rows"])]
    if not row["shown"]:
        return [*start, texts("groupe trop petit"), ""]
    return [*start, written(view, row), view.verdict(row)]


def _numbers(every: list[Row], by: str) -> pd.DataFrame:
    """Numbers of the panel; those of thin groups are not given."""
    nothing = {**dict.fromkeys(_REFUSED, float("nan")), "verdict": "too_few_rows"}
    rows = [{"grouping": by, **row, **({} if row["shown"] else nothing)} for row in every]
    return pd.DataFrame(rows, columns=list(COLUMNS))
