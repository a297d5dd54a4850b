"""Running scenarios side by side: one replicate, all its scenarios, is the unit of work."""

from __future__ import annotations

import contextlib
import datetime
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import compiled, pool
from simulator.codes import quarter_label
from simulator.model import EssModel
from simulator.plan import (
    Plan,
    check_quarters,
    check_seed,
    check_workers,
    gather,
    plan_units,
)
from simulator.problems import InputError
from simulator.process_names import check_travels, origin, replacements
from simulator.provenance import commit, environment
from simulator.results import Results
from simulator.structures import DEFAULT
from simulator.trajectories import Run, compact, quarters_of

if TYPE_CHECKING:
    from simulator.panel import Panel, PanelChoice
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.process_names import Process
    from simulator.recording import RunRecord
    from simulator.scenario import Scenario

Progress = Callable[[int, int], None]
RECORDABLE = ("organisations",)
SMALL = 5_000  # rows of a world that plays a few quarters in no time
Kept = tuple["RunRecord", "Panel | None"]
_simulated = False  # by this process, with workers


@dataclass(frozen=True)
class Job:
    """What all units of one simulation share."""

    scenarios: tuple[Scenario, ...]
    population: Population | str
    source: str
    seed: int
    settings: tuple[tuple[str, float], ...] = ()
    quarters: int | None = None
    panel: PanelChoice | None = None
    processes: tuple[tuple[str, Process], ...] = ()

    def parameters(self, draw: int) -> Parameters:
        """Parameters of a draw (0 is the defaults), with the settings of the whole run."""
        from simulator.parameters import Parameters

        parameters = (
            Parameters.default() if draw == 0 else Parameters.draw(draw, self.seed, self.source)
        )
        for name, value in self.settings:
            parameters = parameters.with_(name, set=value)
        return parameters


def simulate(
    scenarios: Sequence[Scenario | str] | Scenario | str,
    population: Population | str = "workshop",
    replicates: int | None = None,
    seed: int | None = 2026,
    workers: int | None = None,
    parameters: str | None = None,
    draws: int | None = None,
    quarters: int | None = None,
    reference: str | None = None,
    record: Sequence[str] = (),
    progress: Progress | None = None,
    set: Mapping[str, float] | None = None,
    command: str | None = None,
    structures: Sequence[str] | str | None = None,
    columns: Sequence[str] | None = None,
    cohort: float | None = None,
    processes: Mapping[str, Process] | None = None,
) -> Results:
    """Simulate scenarios with common random numbers; the baseline always runs along.

    scenarios: scenarios, ids or paths. population: a name, a path or a population. replicates:
    20 by default. seed: None draws a fresh one, kept in the manifest. workers: processes (all
    processors by default); the results do not depend on it. parameters: `default`, `ranges` or
    `accepted`; None takes what the scenarios' `uncertainty` says. draws: draws of the parameters;
    one per replicate unless both are given (`plan_units`). quarters: horizon instead of the
    scenarios' own. reference: the scenario that `compare` takes differences from. record: also
    keep `organisations`. progress: called with units done and in all. set: parameter values for
    every scenario of the run, the reference included. structures: names of
    `structures.STRUCTURES`, or `all`; every unit is run under each. columns, cohort: what the
    record of organisations holds, and the share of them that it follows. processes: replace
    processes of the quarter (see `EssModel`); with several workers each must be a function at the
    top of a module, since it travels to them.

    Raises InputError for bad input, `pool.UnitError` when a replicate fails, and `Interrupted`
    on Ctrl-C, with the replicates that were finished.
    """
    started = time.time()
    check_quarters(quarters)
    check_seed(seed)
    check_workers(workers)
    panel = chosen_panel(record, columns, cohort)
    replacements(processes)
    if workers != 1:
        check_travels(processes)
    asked = [scenarios] if not isinstance(scenarios, Sequence | tuple) or isinstance(
        scenarios, str) else list(scenarios)  # fmt: skip
    gathered = gather(asked, reference, quarters)
    uncertainties = [s.uncertainty for s in gathered if s.uncertainty is not None]
    plan = plan_units(parameters, draws, replicates, uncertainties, structures)
    job = Job(
        tuple(gathered),
        population,
        plan.source,
        secrets.randbits(62) if seed is None else seed,
        tuple((set or {}).items()),
        quarters,
        panel,
        tuple((processes or {}).items()),
    )
    first = job.parameters(plan.units[0][0])  # what is wrong is told before anything runs
    if plan.source == "default":
        job = _with_population(job, first)
    reference_id = reference_of(gathered, reference)

    if workers != 1 and len(plan.worlds) > 1:
        _ready_kernels(job)

    def results(found: list[list[Kept]], incomplete: str | None = None) -> Results:
        return results_of(job, plan, found, reference_id, started, command, incomplete)

    try:
        found = pool.map_units(
            _work,
            plan.worlds,
            shared=(job,),
            workers=workers,
            name=lambda unit: f"draw {unit[0]}, {unit[1]} structure, replicate {unit[2]}",
            progress=progress,
        )
    except pool.Stopped as stop:
        done = len(stop.finished)
        text = f"stopped after {done} of {len(plan.worlds)} replicates\n"
        raise Interrupted(results(stop.finished, text) if done else None) from None
    return results(found)


