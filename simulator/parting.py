"""Where the paths of two worlds part first: the quarter, and the process of the quarter.

The first unit of both scenarios is played again, side by side, with a checksum of the world after
every process (`simulator.divergence`), until bytes and a fate have parted or the quarter asked for
is over. A results folder says all that this takes; where it was made by other code, or with a
process that was replaced, the worlds of the results cannot be had again and the answer is a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.as_run import parameters_as_run, population_as_run
from simulator.codes import quarter_index, quarter_label
from simulator.divergence import Place, Step, TracedModel
from simulator.explain_groups import Refused
from simulator.provenance import code_digest

if TYPE_CHECKING:
    from simulator.results import Results

Unit = tuple[int, str, int]


@dataclass(frozen=True)
class Parting:
    """First place where two worlds differ at all, and where somebody's fate does; None is never.

    A fate is who is there, the legal form, agreements, groups, projects, vacancies, procedures.
    """

    unit: Unit
    first: Place | None
    fate: Place | None


def parting(results: Results, scenario: str, reference: str, until: str) -> Parting | Refused:
    """Play the first unit of both scenarios again, up to the quarter `until` at most."""
    from simulator.scenario import parse_scenario

    manifest = results.manifest
    if manifest.get("code_sha256") != code_digest():
        return Refused("other_code")
    if manifest.get("processes"):
        return Refused("processes_replaced")
    unit = results.units[0]
    parameters = parameters_as_run(results, unit[0])
    population = population_as_run(results, parameters)
    if population is None:
        return Refused("population_unknown")
    one, other = (
        TracedModel(
            parse_scenario(results.scenario_text(name)),
            population,
            seed=int(manifest["seed"]),
            replicate=unit[2],
            parameters=parameters,
            quarters=len(results.quarters) - 1,
            collect=False,
            structure=unit[1],
        )
        for name in (scenario, reference)
    )
    return _played(one, other, unit, quarter_index(until))


def _played(one: TracedModel, other: TracedModel, unit: Unit, last: int) -> Parting:
    seen, first, fate = 0, None, None
    while True:
        steps = list(zip(one.trace.steps[seen:], other.trace.steps[seen:], strict=True))
        seen += len(steps)
        first = first or _first(steps, lambda step: step.state)
        fate = fate or _first(steps, lambda step: step.fates)
        if (first and fate) or one.quarter > last:
            break
        one.step()
        other.step()
    one.release()
    other.release()
    return Parting(unit, first, fate)


def _first(steps: list[tuple[Step, Step]], part: Callable[[Step], str]) -> Place | None:
    for mine, theirs in steps:
        if part(mine) != part(theirs):
            return Place(quarter_label(mine.quarter), mine.process)
    return None
