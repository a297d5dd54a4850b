"""The hypotheses of all scenarios at once, with memory that does not grow with their number.

A unit of work is one scenario in one world (draw, structure, replicate). Of its run only the
numbers that some hypothesis reads are kept; worlds of one draw are paired by common random numbers
as in any other run, so that the outcomes are those of a run of the scenarios side by side.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator import hypotheses, pool
from simulator.codes import quarter_index, quarter_label
from simulator.hypotheses import Reader, Reading, readings
from simulator.plan import BASELINE, Plan, check_seed, plan_units
from simulator.population import load_population
from simulator.problems import InputError
from simulator.provenance import environment
from simulator.results import Results
from simulator.scenario import list_scenarios, load_scenario
from simulator.simulation import Job, prime, scenario_entry, simulate_unit
from simulator.trajectories import Run

if TYPE_CHECKING:
    from simulator.population import Population
    from simulator.scenario import Scenario

Progress = Callable[[int, int], None]
Item = tuple[tuple[int, str, int], int]  # world, number of the scenario
POPULATION = "national"


@dataclass(frozen=True)
class ScenarioCheck:
    """What was run, and the table of `hypotheses.check`."""

    manifest: dict[str, Any]
    table: pd.DataFrame
    incomplete: bool = False


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a check; `found` holds the worlds that were finished, or is None."""

    def __init__(self, found: ScenarioCheck | None) -> None:
        super().__init__("interrupted")
        self.found = found


def default_source(seed: int = 2026) -> str:
    """`accepted` where a calibrated set ships with this version, else `ranges`."""
    from simulator.parameters import Parameters

    try:
        Parameters.draw(1, seed, "accepted")
    except InputError:
        return "ranges"
    return "accepted"