def _ready_kernels(job: Job) -> None:
    """See to it that no two workers compile the same kernels.

    Where kernels are kept, a first simulation leaves loading them to its workers, side by side; a
    process that simulates again loads them once, for all its workers to come.
    """
    global _simulated
    if _simulated or not compiled.are_kept():
        prime(job.scenarios[0], job.population)
    _simulated = True


def prime(scenario: Scenario | str, population: Population | str = "demo") -> None:
    """Compile or load the kernels once, before the workers: they inherit them or find them kept.

    population: a small one that is there already, or "demo".
    """
    if isinstance(population, str) or population.organisations.rows > SMALL:
        population = "demo"
    # What fails here fails in its unit too, where it is told.
    with contextlib.suppress(Exception):
        model = EssModel(scenario, population=population, seed=0, quarters=4, collect=False)
        while model.running:
            model.step()
        model.release()
        compiled.note_kept()


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a simulation; `results` holds the replicates finished, or is None."""

    def __init__(self, results: Results | None) -> None:
        super().__init__("interrupted")
        self.results = results


def simulate_unit(
    scenarios: Sequence[Scenario],
    population: Population | str,
    parameters: Parameters,
    seed: int,
    replicate: int,
    quarters: int | None = None,
    structure: str = DEFAULT,
    processes: Mapping[str, Process] | None = None,
) -> list[RunRecord]:
    """One replicate of all scenarios, paired by common random numbers; a record for each."""
    return [
        record
        for record, _ in _run_unit(
            scenarios, population, parameters, seed, replicate, quarters, structure, processes
        )
    ]


def _run_unit(
    scenarios: Sequence[Scenario],
    population: Population | str,
    parameters: Parameters,
    seed: int,
    replicate: int,
    quarters: int | None,
    structure: str,
    processes: Mapping[str, Process] | None,
    choice: PanelChoice | None = None,
) -> list[Kept]:
    from simulator.panel import Panel

    kept: list[Kept] = []
    for scenario in scenarios:
        panel = None if choice is None else Panel(choice)
        model = EssModel(
            scenario,
            population=population,
            seed=seed,
            replicate=replicate,
            parameters=parameters,
            quarters=quarters,
            collect=False,
            structure=structure,
            processes=processes,
        )
        if panel is not None:
            panel.look(model)
        while model.running:
            model.step()
            if panel is not None:
                panel.look(model)
        kept.append((compact(model.recorder.finish()), panel))
        model.release()
    return kept


def _work(unit: tuple[int, str, int], job: Job) -> list[Kept]:
    draw, structure, replicate = unit
    parameters = job.parameters(draw)
    population = job.population
    if isinstance(population, str):
        from simulator.population import load_population

        population = load_population(population, parameters=parameters)
    return _run_unit(
        job.scenarios, population, parameters, job.seed, replicate, job.quarters, structure,
        dict(job.processes), job.panel,
    )  # fmt: skip


def _with_population(job: Job, parameters: Parameters) -> Job:
    """Synthesise the population once where every replicate starts from the same."""
    if not isinstance(job.population, str):
        return job
    from dataclasses import replace

    from simulator.population import load_population

    return replace(job, population=load_population(job.population, parameters=parameters))


def chosen_panel(
    record: Sequence[str], columns: Sequence[str] | None = None, cohort: float | None = None
) -> PanelChoice | None:
    """What to record of each organisation, None where nothing is; InputError for bad input."""
    for name in record:
        if name not in RECORDABLE:
            raise InputError.single(
                "record", f"unknown {name!r}", "one of " + ", ".join(RECORDABLE)
            )
    if not record:
        for field, value in (("columns", columns), ("cohort", cohort)):
            if value is not None:
                raise InputError.single(
                    field, "nothing is recorded of organisations", "add --record organisations"
                )
        return None
    from simulator.panel import PanelChoice

    return PanelChoice.of(columns, cohort)


def reference_of(scenarios: Sequence[Scenario], reference: str | None) -> str:
    """Id of the scenario that differences are taken from; a path names the scenario it holds."""
    if reference is None:
        return scenarios[0].id
    if reference in {s.id for s in scenarios}:
        return reference
    from simulator.scenario import load_scenario

    return load_scenario(reference).id


def results_of(
    job: Job,
    plan: Plan,
    found: list[list[Kept]],
    reference: str,
    started: float,
    command: str | None,
    incomplete: str | None,
) -> Results:
    """Results of the worlds found, those of `plan` in their order, as far as they go."""
    runs = [
        Run(scenario.id, draw, replicate, record, structure, panel)
        for (draw, structure, replicate), records in zip(plan.worlds, found, strict=False)
        for scenario, (record, panel) in zip(job.scenarios, records, strict=True)
    ]
    dimensions = {
        name: [quarter_label(int(q)) for q in quarters_of(runs[0].record, name)]
        for name in runs[0].record.sums
    }
    begun = datetime.datetime.fromtimestamp(started, datetime.UTC)
    manifest: dict[str, Any] = {
        "format": 1,
        **environment(),
        "commit": commit(),
        "command": command,
        "seed": job.seed,
        "population": _population_entry(job),
        "scenarios": {s.id: scenario_entry(s) for s in job.scenarios},
        "reference": reference,
        "parameters": {
            "source": plan.source,
            "settings": dict(job.settings),
            "differences": {k: _plain(v) for k, v in job.parameters(0).differences().items()},
        },
        "structures": list(plan.structures),
        "processes": {name: origin(process) for name, process in job.processes},
        "panel": None if job.panel is None else job.panel.as_dict(),
        "units": [list(world) for world in plan.worlds[: len(found)]],
        "quarters": dimensions["all"],
        "dimensions": dimensions,
        "laws": _worst(runs),
        "started": begun.isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 3),
    }
    return Results(
        manifest,
        runs=runs,
        scenario_texts={s.id: s.to_yaml() for s in job.scenarios},
        incomplete=incomplete,
        population=None if isinstance(job.population, str) else job.population,
    )


def scenario_entry(scenario: Scenario) -> dict[str, Any]:
    """What the manifest says of a scenario."""

    def both(text: Any) -> dict[str, str]:
        return {"fr": text.fr, "en": text.en}

    return {
        "sha256": scenario.digest,
        "title": both(scenario.title),
        "subtitle": None if scenario.subtitle is None else both(scenario.subtitle),
        "family": str(scenario.family),
        "support": list(scenario.support),
        "hypotheses": [h.model_dump(mode="json", exclude_none=True) for h in scenario.hypotheses],
    }


def _population_entry(job: Job) -> dict[str, Any]:
    population = job.population
    if isinstance(population, str):
        return {"name": population}
    return {"name": population.name, "sha256": population.digest}


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _worst(runs: Sequence[Run]) -> dict[str, float]:
    """Largest relative error of each accounting law over all runs."""
    worst: dict[str, float] = {}
    for run in runs:
        for law, error in run.record.laws.items():
            worst[law] = max(worst.get(law, 0.0), float(error))
    return worst
