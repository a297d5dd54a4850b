"""Elements of a page as HTML text.

A page is made of the elements of `dash.html`, but Dash does not run in the browser: it builds a
page of a thousand elements in half a second, which a browser reads as text in some milliseconds.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from dash.development.base_component import Component
from markupsafe import Markup

from dashboard.page import Later

_NAMES: Final = {"className": "class", "htmlFor": "for"}
_APOSTROPHE: Final = "'"
_VOID: Final = frozenset({"area", "br", "hr", "img", "input", "source"})
_OF_DASH: Final = frozenset(
    {"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks"}
)


def markup(part: Any) -> str:
    """HTML of an element of `dash.html`, of a text, a number or a list of them; None is nothing.

    `Markup` is text that is HTML already.

    Raises TypeError for a component of another library, which is not HTML.
    """
    if part is None:
        return ""
    if isinstance(part, Markup):
        return part
    if isinstance(part, Later):
        return markup(part.make())
    if isinstance(part, str | int | float):
        return escape(str(part), quote=False)
    if isinstance(part, list | tuple):
        return "".join(markup(each) for each in part)
    if not isinstance(part, Component) or part._namespace != "dash_html_components":
        raise TypeError(f"{type(part).__name__} is not an HTML element")
    described = part.to_plotly_json()
    tag = described["type"].lower()
    given = described["props"]
    # Dash holds some of them in sets: sorted, the same element is the same text every time.
    opening = tag + "".join(
        _attribute(name, value) for name, value in sorted(given.items()) if name not in _OF_DASH
    )
    if tag in _VOID:
        return f"<{opening}>"
    return f"<{opening}>{markup(given.get('children'))}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    written = name if "-" in name else _NAMES.get(name, name.lower())
    if name == "style":
        value = ";".join(f"{_css(each)}:{said}" for each, said in value.items())
    elif value is True:
        value = "" if "-" not in name else "true"
    text = str(value)
    if text.count('"') > text.count("'"):  # JSON: half as long, and read in half the time
        return f" {written}='{escape(text, quote=False).replace(_APOSTROPHE, '&#x27;')}'"
    return f' {written}="{escape(text)}"'


def _css(name: str) -> str:
    """`minHeight` → `min-height`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
