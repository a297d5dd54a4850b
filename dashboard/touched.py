"""Where a scenario acts: one that touches a région alone is looked at there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from simulator.as_run import scenario_as_run
from simulator.codes import REGIONS
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.results import Results

MOST: Final = 3  # régions that are told one by one


@lru_cache(maxsize=256)
def regions_touched(results: Results, scenario: str) -> tuple[str, ...]:
    """Codes of the régions that every lever is limited to; empty where one acts beyond them."""
    try:
        levers = scenario_as_run(results, scenario).levers
    except InputError:
        return ()
    found: set[str] = set()
    for lever in levers:
        if not lever.where.region:
            return ()
        found.update(lever.where.region)
    ordered = tuple(code for code in REGIONS if code in found)
    return ordered if len(ordered) <= MOST else ()
