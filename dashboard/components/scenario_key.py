"""Letter, line style and title of each scenario shown."""

from __future__ import annotations

from dash import html

from dashboard.figures.theme import COLOURS, DASHES
from dashboard.panels.origin import scenario_lines
from dashboard.view import View

# Line samples drawn with the dash patterns of the figures (lengths in pixels).
PATTERNS = {
    "solid": "",
    "dash": "9 6",
    "dot": "3 4",
    "dashdot": "9 4 3 4",
    "longdash": "14 6",
}
# Symbols of `figures.dots`, in its order.
_GLYPHS = "●■◆▲✖"


def line_sample(rank: int) -> html.Img:
    """A short piece of the scenario's line as a local SVG image."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='44' height='10'>"
        f"<line x1='1' y1='5' x2='43' y2='5' stroke='{COLOURS[rank]}' stroke-width='3' "
        f"stroke-dasharray='{PATTERNS[DASHES[rank]]}'/></svg>"
    )
    escaped = svg.replace("#", "%23").replace("<", "%3C").replace(">", "%3E")
    return html.Img(src=f"data:image/svg+xml,{escaped}", alt="", className="line-sample")


def scenario_key(view: View, start: int = 0) -> html.Ul:
    """The scenarios in the order of their letters from `start`; the first is the reference."""
    return html.Ul(
        [
            html.Li(
                [
                    line_sample(line.rank),
                    html.Strong(line.letter, className=f"letter letter-{line.rank}"),
                    html.Span(
                        [
                            line.title,
                            html.Span(f" – {line.note}" if line.note else "", className="dimmed"),
                        ]
                    ),
                ]
            )
            for line in scenario_lines(view, start)
        ],
        className="scenario-key",
    )


def dot_key(view: View) -> html.Ul:
    """The scenarios with the symbols that `figures.dots` gives them."""
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(
                        _GLYPHS[line.rank],
                        className=f"letter letter-{line.rank}",
                        **{"aria-hidden": "true"},
                    ),
                    html.Strong(line.letter, className=f"letter letter-{line.rank}"),
                    html.Span(line.title),
                ]
            )
            for line in scenario_lines(view)
        ],
        className="scenario-key",
    )
