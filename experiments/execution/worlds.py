"""The worlds of a unit: all scenarios of a plan at one design point, in one replicate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.execution.perform import Played
from experiments.execution.unit import Unit
from simulator.trajectories import Run, arrow_tables

if TYPE_CHECKING:
    from experiments.plan import Outcome, Plan

EVERYBODY: Final = "all"
LIFETIMES: Final = "lifetimes"


@dataclass(frozen=True)
class Worlds:
    """What is done with each unit of a plan; travels to the workers."""

    plan: Plan

    @property
    def seed(self) -> int:
        """See `Work`."""
        return self.plan.seed

    def __call__(self, unit: Unit) -> Played:
        """Run the scenarios, baseline first, and keep what the plan asks for."""
        from simulator.divergence import fates

        runs = self.runs(unit)
        kept = list(arrow_tables(runs, len(runs), self.dimensions))
        tables = {
            "outcomes": outcomes_table(self.plan.outcomes, runs, kept),
            "trajectories": pa.concat_tables(kept),
        }
        if LIFETIMES in self.plan.record:
            from simulator.lifetimes import lifetimes_table

            tables[LIFETIMES] = lifetimes_table(runs)
        digest = hashlib.sha256("".join(fates(run.record) for run in runs).encode())
        return Played(
            {name: _of_unit(unit, table) for name, table in tables.items()}, digest.hexdigest()
        )

    def runs(self, unit: Unit) -> list[Run]:
        """The record of each scenario."""
        from simulator.population import load_population
        from simulator.simulation import simulate_unit

        plan, parameters = self.plan, self.plan.parameters_of(unit.point)
        scenarios, structure = plan.scenarios_of(unit.point), plan.structure_of(unit.point)
        # Kept by the process for the last few sets of parameters that shape a population.
        population = load_population(plan.population, parameters=parameters)
        records = simulate_unit(
            scenarios, population, parameters, plan.seed, unit.replicate, plan.horizon, structure
        )
        draw = int(unit.point.get("draw", 0))
        return [
            Run(scenario.id, draw, unit.replicate, record, structure)
            for scenario, record in zip(scenarios, records, strict=True)
        ]

    @property
    def dimensions(self) -> list[str]:
        """Dimensions that trajectories are kept of."""
        return list(dict.fromkeys([EVERYBODY, *(outcome.by for outcome in self.plan.outcomes)]))


def outcomes_table(
    outcomes: Sequence[Outcome], runs: Sequence[Run], trajectories: Iterable[pa.Table]
) -> pa.Table:
    """One row per scenario, one column per outcome; not a number where there is no such group."""
    by_dimension = {table["dimension"][0].as_py(): table for table in trajectories}
    columns: dict[str, pa.Array] = {"scenario": pa.array([run.scenario for run in runs])}
    for outcome in outcomes:
        table = by_dimension[outcome.by]
        columns[outcome.name] = pa.array(
            [value_of(outcome, table, run.scenario) for run in runs], pa.float64()
        )
    return pa.table(columns)


def value_of(outcome: Outcome, table: pa.Table, scenario: str) -> float:
    """An outcome in one scenario, from the trajectories of its dimension in one unit."""
    wanted = {"scenario": scenario, "quarter": outcome.at, "group": outcome.group}
    mine = reduce(pc.and_, (pc.equal(table[name], text) for name, text in wanted.items()))
    found = table[outcome.indicator].filter(mine)
    return float(found[0].as_py()) if len(found) else float("nan")


def _of_unit(unit: Unit, table: pa.Table) -> pa.Table:
    """The table with the unit's keys in front."""
    rows = table.num_rows
    keys = {"design_id": unit.design_id}
    if "replicate" not in table.column_names:
        keys["replicate"] = unit.replicate
    for place, (name, value) in enumerate(keys.items()):
        table = table.add_column(place, name, pa.array(np.full(rows, value, np.int64)))
    return table
