"""A hypothesis and what was found of it, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.cli import numbers
from simulator.cli.numbers import quarter
from simulator.cli.texts import text
from simulator.codes import label
from simulator.indicators import INDICATORS

Title = Callable[[str], str]
Moment = Callable[[str], str]


def expected(
    row: Mapping[Any, Any], title: Title, language: str, moment: Moment | None = None
) -> str:
    """`Jobs (FTE), Culture, 2029Q4: lower than in “A cut of 10%”`.

    title: names a scenario; moment: writes a quarter, as its code by default.
    """
    when = moment or partial(quarter, language=language)
    words = [_what(row["indicator"], _given(row, "group"), language)]
    words.append(when(row["at"]))
    since, versus = _given(row, "since"), _given(row, "versus")
    if since:
        words.append(text("since", language, quarter=when(since)))
    told = ", ".join(words) + text("colon", language) + text(row["expect"], language)
    parts, than = _given(row, "parts"), _given(row, "than")
    if parts:
        names = ", ".join(f"“{title(part)}”" for part in parts)
        told += text("beyond_parts", language, parts=names)
    if than:
        other = _what(than.get("indicator") or row["indicator"], than.get("group"), language)
        told += text("than_effect", language, other=other)
    if versus and versus != "fil-de-l-eau":
        told += text("than_scenario", language, scenario=f"“{title(versus)}”")
    return told.replace("“", "« ").replace("”", " »") if language == "fr" else told


def measured(row: Mapping[Any, Any], language: str) -> str:
    """`−5.1 % [−7.7, −2.1]`: the difference judged, and its range over draws or replicates."""
    drawn = row["interval"] == "draws_5_95"
    middle = row["median"] if drawn else row["difference"]
    if math.isnan(middle):
        return "–"
    values = middle, row["low"], row["high"]
    level = row["reference_value"]
    if math.isnan(level):
        shown = [numbers.decimal(100 * value, 2, language, signed=True) for value in values]
        separator = " ; " if language == "fr" else ", "
        return f"{shown[0]}\u202fpt [{shown[1]}{separator}{shown[2]}]"
    indicator = INDICATORS[row["indicator"]]
    return " ".join(numbers.difference(*values, indicator, level, language))


def smallest(row: Mapping[Any, Any], language: str) -> str:
    """The smallest difference worth a word, in the unit of `measured`."""
    indicator, level = INDICATORS[row["indicator"]], row["reference_value"]
    least = row["smallest_effect"]
    if math.isnan(least):
        return "–"
    if math.isnan(level):
        return f"{numbers.decimal(100 * least, 2, language)}\u202fpt"
    factor, digits, unit = numbers.scale(indicator, level, language)
    return f"{numbers.decimal(factor * least, digits, language)}\u202f{unit}".rstrip()


def _what(indicator: str, group: Mapping[str, str] | None, language: str) -> str:
    groups = [label(code, language) for code in (group or {}).values()]
    return ", ".join([INDICATORS[indicator].label(language), *groups])


def _given(row: Mapping[Any, Any], name: str) -> Any:
    """A field of a table's row, None where it is left out."""
    value = row.get(name)
    return None if isinstance(value, float) else value
