"""A panel on the page: title, drawings, sentence, table, downloads."""

from __future__ import annotations

import json
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components.badge import badge
from dashboard.components.exports import (
    downloads,
    image_words,
    panel_link,
    recipe_details,
)
from dashboard.components.folded_table import folded_table
from dashboard.figures.theme import graph_config
from dashboard.language import Texts
from dashboard.panels.origin import Origin
from dashboard.panels.panel import Panel


def panel_card(panel: Panel, address: Address, key: Any = None) -> html.Section:
    """The panel with everything that a reader without the drawing needs as well.

    key: what stands above the drawings and says which line is which, such as `scenario_key`.
    """
    texts = address.texts
    title = f"{panel.key}-title"
    body: list[Any] = [
        html.H3(panel.title, id=title, className="panel-title"),
        html.P(panel.subtitle, className="panel-subtitle"),
    ]
    if panel.drawings:
        body.append(
            html.Figure(
                [
                    *([] if key is None else [key]),
                    drawings(panel, texts),
                    html.Figcaption(panel.sentence, id=f"{panel.key}-sentence"),
                ],
                role="group",
                className="figure",
                **{"aria-labelledby": title, "aria-describedby": f"{panel.key}-sentence"},
            )
        )
    elif panel.sentence:
        body.append(html.P(panel.sentence, className="reading"))
    body += [html.P(note, className="note") for note in panel.notes]
    if panel.origin is not None:
        body.append(source_line(panel.origin, texts))
    source = panel_link(panel.key, "html", address)
    body.append(folded_table(panel.key, panel.title, texts("Tableau des données"), source, texts))
    if panel.recipe is not None:
        body.append(recipe_details(panel.recipe, texts))
    body.append(downloads(panel, address))
    return html.Section(
        body,
        id=f"panel-{panel.key}",
        className="panel",
        **{"data-words": image_words(panel, texts)},
    )


def source_line(origin: Origin, texts: Texts) -> html.P:
    """Where a figure comes from, in a line."""
    return html.P(
        [texts("Source"), " ", badge(origin.kind, texts), " ", origin.sentence],
        className="note source",
    )


def drawings(panel: Panel, texts: Texts) -> Any:
    """The drawings of a panel: one, or several beside each other."""
    config = json.dumps(graph_config(texts.language))
    graphs = []
    for position, drawing in enumerate(panel.drawings):
        # `assets/figures.js` draws it.
        graph = html.Div(
            id=f"{panel.key}-figure-{position}",
            style={"height": f"{drawing.figure['layout']['height']}px"},
            **{
                "data-figure": json.dumps(drawing.figure, separators=(",", ":")),
                "data-config": config,
            },
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
