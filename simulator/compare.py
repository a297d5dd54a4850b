"""Paired comparison of scenarios with a reference.

Runs of one draw, structure and replicate share every random number, so the difference is taken
pair by pair first and summarised after; the unit is the replicate, or the mean of a draw (under a
structure) where parameters were varied.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import intervals, verdicts
from simulator.codes import quarter_index
from simulator.indicator import Indicator, MeanSurvival
from simulator.indicators import INDICATORS
from simulator.layers import Unit, shares
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.results import Results

_DUST = 1e-12
WITHHELD_WORDS = {
    "sign_share": float("nan"),
    "verdict": None,
    **{f"verdict_{language}": words for language, words in verdicts.WITHHELD.items()},
}
GAPS: Final = {
    "one_pair": {
        "fr": "un seul monde : ni intervalle ni corrélation",
        "en": "one world: neither interval nor correlation",
    },
    "some_worlds": {
        "fr": "valeur absente d'une partie des mondes, laissés de côté",
        "en": "no value in some of the worlds, which are left out",
    },
    "reference_is_zero": {
        "fr": "la référence vaut 0 : pas d'écart relatif",
        "en": "the reference is 0: no relative difference",
    },
    "no_variance": {
        "fr": "valeurs égales dans tous les mondes : pas de corrélation",
        "en": "the same values in every world: no correlation",
    },
}
"""What a comparison may lack, and why, French and English; codes of its column `missing`."""
SHOWN_FROM_ROWS = 30  # a smaller group says more about the sample than about the world


@dataclass(frozen=True)
class Pair:
    """Values of an indicator in a scenario and in its reference, unit by unit.

    `keys`: indicator, scenario, reference, dimension, group, quarter. `values`, `against`: (units,)
    in the order of `Results.units`, nan where a world has no such group. `rows`: mean number of
    rows of both.
    """

    keys: dict[str, str]
    indicator: Indicator
    values: np.ndarray
    against: np.ndarray
    rows: float

    @property
    def differences(self) -> np.ndarray:
        """(units,) paired differences; nan where one of both is missing."""
        return paired(self.values, self.against)


def paired(values: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Differences, 0 where they are what is left of equal sums added in another order."""
    differences = values - against
    differences[np.abs(differences) <= _DUST * np.abs(against)] = 0.0
    return np.asarray(differences)


def pairs(
    results: Results,
    indicator: str | Sequence[str],
    by: str | None = None,
    at: str | Sequence[str] | None = None,
    reference: str | None = None,
    cumulated: bool = False,
) -> Iterator[Pair]:
    """Every pair with a value in both scenarios of a unit: indicators, scenarios, groups, quarters.

    `cumulated` adds up events from 2026Q1 to the quarter read, instead of that quarter's alone.
    """
    codes = [indicator] if isinstance(indicator, str) else list(indicator)
    wanted = [known_indicator(code) for code in codes]
    reference = results.known_scenario(reference or results.reference)
    dimension = by or "all"
    quarters = results.known_quarters(at, dimension)
    table = results.rows(dimension, ["rows", *dict.fromkeys(_column(i) for i in wanted)])
    base = results.scenario_ids.index(reference)
    for one in wanted:
        values, counts, groups, labels = cube(results, dimension, one, table)
        if cumulated and one.counts_events:
            values = np.cumsum(values, axis=2) - values[:, :, :1]
        keep = [labels.index(quarter) for quarter in quarters if quarter in labels]
        for position, scenario in enumerate(results.scenario_ids):
            if position == base:
                continue
            for g, group in enumerate(groups):
                for q in keep:
                    own, other = values[position, :, q, g], values[base, :, q, g]
                    if np.isnan(own + other).all():
                        continue
                    keys = {
                        "indicator": one.code, "scenario": scenario, "reference": reference,
                        "dimension": dimension, "group": group, "quarter": labels[q],
                    }  # fmt: skip
                    rows = float(np.nanmean(counts[[position, base], :, q, g]))
                    yield Pair(keys, one, own, other, rows)


def compare(
    results: Results,
    indicator: str | Sequence[str],
    by: str | None = None,
    at: str | Sequence[str] | None = None,
    reference: str | None = None,
    cumulated: bool = False,
    structure: str | None = None,
) -> pd.DataFrame:
    """One row per indicator, scenario, group and quarter; see `Results.compare`."""
    kept = np.array([structure in (None, unit[1]) for unit in results.units])
    if not kept.any():
        raise InputError.single(
            "structure", f"{structure!r} was not run", "one of " + ", ".join(results.structures)
        )
    rows = []
    for pair in pairs(results, indicator, by, at, reference, cumulated):
        row = _row(pair, results.units, kept)
        if row is not None:
            if results.withheld(pair.keys["scenario"], pair.keys["reference"]):
                row |= WITHHELD_WORDS
            shown = pair.keys["dimension"] == "all" or pair.rows >= SHOWN_FROM_ROWS
            rows.append({**pair.keys, **row, "rows": pair.rows, "shown": shown})
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
    (values, counts), groups, labels = grids(results, table, [column, "rows"])
    if isinstance(indicator.formula, MeanSurvival):
        values = area(values, [quarter_index(label) for label in labels])
    return values, counts, groups, labels


