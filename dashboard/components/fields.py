"""What the reader chooses with: native controls that write the address of the page.

`assets/address.js` does it: a change inside an element with `data-address` becomes that part of
the query, and going back sets the controls again. Native controls need no library, speak to every
screen reader, and open the phone's own pickers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.language import Texts

Options = Sequence[tuple[str, str]]


def choice(
    part: str,
    label: str,
    options: Options | Sequence[tuple[str, Options]],
    value: str | None,
    default: str = "",
    reloads: bool = False,
) -> html.Div:
    """One value of a list, written as `part` of the address unless it is `default`.

    options: (value, text) pairs, or (heading, pairs) for groups. `reloads` opens the address anew,
    for a choice on which the other controls depend.
    """
    name = f"field-{part}"
    attributes: dict[str, Any] = {"data-address": part, "data-default": default}
    if reloads:
        attributes["data-reloads"] = "true"
    return html.Div(
        [
            html.Label(label, htmlFor=name),
            _list(name, options, value or default),
        ],
        className="control",
        **attributes,
    )


def chips(
    part: str,
    label: str,
    options: Options,
    values: Sequence[str],
    texts: Texts,
    default: Sequence[str] = (),
    most: int | None = None,
    first: tuple[str, str] | None = None,
) -> html.Div:
    """Several values, each a button that is pressed or not; at most `most` of them.

    first: (label, value) of a list that stands before the buttons; its value is written first.
    """
    name = f"field-{part}"
    attributes: dict[str, Any] = {"data-address": part, "data-default": ",".join(default)}
    if most is not None:
        attributes["data-most"] = str(most)
    leading = (
        []
        if first is None
        else [
            html.Div(
                [
                    html.Label(first[0], htmlFor=f"{name}-first"),
                    _list(f"{name}-first", options, first[1]),
                ],
                className="control",
            )
        ]
    )
    count = f"{name}-count"
    return html.Div(
        [
            *leading,
            html.Div(
                [
                    html.P(
                        [
                            html.Span(label, id=f"{name}-label"),
                            html.Span(
                                texts(" ({count} au plus)", count=most) if most else "",
                                className="dimmed",
                                id=count,
                            ),
                        ],
                        className="field-label",
                    ),
                    html.Div(
                        [
                            html.Button(
                                text,
                                id=f"{name}-{value}",
                                className="chip",
                                **{
                                    "type": "button",
                                    "data-value": value,
                                    "aria-pressed": "true" if value in values else "false",
                                },
                            )
                            for value, text in options
                        ],
                        role="group",
                        className="chips",
                        **{"aria-labelledby": f"{name}-label {count}"},
                    ),
                    *([] if most is None else [_full(texts, len(values) >= most)]),
                ],
                className="control",
            ),
        ],
        className="control-wide",
        **attributes,
    )


def _full(texts: Texts, full: bool) -> html.P:
    """Why a button does nothing: there are as many as there may be."""
    words = texts("Au maximum : retirez-en un d'abord pour en choisir un autre.")
    shown = {} if full else {"hidden": True}
    return html.P(words, className="note", role="status", **{"data-full": "", **shown})


def _list(name: str, options: Options | Sequence[tuple[str, Options]], chosen: str) -> html.Select:
    # A browser that filled in what it remembers would show another choice than the address.
    return html.Select(_options(options, chosen), id=name, className="select", autoComplete="off")


def _options(options: Options | Sequence[tuple[str, Options]], chosen: str) -> list[Any]:
    made: list[Any] = []
    for value, text in options:
        if isinstance(text, str):
            made.append(html.Option(text, value=value, selected=value == chosen or None))
        else:
            made.append(html.Optgroup(_options(text, chosen), label=value))
    return made
