"""Results as the page needs them: one group of organisations, a few scenarios, arrays.

The replicate is the unit of analysis everywhere: arrays are (units, quarters), a unit being one
draw of the parameters and one replicate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import yaml

from dashboard.alike import Cohort
from dashboard.contacts import Contact, shipped_contacts
from dashboard.language import Language
from dashboard.selection import Choices, Selection
from dashboard.site import Site
from simulator import compare, survival
from simulator.codes import quarter_index, quarter_label
from simulator.indicators import HEADLINES

if TYPE_CHECKING:
    from dashboard.live.desk import Desk
    from simulator.results import Results

Unit = tuple[int, str, int]
PAIR: Final = ["draw", "structure", "replicate"]
BASE_QUARTER: Final = -1
# Survival never stands alone: these stand beside it wherever it is shown.
BESIDE_SURVIVAL: Final = ("jobs_fte", "quality_adjusted_service_index", "unmet_need")

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


@dataclass(frozen=True)
class GroupOfResults:
    """One group and a few scenarios of some results, in the form that `compare` reads."""

    results: Results
    scenario_ids: list[str]
    group: str

    @property
    def reference(self) -> str:
        return self.scenario_ids[0]

    @property
    def units(self) -> Sequence[Unit]:
        return self.results.units

    def known_scenario(self, scenario: str) -> str:
        return self.results.known_scenario(scenario)

    def withheld(self, *scenarios: str) -> bool:
        return self.results.withheld(*scenarios)

    def known_quarters(self, at: str | Sequence[str] | None, dimension: str) -> list[str]:
        return list(self.results.known_quarters(at, dimension))

    def rows(self, dimension: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        table = self.results.rows(dimension, columns)
        kept = (table["group"] == self.group) & table["scenario"].isin(self.scenario_ids)
        return table[kept]


@dataclass(frozen=True)
class SurvivalPaths:
    """Initial cohort of one scenario.

    survival, at_risk_rows: (units, quarters); incidence: (units, fates, quarters). The first
    quarter is 2025Q4.
    """

    survival: np.ndarray
    at_risk_rows: np.ndarray
    incidence: np.ndarray


class Comparison:
    """Everything the page shows of one selection, computed when first asked."""

    def __init__(self, results: Results, selection: Selection) -> None:
        self.selection = selection
        self.results = results
        self._group = GroupOfResults(results, list(selection.scenarios), selection.group)

    @cached_property
    def _table(self) -> pd.DataFrame:
        columns = ["rows", *dict.fromkeys((*HEADLINES, self.selection.indicator))]
        return self._group.rows(self.selection.dimension, columns)

    @cached_property
    def quarters(self) -> list[int]:
        """Quarters of the trajectories of this group, fourth ones only in a crossing."""
        return sorted({quarter_index(str(q)) for q in self._table["quarter"].unique()})

    @property
    def last_quarter(self) -> str:
        return quarter_label(self.quarters[-1])

    @property
    def units(self) -> list[Unit]:
        return list(self.results.units)

    @property
    def draws(self) -> int:
        return len({unit[0] for unit in self.units})

    @cached_property
    def rows_at_start(self) -> float:
        """Rows of the synthetic population in this group in 2025Q4 (mean over units)."""
        start = self._table["quarter"].astype(str) == quarter_label(BASE_QUARTER)
        found = self._table.loc[start, "rows"]
        return float(found.mean()) if len(found) else 0.0

    @property
    def is_thin(self) -> bool:
        return self.rows_at_start < compare.SHOWN_FROM_ROWS

    def paths(self, indicator: str) -> dict[str, np.ndarray]:
        """Scenario → (units, quarters) values of an indicator."""
        position = {unit: i for i, unit in enumerate(self.units)}
        column = {quarter: i for i, quarter in enumerate(self.quarters)}
        of_label = {str(q): column[quarter_index(str(q))] for q in self._table["quarter"].unique()}
        result = {}
        for scenario in self.selection.scenarios:
            part = self._table[self._table["scenario"] == scenario]
            values = np.full((len(self.units), len(self.quarters)), np.nan)
            unit = [position[k] for k in zip(*(part[n].tolist() for n in PAIR), strict=True)]
            values[unit, [of_label[str(q)] for q in part["quarter"]]] = part[indicator]
            result[scenario] = values
        return result

    @cached_property
    def survival(self) -> dict[str, SurvivalPaths]:
        """Scenario → survival and cumulative incidence of the initial cohort, by quarter."""
        return {s: self._survival_of(s) for s in self.selection.scenarios}

    @cached_property
    def survival_quarters(self) -> list[int]:
        return list(range(BASE_QUARTER, self.quarters[-1] + 1))

    def _survival_of(self, scenario: str) -> SurvivalPaths:
        cohort = initial_cohort(self.results.lifetimes, scenario, self.selection.chosen)
        position = {unit: i for i, unit in enumerate(self.units)}
        keys = zip(*(cohort[n].tolist() for n in PAIR), strict=True)
        horizon = self.quarters[-1] - BASE_QUARTER
        duration, fate = exits(cohort, horizon)
        result = survival.curves(
            duration,
            fate,
            len(FATES),
            horizon,
            weight=cohort["weight"].to_numpy(float),
            group=np.array([position[key] for key in keys], np.int64),
            groups=len(self.units),
        )
        return SurvivalPaths(result.survival, result.rows, result.incidence)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Paired differences of every headline indicator at the end, one row per scenario."""
        return self._compare(list(HEADLINES), self.last_quarter)

    def difference_path(self, indicator: str) -> pd.DataFrame:
        """Paired differences of one indicator in every quarter."""
        return self._compare([indicator], [quarter_label(q) for q in self.quarters])

    def _compare(self, indicators: list[str], at: str | list[str]) -> pd.DataFrame:
        # `compare` asks for rows, units and names only, which this group gives as results do.
        source: Any = self._group
        return compare.compare(
            source,
            indicators,
            by=self.selection.dimension,
            at=at,
            reference=self.selection.reference,
        )


