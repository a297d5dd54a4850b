"""What a panel can be taken away as: numbers, images, Python."""

from __future__ import annotations

import json
from typing import Any

from dash import html

from dashboard.address import Address
from dashboard.components.badge import badge_word
from dashboard.components.scenario_key import PATTERNS
from dashboard.figures.theme import COLOURS, DASHES, TEXT_COLOURS
from dashboard.language import Texts
from dashboard.panels.origin import Line, Origin
from dashboard.panels.panel import Panel
from dashboard.panels.recipe import Recipe


def panel_link(key: str, ending: str, address: Address, **parts: str) -> str:
    """Address of a panel's table or file for the same view."""
    return f"{address.path}/{key}.{ending}{address.query(**parts)}"


def downloads(panel: Panel, address: Address) -> html.Div:
    """Numbers for a French spreadsheet and plain, and images where there are drawings."""
    texts, key = address.texts, panel.key
    images = [
        html.Button(texts("Image PNG"), className="link", **_button("png")),
        html.Button(texts("Image SVG"), className="link", **_button("svg")),
        html.Span(
            "",
            role="alert",
            **{"data-failed": texts("L'image n'a pas pu être faite.")},
        ),
    ]
    return html.Div(
        [
            html.A(
                texts("CSV pour tableur (; et virgule)"),
                href=panel_link(key, "csv", address, format="tableur"),
            ),
            html.A(
                texts("CSV simple"),
                href=panel_link(key, "csv", address, format="simple"),
            ),
            *(images if panel.drawings else []),
        ],
        className="downloads",
    )


def _button(kind: str) -> dict[str, Any]:
    return {"type": "button", "data-image": kind}


def image_words(panel: Panel, texts: Texts) -> str:
    """What `assets/export.js` writes in an image, as JSON.

    An image goes without its page: it says what is shown, which line is the reference, what the
    bands are, of whom, and that it is no forecast.
    """
    origin = panel.origin
    notes: list[str] = []
    if origin is not None:
        notes += origin.caption
        if origin.kind == "simulation":
            notes.append(texts("Simulation conditionnelle, pas une prévision."))
        notes.append(source_sentence(origin, texts))
    return json.dumps(
        {
            "file": panel.key,
            "title": panel.title,
            "subtitle": panel.subtitle,
            "sentence": panel.sentence,
            "headings": [drawing.heading for drawing in panel.drawings],
            "lines": [] if origin is None else [_line(line) for line in origin.lines],
            "notes": notes,
        },
        ensure_ascii=False,
    )


def source_sentence(origin: Origin, texts: Texts) -> str:
    """`Source (publié) : …` for where no badge can be drawn."""
    return texts(
        "Source ({kind}) : {sentence}",
        kind=badge_word(origin.kind, texts),
        sentence=origin.sentence,
    )


def _line(line: Line) -> dict[str, str]:
    return {
        "letter": line.letter,
        "text": f"{line.title} – {line.note}" if line.note else line.title,
        "colour": COLOURS[line.rank],
        "ink": TEXT_COLOURS[line.rank],
        "dash": PATTERNS[DASHES[line.rank]],
    }


def recipe_details(recipe: Recipe, texts: Texts) -> html.Details:
    """The code behind one number of the panel, folded."""
    return html.Details(
        [
            html.Summary(texts("Comment obtenir ce nombre en Python")),
            html.P(
                texts(
                    "À lancer là où le paquet est installé, dans le dossier qui contient ces "
                    "résultats. Les autres nombres sont dans la même table."
                ),
                className="note",
            ),
            html.Pre(html.Code(recipe.code), className="recipe"),
        ]
    )
