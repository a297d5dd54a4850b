"""Why a value is missing: the reason stands beside every indicator that cannot be computed.

A share of nobody, an index of what did not exist, a need counted by size of organisation: such a
value is never 0 nor infinite. It is not a number, and `missing` tells in which worlds and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from simulator.compare import grids, known_indicator
from simulator.indicator import Index, Indicator, Kept, MeanSurvival, Median, Ratio
from simulator.indicators import sum_columns

if TYPE_CHECKING:
    from simulator.results import Results

REASONS: Final[dict[str, dict[str, str]]] = {
    "no_such_group": {
        "fr": "ce groupe n'existe pas dans ce monde",
        "en": "this world has no such group",
    },
    "not_by_dimension": {
        "fr": "connu par région et par secteur seulement",
        "en": "known by région and sector only",
    },
    "nothing_in_2025": {
        "fr": "rien en 2025T4 à quoi rapporter la valeur",
        "en": "nothing in 2025Q4 to set the value against",
    },
    "no_organisations": {
        "fr": "aucune organisation en activité",
        "en": "no organisation there",
    },
    "no_jobs": {"fr": "aucun emploi salarié", "en": "no salaried job there"},
    "no_service": {"fr": "personne n'est servi", "en": "nobody is served"},
    "no_need": {"fr": "aucun besoin exprimé", "en": "no need is expressed"},
    "no_inhabitants": {"fr": "aucun habitant compté", "en": "no inhabitant is counted"},
    "nothing_voted": {"fr": "aucun crédit public voté", "en": "no public money is voted"},
    "no_calls": {"fr": "aucun appel à projets", "en": "no call for projects"},
    "no_public_euros": {"fr": "aucun euro public versé", "en": "no public euro is paid"},
}
"""By code, the reason in French and English, as printed after a run."""

WITHOUT: Final[dict[str, str]] = {
    "organisations": "no_organisations", "jobs_fte": "no_jobs", "service": "no_service",
    "need": "no_need", "population": "no_inhabitants", "voted": "nothing_voted",
    "calls_pot": "no_calls", "public_euros": "no_public_euros",
}  # fmt: skip
"""Sum that a ratio divides by → reason where it is 0."""

COLUMNS: Final = (
    "indicator", "scenario", "dimension", "group", "quarter", "worlds", "of", "reason",
    "reason_fr", "reason_en",
)  # fmt: skip


def missing(
    results: Results,
    indicator: str | Sequence[str],
    by: str | None = None,
    at: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """One row per indicator, scenario, group, quarter and reason; see `Results.missing`."""
    codes = [indicator] if isinstance(indicator, str) else list(indicator)
    wanted = [known_indicator(code) for code in codes]
    dimension = by or "all"
    quarters = results.known_quarters(at, dimension)
    columns = {one.code: (_value(one), _measure(one)) for one in wanted}
    asked = list(dict.fromkeys(name for pair in columns.values() for name in pair))
    table = results.rows(dimension, list(dict.fromkeys(["rows", *asked])))
    arrays, groups, labels = grids(results, table, ["rows", *asked])
    known = dict(zip(["rows", *asked], arrays, strict=True))
    keep = [labels.index(quarter) for quarter in quarters if quarter in labels]
    rows = []
    for one in wanted:
        value, measure = (known[name] for name in columns[one.code])
        reasons = _reasons(one, value, measure, known["rows"])
        for s, u, q, g in np.argwhere(reasons[:, :, keep] != "").tolist():
            code = reasons[s, u, keep[q], g]
            rows.append((one.code, results.scenario_ids[s], dimension, groups[g],
                         labels[keep[q]], code))  # fmt: skip
    found = pd.DataFrame(rows, columns=[*COLUMNS[:5], "reason"])
    counted = found.groupby([*COLUMNS[:5], "reason"], sort=False).size().reset_index(name="worlds")
    counted["of"] = len(results.units)
    for language in ("fr", "en"):
        counted[f"reason_{language}"] = [REASONS[c][language] for c in counted["reason"]]
    return counted[list(COLUMNS)]


def _value(indicator: Indicator) -> str:
    """Column of the trajectories that tells whether the indicator has a value."""
    return indicator.code if indicator.recorded else "survival"


def _measure(indicator: Indicator) -> str:
    """Column of what the indicator is set against."""
    formula = indicator.formula
    match formula:
        case Ratio(_, denominator):
            name = denominator
        case Index(of) | Kept(of):
            name = of
        case MeanSurvival():
            name = "cohort"
        case Median():
            name = "organisations"
        case _:
            name = formula.sum
    return sum_columns([name])[name]


def _reasons(
    indicator: Indicator, value: np.ndarray, measure: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Codes of the reasons (scenario, unit, quarter, group), empty where there is a value."""
    formula = indicator.formula
    against_start = isinstance(formula, Index | Kept | MeanSurvival)
    if against_start:
        measure = np.broadcast_to(measure[:, :, :1], value.shape)
        nothing = "nothing_in_2025"
    elif isinstance(formula, Ratio):
        nothing = WITHOUT[formula.denominator]
    else:
        nothing = "no_organisations"
    cases = [~np.isnan(value), np.isnan(rows), np.isnan(measure)]
    return np.select(cases, ["", "no_such_group", "not_by_dimension"], nothing).astype(object)
