"""What would have to be true for a difference to vanish, and the run that can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.address import Address
from dashboard.components.exports import panel_link
from dashboard.components.region_links import region_links
from dashboard.components.simulate_form import simulate_button
from dashboard.live.request import FINEST, MANY, WORLDS
from dashboard.panels.vanishing import vanishing_words
from dashboard.touched import regions_touched
from dashboard.view import BASELINE, View
from simulator.indicators import INDICATORS

if TYPE_CHECKING:
    from dashboard.live.desk import Desk


def vanishing(view: View, desk: Desk | None, address: Address) -> html.Section:
    """Counts at once, parameters when they are asked for: fitting a surface takes seconds."""
    texts = view.texts
    return html.Section(
        [
            html.H3(
                texts(
                    "Que faudrait-il pour que cet écart disparaisse ? {label}, {end}",
                    label=INDICATORS[view.selection.indicator].label(texts.language),
                    end=view.end,
                ),
                id="vanishing-title",
                className="panel-title",
            ),
            html.Ul([html.Li(words) for words in vanishing_words(view)], id="vanishing-words"),
            *(
                [
                    html.P(
                        texts(
                            "« Robuste » ne parle que du sens ; ici un écart de même sens mais "
                            "trop petit pour compter a disparu aussi."
                        ),
                        className="note",
                    )
                ]
                if view.comparison.draws > 1
                else []
            ),
            *(
                html.P(link)
                for scenario in view.others
                for link in region_links(view, scenario, address)
            ),
            *(_more_draws(view, desk) if view.comparison.draws < MANY else []),
            *(_parameters(view, address) if view.comparison.draws > WORLDS else []),
        ],
        id="panel-vanishing",
        className="panel",
    )


def _parameters(view: View, address: Address) -> list[Any]:
    texts = view.texts
    table = panel_link("vanishing", "html", address)
    return [
        html.Details(
            [
                html.Summary(texts("Quels paramètres, un à la fois (quelques secondes)")),
                html.Div(
                    html.P(texts("Calcul en cours…"), className="note"),
                    id="vanishing-table",
                    className="table-scroll",
                    tabIndex="0",
                    role="region",
                    **{
                        "aria-labelledby": "vanishing-title",
                        "data-place": "true",
                        "data-failed": texts("Le tableau n'a pas pu être calculé."),
                    },
                ),
            ],
            key=table,
            open=view.comparison.draws >= MANY,
            **{"data-table": table},
        ),
        html.P(
            [
                html.A(
                    name,
                    href=panel_link("vanishing", "csv", address, format=form_of_file),
                )
                for name, form_of_file in (
                    (texts("CSV pour tableur (; et virgule)"), "tableur"),
                    (texts("CSV simple"), "simple"),
                )
            ],
            className="downloads",
        ),
    ]


def _more_draws(view: View, desk: Desk | None) -> list[Any]:
    """How many draws would name parameters, and the button or the command that makes them."""
    texts, futures = view.texts, view.selection.scenarios
    words = texts(
        "Pour dire quelles hypothèses feraient disparaître l'écart, il faut environ {needed} jeux "
        "d'hypothèses ; ces résultats en ont {count}.",
        needed=MANY,
        count=view.comparison.draws,
    )
    if desk is None:
        others = " ".join(view.others)
        reference = "" if futures[0] == BASELINE else f" --reference {futures[0]}"
        command = f"penser-demain run {others}{reference} --parameters accepted --draws {MANY}"
        return [html.P([words, " ", html.Code(command)])]
    label = texts("Simuler {count} mondes", count=MANY)
    parts = {"draws": str(MANY)}
    finer = _finer_population(view)
    if finer is not None:
        parts["population"] = finer
        words += " " + texts(
            "Cette simulation prendra la population « démonstration », qui ne compte que les Pays "
            "de la Loire, plus finement : ses chiffres différeront un peu de ceux-ci et, pour "
            "cette région, ce sont eux qu'il faut croire."
        )
    return [
        html.P(words, id="more-draws"),
        html.P(simulate_button(desk, futures, label, texts, **parts)),
    ]


def _finer_population(view: View) -> str | None:
    """The population of one région, where nothing else is looked at; None for the usual one."""
    chosen = view.selection.region
    looked_at = {chosen} if chosen else {code for s in view.others for code in _touched(view, s)}
    return FINEST.get(looked_at.pop()) if len(looked_at) == 1 else None


def _touched(view: View, scenario: str) -> tuple[str, ...]:
    """Régions that a scenario is limited to; one that has no name where it is not."""
    return regions_touched(view.comparison.results, scenario) or ("",)
