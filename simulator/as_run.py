"""What some results were made of, had again from their manifest and their scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.results import Results
    from simulator.scenario import Scenario


def scenario_as_run(results: Results, scenario: str) -> Scenario:
    """The scenario of the results' own files; InputError where its file can no longer be read."""
    from simulator.scenario import parse_scenario

    return parse_scenario(results.scenario_text(scenario), f"{scenario}.yaml")


def parameters_as_run(results: Results, draw: int) -> Parameters:
    """Parameters of a draw (0 is the defaults), with the settings of the whole run."""
    from simulator.parameters import Parameters

    told, seed = results.manifest["parameters"], int(results.manifest["seed"])
    found = Parameters.default() if draw == 0 else Parameters.draw(draw, seed, told["source"])
    for name, value in told["settings"].items():
        found = found.with_(name, set=value)
    return found


def population_as_run(results: Results, parameters: Parameters) -> Population | None:
    """The population of the run, None where it cannot be had again."""
    from simulator.population import load_population

    if results.population is not None:
        return results.population
    told = results.manifest["population"]
    try:
        population = load_population(told["name"], parameters=parameters)
    except InputError:
        return None
    return population if told.get("sha256", population.digest) == population.digest else None


def price_levels(scenario: Scenario, parameters: Parameters, quarters: int) -> np.ndarray:
    """(quarters,) prices of each quarter over those of 2025, from the first quarter of 2026 on."""
    from simulator.costing import inflation_path

    inflation = inflation_path([scenario.effects(quarters, parameters)], parameters, quarters)
    levels: np.ndarray = np.cumprod((1.0 + inflation) ** 0.25)
    return levels
