"""The classes of a map in words: colour, bounds, and the régions of each with their values."""

from __future__ import annotations

from dash import html

from dashboard.figures.region_map import MISSING
from dashboard.language import Texts
from dashboard.region_measure import Measure
from simulator.codes import REGION_NAMES, REGIONS


def region_legend(measure: Measure, texts: Texts) -> html.Ul:
    """One line for each class, and one for each reason why a région has none."""
    lines = [
        html.Li(
            [
                _swatch(one.colour),
                html.Div(
                    [
                        html.Strong(one.words[:1].upper() + one.words[1:]),
                        html.Span(
                            ", ".join(
                                f"{REGION_NAMES[r]} ({measure.values[r].written})"
                                for r in one.regions
                            )
                        ),
                    ]
                ),
            ]
        )
        for one in measure.classes
    ]
    without = [r for r in REGIONS if measure.values[r].value is None]
    if without:
        lines.append(
            html.Li(
                [
                    _swatch(MISSING),
                    html.Div(
                        [
                            html.Strong(texts("Rien à montrer")),
                            html.Span(
                                ", ".join(
                                    f"{REGION_NAMES[r]} ({measure.values[r].written})"
                                    for r in without
                                )
                            ),
                        ]
                    ),
                ]
            )
        )
    return html.Ul(lines, className="region-legend", id="region-legend")


def _swatch(colour: str) -> html.Img:
    """A small square of the class as a local SVG image."""
    inside = f"<rect x='1' y='1' width='26' height='18' fill='{colour}' stroke='#4D4D4D'/>"
    if colour == MISSING:
        inside = (
            "<rect x='1' y='1' width='26' height='18' fill='#FFFFFF' stroke='#4D4D4D'/>"
            "<path d='M3 19 L21 1 M-3 13 L9 1 M15 19 L27 7' stroke='#9A9A9A' stroke-width='1.5'/>"
        )
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='28' height='20'>{inside}</svg>"
    escaped = svg.replace("#", "%23").replace("<", "%3C").replace(">", "%3E")
    return html.Img(src=f"data:image/svg+xml,{escaped}", alt="", className="region-swatch")
