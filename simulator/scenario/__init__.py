"""Scenarios: files that people write, read strictly and compiled to effects on the model."""

from simulator.levers import Effects, Modifier, Programme, Selector, VoteChange
from simulator.scenario.catalogue import (
    STARTING_SET,
    list_scenarios,
    scenario_folder,
    scenario_path,
)  # fmt: skip
from simulator.scenario.hypothesis import REFERENCE, Hypothesis, Indicator
from simulator.scenario.json_schemas import scenario_schema
from simulator.scenario.loading import load_scenario, parse_scenario, scenario_of
from simulator.scenario.schema import Horizon, Scenario, Uncertainty

__all__ = [
    "REFERENCE", "STARTING_SET", "Effects", "Horizon", "Hypothesis", "Indicator", "Modifier",
    "Programme", "Scenario", "Selector", "Uncertainty", "VoteChange", "list_scenarios",
    "load_scenario", "parse_scenario", "scenario_folder", "scenario_of", "scenario_path",
    "scenario_schema",
]  # fmt: skip
