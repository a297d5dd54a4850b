"""HTML and SVG elements as text, everything in them escaped unless it is an element itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup, escape

Child = Markup | str | int | float | None | Iterable["Child"]
VOID: Final = frozenset({"br", "circle", "hr", "img", "input", "line", "link", "meta", "path",
                         "polyline", "rect"})  # fmt: skip


def el(tag: str, /, *children: Child, **attributes: object) -> Markup:
    """An element. `class_` writes `class`, `aria_label` writes `aria-label`; None and False are
    left out, True is an attribute without a value; children may be lists, None is nothing."""
    opening = tag + "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{opening}/>")  # closed, as SVG wants it inside HTML
    return Markup(f"<{opening}>{joined(children)}</{tag}>")


def joined(children: Iterable[Child]) -> Markup:
    """Several elements and texts as one."""
    return Markup("".join(_written(child) for child in children))


def name_of(text: str) -> Markup:
    """A name that somebody typed: its direction of writing stays its own."""
    return el("bdi", text)


def command(**values: object) -> str:
    """A command as `data-do` holds it; the script adds its request id."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def button(
    label: Child, do: Mapping[str, object], *, kind: str = "", confirm: str | None = None,
    disabled: bool = False, **attributes: object,
) -> Markup:  # fmt: skip
    """A button that asks the room for something."""
    return el(
        "button", label, type="button", class_=f"button {kind}".strip(), data_do=command(**do),
        data_confirm=confirm, disabled=disabled, **attributes,
    )  # fmt: skip


def once(request: str | None) -> Markup | None:
    """A field that makes a plain form one request, however often it is sent."""
    if request is None:
        return None
    return el("input", type="hidden", name="request", value=request)


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, str):
        return escape(child)
    if isinstance(child, int | float):
        return str(child)
    return joined(child)


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    written = name.removesuffix("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(str(value))}"'
