"""Lifetimes of the organisations of 2025Q4 as arrays, and how they left."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from dashboard.selection import GROUPINGS
from simulator import survival
from simulator.codes import quarter_index, quarter_label

if TYPE_CHECKING:
    from simulator.results import Results

BASE_QUARTER: Final = -1
# Ways of leaving, told apart: (code, exit cause, primary cause or None for the rest of the cause).
FATES: Final = (
    ("liquidation", "liquidation", None),
    ("orderly_closure", "dissolution", "orderly_closure"),
    ("dissolution", "dissolution", None),
    ("stopped_employing", "stopped_employing", None),
    ("absorbed_by_choice", "absorbed", "absorbed_by_choice"),
    ("absorbed", "absorbed", None),
)
FATE_CODES: Final = tuple(code for code, _, _ in FATES)
_COLUMNS: Final = (
    "scenario", "draw", "structure", "replicate", "weight", *GROUPINGS, "entry_quarter",
    "exit_quarter", "exit_cause", "primary_cause",
)  # fmt: skip


@dataclass(frozen=True)
class SurvivalPaths:
    """Initial cohort of one scenario.

    survival, at_risk_rows: (units, quarters); incidence: (units, fates, quarters). The first
    quarter is 2025Q4.
    """

    survival: np.ndarray
    at_risk_rows: np.ndarray
    incidence: np.ndarray


@dataclass(frozen=True)
class Cohort:
    """Organisations of 2025Q4 of one scenario in all its worlds, one after another.

    unit: position in `Results.units`; duration: quarters lived since 2025Q4; fate: position in
    `FATES`, −1 alive; groups: grouping → position of the code. All (organisations,).
    """

    unit: np.ndarray
    weight: np.ndarray
    duration: np.ndarray
    fate: np.ndarray
    groups: dict[str, np.ndarray]

    def survival(self, chosen: dict[str, str], horizon: int, units: int) -> SurvivalPaths:
        """Curves per unit up to `horizon` quarters, of those in the chosen groups at entry."""
        kept: np.ndarray | slice = slice(None)
        if chosen:
            kept = np.ones(len(self.unit), bool)
            for name, code in chosen.items():
                kept &= self.groups[name] == GROUPINGS[name].index(code)
        result = survival.curves(
            self.duration[kept],
            self.fate[kept],
            len(FATES),
            horizon,
            weight=self.weight[kept],
            group=self.unit[kept],
            groups=units,
        )
        return SurvivalPaths(result.survival, result.rows, result.incidence)


class Cohorts:
    """The initial cohort of every scenario of some results, read once."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._held: dict[str, Cohort] = {}
        self._reading = Lock()

    def of(self, scenario: str) -> Cohort:
        self.read()
        return self._held[scenario]

    def read(self) -> None:
        """Read them unless they are held already."""
        with self._reading:
            if self._held:
                return
            table = initial_cohort(self._results.lifetime_columns(_COLUMNS))
            horizon = quarter_index(self._results.quarters[-1]) - BASE_QUARTER
            duration, fate = exits(table, horizon)
            unit = _units(table, self._results)
            weight = table["weight"].to_numpy(float)
            groups = {
                name: _positions(table[name], known).astype(np.int8)
                for name, known in GROUPINGS.items()
            }
            of_scenario = _positions(table["scenario"], tuple(self._results.scenario_ids))
            held = {}
            for position, scenario in enumerate(self._results.scenario_ids):
                own = of_scenario == position
                held[scenario] = Cohort(
                    unit[own],
                    weight[own],
                    duration[own],
                    fate[own],
                    {name: values[own] for name, values in groups.items()},
                )
            self._held = held


def initial_cohort(lifetimes: pd.DataFrame) -> pd.DataFrame:
    """Organisations of 2025Q4."""
    entry = lifetimes["entry_quarter"]
    return lifetimes[entry.isna() | (entry == quarter_label(BASE_QUARTER))]


def exits(cohort: pd.DataFrame, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Quarters lived since 2025Q4 and fate (position in `FATES`, −1 alive) of each row."""
    left, quarters = pd.factorize(cohort["exit_quarter"])  # −1 where null
    cause, causes = pd.factorize(cohort["exit_cause"])
    primary, primaries = pd.factorize(cohort["primary_cause"])
    lived = np.array([quarter_index(str(q)) - BASE_QUARTER for q in quarters] + [horizon], np.int16)
    # One more row and column stand for "none", which codes of −1 find.
    table = np.full((len(causes) + 1, len(primaries) + 1), -1, np.int8)
    for position, (_, exit_cause, primary_cause) in reversed(list(enumerate(FATES))):
        of_cause = [i for i, c in enumerate(causes) if c == exit_cause]
        of_primary = [i for i, p in enumerate([*primaries, None]) if primary_cause in (None, p)]
        table[np.ix_(of_cause, of_primary)] = position
    return lived[left], np.where(left >= 0, table[cause, primary], np.int8(-1))


def _units(table: pd.DataFrame, results: Results) -> np.ndarray:
    """Position in `Results.units` of the world of each row."""
    structure, structures = pd.factorize(table["structure"])
    draw, replicate = (table[name].to_numpy(np.int64) for name in ("draw", "replicate"))
    key = (draw << 32 | replicate) * len(structures) + structure
    names = list(structures)
    known = np.array(
        [(d << 32 | r) * len(names) + names.index(s) for d, s, r in results.units if s in names]
    )
    order = np.argsort(known)
    return order[np.searchsorted(known, key, sorter=order)].astype(np.int32)


def _positions(column: pd.Series, known: tuple[str, ...]) -> np.ndarray:
    """Position in `known` of each value, −1 where it is none of them."""
    code, values = pd.factorize(column)
    place = {name: i for i, name in enumerate(known)}
    return np.array([place.get(str(v), -1) for v in values] + [-1])[code]
