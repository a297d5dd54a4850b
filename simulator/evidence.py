"""What facts are measured on: an initial population, and one run of each scenario from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.recording import RunRecord
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]

BASELINE: Final = "fil-de-l-eau"
STRESSED: Final = "tendance-2025"
AUSTERITY: Final = "rabot-general"
# Quarters that show every fact: ten-year survival needs forty of the baseline.
RUNS: Final[Mapping[str, int]] = {BASELINE: 40, STRESSED: 20, AUSTERITY: 20}


class NotMeasured(Exception):
    """The evidence cannot show a fact; says why in French and in English."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en


@dataclass(frozen=True)
class YearEnd:
    """Every living organisation at the end of a year; columns of shape (rows,).

    `revenue` and `public` (grants, calls, contracts and tariffs notified) are euros of 2025 a year.
    """

    uid: NDArray[np.uint64]
    weight: Floats
    region: NDArray[np.int8]
    size: NDArray[np.int8]  # class at entry
    initial: NDArray[np.bool_]  # of the cohort of the start
    revenue: Floats
    public: Floats


@dataclass
class Observed:
    """One run: its record, and its organisations at the end of each year from the start on."""

    record: RunRecord
    year_ends: list[YearEnd] = field(default_factory=list)


@dataclass(frozen=True)
class Evidence:
    """An initial population, and runs that started from it by scenario."""

    population: Population
    runs: Mapping[str, Observed] = field(default_factory=dict)

    def series(self, scenario: str, dimension: str, group: str, name: str) -> Floats:
        """(quarters + 1,) weighted sum `name` of a group, from 2025Q4 on."""
        record = self._run(scenario).record
        if name not in record.sum_names:
            raise NotMeasured(f"« {name} » n'est pas enregistré", f"{name} is not recorded")
        labels, sums = record.sums[dimension]
        column: Floats = sums[:, labels.index(group), record.sum_names.index(name)]
        return column

    def lifetimes(self, scenario: str) -> dict[str, NDArray[Any]]:
        """Columns of the initial cohort: `weight size form age_0 exit_quarter exit_cause`…"""
        lives = self._run(scenario).record.lifetimes
        initial = lives["entry_quarter"] < 0
        return {name: column[initial] for name, column in lives.items()}

    def year_ends(self, scenario: str) -> list[YearEnd]:
        """Organisations at the start and at the end of each year."""
        return self._run(scenario).year_ends

    def horizon(self, scenario: str) -> int:
        """Quarters run."""
        return int(self._run(scenario).record.quarters["all"][-1]) + 1

    def need(self, scenario: str, quarters: int) -> None:
        """Raise NotMeasured where the run is shorter."""
        if self.horizon(scenario) < quarters:
            raise NotMeasured(
                f"il faut simuler {quarters} trimestres", f"needs a run of {quarters} quarters"
            )

    def _run(self, scenario: str) -> Observed:
        if scenario not in self.runs:
            raise NotMeasured(
                f"le scénario {scenario} n'a pas été simulé", f"scenario {scenario} was not run"
            )
        return self.runs[scenario]


def observe(
    scenarios: Iterable[Scenario],
    population: Population,
    parameters: Parameters,
    seed: int,
    replicate: int,
) -> Evidence:
    """Run each scenario over its horizon with common random numbers and keep what facts need."""
    return Evidence(
        population,
        {s.id: observe_one(s, population, parameters, seed, replicate) for s in scenarios},
    )


def observe_one(
    scenario: Scenario, population: Population, parameters: Parameters, seed: int, replicate: int
) -> Observed:
    """One run, looked at after the burn-in and at the end of each year."""
    from simulator.model import EssModel

    model = EssModel(
        scenario,
        population=population,
        seed=seed,
        replicate=replicate,
        parameters=parameters,
        collect=False,
    )
    ends = [_look(model)]
    while model.running:
        model.step()
        if model.quarter % 4 == 0:
            ends.append(_look(model))
    observed = Observed(model.recorder.finish(), ends)
    model.release()
    return observed


def scenarios_for(runs: Mapping[str, int]) -> tuple[Scenario, ...]:
    """Scenarios of the catalogue, each over the quarters given."""
    from simulator.scenario import load_scenario

    scenarios = []
    for name, quarters in runs.items():
        scenario = load_scenario(name)
        horizon = scenario.horizon.model_copy(update={"quarters": quarters})
        scenarios.append(scenario.model_copy(update={"horizon": horizon}))
    return tuple(scenarios)


def _look(model: EssModel) -> YearEnd:
    o = model.organisations
    rows = np.flatnonzero(o.alive)
    public = o.public_notified[rows]
    return YearEnd(
        uid=o.uid[rows],
        weight=o.weight[rows],
        region=o.region[rows],
        size=o.size_entry[rows],
        initial=o.initial[rows],
        revenue=o.revenue_year[rows] / model.price_level,
        public=public / model.price_level,
    )
