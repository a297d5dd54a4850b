"""What a comparison that leaves the site can still be filtered by, as plain numbers.

Fourth quarters only; numbers are in the unit they are written in.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from dashboard.figures.theme import COLOURS, DASHES, LETTERS, TEXT_COLOURS
from dashboard.panels.differences import difference_unit, percentage
from dashboard.reading import Comparison, Row
from dashboard.selection import GROUPINGS
from dashboard.units import DisplayUnit
from dashboard.view import View
from simulator.codes import quarter_label
from simulator.compare import SHOWN_FROM_ROWS, paired
from simulator.indicators import HEADLINES, INDICATORS
from simulator.intervals import band, band_kind
from simulator.paired_summary import spreads

_PATTERNS: Final = {"solid": "", "dash": "9 6", "dot": "3 4", "dashdot": "9 4 3 4",
                    "longdash": "14 6"}  # fmt: skip


def stored(view: View) -> dict[str, Any]:
    """Everything that the script of the file draws, ready for JSON.

    groups: those of enough rows, the one looked at first; `refused` lists the others. A value is
    None where it is not known.
    """
    groups, refused = {}, {}
    for name, chosen in _groups(view):
        comparison = Comparison(view.comparison.source, view.selection.compared.of_group(chosen))
        if comparison.is_thin:
            refused[name] = view.texts.number(int(comparison.fewest_rows[0]))
        elif name not in groups:
            groups[name] = _group(View(comparison, comparison.selection, view.texts))
    indicators = dict.fromkeys((view.selection.indicator, *HEADLINES))
    return {
        "language": view.texts.language,
        "scenarios": [
            {
                "title": view.title(s),
                "letter": LETTERS[rank],
                "colour": COLOURS[rank],
                "ink": TEXT_COLOURS[rank],
                "dashes": _PATTERNS[DASHES[rank]],
            }
            for rank, s in enumerate(view.selection.scenarios)
        ],
        "indicators": {
            code: {
                "label": INDICATORS[code].label(view.texts.language),
                "definition": INDICATORS[code].definition(view.texts.language),
            }
            for code in indicators
            if code in HEADLINES
        },
        "groups": groups,
        "refused": refused,
        "needed": SHOWN_FROM_ROWS,
        "indicator": view.selection.indicator if view.selection.indicator in HEADLINES
        else "jobs_fte",
        "bands": band_kind(len(view.comparison.units)),
    }  # fmt: skip


def _groups(view: View) -> list[tuple[str, dict[str, str]]]:
    """Name and choice of each group: the one looked at, everybody, then group by group."""
    texts, held = view.texts, view.comparison.results.dimensions
    everybody = texts("Toutes les organisations")
    own = view.place if view.selection.chosen else everybody
    found = [(own, view.selection.chosen), (everybody, {})]
    for grouping, codes in GROUPINGS.items():
        if grouping in held:
            found += [(view.code(grouping, code), {grouping: code}) for code in codes]
    return found


def _group(view: View) -> dict[str, Any]:
    quarters = view.comparison.quarters
    kept = [i for i, q in enumerate(quarters) if q % 4 == 3]
    ends = {(row["indicator"], row["scenario"]): row for row in view.comparison.differences}
    return {
        "rows": view.texts.number(view.comparison.rows_at_start),
        "quarters": [view.texts.quarter(quarter_label(quarters[i])) for i in kept],
        "values": {code: _indicator(view, code, kept, ends) for code in HEADLINES},
    }


def _indicator(
    view: View, code: str, kept: list[int], ends: dict[tuple[str, str], Row]
) -> dict[str, Any]:
    """Levels and differences of an indicator: per scenario middle, low and high by quarter."""
    values = np.stack(list(view.comparison.paths(code).values()))[:, :, kept]
    unit = view.unit(code, float(np.nanmax(np.abs(values), initial=0.0)))
    rows = [row for s in view.others if (row := ends.get((code, s))) is not None]
    apart = difference_unit(view, code, *rows)
    levels: list[list[list[float | None]]] = []
    differences: list[dict[str, Any] | None] = []
    for scenario, own in zip(view.selection.scenarios, values, strict=True):
        found = band(own)
        levels.append([_numbers(v, unit) for v in (own.mean(axis=0), found["low"], found["high"])])
        if scenario == view.selection.reference:
            differences.append(None)
            continue
        low, middle, high = _paired(view, own, values[0])
        row = ends.get((code, scenario))
        differences.append(
            {
                "path": [_numbers(v, apart) for v in (middle, low, high)],
                "verdict": "" if row is None else view.verdict(row),
                "percent": "" if row is None else percentage(view, row),
            }
        )
    return {
        "unit": [unit.name, unit.suffix, unit.decimals],
        "apart": [apart.name, apart.difference_suffix, apart.decimals],
        "levels": levels,
        "differences": differences,
    }


def _paired(view: View, own: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, ...]:
    """Low, mean and high of the paired differences in each quarter; (units, quarters) each."""
    differences = paired(own, base).T
    _, low, high, _ = spreads(np.ascontiguousarray(differences), view.comparison.units)
    return low, differences.mean(axis=1), high


def _numbers(values: np.ndarray, unit: DisplayUnit) -> list[float | None]:
    # Further digits than are written: rounding twice would not write what the page writes.
    scaled = np.round(np.asarray(values, float) * unit.factor, unit.decimals + 3)
    return [None if v != v else v for v in scaled.tolist()]
