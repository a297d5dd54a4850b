"""What all figures of the workshop share: a drawing with its sentence, and its table twin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.views.elements import Child, el

WIDTH: Final = 380  # of a drawing, in its own units: about one pixel on a phone


def figure(
    reading: Child, drawing: Markup, sentence: str, height: float, table: Markup, texts: Texts,
    *, width: float = WIDTH, note: Child = None,
) -> Markup:  # fmt: skip
    """A figure: its reading as title, the drawing, and its numbers in a folded table.

    `sentence`: what the drawing shows, for whoever does not see it.
    """
    svg = el(
        "svg", drawing, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=sentence,
        class_="drawing", focusable="false",
    )  # fmt: skip
    return el(
        "figure",
        el("figcaption", reading),
        svg,
        el("p", note, class_="note") if note else None,
        el("details", el("summary", texts("Les nombres")), el("div", table, class_="table-scroll")),
        class_="workshop-figure",
    )


def number_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A table whose first column names the rows."""
    return el(
        "table",
        el("caption", caption),
        el("thead", el("tr", (el("th", head, scope="col") for head in heads))),
        el("tbody", (
            el("tr", el("th", row[0], scope="row"), (el("td", cell) for cell in row[1:]))
            for row in rows
        )),
    )  # fmt: skip


def text(said: str, x: float, y: float, *, anchor: str = "start", class_: str = "") -> Markup:
    """A text of a drawing."""
    return el("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, class_=class_ or None)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return el("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", class_=class_)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from low to high, about as many as wanted; the two ends where they are equal."""
    from math import ceil, floor, log10

    span = high - low
    if span <= 0:
        return [low]
    step = 10.0 ** floor(log10(span / wanted))
    step *= next((factor for factor in (1, 2, 5, 10) if span / (step * factor) <= wanted), 10)
    return [index * step for index in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
