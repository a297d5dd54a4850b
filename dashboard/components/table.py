"""Tables as HTML text, made on the server and fetched when they are unfolded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

_NUMBER: Final = re.compile(r"[\[+\N{MINUS SIGN}]*\d|–$|$")


def table_html(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column heads the rows; every text is escaped.

    Columns of which more than half are numbers have the class `number`, their heading too.
    """
    numbers = [
        2 * sum(_is_number(row[i]) for row in rows) > len(rows) for i in range(len(headings))
    ]
    marks = [' class="number"' if is_number else "" for is_number in numbers]
    head = "".join(
        f'<th scope="col"{mark}>{escape(h)}</th>' for h, mark in zip(headings, marks, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{marks[i]}>{_cell(cell)}</td>" for i, cell in enumerate(row[1:], start=1))
        + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(text: str) -> str:
    """Text of a cell; an address can be followed."""
    if text.startswith("https://") and " " not in text:
        return f'<a href="{escape(text)}" rel="noreferrer">{escape(text)}</a>'
    return escape(text)


def _is_number(cell: str) -> bool:
    """A number, an interval, or that there is none."""
    return _NUMBER.match(cell) is not None
