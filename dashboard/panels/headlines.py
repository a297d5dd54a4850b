"""What each scenario changes at the end, every headline indicator side by side."""

from __future__ import annotations

import pandas as pd

from dashboard.language import Texts
from dashboard.panels.columns import column_headings
from dashboard.panels.difference import difference_recipe
from dashboard.panels.differences import difference_unit, percentage, unit_of, written
from dashboard.panels.origin import simulated
from dashboard.panels.panel import Panel
from dashboard.reading import BESIDE_SURVIVAL, Row
from dashboard.view import BASELINE, View
from simulator.indicators import INDICATORS
from simulator.intervals import band

PUBLIC_MONEY = "public_euros"  # who pays stands beside what it changes
# In more lines than these the moment of the largest difference would hide the end.
TOLD_AT_THEIR_MOST = frozenset({"survival", "jobs_fte"})
COLUMNS = (
    "indicator",
    "scenario",
    "reference",
    "quarter",
    "value",
    "reference_value",
    "difference",
    "low",
    "high",
    "relative",
    "sign_share",
    "verdict",
    "pairs",
    "draws",
)


def headlines_panel(view: View) -> Panel:
    """Table of paired differences at the end; one line per indicator and scenario."""
    texts = view.texts
    rows, shown = view.comparison.differences, []
    for row in rows:
        unit = unit_of(view, row["indicator"], row)
        apart = difference_unit(view, row["indicator"], row)
        shown.append(
            [
                INDICATORS[row["indicator"]].label(texts.language),
                view.title(row["scenario"]),
                unit.value(texts, row["reference_value"]),
                unit.value(texts, row["value"]),
                apart.difference(texts, row["difference"]) + percentage(view, row),
                apart.interval(texts, row["low"], row["high"]),
                view.verdict(row),
            ]
        )
    headings = column_headings(COLUMNS, texts)
    return Panel(
        "headlines",
        texts("Tous les indicateurs, {end}", end=view.end),
        texts(
            "Valeur moyenne et écart moyen avec {reference} ; entre crochets : {interval}.",
            reference=view.quoted(view.selection.reference),
            interval=view.interval_name,
        ),
        "",
        pd.DataFrame(rows, columns=list(COLUMNS)),
        headings,
        shown,
        [
            texts("Indicateur"),
            texts("Scénario"),
            view.title(view.selection.reference),
            texts("Valeur"),
            texts("Écart moyen"),
            view.interval_heading,
            texts("Verdict"),
        ],
        origin=simulated(view, texts("Entre crochets : {interval}.", interval=view.interval_name)),
        recipe=difference_recipe(view, rows[0]["indicator"], rows[0]) if rows else None,
    )


def ordinary_turnover(view: View) -> str:
    """First sentence of the page: what happens anyway, in natural frequencies."""
    texts, reference = view.texts, view.selection.reference
    alive = rounded_ends(view)[reference]
    words = (
        texts(
            "Sur 100 organisations employeuses de fin 2025, {alive} poursuivent leur activité "
            "{end} dans {reference} ({note}). Les {gone} autres ont fermé, cessé d'employer ou "
            "rejoint une autre structure : c'est le renouvellement ordinaire du modèle, avant "
            "tout choc. {spread} : de {low} à {high}."
        )
        if reference == BASELINE
        else texts(
            "Sur 100 organisations employeuses de fin 2025, {alive} poursuivent leur activité "
            "{end} dans {reference} ({note}). Les {gone} autres ont fermé, cessé d'employer ou "
            "rejoint une autre structure. {spread} : de {low} à {high}. Les écarts qui suivent "
            "partent de là."
        )
    )
    worlds = band(100 * view.comparison.survival[reference].survival[:, -1])
    return words.format(
        alive=alive,
        gone=100 - alive,
        low=texts.number(float(worlds["low"])),
        high=texts.number(float(worlds["high"])),
        spread=view.spread_name[:1].upper() + view.spread_name[1:],
        end=view.end,
        reference=view.quoted(reference),
        note=view.reference_note,
    )


def survival_difference(view: View, scenario: str) -> str:
    """`3 de moins sur 100 [1 à 5]`, or that there is none to speak of."""
    row = view.difference("survival", scenario)
    return view.texts("non calculable") if row is None else survival_words(row, view.texts)


