"""What all figures of the workshop share: a drawing with its sentence, and its table twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.views.elements import Child, el

WIDTH: Final = 380.0  # of a drawing on a phone, in its own units: about one pixel there


@dataclass(frozen=True)
class Shape:
    """Size and margins of a drawing, in its own units; `between`: lines of two names apart."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    between: float


ON_PHONE: Final = Shape(WIDTH, 232.0, 46.0, 92.0, 14.0, 26.0, 15.0)
PROJECTED: Final = Shape(640.0, 146.0, 66.0, 124.0, 14.0, 30.0, 20.0)  # with larger letters


def figure(
    reading: Child, drawing: Markup, sentence: str, size: tuple[float, float], table: Markup,
    texts: Texts, note: Child = None,
) -> Markup:  # fmt: skip
    """A figure: its reading as title, the drawing, and its numbers in a folded table.

    `sentence`: what the drawing shows, for whoever does not see it; `size`: width and height.
    """
    # It may be wider than a phone: whoever has no mouse scrolls it with the keyboard.
    scrolled = el("div", table, class_="table-scroll", tabindex="0", role="group",
                  aria_label=texts("Les nombres"))  # fmt: skip
    return el(
        "figure",
        el("figcaption", reading),
        picture(drawing, sentence, size),
        el("p", note, class_="note") if note else None,
        el("details", el("summary", texts("Les nombres")), scrolled),
        class_="workshop-figure",
    )


def picture(drawing: Markup, sentence: str, size: tuple[float, float]) -> Markup:
    """A drawing alone, with its sentence for whoever does not see it."""
    return el(
        "svg", drawing, viewBox=f"0 0 {size[0]:g} {size[1]:g}", role="img", aria_label=sentence,
        class_="drawing", focusable="false",
    )  # fmt: skip


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


def tick_decimals(marks: Sequence[float]) -> int:
    """Decimals that tell marks apart."""
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return next((d for d in (0, 1, 2, 3) if abs(round(step, d) - step) < step / 100), 3)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from low to high, about as many as wanted; the two ends where they are equal."""
    from math import ceil, floor, log10

    span = high - low
    if span <= 0:
        return [low]
    step = 10.0 ** floor(log10(span / wanted))
    step *= next((factor for factor in (1, 2, 5, 10) if span / (step * factor) <= wanted), 10)
    return [index * step for index in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