def check_scenarios(
    scenarios: Sequence[str] | None = None,
    population: str = POPULATION,
    source: str | None = None,
    draws: int | None = None,
    seed: int = 2026,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ScenarioCheck:
    """Every hypothesis of the scenarios, each world with a replicate of its own.

    scenarios: ids or paths; all that ship by default. Those that their hypotheses compare with
    run along.
    source: `accepted`, `ranges` or `default`; by default the calibrated set where there is one.
    draws: of the parameters, or replicates with `default`; 20 by default. Raises InputError for
    bad input, `pool.UnitError` when a run fails, and `Interrupted` on Ctrl-C.
    """
    started = time.time()
    check_seed(seed)
    source = source or default_source(seed)
    fixed = source == "default"
    plan = plan_units(source, None if fixed else draws, draws if fixed else None)
    chosen = [load_scenario(identifier) for identifier in scenarios or list_scenarios()]
    asked = tuple(scenario.id for scenario in chosen)
    run = _with_references(chosen)
    last = _last_quarter(chosen)
    wanted = _readings(run, asked)
    job = Job(tuple(run), population, plan.source, seed, quarters=last + 1)
    job.parameters(plan.units[0][0])  # what is wrong is told before anything runs
    load_population(population)
    items = [(world, number) for world in plan.worlds for number in range(len(run))]
    prime(run[0])

    def told(found: list[list[float]]) -> ScenarioCheck:
        return _judged(job, plan, asked, wanted, found, started)

    try:
        found = pool.map_units(
            _work, items, shared=(job, wanted), workers=workers, progress=progress,
            name=lambda item: f"draw {item[0][0]}, {run[item[1]].id}",
        )  # fmt: skip
    except pool.Stopped as stop:
        worlds = len(stop.finished) // len(run)
        raise Interrupted(told(stop.finished[: worlds * len(run)]) if worlds else None) from None
    return told(found)


def _with_references(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """The baseline, the scenarios, and those that they are compared with, each once."""
    found = {BASELINE: load_scenario(BASELINE)}
    waiting = list(scenarios)
    asked = {scenario.id for scenario in waiting}
    while waiting:
        scenario = waiting.pop(0)
        found.setdefault(scenario.id, scenario)
        if scenario.id in asked:
            named = {h.versus for h in scenario.hypotheses} | {
                part for h in scenario.hypotheses for part in h.parts or ()
            }
            waiting += [load_scenario(name) for name in sorted(filter(None, named - set(found)))]
    return list(found.values())


def _last_quarter(scenarios: Iterable[Scenario]) -> int:
    """Index of the last quarter that a hypothesis looks at: nothing is run beyond it."""
    looked_at = [
        quarter_index(hypothesis.at or scenario.horizon.last)
        for scenario in scenarios
        for hypothesis in scenario.hypotheses
    ]
    return max(looked_at, default=0)


def _readings(scenarios: Sequence[Scenario], asked: Sequence[str]) -> dict[str, list[Reading]]:
    """Scenario → numbers of its run that some hypothesis reads."""
    wanted: dict[str, dict[Reading, None]] = {scenario.id: {} for scenario in scenarios}
    for scenario in scenarios:
        if scenario.id not in asked:
            continue
        for hypothesis in scenario.hypotheses:
            at = hypothesis.at or scenario.horizon.last
            entry = hypothesis.model_dump(mode="json", exclude_none=True)
            for one, reading in readings(scenario.id, entry, at, BASELINE):
                wanted[one][reading] = None
    return {name: list(found) for name, found in wanted.items()}


def _work(item: Item, job: Job, wanted: dict[str, list[Reading]]) -> list[float]:
    """Numbers of one run, in the order of the readings wanted."""
    (draw, structure, replicate), number = item
    scenario = job.scenarios[number]
    if not wanted[scenario.id]:
        return []
    parameters = job.parameters(draw)
    assert isinstance(job.population, str)
    people = _population(job.population, draw, job.source, job.seed)
    (record,) = simulate_unit(
        [scenario], people, parameters, job.seed, replicate, job.quarters, structure
    )
    run = Run(scenario.id, draw, replicate, record, structure)
    kept = {
        name: [quarter_label(int(quarter)) for quarter in quarters]
        for name, quarters in record.quarters.items()
    }
    manifest = {
        "scenarios": {scenario.id: {}},
        "reference": scenario.id,
        "units": [list(item[0])],
        "quarters": kept["all"],
        "dimensions": kept,
    }
    read = Reader(Results(manifest, runs=[run]))
    return [float(read(scenario.id, reading)[0]) for reading in wanted[scenario.id]]


@lru_cache(maxsize=1)
def _population(name: str, draw: int, source: str, seed: int) -> Population:
    """The population of a draw: kept while a worker goes through the scenarios of its world."""
    return load_population(name, parameters=Job((), name, source, seed).parameters(draw))


def _judged(
    job: Job,
    plan: Plan,
    asked: Sequence[str],
    wanted: dict[str, list[Reading]],
    found: list[list[float]],
    started: float,
) -> ScenarioCheck:
    count = len(job.scenarios)
    worlds = plan.worlds[: len(found) // count]
    values = {
        (scenario.id, reading): np.array(
            [found[world * count + number][place] for world in range(len(worlds))]
        )
        for number, scenario in enumerate(job.scenarios)
        for place, reading in enumerate(wanted[scenario.id])
    }
    quarters = [quarter_label(q) for q in range(-1, job.quarters or 0)]
    begun = datetime.datetime.fromtimestamp(started, datetime.UTC)
    entries = {s.id: scenario_entry(s) for s in job.scenarios}
    for name in entries:
        if name not in asked:
            entries[name]["hypotheses"] = []
    manifest: dict[str, Any] = {
        **environment(),
        "seed": job.seed,
        "population": {"name": job.population},
        "scenarios": entries,
        "reference": BASELINE,
        "parameters": {"source": plan.source},
        "units": [list(world) for world in worlds],
        "dimensions": {"all": quarters},
        "started": begun.isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 3),
    }
    results = Results(manifest)
    table = hypotheses.check(results, lambda scenario, reading: values[scenario, reading])
    return ScenarioCheck(manifest, table, len(worlds) < len(plan.worlds))
