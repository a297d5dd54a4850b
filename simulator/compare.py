"""Paired comparison of scenarios with a reference.

Runs of one draw and replicate share every random number, so the difference is taken pair by
pair first and summarised after; the unit is the replicate, or the draw's mean where parameters
were varied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator import intervals, verdicts
from simulator.codes import quarter_index
from simulator.indicators import INDICATORS, Indicator, MeanSurvival
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.results import Results

_DUST = 1e-12
_WITHHELD = {
    "sign_share": float("nan"),
    "verdict": None,
    **{f"verdict_{language}": words for language, words in verdicts.WITHHELD.items()},
}
SHOWN_FROM_ROWS = 30  # a smaller group says more about the sample than about the world


def compare(
    results: Results,
    indicator: str | Sequence[str],
    by: str | None = None,
    at: str | Sequence[str] | None = None,
    reference: str | None = None,
    cumulated: bool = False,
) -> pd.DataFrame:
    """One row per indicator, scenario, group and quarter; see `Results.compare`.

    `cumulated` adds up events from 2026Q1 to the quarter read, instead of that quarter's alone.
    """
    codes = [indicator] if isinstance(indicator, str) else list(indicator)
    wanted = [known_indicator(code) for code in codes]
    reference = results.known_scenario(reference or results.reference)
    dimension = by or "all"
    quarters = results.known_quarters(at, dimension)
    table = results.rows(dimension, ["rows", *dict.fromkeys(_column(i) for i in wanted)])
    rows: list[dict[str, Any]] = []
    for one in wanted:
        values, counts, groups, labels = cube(results, dimension, one, table)
        if cumulated and one.counts_events:
            values = np.cumsum(values, axis=2) - values[:, :, :1]
        keep = [labels.index(quarter) for quarter in quarters if quarter in labels]
        scenarios = results.scenario_ids
        base = scenarios.index(reference)
        for position, scenario in enumerate(scenarios):
            if position == base:
                continue
            assumed = results.withheld(scenario, reference)
            for g, group in enumerate(groups):
                for q in keep:
                    row = _row(
                        one,
                        values[position, :, q, g],
                        values[base, :, q, g],
                        results.units,
                    )
                    if row is None:
                        continue
                    if assumed:
                        row |= _WITHHELD
                    seen = float(np.nanmean(counts[[position, base], :, q, g]))
                    rows.append(
                        {
                            "indicator": one.code,
                            "scenario": scenario,
                            "reference": reference,
                            "dimension": dimension,
                            "group": group,
                            "quarter": labels[q],
                            **row,
                            "rows": seen,
                            "shown": dimension == "all" or seen >= SHOWN_FROM_ROWS,
                        }
                    )
    return pd.DataFrame(rows)


def known_indicator(code: str) -> Indicator:
    """The indicator of a code; InputError with the nearest codes otherwise."""
    if code not in INDICATORS:
        raise InputError.single(
            "indicator", f"unknown indicator {code!r}", "one of " + ", ".join(INDICATORS)
        )
    return INDICATORS[code]


def _column(indicator: Indicator) -> str:
    return indicator.code if indicator.recorded else "survival"


def cube(
    results: Results, dimension: str, indicator: Indicator, table: pd.DataFrame | None = None
) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Values and row counts (scenario, unit, quarter, group), then group and quarter labels.

    A value is not a number where a run has no such row.
    """
    column = _column(indicator)
    if table is None:
        table = results.rows(dimension, ["rows", column])
    seen = set(table["group"].unique())
    groups = [str(g) for g in table["group"].cat.categories if g in seen]
    present = set(table["quarter"].unique())
    labels = [str(q) for q in table["quarter"].cat.categories if q in present]
    scenario = _codes(table["scenario"], results.scenario_ids)
    group = _codes(table["group"], groups)
    quarter = _codes(table["quarter"], labels)
    unit = _unit_positions(table, results.units)
    shape = (len(results.scenario_ids), len(results.units), len(labels), len(groups))
    values, counts = np.full(shape, np.nan), np.full(shape, np.nan)
    values[scenario, unit, quarter, group] = table[column].to_numpy(float)
    counts[scenario, unit, quarter, group] = table["rows"].to_numpy(float)
    if isinstance(indicator.formula, MeanSurvival):
        values = _area(values, [quarter_index(label) for label in labels])
    return values, counts, groups, labels


