"""Results as the page needs them: one group of organisations, a few scenarios, arrays.

The replicate is the unit of analysis everywhere: arrays are (units, quarters), a unit being one
draw of the parameters and one replicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from dashboard.alike import Cohort
from dashboard.cohort import BASE_QUARTER, Cohorts, SurvivalPaths
from dashboard.contacts import Contact, shipped_contacts
from dashboard.cubes import ROWS, Cubes
from dashboard.language import Language, texts_in
from dashboard.population_names import population_name
from dashboard.selection import GROUPINGS, Choices, Selection
from dashboard.site import Site
from simulator import compare
from simulator.codes import quarter_label
from simulator.compare import Pair
from simulator.indicators import HEADLINES, INDICATORS
from simulator.problems import InputError

if TYPE_CHECKING:
    from dashboard.live.desk import Desk
    from simulator.results import Results

Unit = tuple[int, str, int]
Row = dict[str, Any]  # of a comparison, see `Results.compare`
# Survival never stands alone: these stand beside it wherever it is shown.
BESIDE_SURVIVAL: Final = ("jobs_fte", "quality_adjusted_service_index", "unmet_need")
RUNS_READ: Final = 6  # live runs whose tables are held; one that is opened again is read again
_FEW: Final = 16  # indicators, or ways to break a difference down, kept of one comparison


class Source:
    """A set of results, with what was read of it."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.cubes = Cubes(results)
        self.cohorts = Cohorts(results)
        self.position = {scenario: i for i, scenario in enumerate(results.scenario_ids)}
        self.units: list[Unit] = list(results.units)
        self.draws = len({unit[0] for unit in self.units})
        # A scenario's curves are the same beside any other.
        self.survival = lru_cache(maxsize=128)(self._survival)

    def _survival(
        self, scenario: str, chosen: tuple[tuple[str, str], ...], horizon: int
    ) -> SurvivalPaths:
        return self.cohorts.of(scenario).survival(dict(chosen), horizon, len(self.units))

    def read(self) -> None:
        """Read what any view of these results asks for; the finest crossing comes last."""
        self.cohorts.read()
        for dimension in self.results.dimensions:
            self.cubes.axes(dimension)


