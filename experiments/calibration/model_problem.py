"""The model as a problem: its drawn parameters, and the facts that draws are accepted on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.problem import Target
from simulator.accepted_set import signatures
from simulator.fact_measures import SHORT_MEASURES, SHORT_RUNS
from simulator.facts import Fact, facts
from simulator.parameter_draws import drawn_names, moved, quantile
from simulator.parameter_file import load_specs

if TYPE_CHECKING:
    from simulator.parameters import Parameters
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]

# Facts of the model's documentation that calibration is made on; nothing held out is among them.
FITTED: Final = (*(f"V{i}" for i in range(1, 12)), "V16", "V17", "V19", "V22")
# Standard deviation of a figure that is a sign only: differences of survival (judgement).
SIGN_ERROR: Final = 0.01
# The model is taken to be as wrong, whatever its parameters, as a figure is uncertain (judgement).
DISCREPANCY: Final = 1.0


def target_of(id_: str, fact: Fact) -> Target:
    """A fact as a target: its range is plus and minus two standard deviations."""
    if fact.low is None or fact.high is None:
        observation = SIGN_ERROR
    else:
        observation = (fact.high - fact.low) / 4
    return Target(id_, fact.low, fact.high, observation, DISCREPANCY * observation)


def fitted_targets() -> tuple[Target, ...]:
    """Targets, in the order of the facts."""
    return tuple(
        target_of(id_, fact)
        for id_, fact in facts().items()
        if id_ in SHORT_MEASURES and id_.partition(".")[0] in FITTED
    )


def watched_facts() -> tuple[str, ...]:
    """What the same runs show and nothing is accepted on."""
    fitted = {target.id for target in fitted_targets()}
    return tuple(id_ for id_ in facts() if id_ in SHORT_MEASURES and id_ not in fitted)


def numbers_at(point: Floats) -> list[float]:
    """Numbers of the drawn parameters at a point of the unit cube: value, factor or shift."""
    specs = load_specs()[0]
    return [quantile(specs[n], float(u)) for n, u in zip(drawn_names(), point, strict=True)]


def parameters_at(point: Floats) -> Parameters:
    """Parameters at a point of the unit cube."""
    from simulator.parameters import Parameters

    specs = load_specs()[0]
    numbers = zip(drawn_names(), numbers_at(point), strict=True)
    return Parameters({name: moved(specs[name], number) for name, number in numbers})


@dataclass(frozen=True)
class ModelProblem:
    """The baseline over five years and the stressed scenario over two, from one population."""

    population: str
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        return drawn_names()

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return fitted_targets()

    @cached_property
    def watched(self) -> tuple[str, ...]:
        return watched_facts()

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        from simulator.evidence import scenarios_for

        return scenarios_for(SHORT_RUNS)

    def evaluate(self, point: Floats, replicate: int) -> dict[str, float]:
        """Facts of one world; see `Problem`."""
        from simulator.evidence import NotMeasured, observe
        from simulator.population import load_population

        parameters = parameters_at(point)
        population = load_population(self.population, parameters=parameters)
        evidence = observe(self.scenarios, population, parameters, self.seed, replicate)
        found = {}
        for id_ in (*(target.id for target in self.targets), *self.watched):
            try:
                found[id_] = SHORT_MEASURES[id_](evidence)
            except NotMeasured:
                found[id_] = np.nan
        return found

    def numbers(self, points: Floats) -> Floats:
        """See `Problem`."""
        return np.array([numbers_at(point) for point in points])

    def identity(self) -> dict[str, Any]:
        """See `Problem`."""
        from simulator.population import load_spec

        described = json.dumps(signatures(), sort_keys=True).encode()
        return {
            "population": {"name": self.population, "sha256": load_spec(self.population).digest},
            "scenarios": dict(SHORT_RUNS),
            "parameters_sha256": hashlib.sha256(described).hexdigest(),
        }
