"""Penser demain: an agent-based simulator of the French social and solidarity economy.

    import simulator as sim

    baseline, shock = sim.load_scenario("fil-de-l-eau"), sim.load_scenario("choc-regional")
    results = sim.simulate([baseline, shock], population="workshop", replicates=20, seed=2026)
    results.compare("jobs_fte", by="sector")

Names are imported when first used, so that `import simulator` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from simulator.version import __version__

if TYPE_CHECKING:
    from simulator.indicators import INDICATORS
    from simulator.model import EssModel
    from simulator.parameters import Parameters
    from simulator.population import Population, load_population
    from simulator.problems import InputError
    from simulator.results import Results
    from simulator.scenario import Scenario, list_scenarios, load_scenario
    from simulator.simulation import simulate, simulate_unit
    from simulator.support_break_even import BreakEven, break_even

_WHERE = {
    "INDICATORS": "simulator.indicators",
    "BreakEven": "simulator.support_break_even",
    "EssModel": "simulator.model",
    "InputError": "simulator.problems",
    "Parameters": "simulator.parameters",
    "Population": "simulator.population",
    "Results": "simulator.results",
    "Scenario": "simulator.scenario",
    "break_even": "simulator.support_break_even",
    "list_scenarios": "simulator.scenario",
    "load_population": "simulator.population",
    "load_scenario": "simulator.scenario",
    "simulate": "simulator.simulation",
    "simulate_unit": "simulator.simulation",
}

__all__ = [
    "INDICATORS",
    "BreakEven",
    "EssModel",
    "InputError",
    "Parameters",
    "Population",
    "Results",
    "Scenario",
    "__version__",
    "break_even",
    "list_scenarios",
    "load_population",
    "load_scenario",
    "simulate",
    "simulate_unit",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