class Comparison:
    """Everything the page shows of one selection of futures and group, computed when asked.

    Neither the language nor the indicator that the reader looks at matter to it.
    """

    def __init__(self, source: Source, selection: Selection) -> None:
        self.selection = selection
        self.source = source
        self.results = source.results
        self.paths = cache(self._paths)
        self.difference_path = lru_cache(maxsize=_FEW)(self._difference_path)
        self.by_group = lru_cache(maxsize=_FEW)(self._by_group)

    @cached_property
    def quarters(self) -> list[int]:
        """Quarters of the trajectories of this group, fourth ones only in a crossing."""
        return self.source.cubes.axes(self.selection.dimension).quarters

    @property
    def last_quarter(self) -> str:
        return quarter_label(self.quarters[-1])

    @property
    def units(self) -> list[Unit]:
        return self.source.units

    @property
    def draws(self) -> int:
        return self.source.draws

    @cached_property
    def rows_at_start(self) -> float:
        """Rows of the synthetic population in this group in 2025Q4 (mean over units)."""
        return _mean(self._values(ROWS)[:, :, self.quarters.index(BASE_QUARTER)])

    @cached_property
    def fewest_rows(self) -> tuple[float, str]:
        """Rows in 2025Q4 or, where they are fewer, at the end; and which quarter that is.

        At the end they are those behind a difference: of a future and the reference.
        """
        last = self._values(ROWS)[:, :, -1]
        at_end = min(_mean(last[[0, place]]) for place in range(1, len(last)) or (0,))
        start = (self.rows_at_start, quarter_label(BASE_QUARTER))
        return min(start, (at_end, self.last_quarter), key=lambda rows: rows[0])

    @property
    def is_thin(self) -> bool:
        return self.fewest_rows[0] < compare.SHOWN_FROM_ROWS

    def is_measured(self, indicator: str) -> bool:
        """Whether the indicator has a value in this group: needs and votes have none by size."""
        return any(np.isfinite(values).any() for values in self.paths(indicator).values())

    def _values(
        self, column: str, dimension: str | None = None, group: str | None = None
    ) -> np.ndarray:
        """(scenarios, units, quarters) of a column, scenarios as selected."""
        selection = self.selection
        values = self.source.cubes.group(
            dimension or selection.dimension, group or selection.group, column
        )
        return values[[self.source.position[s] for s in selection.scenarios]]

    def _paths(self, indicator: str) -> dict[str, np.ndarray]:
        """Scenario → (units, quarters) values of an indicator."""
        return dict(zip(self.selection.scenarios, self._values(indicator), strict=True))

    @cached_property
    def survival(self) -> dict[str, SurvivalPaths]:
        """Scenario → survival and cumulative incidence of the initial cohort, by quarter."""
        chosen = tuple(self.selection.chosen.items())
        horizon = self.quarters[-1] - BASE_QUARTER
        return {s: self.source.survival(s, chosen, horizon) for s in self.selection.scenarios}

    @cached_property
    def survival_quarters(self) -> list[int]:
        return list(range(BASE_QUARTER, self.quarters[-1] + 1))

    @cached_property
    def differences(self) -> list[Row]:
        """Paired differences of every headline indicator at the end, one row per scenario."""
        last = [len(self.quarters) - 1]
        return self._compared(p for code in HEADLINES for p in self._pairs(code, last))

    def between(
        self, scenario: str, other: str, indicator: str, quarter: int | None = None
    ) -> Row | None:
        """Paired difference of two futures, `other` being the reference of the pair.

        quarter: position among those of the trajectories, the last one if None.
        """
        places = [self.selection.scenarios.index(name) for name in (scenario, other)]
        at = len(self.quarters) - 1 if quarter is None else quarter
        own, against = (self._values(indicator)[place, :, at] for place in places)
        if np.isnan(own + against).all():
            return None
        keys = {
            "indicator": indicator,
            "scenario": scenario,
            "reference": other,
            "dimension": self.selection.dimension,
            "group": self.selection.group,
            "quarter": quarter_label(self.quarters[at]),
        }
        rows = float(np.nanmean(self._values(ROWS)[places, :, at]))
        return self._compared([Pair(keys, INDICATORS[indicator], own, against, rows)])[0]

    def farthest(self, scenario: str, other: str, indicator: str) -> Row | None:
        """The same in the quarter where the mean difference is farthest from zero.

        None where that is the end, or hardly farther: by less than is worth a word.
        """
        own, against = (self.paths(indicator)[name] for name in (scenario, other))
        known = np.isfinite(own + against).all(axis=0)
        means = np.where(known, compare.paired(own, against).mean(axis=0), 0.0)
        quarter = int(np.abs(means).argmax())
        row = self.between(scenario, other, indicator, quarter) if known[quarter] else None
        if row is None or abs(row["difference"]) - abs(means[-1]) < row["smallest_effect"]:
            return None
        return row

    def _difference_path(self, indicator: str) -> list[Row]:
        """Paired differences of one indicator, scenario by scenario, in every quarter."""
        return self._compared(self._pairs(indicator, range(len(self.quarters))))

    def _by_group(self, by: str, indicator: str) -> list[Row]:
        """Paired differences of one indicator at the end in each group of a grouping.

        One row per scenario and group that holds anybody, groups in their own order; `group` is
        the code in the grouping `by`, thin groups among them (`shown` is false).
        """
        chosen = self.selection.chosen
        names = [name for name in GROUPINGS if name in chosen or name == by]
        dimension = "_".join(names)
        last = len(self.source.cubes.axes(dimension).quarters) - 1
        found: list[Pair] = []
        for code in GROUPINGS[by]:
            group = "|".join(code if name == by else chosen[name] for name in names)
            found += self._pairs(indicator, [last], dimension, group, code)
        return self._compared(found)

    def _pairs(
        self,
        indicator: str,
        places: Iterable[int],
        dimension: str | None = None,
        group: str | None = None,
        name: str | None = None,
    ) -> Iterator[Pair]:
        """Values beside those of the reference, one scenario and quarter after the other.

        places: positions of the quarters among those of the dimension; name: what the pair's group
        is called.
        """
        dimension = dimension or self.selection.dimension
        quarters = self.source.cubes.axes(dimension).quarters
        values = self._values(indicator, dimension, group)
        rows = self._values(ROWS, dimension, group)
        for position, scenario in enumerate(self.selection.scenarios[1:], start=1):
            for q in places:
                own, other = values[position, :, q], values[0, :, q]
                if np.isnan(own + other).all():
                    continue
                keys = {
                    "indicator": indicator,
                    "scenario": scenario,
                    "reference": self.selection.reference,
                    "dimension": dimension,
                    "group": name or group or self.selection.group,
                    "quarter": quarter_label(quarters[q]),
                }
                count = float(np.nanmean(rows[[position, 0], :, q]))
                yield Pair(keys, INDICATORS[indicator], own, other, count)

    def over_draws(self, indicator: str) -> dict[str, np.ndarray]:
        """Scenario → (draws,) mean paired difference at the end in each draw of the parameters.

        Draws in ascending order; scenarios without a value in some world are left out.
        """
        numbers = [unit[0] for unit in self.units]
        _, draw = np.unique(numbers, return_inverse=True)
        found = {}
        for pair in self._pairs(indicator, [len(self.quarters) - 1]):
            differences = pair.differences
            if not np.isnan(differences).any():
                means = np.bincount(draw, differences) / np.bincount(draw)
                found[pair.keys["scenario"]] = means
        return found

    def _compared(self, pairs: Iterable[Pair]) -> list[Row]:
        return compare.summaries(pairs, self.results)


