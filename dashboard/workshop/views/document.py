"""The whole document of a page of the workshop; what changes in it are parts, by their names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from markupsafe import Markup

from dashboard.language import Language, Texts, texts_in
from dashboard.workshop.views.elements import Child, el, joined

Kind = Literal["home", "create", "join", "table", "console", "screen", "gone"]
LIVE: Final = ("table", "console", "screen")
# Parts of the console in its second column.
BESIDE: Final = ("links", "switches", "shocks", "suppose", "downloads", "trace", "stop")
ASSETS: Final = Path(__file__).parents[2] / "assets"


def shell(
    kind: Kind,
    language: Language,
    title: str,
    parts: Mapping[str, str],
    *,
    token: str | None = None,
    version: int = 0,
    now: int | None = None,
) -> str:
    """A document with its first parts in it, each in an element of id `part-NAME`, in this order.

    `token`: whose stream a live page opens; `version`: that of the parts; `now`: wall time of the
    server in milliseconds, by which countdowns are set right on a phone whose clock is not.
    """
    texts = texts_in(language)
    live = kind in LIVE
    head = [
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="robots", content="noindex"),
        # Else forms are sent as from nowhere, and refused. Links elsewhere still tell nothing.
        el("meta", name="referrer", content="same-origin"),
        el("title", f"{title} – Penser demain"),
        el("link", rel="icon", href="data:,"),
        *(el("link", rel="stylesheet", href=asset(name)) for name in ("theme.css", "workshop.css")),
        el("script", src=asset("workshop.js"), defer=True) if live else None,
    ]
    body = [
        el("a", texts("Aller au contenu"), class_="skip-link", href="#main"),
        el("p", class_="connection", id="connection", role="status", hidden=True) if live else None,
        el("main", _containers(kind, parts), id="main", tabindex="-1", class_="workshop"),
        el("p", class_="refusal", id="refusal", role="alert", hidden=True) if live else None,
        el("footer", el("p", conditional(texts)), class_="workshop-footer"),
    ]
    said = _said(texts) if live else {}
    whole = el(
        "html", el("head", head),
        el("body", body, class_=f"on-{kind}", data_kind=kind, data_token=token,
           data_version=version if live else None, data_now=now, **said),
        lang=language,
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{whole}"


def conditional(texts: Texts) -> str:
    """What every screen says."""
    return texts("Simulation conditionnelle, pas une prévision.")


@cache
def asset(name: str) -> str:
    """Address of a file of the assets, which changes with what is in it."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"/assets/{name}?m={digest}"


def _containers(kind: Kind, parts: Mapping[str, str]) -> Child:
    if kind != "console":
        return joined(_container(name, html) for name, html in parts.items())
    columns = [
        joined(_container(name, html) for name, html in parts.items() if (name in BESIDE) is beside)
        for beside in (False, True)
    ]
    return [el("div", column, class_="column") for column in columns]


def _container(name: str, html: str) -> Markup:
    # What is said aloud when the phase changes; short, and nothing else of the page.
    role = "status" if name == "announce" else None
    hidden = "visually-hidden" if name == "announce" else "part"
    return el("div", Markup(html), id=f"part-{name}", class_=hidden, role=role)


def _said(texts: Texts) -> dict[str, str]:
    """Sentences that the script shows by itself."""
    return {
        "data_lost": texts("Connexion perdue, on réessaie. Rien de ce qui est noté n'est perdu."),
        "data_back": texts("Connexion revenue."),
        "data_failed": texts("Cela n'a pas pu être envoyé. On réessaie dès que possible."),
        "data_gone": texts("Cette salle est fermée. Rechargez la page pour en savoir plus."),
        "data_over": texts("temps écoulé"),
    }
