"""Which of the six points matters: the same shares when one is no longer asked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.alike import Alike, Estimate
from dashboard.description import code_name, everything, field_name
from dashboard.panels.alike import (
    AlikeView,
    columns,
    scenario_dots,
    share_recipe,
    whole_tens,
)
from dashboard.panels.panel import Drawing, Panel


def widening_panel(seen: AlikeView) -> Panel:
    """The same shares when one of the six points is no longer asked."""
    view, alike, texts = seen.view, seen.alike, seen.view.texts
    scenarios = view.selection.scenarios
    groups = {"": alike, **{field: alike.widened(field) for field in alike.chosen}}
    names = {f: _widened_name(seen, f, group) for f, group in groups.items()}
    found = {f: {s: g.still_there(s) for s in scenarios} for f, g in groups.items()}
    last = list(groups)[-1]
    rows = [
        {"widened": f, "rows": groups[f].rows, "scenario": s, **columns(found[f][s])}
        for f in groups
        for s in scenarios
    ]
    return Panel(
        "widening",
        _widening_title(seen, found),
        texts(
            "Poursuivent {end}, sur 100, quand un seul des points choisis est élargi.", end=seen.end
        ),
        texts(
            "Dans {scenario} : {list}.",
            scenario=view.quoted(view.selection.reference),
            list=texts.series(
                [f"{names[f]} {seen.written(found[f][view.selection.reference])}" for f in groups]
            ),
        ),
        pd.DataFrame(rows),
        {
            "widened": texts("Point élargi"),
            "rows": texts("Fiches"),
            "scenario": texts("Scénario"),
            "value": texts("Valeur"),
            "low": texts("Bas"),
            "high": texts("Haut"),
        },
        [[names[f], *(seen.written(found[f][s]) for s in scenarios)] for f in groups],
        [texts("Point élargi"), *(view.title(s) for s in scenarios)],
        (
            Drawing(
                scenario_dots(
                    seen,
                    {names[f]: found[f] for f in groups},
                    whole_tens(found.values()),
                    texts("sur 100"),
                )
            ),
        ),
        (
            texts(
                "Un point compte si l'élargir déplace la fréquence hors de l'intervalle. Ce sont "
                "des ressemblances entre organisations inventées : rien ne dit que changer ce "
                "point dans une organisation réelle changerait son avenir."
            ),
        ),
        origin=seen.origin,
        recipe=share_recipe(
            view,
            groups[last],
            texts(
                "Part qui poursuit {end} dans {scenario}, {group}",
                end=seen.end,
                scenario=view.title(view.selection.reference),
                group=names[last],
            ),
            'rows["exit_quarter"].isna()',
            found[last][view.selection.reference].value,
        ),
    )


def _widening_title(seen: AlikeView, found: Mapping[str, Mapping[str, Estimate]]) -> str:
    """Every point that counts, in the order of the fields: none is tested against another."""
    texts, reference = seen.view.texts, seen.view.selection.reference
    own = found[""][reference]
    moved = {
        field: estimates[reference].value
        for field, estimates in found.items()
        if not own.low <= estimates[reference].value <= own.high
    }
    if not moved:
        return texts(
            "Élargir un point ne sort pas de l'intervalle : aucun ne compte nettement plus qu'un "
            "autre"
        )
    named = [
        texts(
            "{field} ({widened} sur 100 quand on l'élargit)",
            field=field_name(field, texts).lower(),
            widened=seen.out_of_100(value),
        )
        for field, value in moved.items()
    ]
    return texts(
        "Ce qui compte ici, où {own} sur 100 poursuivent {end} : {list}",
        own=seen.out_of_100(own.value),
        end=seen.end,
        list=texts.listing(named),
    )


def _widened_name(seen: AlikeView, field: str, group: Alike) -> str:
    texts = seen.view.texts
    if not field:
        name = texts("Comme celle-ci")
    else:
        name = texts(
            "{everything}, au lieu de {code}",
            everything=everything(field, texts),
            code=code_name(field, seen.alike.chosen[field], texts),
        )
    return texts("{name} ({rows} fiches)", name=name, rows=texts.number(group.rows))