def grids(
    results: Results, table: pd.DataFrame, columns: Sequence[str]
) -> tuple[list[np.ndarray], list[str], list[str]]:
    """Columns of rows of one dimension as arrays (scenario, unit, quarter, group), and labels.

    A value is not a number where a run has no such row.
    """
    seen = set(table["group"].unique())
    groups = [str(g) for g in table["group"].cat.categories if g in seen]
    present = set(table["quarter"].unique())
    labels = [str(q) for q in table["quarter"].cat.categories if q in present]
    place = (
        _codes(table["scenario"], results.scenario_ids),
        unit_positions(table, results.units),
        _codes(table["quarter"], labels),
        _codes(table["group"], groups),
    )
    shape = (len(results.scenario_ids), len(results.units), len(labels), len(groups))
    found = []
    for column in columns:
        values = np.full(shape, np.nan)
        values[place] = table[column].to_numpy(float)
        found.append(values)
    return found, groups, labels


def area(survived: np.ndarray, times: list[int]) -> np.ndarray:
    """Restricted mean survival time up to each quarter, from survival paths on axis 2."""
    widths = np.diff(np.array(times, float), append=times[-1] + 1.0)
    area = np.cumsum(survived * widths[None, None, :, None], axis=2)
    return np.concatenate([np.zeros_like(area[:, :, :1]), area[:, :, :-1]], axis=2)


def _codes(column: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Position in `labels` of each value of a categorical column."""
    position = {label: i for i, label in enumerate(labels)}
    of_category = np.array([position.get(str(c), -1) for c in column.cat.categories], np.int64)
    return of_category[column.cat.codes.to_numpy()]


def unit_positions(table: pd.DataFrame, units: Sequence[tuple[int, str, int]]) -> np.ndarray:
    """Position in `units` of each row's draw, structure and replicate."""
    structures = list(dict.fromkeys(unit[1] for unit in units))
    keys = np.array([(draw << 32 | replicate) * len(structures) + structures.index(structure)
                     for draw, structure, replicate in units])  # fmt: skip
    order = np.argsort(keys)
    draws, replicates = (table[name].to_numpy(np.int64) for name in ("draw", "replicate"))
    wanted = (draws << 32 | replicates) * len(structures) + _codes(table["structure"], structures)
    return order[np.searchsorted(keys, wanted, sorter=order)]


def _row(pair: Pair, units: Sequence[Unit], kept: np.ndarray) -> dict[str, Any] | None:
    """Summary of the paired differences of the units kept; None where no pair has both values."""
    everything = pair.differences
    paired = kept & ~np.isnan(everything)
    if not paired.any():
        return None
    values, reference, differences = pair.values[paired], pair.against[paired], everything[paired]
    chosen = [unit for unit, here in zip(units, paired, strict=True) if here]
    threshold = pair.indicator.threshold(float(reference.mean()))
    relative = _ratio(float(differences.mean()), float(reference.mean()))
    pairing = _pairing(values, reference)
    gaps = {
        "one_pair": len(differences) < 2,
        "some_worlds": len(differences) < int(kept.sum()),
        "reference_is_zero": np.isnan(relative),
        "no_variance": len(differences) > 1 and np.isnan(pairing["correlation"]),
    }
    return {
        "value": float(values.mean()),
        "reference_value": float(reference.mean()),
        **summary(differences, chosen, threshold),
        "relative": relative,
        "pairs": len(differences),
        "draws": len({unit[0] for unit in chosen}),
        "structures": len({unit[1] for unit in chosen}),
        **shares(everything[kept], [unit for unit, here in zip(units, kept, strict=True) if here]),
        **pairing,
        "missing": " ".join(code for code, lacking in gaps.items() if lacking) or None,
    }


def summary(differences: np.ndarray, units: Sequence[Unit], threshold: float) -> dict[str, Any]:
    """Mean, median, interval and verdict of paired differences, one for each unit.

    threshold: the smallest difference worth a word.
    """
    draws = len({unit[0] for unit in units})
    versions, low, high, interval = spread(differences, units)
    if draws > 1:
        median, share = float(np.median(versions)), verdicts.sign_share(versions)
        verdict = verdicts.over_draws(versions, threshold, draws)
    else:
        median, share = float(np.median(differences)), verdicts.sign_share(differences)
        verdict = verdicts.over_replicates(differences)
    return {
        "difference": float(differences.mean()),
        "median": median,
        "low": low,
        "high": high,
        "interval": interval,
        "smallest_effect": threshold,
        "sign_share": share,
        "verdict": verdict,
        "verdict_fr": verdicts.word(verdict, "fr"),
        "verdict_en": verdicts.word(verdict, "en"),
    }


def spread(differences: np.ndarray, units: Sequence[Unit]) -> tuple[np.ndarray, float, float, str]:
    """Means that an interval is over, its ends, and its name.

    Where parameters were varied a mean is that of a version of the model, a draw of its parameters
    under a structure: the interval is the 5–95 % range. Else it is that of a replicate, over
    structures: the interval is a 90 % t interval.
    """
    if len({unit[0] for unit in units}) > 1:
        means = _means(differences, [unit[:2] for unit in units])
        low, high = (float(x) for x in np.quantile(means, [0.05, 0.95]))
        return means, low, high, "draws_5_95"
    means = _means(differences, [unit[2] for unit in units])
    _, lower, upper = intervals.student(means)
    return means, float(lower), float(upper), "paired_t_90"


def _means(differences: np.ndarray, keys: Sequence[Hashable]) -> np.ndarray:
    """Mean of the differences of each key, in the order of first appearance."""
    position = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    index = np.array([position[key] for key in keys])
    return np.bincount(index, differences) / np.bincount(index)


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