@lru_cache(maxsize=256)
def narrative(results: Results, scenario: str, language: str) -> str:
    """What a scenario supposes, from its file as run; empty where the file is not kept."""
    try:
        content: Any = yaml.safe_load(results.scenario_text(scenario))
        return str(content["narrative"][language]).strip()
    except (InputError, KeyError, TypeError, yaml.YAMLError):
        return ""


def _mean(rows: np.ndarray) -> float:
    """Mean of the rows of worlds that have the group; 0 where none has."""
    return float(np.nanmean(rows)) if not np.isnan(rows).all() else 0.0


class Library:
    """The sets of results that a dashboard shows, by the name that addresses use.

    Runs made while the dashboard is open are added; sets are never replaced, and removed only with
    the room of a workshop that they are of: those are shown to whoever has their name, unlisted.
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
        self._unlisted: frozenset[str] = frozenset()
        self.choices = _choices(self.results)
        self._sources = {name: Source(r) for name, r in self.results.items()}
        self._source_of_run = lru_cache(maxsize=RUNS_READ)(lambda name: Source(self.results[name]))
        self._compute = lru_cache(maxsize=16)(self._comparison)
        self._cohort = lru_cache(maxsize=8)(self._cohort_of)
        self._adding = Lock()
        self.version = 0  # grows with each set that comes or goes

    def add(self, name: str, results: Results, *, listed: bool = True) -> None:
        """Add a set of results; one that is there already under this name stays.

        One that is not `listed` is shown only to whoever names it: its name is its key.
        """
        with self._adding:
            if name not in self.results:
                # Readers hold the old mapping or the new one, never one that is being changed.
                self._unlisted |= frozenset() if listed else {name}
                self.results = {**self.results, name: results}
                self.choices = _choices(self.results, self._unlisted)
                self.version += 1

    def visible(self, named: str | None = None) -> Mapping[str, Results]:
        """Sets that may be told to somebody whose address names one, or none."""
        hidden = self._unlisted - {named}
        return {name: kept for name, kept in self.results.items() if name not in hidden}

    def remove(self, name: str) -> None:
        """Show a set of results no more; one that was there from the start stays."""
        with self._adding:
            if name in self.results and name not in self._sources:
                self.results = {key: kept for key, kept in self.results.items() if key != name}
                self.choices = _choices(self.results, self._unlisted)
                self.version += 1
                for cached in (self._source_of_run, self._compute, self._cohort):
                    cached.cache_clear()

    def meet(self, name: str | None) -> None:
        """Add the stored run that an address names, if it is one: links outlive the server."""
        if name is not None and name not in self.results and self.desk is not None:
            found = self.desk.store.run(name)
            if found is not None:
                self.add(name, found, listed=False)

    def title(self, name: str, language: Language) -> str:
        """What a list calls a set of results: the title of its maker, else what it holds."""
        results = self.results[name]
        given = results.manifest.get("title")
        if isinstance(given, dict):
            return str(given[language])
        texts, population = texts_in(language), results.manifest.get("population")
        known = population.get("name", "") if isinstance(population, dict) else str(population)
        return texts(
            "{scenarios} scénarios, population {population}, {worlds} mondes ({name})",
            scenarios=len(results.scenario_ids),
            population=population_name(known, texts),
            worlds=len(results.units),
            name=name,
        )

    def comparison(self, selection: Selection) -> Comparison:
        """Comparison of the futures and the group of a selection."""
        return self._compute(selection.compared)

    def read(self) -> None:
        """Read the results that were there from the start: the first reader does not wait."""
        for source in self._sources.values():
            source.read()

    def cohort(self, name: str) -> Cohort:
        """The organisations of 2025Q4 of a set of results."""
        return self._cohort(name)

    def _cohort_of(self, name: str) -> Cohort:
        return Cohort(self.results[name])

    def _comparison(self, selection: Selection) -> Comparison:
        name = selection.results
        return Comparison(self._sources.get(name) or self._source_of_run(name), selection)


def _choices(results: Mapping[str, Results], unlisted: frozenset[str] = frozenset()) -> Choices:
    return Choices(
        {name: tuple(r.scenario_ids) for name, r in results.items()},
        {name: r.reference for name, r in results.items()},
        unlisted,
    )