def _area(survived: np.ndarray, times: list[int]) -> np.ndarray:
    """Restricted mean survival time up to each quarter, from survival paths on axis 2."""
    widths = np.diff(np.array(times, float), append=times[-1] + 1.0)
    area = np.cumsum(survived * widths[None, None, :, None], axis=2)
    return np.concatenate([np.zeros_like(area[:, :, :1]), area[:, :, :-1]], axis=2)


def _codes(column: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Position in `labels` of each value of a categorical column."""
    position = {label: i for i, label in enumerate(labels)}
    of_category = np.array([position.get(str(c), -1) for c in column.cat.categories], np.int64)
    return of_category[column.cat.codes.to_numpy()]


def _unit_positions(table: pd.DataFrame, units: Sequence[tuple[int, str, int]]) -> np.ndarray:
    """Position in `units` of each row's draw, structure and replicate."""
    structures = list(dict.fromkeys(unit[1] for unit in units))
    keys = np.array([(draw << 32 | replicate) * len(structures) + structures.index(structure)
                     for draw, structure, replicate in units])  # fmt: skip
    order = np.argsort(keys)
    draws, replicates = (table[name].to_numpy(np.int64) for name in ("draw", "replicate"))
    wanted = (draws << 32 | replicates) * len(structures) + _codes(table["structure"], structures)
    return order[np.searchsorted(keys, wanted, sorter=order)]


def _row(
    indicator: Indicator,
    values: np.ndarray,
    reference: np.ndarray,
    units: Sequence[tuple[int, str, int]],
) -> dict[str, Any] | None:
    """Summary of paired differences; None where no pair has both values."""
    paired = ~(np.isnan(values) | np.isnan(reference))
    if not paired.any():
        return None
    values, reference = values[paired], reference[paired]
    differences = values - reference
    # What is left of equal sums added in another order is no difference.
    differences[np.abs(differences) <= _DUST * np.abs(reference)] = 0.0
    draws = np.array([unit[0] for unit, kept in zip(units, paired, strict=True) if kept])
    drawn = np.unique(draws)
    threshold = indicator.threshold(float(reference.mean()))
    if len(drawn) > 1:
        means = np.array([differences[draws == draw].mean() for draw in drawn])
        median = float(np.median(means))
        low, high = (float(x) for x in np.quantile(means, [0.05, 0.95]))
        interval, verdict = "draws_5_95", verdicts.over_draws(means, threshold)
        share = verdicts.sign_share(means)
    else:
        _, lower, upper = intervals.student(differences)
        low, high = float(lower), float(upper)
        median = float(np.median(differences))
        interval, verdict = "paired_t_90", verdicts.over_replicates(differences)
        share = verdicts.sign_share(differences)
    return {
        "value": float(values.mean()),
        "reference_value": float(reference.mean()),
        "difference": float(differences.mean()),
        "median": median,
        "low": low,
        "high": high,
        "interval": interval,
        "relative": _ratio(float(differences.mean()), float(reference.mean())),
        "smallest_effect": threshold,
        "sign_share": share,
        "verdict": verdict,
        "verdict_fr": verdicts.word(verdict, "fr"),
        "verdict_en": verdicts.word(verdict, "en"),
        "pairs": len(differences),
        "draws": len(drawn),
        **_pairing(values, reference),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _pairing(values: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """What common random numbers achieved: correlation, and how many times less variance.

    The variance of a difference of independent runs is the sum of both variances; the factor
    is that sum over the variance of the paired differences (infinite where they never differ).
    """
    if len(values) < 2:
        return {"correlation": float("nan"), "variance_reduction": float("nan")}
    apart = float(values.var(ddof=1) + reference.var(ddof=1))
    paired = float((values - reference).var(ddof=1))
    spread = float(np.sqrt(values.var() * reference.var()))
    correlation = (
        float(np.mean((values - values.mean()) * (reference - reference.mean())) / spread)
        if spread > 0
        else float("nan")
    )
    reduction = apart / paired if paired > 0 else float("inf" if apart > 0 else "nan")
    return {"correlation": correlation, "variance_reduction": reduction}
