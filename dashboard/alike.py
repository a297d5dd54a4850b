"""Simulated organisations that are alike on a few points, and what became of them.

The rows of the synthetic population are the same in every world, and each is followed to the end
of the run: a share at the horizon needs no survival estimator (tests compare with one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from simulator import compare, paired_summary
from simulator.codes import (
    AGE_BOUNDS,
    AGE_CLASSES,
    FUNDING_PROFILES,
    PRIMARY_CAUSES,
    REGIONS,
    SECTORS,
    SIZES,
    quarter_label,
)
from simulator.indicators import INDICATORS
from simulator.trajectories import BASE_QUARTER

if TYPE_CHECKING:
    from simulator.results import Results

CASH_BOUNDS: Final = (3.0, 6.0, 12.0)  # months of costs in free cash
CASH_CLASSES: Final = ("0-3", "3-6", "6-12", "12-")
UNDER_SIX_MONTHS: Final = CASH_CLASSES[:2]
CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "sector": SECTORS,
    "region": REGIONS,
    "size": SIZES,
    "resources": FUNDING_PROFILES,
    "cash": CASH_CLASSES,
    "age": AGE_CLASSES,
}
"""Points on which organisations are alike, all as they were at the end of 2025."""
_COLUMNS: Final = {"resources": "funding_profile"}
_NINETY: Final = 1.645  # standard deviations on each side of a 90 % interval


@dataclass(frozen=True)
class Estimate:
    """A mean over worlds, and an interval that holds two uncertainties.

    One is that of `compare`: the 5–95 % range over draws of the parameters, or a 90 % t interval
    over replicates. The other is that of the rows, which stand for many organisations: the 90 %
    interval of a weighted ratio. They are independent, so that their squares add up; the luck of
    each row is in both, which makes the interval of a few rows somewhat wide.
    """

    value: float
    low: float
    high: float
    worlds: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """Cause of leaving (position in `PRIMARY_CAUSES`, −1 still there) and jobs at the end.

    Both (worlds, rows); jobs are 0 for those that left, None where they were not recorded.
    """

    cause: np.ndarray
    jobs_end: np.ndarray | None


class Cohort:
    """The rows of 2025Q4 of some results: (rows,) arrays in the order of organisations."""

    def __init__(self, results: Results) -> None:
        self.results = results
        table = self._rows(results.reference)
        first = table.iloc[: len(table) // len(results.units)]
        self.organisations = first["organisation"].to_numpy()
        self.weight = first["weight"].to_numpy(float)
        self.jobs = first["jobs_0"].to_numpy(float) if "jobs_0" in first else None
        self.codes = {field: _codes(first, field) for field in CODES}
        self.outcome = lru_cache(maxsize=32)(self._outcome)

    @property
    def regions(self) -> list[str]:
        """Régions that these results hold."""
        return [REGIONS[code] for code in np.unique(self.codes["region"])]

    def _rows(self, scenario: str) -> pd.DataFrame:
        """The initial cohort of a scenario, world by world in the order of `Results.units`."""
        table = self.results.lifetimes
        start = quarter_label(BASE_QUARTER)
        entered = table["entry_quarter"]
        table = table[(table["scenario"] == scenario) & (entered.isna() | (entered == start))]
        keys = [table[name].to_numpy() for name in ("organisation", "replicate", "draw")]
        structures = self.results.structures
        keys.insert(2, table["structure"].map({s: i for i, s in enumerate(structures)}).to_numpy())
        return table.iloc[np.lexsort(keys)]

    @cached_property
    def units(self) -> list[compare.Unit]:
        """Worlds in the order of the rows of every array."""
        structures = self.results.structures
        return sorted(self.results.units, key=lambda u: (u[0], structures.index(u[1]), u[2]))

    def _outcome(self, scenario: str) -> Outcome:
        table = self._rows(scenario)
        shape = (len(self.units), len(self.organisations))
        if not np.array_equal(
            table["organisation"].to_numpy().reshape(shape),
            np.broadcast_to(self.organisations, shape),
        ):
            raise ValueError(f"the worlds of {scenario} do not start from the same organisations")
        gone = table["exit_quarter"].notna().to_numpy()
        cause = np.where(gone, _positions(table["primary_cause"], PRIMARY_CAUSES), -1)
        jobs = None
        if "jobs_end" in table:
            jobs = np.where(gone, 0.0, table["jobs_end"].to_numpy(float)).reshape(shape)
        return Outcome(cause.astype(np.int8).reshape(shape), jobs)


class Alike:
    """The rows of a cohort that have the codes chosen; `chosen` goes from field to code."""

    def __init__(self, cohort: Cohort, chosen: Mapping[str, str]) -> None:
        self.cohort = cohort
        self.chosen = dict(chosen)
        here = np.ones(len(cohort.weight), bool)
        for field, code in chosen.items():
            here &= cohort.codes[field] == CODES[field].index(code)
        self._here = np.flatnonzero(here)

    @property
    def rows(self) -> int:
        return len(self._here)

    @property
    def organisations(self) -> float:
        """How many real organisations the rows stand for."""
        return float(self.cohort.weight[self._here].sum())

    @property
    def is_thin(self) -> bool:
        return self.rows < compare.SHOWN_FROM_ROWS

    def widened(self, *fields: str) -> Alike:
        """The same without some of its fields."""
        return Alike(self.cohort, {f: c for f, c in self.chosen.items() if f not in fields})

    def enough(self) -> list[tuple[str, ...]]:
        """Fewest fields to widen for rows that suffice: each way to do it, most rows first."""
        for count in range(1, len(self.chosen) + 1):
            ways = {fields: self.widened(*fields) for fields in combinations(self.chosen, count)}
            found = [fields for fields, wider in ways.items() if not wider.is_thin]
            if found:
                return sorted(found, key=lambda fields: -ways[fields].rows)
        return []

    def still_there(self, scenario: str) -> Estimate:
        """Share that is still active at the end."""
        return _within(self._ratio(self._cause(scenario) < 0))

    def left(self, scenario: str) -> dict[str, Estimate]:
        """Primary cause → share of all that left for it."""
        cause = self._cause(scenario)
        return {c: _within(self._ratio(cause == i)) for i, c in enumerate(PRIMARY_CAUSES)}

    def jobs(self, scenario: str) -> Estimate | None:
        """Jobs at the end of those still there, over the jobs of all at the start."""
        jobs_end, jobs = self.cohort.outcome(scenario).jobs_end, self.cohort.jobs
        if jobs_end is None or jobs is None or not jobs[self._here].sum():
            return None
        return self._ratio(jobs_end[:, self._here], jobs[self._here])

    def difference(self, scenario: str, reference: str) -> tuple[Estimate, dict[str, Any]]:
        """Paired difference of the shares still there, and its verdict."""
        there, other = (self._cause(s) < 0 for s in (scenario, reference))
        estimate = self._ratio(there.astype(float) - other)
        threshold = INDICATORS["survival"].threshold(self.still_there(reference).value)
        return estimate, paired_summary.summary(estimate.worlds, self.cohort.units, threshold)

    def _cause(self, scenario: str) -> np.ndarray:
        return self.cohort.outcome(scenario).cause[:, self._here]

    def _ratio(self, part: np.ndarray, whole: np.ndarray | None = None) -> Estimate:
        """Weighted `part` (worlds, rows) over weighted `whole` (rows,), 1 for each row if None."""
        weight = self.cohort.weight[self._here]
        base = weight if whole is None else weight * whole
        worlds = part @ weight / base.sum()
        value = float(worlds.mean())
        _, low, high, _ = paired_summary.spread(worlds, self.cohort.units)
        scores = (weight * part.mean(axis=0) - value * base) / base.sum()
        rows = len(weight)
        of_rows = _NINETY * np.sqrt(rows / max(rows - 1, 1) * float(scores @ scores))
        # One world has no interval of its own: that of its rows holds their luck already.
        down, up = np.nan_to_num([value - low, high - value])
        return Estimate(
            value,
            value - float(np.hypot(down, of_rows)),
            value + float(np.hypot(up, of_rows)),
            worlds,
        )


def condition(field: str, code: str) -> str:
    """The rows of a code as a condition on the columns of the lifetimes (pandas `query`)."""
    bounds = {"cash": ("cash_months_0", CASH_BOUNDS), "age": ("age_0", AGE_BOUNDS)}
    if field not in bounds:
        return f"{_COLUMNS.get(field, field)} == '{code}'"
    column, ends = bounds[field]
    place = CODES[field].index(code)
    low = [f"{column} >= {ends[place - 1]:g}"] if place else []
    high = [f"{column} < {ends[place]:g}"] if place < len(ends) else []
    return " and ".join(low + high)


def _within(estimate: Estimate) -> Estimate:
    """The interval of a share, cut at 0 and 1."""
    low, high = max(estimate.low, 0.0), min(estimate.high, 1.0)
    return Estimate(estimate.value, low, high, estimate.worlds)


def _codes(table: pd.DataFrame, field: str) -> np.ndarray:
    """(rows,) position of each row's code in `CODES`."""
    if field == "cash":
        return np.digitize(table["cash_months_0"].to_numpy(float), CASH_BOUNDS)
    if field == "age":
        return np.digitize(table["age_0"].to_numpy(float), AGE_BOUNDS)
    return _positions(table[_COLUMNS.get(field, field)], CODES[field])


def _positions(column: pd.Series, codes: Sequence[str]) -> np.ndarray:
    """Position in `codes` of each value of a categorical column, −1 where there is none."""
    of_category = [codes.index(c) if c in codes else -1 for c in column.cat.categories]
    return np.array([*of_category, -1])[column.cat.codes.to_numpy()]
