"""The future that supposes what another one supposes, and decides nothing."""

from __future__ import annotations

from functools import lru_cache

from simulator.as_run import scenario_as_run
from simulator.problems import InputError
from simulator.results import Results


@lru_cache(maxsize=64)
def mixes(results: Results, scenario: str) -> bool:
    """Whether a scenario both supposes and decides: its difference then holds both."""
    return len({lever.nature for lever in scenario_as_run(results, scenario).levers}) > 1


@lru_cache(maxsize=64)
def with_same_hypotheses(results: Results, scenario: str) -> str | None:
    """The scenario of the results whose levers are the hypotheses of this one and nothing else."""
    supposed = _levers(results, scenario, "hypothesis")
    for other in results.scenario_ids:
        try:
            if supposed and _levers(results, other, None) == supposed:
                return other
        except InputError:  # its file can no longer be read
            continue
    return None


def _levers(results: Results, scenario: str, nature: str | None) -> list[str]:
    return sorted(
        lever.model_dump_json()
        for lever in scenario_as_run(results, scenario).levers
        if nature in (None, lever.nature)
    )
