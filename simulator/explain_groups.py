"""A paired difference split between groups of organisations, so that the parts add up to it.

Every indicator but the medians is n / d, sums of a group's own numbers over sums of everybody
(d is 1 for totals; what the sum was in 2025Q4 for indices and kept shares). With the two worlds of
a pair called a and b, and bars for the mean of both,

    n_a/d_a − n_b/d_b  =  Σ_g (Δn_g − r̄ Δd_g) / d̄ ,     r = n/d ,  Δ = a − b ,

exactly: the product rule without remainder, where each factor changes while the other stands
halfway (the mean over both orders of changing them, the Shapley value of two). A group in which
nothing differs has no part. Parts are taken pair by pair and averaged, so they add up to the mean
difference as a comparison gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.codes import quarter_index
from simulator.compare import area, grids
from simulator.indicator import (
    Formula,
    Index,
    Indicator,
    Kept,
    MeanSurvival,
    Median,
    Ratio,
    Total,
)
from simulator.indicators import sum_columns
from simulator.layers import Unit
from simulator.paired_summary import spread

if TYPE_CHECKING:
    from simulator.results import Results

Floats = NDArray[np.float64]
DIMENSIONS: Final = ("sector", "region", "size")
REST: Final = "rest"  # what no group of the dimension holds: public euros that reach no row
_DUST: Final = 1e-9


@dataclass(frozen=True)
class Parts:
    """Parts of a difference: `values` (units, groups) in the indicator's unit, group labels."""

    groups: list[str]
    values: Floats


@dataclass(frozen=True)
class Refused:
    """A split that cannot be made, with the code of why (`simulator.explain.REFUSALS`)."""

    reason: str


def group_parts(
    results: Results, indicator: Indicator, scenario: str, reference: str, quarter: str, by: str
) -> Parts | Refused:
    """Part of every group of a dimension in the paired differences of each unit."""
    formula = indicator.formula
    if isinstance(formula, Median):
        return Refused("median")
    names = [name for name in _sums(formula) if name]
    columns = [sum_columns(names)[name] for name in names]
    grouped, groups, labels = _columns(results, by, columns)
    whole, _, _ = _columns(results, "all", columns)
    at = labels.index(quarter)
    pair = [results.scenario_ids.index(name) for name in (scenario, reference)]
    taken = {}
    for name, groups_of, total in zip(names, grouped, whole, strict=True):
        if np.isnan(groups_of[pair][:, :, at]).all():
            return Refused("unknown_by_dimension")
        rest = total - np.nansum(groups_of, axis=3, keepdims=True)
        # Sums added in another order leave dust, which is nobody's part.
        rest = np.where(np.abs(rest) <= _DUST * np.abs(total), 0.0, rest)
        both = np.concatenate([np.nan_to_num(groups_of), rest], axis=3)
        taken[name] = both[pair]
    values = _parts(formula, taken, at, [quarter_index(label) for label in labels])
    if not values[:, -1].any():
        return Parts(groups, values[:, :-1])
    return Parts([*groups, REST], values)


def _columns(
    results: Results, dimension: str, columns: list[str]
) -> tuple[list[Floats], list[str], list[str]]:
    return grids(results, results.rows(dimension, columns), columns)


def _sums(formula: Formula) -> tuple[str | None, str | None]:
    """Names of the sums above and below the line; the same name is itself in 2025Q4."""
    match formula:
        case Total(name):
            return name, None
        case Ratio(numerator, denominator, _):
            return numerator, denominator
        case Index(name) | Kept(name):
            return name, None
        case MeanSurvival():
            return "cohort", None
        case _:
            raise ValueError(f"{formula} is not made of sums")


def _parts(formula: Formula, sums: dict[str, Floats], at: int, quarters: list[int]) -> Floats:
    """(units, groups) parts; each sum has shape (2 worlds, units, quarters, groups)."""
    name, below = _sums(formula)
    assert name is not None
    above = sums[name]
    base = above[:, :, quarters.index(-1)]
    match formula:
        case Total():
            return np.asarray(above[0, :, at] - above[1, :, at])
        case Ratio(_, _, complement):
            assert below is not None
            parts = ratio_parts(above[:, :, at], sums[below][:, :, at])
            return -parts if complement else parts
        case Index():
            return 100.0 * ratio_parts(above[:, :, at], base)
        case Kept():
            return ratio_parts(above[:, :, at], base)
        case _:
            kept = np.stack([ratio_parts(above[:, :, q], base) for q in range(at + 1)], axis=1)
            return np.asarray(area(kept[None], quarters[: at + 1])[0, :, at])


def ratio_parts(above: Floats, below: Floats) -> Floats:
    """(units, groups) parts of the difference of two ratios of sums over groups.

    `above`, `below`: (2 worlds, units, groups). Not a number where a world divides by nothing.
    """
    totals = below.sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above.sum(axis=2) / totals
    middle, size = ratio.mean(axis=0)[:, None], totals.mean(axis=0)[:, None]
    change = (above[0] - above[1]) - middle * (below[0] - below[1])
    return np.divide(change, size, out=np.full(change.shape, np.nan), where=size != 0)


def table(parts: Floats, units: Sequence[Unit], difference: float) -> pd.DataFrame:
    """Columns `part low high share`, one row per column of parts (units, groups).

    Mean part, interval as in a comparison, share of the difference.
    """
    known = np.flatnonzero(~np.isnan(parts).any(axis=1))
    kept = [units[int(i)] for i in known]
    rows = []
    for one in parts[known].T:
        _, low, high, _ = spread(one, kept)
        mean = float(one.mean())
        share = mean / difference if difference else float("nan")
        rows.append({"part": mean, "low": low, "high": high, "share": share})
    return pd.DataFrame(rows, columns=["part", "low", "high", "share"])
