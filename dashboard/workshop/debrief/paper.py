"""A page that needs nothing beside itself, for a screen and for A4."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

from markupsafe import Markup

from dashboard.language import Texts
from dashboard.workshop.views.document import ASSETS, conditional
from dashboard.workshop.views.elements import Child, el

Kind = Literal["report", "sheets", "guide", "one-page"]
_STYLES: Final = (
    ASSETS / "theme.css",
    ASSETS / "workshop.css",
    Path(__file__).with_name("paper.css"),
)
# Opened from a disk, it can ask for nothing and run nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def paper(kind: Kind, title: str, body: Child, texts: Texts, *, bare: bool = False) -> str:
    """A whole document. `bare`: each of its pages says itself what it is."""
    head = [
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="robots", content="noindex"),
        el("title", f"{title} – Penser demain"),
        el("link", rel="icon", href="data:,"),
        el("style", _style()),
    ]
    foot = None if bare else el("footer", el("p", conditional(texts)), class_="workshop-footer")
    inside = el("main", body, id="main", class_="workshop paper-page")
    whole = el("html", el("head", head), el("body", inside, foot, class_=f"on-{kind}"),
               lang=texts.language)  # fmt: skip
    return f"<!DOCTYPE html>\n{whole}\n"


def how_to_print(texts: Texts) -> Markup:
    """Said on the screen only."""
    said = texts("Pour l'imprimer, ou en faire un PDF : Ctrl+P (⌘+P sur Mac), papier A4, échelle "
                 "100 %.")  # fmt: skip
    return el("p", said, class_="note on-screen-only")


@cache
def _style() -> Markup:
    return Markup("\n".join(path.read_text(encoding="utf-8") for path in _STYLES))