def survival_words(row: Row, texts: Texts) -> str:
    """A paired difference of survival in natural frequencies."""
    points, lowest, highest = (100 * float(row[name]) for name in ("difference", "low", "high"))
    count = round(abs(points))
    if lowest < 0 < highest and max(-lowest, highest) >= 1:
        words = (
            texts(
                "moins d'une de plus ou de moins sur 100 (entre {low} de moins et {high} de plus)"
            )
            if count == 0
            else texts("{count} de moins sur 100 (entre {low} de moins et {high} de plus)")
            if points < 0
            else texts("{count} de plus sur 100 (entre {low} de moins et {high} de plus)")
        )
        fewer, more = texts.number(-lowest), texts.number(highest)
        return words.format(count=count, low=fewer, high=more)
    if count == 0:
        return texts("moins d'une de plus ou de moins sur 100")
    low, high = (texts.number(end) for end in sorted((abs(lowest), abs(highest))))
    if low == high or not lowest * highest > 0:
        words = (
            texts("{count} de moins sur 100") if points < 0 else texts("{count} de plus sur 100")
        )
        return words.format(count=count)
    words = (
        texts("{count} de moins sur 100 (de {low} à {high})")
        if points < 0
        else texts("{count} de plus sur 100 (de {low} à {high})")
    )
    return words.format(count=count, low=low, high=high)


def rounded_ends(view: View) -> dict[str, int]:
    """Scenario → about how many of 100 go on at the end.

    The reference is rounded, then each rounded paired difference is added: what is shown beside a
    difference never contradicts it, and is at most one off.
    """
    reference = view.selection.reference
    start = round(100 * float(view.comparison.survival[reference].survival[:, -1].mean()))
    found = {reference: start}
    for scenario in view.others:
        row = view.difference("survival", scenario)
        own = 100 * float(view.comparison.survival[scenario].survival[:, -1].mean())
        found[scenario] = round(own) if row is None else start + rounded_points(row)
    return found


def rounded_points(row: Row) -> int:
    """A paired difference of survival on 100 organisations, as cards round it."""
    points = 100 * float(row["difference"])
    return round(abs(points)) * (1 if points > 0 else -1)


def card_line(view: View, scenario: str, code: str) -> tuple[str, str, str]:
    """Label, difference with what is between brackets, and verdict word of one indicator."""
    label = INDICATORS[code].label(view.texts.language)
    row = view.difference(code, scenario)
    if row is None:
        return label, view.texts("non calculable"), ""
    return label, written(view, row), view.counted_verdict(row)


def farthest_difference(view: View, scenario: str, other: str, code: str) -> str:
    """When two futures are farther from each other than at the end, and by how much; else empty.

    What happens in the first years may be over at the end, and is what a treasurer asks about.
    """
    texts, row = view.texts, view.comparison.farthest(scenario, other, code)
    if row is None:
        return ""
    return texts(
        "Écart le plus grand, {quarter} : {difference}, {verdict}.",
        quarter=texts.quarter(row["quarter"]),
        difference=survival_words(row, texts) if code == "survival" else written(view, row),
        verdict=view.counted_verdict(row),
    )


def at_its_most(view: View, scenario: str, code: str) -> str:
    """When a future is farthest from the reference, where that is worth a word beside the end."""
    if code not in TOLD_AT_THEIR_MOST:
        return ""
    return farthest_difference(view, scenario, view.selection.reference, code)


def reference_levels(view: View) -> str:
    """Where jobs, service, need and public money stand in the reference at the end."""
    texts, parts = view.texts, []
    for code in (*BESIDE_SURVIVAL, PUBLIC_MONEY):
        row = next(filter(None, (view.difference(code, s) for s in view.others)), None)
        if row is None:
            continue
        unit = unit_of(view, code, row)
        worlds = view.comparison.paths(code)[view.selection.reference][:, -1]
        level = f"{unit.value(texts, row['reference_value'])} {unit.spread(texts, worlds)}"
        parts.append(texts.said(INDICATORS[code].label(texts.language), level))
    if not parts:
        return ""
    return texts(
        "Au même moment, dans cette référence (moyenne ; entre crochets, {spread}) : {list}. Les "
        "indices valent 100 fin 2025 ; l'argent public est celui des quatre derniers trimestres.",
        spread=view.spread_name,
        list=texts.series(parts),
    )
