"""Running a plan: units that are missing are played, kept, and joined in tables."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.execution.dispatch import dispatch
from experiments.execution.perform import Work, lost
from experiments.execution.rounds import rounds
from experiments.execution.sameness import surroundings
from experiments.execution.unit import Unit
from experiments.execution.workers import GivenExecutor, Workers
from experiments.execution.worlds import Worlds
from experiments.plan.points import check_points
from experiments.plan.size import check_size, size_of
from experiments.results import ExperimentResults
from experiments.store import reading
from experiments.store.folder import ExperimentFolder
from experiments.store.lock import locked
from simulator import pool
from simulator.plan import BASELINE
from simulator.problems import InputError
from simulator.provenance import commit
from simulator.results_folder import MANIFEST
from simulator.scenario import load_scenario

if TYPE_CHECKING:
    from experiments.plan import Plan

Progress = Callable[[int, int], None]
EXECUTORS = ("processes", "dask")


def run(
    plan: Plan | str | os.PathLike[str],
    out: str | os.PathLike[str],
    executor: str | Executor = "processes",
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    yes: bool = False,
    progress: Progress | None = None,
    command: str | None = None,
    retry_failed: bool = False,
) -> ExperimentResults:
    """Run a plan, keep everything in the folder `out`, and open it.

    plan: a plan, the id of one that ships, or a path. executor: `processes` on this machine, `dask`
    (a cluster on this machine, or that of a `scheduler` such as `tcp://192.0.2.1:8786`), or any
    `concurrent.futures.Executor`. workers: all processors by default; the results depend on
    neither. resume: go on in a folder that was begun, with what is missing. retry_failed: and play
    units that failed again, in the same worlds. yes: accept a plan of many hours. progress: called
    with units done and units known of.

    A unit that fails is a row of `runs`, and the others go on. Raises InputError for bad input,
    before anything is written; FolderError where the disk refuses the results, WorkersError where
    no worker is left, KeyboardInterrupt on Ctrl-C: what is finished stays, and `resume` goes on.
    """
    path = Path(os.path.abspath(out))
    text, plan = _read(plan)
    if retry_failed and not resume:
        raise InputError.single("retry-failed", "is for a folder that was begun", "add --resume")
    reading.check_folder(path, resume)
    finished = _finished(path, plan, retry_failed)
    if finished is not None:
        return finished
    if workers is None:
        workers = pool.available_workers()
    _check_executor(executor, workers, scheduler)
    check_size(size_of(plan), workers, yes)
    check_points(plan)
    work = Worlds(plan)
    # The cluster is asked before the folder is made.
    with _crew(executor, workers, scheduler, work, path) as crew:
        told = progress or (lambda done, total: None)
        fill(plan, text, path, crew, work, told, command, retry_failed)
    return ExperimentResults.load(path)


def fill(
    plan: Plan,
    text: str,
    path: Path,
    crew: Workers,
    work: Work,
    progress: Progress,
    command: str | None = None,
    retry_failed: bool = False,
) -> None:
    """Make the folder of a plan or go on in it, until nothing is missing."""
    clock = time.monotonic()
    with begun(plan, text, path, command, retry_failed) as folder:
        play(plan, folder, crew, work, progress)
        folder.finish(plan.title.en, time.monotonic() - clock)


def begun(
    plan: Plan, text: str, path: Path, command: str | None, retry_failed: bool = False
) -> AbstractContextManager[ExperimentFolder]:
    """The folder of a plan, made where it is not there, locked; `text`: the plan as given."""
    baseline = load_scenario(BASELINE)
    started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    manifest = {**identity(plan), "command": command, "started": started}
    texts = {
        reading.PLAN: text,
        reading.RESOLVED: plan.to_yaml(),
        **{f"scenarios/{s.id}.yaml": s.to_yaml() for s in (baseline, *plan.levers.policies)},
    }
    return ExperimentFolder.opened(path, manifest, texts, plan.design_points(), retry_failed)


def play(
    plan: Plan, folder: ExperimentFolder, crew: Workers, work: Work, progress: Progress
) -> None:
    """Play what is missing, round by round."""
    design = plan.design_points()

    def keep(unit: Unit, content: bytes | None) -> None:
        folder.keep(unit, content)
        progress(folder.finished, len(folder.order))

    for keys in rounds(plan, len(design), folder.outcomes):
        missing = folder.extend(keys)
        progress(folder.finished, len(folder.order))
        dispatch(units_of(design, missing), crew, keep, lambda unit: lost(work, unit))


def units_of(design: pd.DataFrame, keys: Iterable[tuple[int, int]]) -> Iterator[Unit]:
    """Units of (replicate, design_id), each with its design point."""
    columns = list(design.columns)
    for replicate, design_id in keys:
        point = dict(zip(columns, design.iloc[design_id].tolist(), strict=True))
        yield Unit(design_id, replicate, point)


def identity(plan: Plan) -> dict[str, Any]:
    """What a manifest says of a plan and of what it runs on."""
    return {
        "format": 1,
        **surroundings(),
        "commit": commit(),
        "plan": {"id": plan.id, "sha256": plan.digest, "title": plan.title.model_dump()},
        "seed": plan.seed,
        "population": {"name": plan.population.id, "sha256": plan.population.digest},
        "scenarios": list(plan.scenario_ids),
        "reference": plan.reference,
        "outcomes": [outcome.name for outcome in plan.outcomes],
        "units": plan.rows() * plan.replicates.most,
        "stopping_rule": plan.replicates.fixed is None,
    }


def _finished(path: Path, plan: Plan, retry_failed: bool) -> ExperimentResults | None:
    """The results, where there is nothing left to do."""
    from experiments.store.identity import refuse_another

    if not (path / MANIFEST).exists():
        return None
    refuse_another(path, identity(plan), plan.to_yaml())
    if not reading.is_complete(reading.read_manifest(path)):
        return None
    if reading.is_untidy(path):
        # Left by a kill in the last step. Where another process holds the folder, it is its own.
        with suppress(InputError), locked(path / reading.LOCK):
            if reading.is_complete(reading.read_manifest(path)):
                reading.tidy(path)
    reading.check_files(path, reading.read_manifest(path), contents=retry_failed)
    found = ExperimentResults.load(path)
    return None if retry_failed and found.failed else found


def _read(plan: Plan | str | os.PathLike[str]) -> tuple[str, Plan]:
    """The text of a plan as it was given, and the plan."""
    from experiments.plan import Plan, load_plan, plan_path

    if isinstance(plan, Plan):
        return plan.to_yaml(), plan
    found = load_plan(plan)
    file = Path(plan) if Path(plan).is_file() else plan_path(os.fspath(plan))
    return file.read_text(encoding="utf-8"), found


def _check_executor(executor: str | Executor, workers: int, scheduler: str | None) -> None:
    if not 1 <= workers <= 1024:
        raise InputError.single("workers", f"{workers} is not possible", "1 to 1024")
    if isinstance(executor, str) and executor not in EXECUTORS:
        raise InputError.single(
            "executor", f"{executor!r} is not known", "one of " + ", ".join(EXECUTORS)
        )
    if scheduler is not None and executor != "dask":
        raise InputError.single(
            "scheduler", "only dask has one", "add --executor dask, or leave --scheduler out"
        )


@contextmanager
def _crew(
    executor: str | Executor, count: int, scheduler: str | None, work: Worlds, path: Path
) -> Iterator[Workers]:
    """The workers, ended at once when something goes wrong."""
    crew: Workers
    if isinstance(executor, Executor):
        crew = GivenExecutor(executor, count, work)
    elif executor == "dask":
        from experiments.execution.cluster import Cluster

        if scheduler is None:
            _compile_once()
        crew = Cluster(count, work, scheduler)
    else:
        from experiments.execution.processes import Processes

        _compile_once()
        crew = Processes(count, work, path / reading.JOURNAL)
    try:
        yield crew
    except BaseException:
        crew.close(at_once=True)
        raise
    crew.close(at_once=False)


def _compile_once() -> None:
    """Or every worker of this machine would compile the same kernels."""
    from simulator.compiled import are_kept
    from simulator.simulation import prime

    if not are_kept():
        prime("fil-de-l-eau")