def initial_cohort(lifetimes: pd.DataFrame, scenario: str, chosen: dict[str, str]) -> pd.DataFrame:
    """Organisations of 2025Q4 of one scenario, in the chosen région, sector and size at entry."""
    start = quarter_label(BASE_QUARTER)
    kept = (lifetimes["scenario"] == scenario) & (
        lifetimes["entry_quarter"].isna() | (lifetimes["entry_quarter"] == start)
    )
    for name, code in chosen.items():
        kept &= lifetimes[name] == code
    return lifetimes[kept]


def exits(cohort: pd.DataFrame, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Quarters lived since 2025Q4 and fate (position in `FATES`, −1 alive) of each row."""
    labels = cohort["exit_quarter"].astype(object)
    left = labels.notna().to_numpy()
    duration = np.full(len(cohort), horizon, np.int64)
    duration[left] = [quarter_index(str(q)) - BASE_QUARTER for q in labels[left]]
    fate = np.full(len(cohort), -1, np.int64)
    cause = cohort["exit_cause"].astype(object).to_numpy()
    primary = cohort["primary_cause"].astype(object).to_numpy()
    for position, (_, exit_cause, primary_cause) in enumerate(FATES):
        of_cause = cause == exit_cause
        if primary_cause is None:
            fate[left & of_cause & (fate < 0)] = position
        else:
            fate[left & of_cause & (primary == primary_cause)] = position
    return duration, fate


def narrative(results: Results, scenario: str, language: str) -> str:
    """What a scenario supposes, from its file as run; empty where the file is not kept."""
    try:
        content: Any = yaml.safe_load(results.scenario_text(scenario))
        return str(content["narrative"][language]).strip()
    except (OSError, KeyError, TypeError, yaml.YAMLError):
        return ""


class Library:
    """The sets of results that a dashboard shows, by the name that addresses use.

    Runs made while the dashboard is open are added; sets are never replaced nor removed.
    `desk`: where runs are asked for, None where none can be made. `experiments`: folders of
    experiments, or folders that hold some.
    """

    desk: Desk | None = None
    experiments: tuple[Path, ...] = ()

    def __init__(
        self,
        results: Mapping[str, Results],
        contacts: Sequence[Contact] | None = None,
        site: Site | None = None,
    ) -> None:
        self.contacts = shipped_contacts() if contacts is None else contacts
        self.site = site or Site()
        self.results: Mapping[str, Results] = dict(results)
        self.choices = _choices(self.results)
        self._compute = lru_cache(maxsize=32)(self._comparison)
        self._cohort = lru_cache(maxsize=8)(self._cohort_of)
        self._adding = Lock()

    def add(self, name: str, results: Results) -> None:
        """Add a set of results; one that is there already under this name stays."""
        with self._adding:
            if name not in self.results:
                # Readers hold the old mapping or the new one, never one that is being changed.
                self.results = {**self.results, name: results}
                self.choices = _choices(self.results)

    def meet(self, name: str | None) -> None:
        """Add the stored run that an address names, if it is one: links outlive the server."""
        if name is not None and name not in self.results and self.desk is not None:
            found = self.desk.store.run(name)
            if found is not None:
                self.add(name, found)

    def title(self, name: str, language: Language) -> str:
        """What a list calls a set of results: the title that its maker gave, else its name."""
        given = self.results[name].manifest.get("title")
        return str(given[language]) if isinstance(given, dict) else name

    def comparison(self, selection: Selection) -> Comparison:
        """Comparison of a selection; the language does not matter to it."""
        return self._compute(selection.with_language("fr"))

    def cohort(self, name: str) -> Cohort:
        """The organisations of 2025Q4 of a set of results."""
        return self._cohort(name)

    def _cohort_of(self, name: str) -> Cohort:
        return Cohort(self.results[name])

    def _comparison(self, selection: Selection) -> Comparison:
        return Comparison(self.results[selection.results], selection)


def _choices(results: Mapping[str, Results]) -> Choices:
    return Choices(
        {name: tuple(r.scenario_ids) for name, r in results.items()},
        {name: r.reference for name, r in results.items()},
    )
