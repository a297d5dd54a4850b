"""How many runs a plan asks for, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.problems import InputError

if TYPE_CHECKING:
    from experiments.plan import Plan

# docs/benchmark.md: a quarter takes some 2 ms however few the rows, and 1.1 µs a row.
_QUARTER: Final = 2e-3
_ROW: Final = 1.1e-6
LARGE: Final = 2.0
"""Hours from which a plan is run only when it is said twice."""


@dataclass(frozen=True)
class Size:
    """`units` and `runs` (scenarios of units), at most; `hours` on so many workers, about."""

    points: int
    units: int
    runs: int
    hours: float


def size_of(plan: Plan, workers: int) -> Size:
    """What a plan asks for; hours are those of a machine like that of docs/benchmark.md."""
    from simulator.parameters import Parameters
    from simulator.population.build import build
    from simulator.population.parameters import InitialParameters

    points = plan.rows()
    units = points * plan.replicates.most
    runs = units * len(plan.scenario_ids)
    people = build(plan.population, InitialParameters.read(Parameters.default()))
    seconds = runs * plan.horizon * (_QUARTER + _ROW * people.organisations.rows)
    return Size(points, units, runs, seconds / workers / 3600)


def refuse_large(plan: Plan, workers: int) -> None:
    """InputError where a plan takes hours, with how many."""
    size = size_of(plan, workers)
    if size.hours > LARGE:
        raise InputError.single(
            "plan", f"{plan.id} asks for up to {size.runs:,} runs ({size.points:,} design points × "
            f"{plan.replicates.most:,} replicates × {len(plan.scenario_ids)} scenarios): "
            f"about {size.hours:,.1f} hours on {workers} workers",
            "make it smaller, or add --yes",
        )  # fmt: skip
