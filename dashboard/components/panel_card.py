"""A panel on the page: title, drawings, sentence, table, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.scenario_key import scenario_key
from dashboard.figures.theme import graph_config
from dashboard.language import Texts
from dashboard.panels.panel import Panel
from dashboard.view import View


def panel_card(panel: Panel, view: View, address: str) -> html.Section:
    """The panel with everything that a reader without the drawing needs as well."""
    texts = view.texts
    title = f"{panel.key}-title"
    body: list[Any] = [
        html.H3(panel.title, id=title, className="panel-title"),
        html.P(panel.subtitle, className="panel-subtitle"),
    ]
    if panel.drawings:
        body.append(
            html.Figure(
                [
                    scenario_key(view, start=panel.first_line),
                    _drawings(panel, texts),
                    html.Figcaption(panel.sentence, id=f"{panel.key}-sentence"),
                ],
                role="group",
                className="figure",
                **{"aria-labelledby": title, "aria-describedby": f"{panel.key}-sentence"},
            )
        )
    body += [html.P(note, className="note") for note in panel.notes]
    body.append(_data(panel, texts))
    body.append(downloads(panel.key, texts, address))
    return html.Section(body, id=f"panel-{panel.key}", className="panel")


def _drawings(panel: Panel, texts: Texts) -> Any:
    config: Any = graph_config(texts.language)
    graphs = []
    for position, drawing in enumerate(panel.drawings):
        graph = dcc.Graph(
            id={"type": "graph", "panel": panel.key, "position": position},
            figure=drawing.figure,
            config=config,
            style={"height": f"{drawing.figure['layout']['height']}px"},
        )
        if not drawing.heading:
            return graph
        graphs.append(
            html.Div(
                [
                    html.H4(drawing.heading, className="small-title"),
                    graph,
                    html.P(drawing.reading, className="visually-hidden"),
                ],
                className="small-multiple",
            )
        )
    return html.Div(graphs, className="small-multiples")


def _data(panel: Panel, texts: Texts) -> html.Details:
    return html.Details(
        [
            html.Summary(texts("Tableau des données")),
            data_table(f"{panel.key}-table", panel.title, panel.shown_headings, panel.shown),
        ],
    )


def data_table(
    name: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> html.Div:
    """A table that scrolls sideways inside itself, reachable with the keyboard.

    The table is one component: one for each cell takes seconds to render.
    """
    return html.Div(
        dmc.Table(
            id=name,
            data={"caption": caption, "head": list(headings), "body": [list(r) for r in rows]},
        ),
        className="table-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def downloads(key: str, texts: Texts, address: str) -> html.P:
    """Links to the numbers: for a French spreadsheet, and plain."""
    start = f"/comparer/{key}.csv{address or '?'}"
    separator = "" if start.endswith("?") else "&"
    return html.P(
        [
            html.A(
                texts("CSV pour tableur (; et virgule)"),
                href=f"{start}{separator}format=tableur",
                download=f"{key}.csv",
            ),
            html.A(
                texts("CSV simple"),
                href=f"{start}{separator}format=simple",
                download=f"{key}-simple.csv",
            ),
        ],
        className="downloads",
    )
