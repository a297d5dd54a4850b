"""The levers of a scenario, what is supposed apart from what is decided, and who pays for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from simulator.as_run import parameters_as_run, population_as_run, scenario_as_run
from simulator.costing import LeverCost, effect_costs, inflation_path, rates_changed_from, yearly
from simulator.levers import Lever
from simulator.results import Results


@dataclass(frozen=True)
class CostedLever:
    """One lever, and its euros by payer.

    `costs` is empty where it moves none by itself, None where they are not known. `rates_from`:
    the first year in which it changes how fast prices or payments grow, which moves euros that no
    cost tells; None where it changes none.
    """

    lever: Lever
    costs: tuple[LeverCost, ...] | None
    rates_from: int | None = None

    @property
    def is_decision(self) -> bool:
        return self.lever.nature == "decision"

    def moves_rates(self, year: int) -> bool:
        """Whether the euros of a year depend on a growth that the lever changes."""
        return self.rates_from is not None and self.rates_from <= year


@lru_cache(maxsize=64)
def costed_levers(results: Results, scenario: str) -> tuple[CostedLever, ...]:
    """Levers of a scenario in their order, costed on the population of the run.

    Without that population their costs are not known. Raises InputError where the scenario's file
    can no longer be read.
    """
    made = scenario_as_run(results, scenario)
    parameters = parameters_as_run(results, results.units[0][0])
    population = population_as_run(results, parameters)
    quarters = len(results.quarters) - 1
    compiled = [lever.compile(quarters, parameters) for lever in made.levers]
    inflation = yearly(inflation_path(compiled, parameters, quarters))
    return tuple(
        CostedLever(
            lever,
            None
            if population is None
            else tuple(effect_costs(scenario, effects, population, inflation)),
            rates_changed_from(effects),
        )
        for lever, effects in zip(made.levers, compiled, strict=True)
    )


def costs_known(levers: tuple[CostedLever, ...]) -> bool:
    """Whether the euros of all levers are known; those of none at all are."""
    return all(costed.costs is not None for costed in levers)


def decided_euros(levers: tuple[CostedLever, ...], year: int, decisions: bool) -> dict[str, float]:
    """Payer → euros of 2025 that decisions (or hypotheses) add or take in a year."""
    found: dict[str, float] = {}
    for costed in levers:
        if costed.is_decision == decisions:
            for cost in costed.costs or ():
                if not cost.open_ended:
                    euros = cost.change.get(year, 0.0)
                    found[cost.payer] = found.get(cost.payer, 0.0) + euros
    return {payer: euros for payer, euros in found.items() if abs(euros) >= 0.5}
