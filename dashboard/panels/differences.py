"""What panels of paired differences share: units, written estimates, whether one is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.figures.intervals import Estimate
from dashboard.figures.theme import LETTERS
from dashboard.language import Texts
from dashboard.reading import Row
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator.indicators import INDICATORS


def unit_of(view: View, indicator: str, row: Row) -> DisplayUnit:
    """Unit of the values of a comparison."""
    return view.unit(indicator, abs(float(row["reference_value"])))


def difference_unit(view: View, indicator: str, *rows: Row) -> DisplayUnit:
    """Unit of differences: that of the values, but millions of euros are not written `0,01 Md€`.

    Shares and indices differ by points.
    """
    measured = INDICATORS[indicator].unit
    if measured == "eur":
        largest = max(
            (abs(float(row[n])) for row in rows for n in ("difference", "low", "high")), default=0.0
        )
        return view.unit(indicator, largest)
    largest = max((abs(float(row["reference_value"])) for row in rows), default=0.0)
    unit = view.unit(indicator, largest)
    if measured == "share":
        return replace(unit, name=view.texts("en points de pourcentage"))
    return replace(unit, name=view.texts("en points d'indice")) if measured == "index" else unit


def written(view: View, row: Row, unit: DisplayUnit | None = None) -> str:
    """Difference and what is between brackets; euros with their percentage."""
    texts, code = view.texts, row["indicator"]
    unit = unit or difference_unit(view, code, row)
    interval = unit.interval(texts, row["low"], row["high"])
    return f"{unit.difference(texts, row['difference'])}{percentage(view, row)} {interval}"


def percentage(view: View, row: Row) -> str:
    """` (−2,3 %)` behind euros, empty behind anything else."""
    relative = float(row["relative"])
    if INDICATORS[row["indicator"]].unit != "eur" or relative != relative:
        return ""
    return view.texts(" ({percent} %)", percent=view.texts.number(100 * relative, 1, True))


def estimate(view: View, row: Row, unit: DisplayUnit) -> Estimate:
    """Dot and interval of a comparison in a figure whose axis has that unit."""
    scenario = row["scenario"]
    rank = view.selection.scenarios.index(scenario)
    name = f"{LETTERS[rank]} · {view.title(scenario)}"
    told = f"{written(view, row, unit)}<br>{view.verdict(row)}"
    return Estimate(
        rank,
        unit.factor * row["difference"],
        unit.factor * row["low"],
        unit.factor * row["high"],
        not view.holds(row),
        view.texts.said(name, told),
    )


def reading(view: View, rows: Sequence[Row]) -> str:
    """Which futures are lower and which are higher than the reference, where that can be said."""
    texts = view.texts
    held = [row for row in rows if view.holds(row)]
    parts = []
    for words, found in (
        (texts("en baisse dans {list}"), [row for row in held if row["difference"] < 0]),
        (texts("en hausse dans {list}"), [row for row in held if row["difference"] > 0]),
        (texts("pas d'écart à classer dans {list}"), [row for row in rows if row not in held]),
    ):
        if found:
            named = texts.listing([view.quoted(row["scenario"]) for row in found])
            parts.append(words.format(list=named))
    return texts.series(parts)


def better_is(indicator: str, texts: Texts) -> str:
    """Which direction of an indicator is better, in words."""
    return direction_name(INDICATORS[indicator].direction, texts)


def direction_name(direction: str, texts: Texts) -> str:
    """What is better, in words."""
    return {
        "higher": texts("plus haut est mieux"),
        "lower": texts("plus bas est mieux"),
        "none": texts("ni mieux ni moins bien en soi"),
    }[direction]


def judged(view: View, row: Row) -> str:
    """`mieux`, `moins bien`, or why it cannot be said."""
    texts = view.texts
    direction = INDICATORS[row["indicator"]].direction
    if row["verdict"] is None:
        return texts("mot retenu")
    stable_but_small = row["verdict"] == "sign_stable" and view.small(row) and not view.turned(row)
    if row["verdict"] in ("unchanged", "identical") or stable_but_small:
        return texts("pas d'écart qui compte")
    if not view.holds(row):
        return texts("ne se classe pas")
    if direction == "none":
        return texts("en plus") if row["difference"] > 0 else texts("en moins")
    rises = row["difference"] > 0
    return texts("mieux") if rises == (direction == "higher") else texts("moins bien")
