"""The parts of a panel, and its numbers as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.figures.theme import Figure
from dashboard.panels.origin import Origin
from dashboard.panels.recipe import Recipe


@dataclass(frozen=True)
class Drawing:
    """A figure; `heading` tells the drawings of one panel apart, `reading` says it in words."""

    figure: Figure
    heading: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Panel:
    """One finding: title, sentences, drawings, table.

    `numbers` holds every value behind the drawings, in the units of the results folder, with the
    column names of `headings`; `shown` is the part written on the page, already in words. A panel
    with drawings needs an `origin`, and a `recipe` where it shows numbers of results.
    """

    key: str
    title: str
    subtitle: str
    sentence: str
    numbers: pd.DataFrame
    headings: dict[str, str]
    shown: list[list[str]]
    shown_headings: list[str]
    drawings: tuple[Drawing, ...] = ()
    notes: tuple[str, ...] = ()
    first_line: int = 0  # 1 where the reference is the zero line, not a line of its own
    origin: Origin | None = None
    recipe: Recipe | None = None

    def csv(self, for_spreadsheet: bool) -> bytes:
        """CSV in UTF-8: plain, or as French spreadsheets open it (`;`, decimal comma, BOM)."""
        if for_spreadsheet:
            words = self.numbers.select_dtypes(exclude="number").map(as_text)
            named = self.numbers.assign(**words).rename(columns=self.headings)
            text = named.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
            return text.encode("utf-8-sig")
        return self.numbers.to_csv(index=False, lineterminator="\n").encode()


def as_text(cell: Any) -> Any:
    """A cell that a spreadsheet never takes for a formula: titles are other people's."""
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell
