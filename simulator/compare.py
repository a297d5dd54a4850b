"""Paired comparison of scenarios with a reference.

Runs of one draw, structure and replicate share every random number, so the difference is taken
pair by pair first and summarised after; the unit is the replicate, or the mean of a draw (under a
structure) where parameters were varied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import verdicts
from simulator.codes import quarter_index
from simulator.indicator import Indicator, MeanSurvival
from simulator.indicators import INDICATORS
from simulator.layers import Unit, can_split, shares
from simulator.paired_summary import summary_rows
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
    found = pairs(results, indicator, by, at, reference, cumulated)
    return pd.DataFrame(summaries(found, results, kept))


def summaries(
    pairs: Iterable[Pair], results: Results, kept: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """Rows of pairs as `Results.compare` describes them; `kept`: (units,) those that count."""
    units = results.units
    kept = np.ones(len(units), bool) if kept is None else kept
    chosen = [unit for unit, here in zip(units, kept, strict=True) if here]
    rows = []
    every = list(pairs)
    for pair, row in zip(every, _rows(every, chosen, kept), strict=True):
        if row is not None:
            if results.withheld(pair.keys["scenario"], pair.keys["reference"]):
                row |= WITHHELD_WORDS
            shown = pair.keys["dimension"] == "all" or pair.rows >= SHOWN_FROM_ROWS
            rows.append({**pair.keys, **row, "rows": pair.rows, "shown": shown})
    return rows


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
    grid = Grid.of(results, table)
    return [grid.filled(table[name]) for name in columns], grid.groups, grid.quarters


@dataclass(frozen=True)
class Grid:
    """Where the rows of one dimension stand in arrays (scenario, unit, quarter, group).

    places: (rows,) positions in such an array laid flat; groups and quarters: labels of two axes.
    """

    places: np.ndarray
    shape: tuple[int, int, int, int]
    groups: list[str]
    quarters: list[str]

    @classmethod
    def of(cls, results: Results, table: pd.DataFrame) -> Grid:
        """Grid of rows with their keys."""
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
        return cls(np.ravel_multi_index(place, shape), shape, groups, labels)

    def filled(self, column: pd.Series) -> np.ndarray:
        """The array of a column; not a number where a run has no such row."""
        values = np.full(self.shape, np.nan)
        values.ravel()[self.places] = column.to_numpy(float)
        return values


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


def _rows(
    pairs: Sequence[Pair], units: Sequence[Unit], kept: np.ndarray
) -> list[dict[str, Any] | None]:
    """Summary of each pair over the units kept; None where no unit has both values.

    Pairs that lack the same units, mostly none, are summed up at once: a figure has hundreds.
    """
    found: list[dict[str, Any] | None] = [None] * len(pairs)
    if not pairs:
        return found
    values, against = (
        np.array([getattr(pair, name)[kept] for pair in pairs]) for name in ("values", "against")
    )
    differences = paired(values, against)
    here = ~np.isnan(differences)
    patterns, of_pair = np.unique(here, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        positions = np.flatnonzero(of_pair.ravel() == number)
        chosen = [unit for unit, seen in zip(units, pattern, strict=True) if seen]
        own, other, apart = (a[np.ix_(positions, pattern)] for a in (values, against, differences))
        rows = _alike([pairs[int(i)].indicator for i in positions], own, other, apart, chosen)
        for position, row in zip(positions, rows, strict=True):
            some = not pattern.all()
            gaps = [*row.pop("gaps"), *(["some_worlds"] if some else [])]
            row["missing"] = " ".join(code for code in GAPS if code in gaps) or None
            if some:
                row |= shares(differences[position], units)
            found[position] = row
    return found


def _alike(
    indicators: Sequence[Indicator],
    values: np.ndarray,
    against: np.ndarray,
    differences: np.ndarray,
    units: Sequence[Unit],
) -> list[dict[str, Any]]:
    """Summary of pairs that have the same units; arrays are (pairs, units)."""
    mean, reference = values.mean(axis=1), against.mean(axis=1)
    thresholds = [i.threshold(float(r)) for i, r in zip(indicators, reference, strict=True)]
    pairing = _pairing(values, against)
    layers = _shares(differences, units)
    counts = {
        "pairs": len(units),
        "draws": len({unit[0] for unit in units}),
        "structures": len({unit[1] for unit in units}),
    }
    rows = []
    for i, row in enumerate(summary_rows(differences, units, thresholds)):
        relative = _ratio(row["difference"], float(reference[i]))
        gaps = {
            "one_pair": len(units) < 2,
            "reference_is_zero": np.isnan(relative),
            "no_variance": len(units) > 1 and np.isnan(pairing[i]["correlation"]),
        }
        rows.append(
            {
                "value": float(mean[i]),
                "reference_value": float(reference[i]),
                **row,
                "relative": relative,
                **counts,
                **layers[i],
                **pairing[i],
                "gaps": [code for code, lacking in gaps.items() if lacking],
            }
        )
    return rows


def _shares(differences: np.ndarray, units: Sequence[Unit]) -> list[dict[str, Any]]:
    """The layers of each row of differences (pairs, units)."""
    if can_split(units):
        return [shares(row, units) for row in differences]
    return [shares(np.zeros(len(units)), units)] * len(differences)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _pairing(values: np.ndarray, reference: np.ndarray) -> list[dict[str, float]]:
    """What common random numbers achieved: correlation, and how many times less variance.

    The variance of a difference of independent runs is the sum of both variances; the factor
    is that sum over the variance of the paired differences (infinite where they never differ).
    Arrays are (pairs, units).
    """
    pairs, units = values.shape
    if units < 2:
        return [{"correlation": float("nan"), "variance_reduction": float("nan")}] * pairs
    apart = values.var(axis=1, ddof=1) + reference.var(axis=1, ddof=1)
    together = (values - reference).var(axis=1, ddof=1)
    spread = np.sqrt(values.var(axis=1) * reference.var(axis=1))
    centred = values - values.mean(axis=1, keepdims=True)
    common = np.mean(centred * (reference - reference.mean(axis=1, keepdims=True)), axis=1)
    nothing = np.where(apart > 0, np.inf, np.nan)
    correlation = np.divide(common, spread, out=np.full(pairs, np.nan), where=spread > 0)
    reduction = np.divide(apart, together, out=nothing, where=together > 0)
    return [
        {"correlation": float(c), "variance_reduction": float(r)}
        for c, r in zip(correlation, reduction, strict=True)
    ]
