"""The results of a run, written from the records that processes left, in a process of its own.

The records of all worlds take gigabytes in memory; it goes with the process.
"""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.live.workers import prepare
from simulator import pool
from simulator.plan import BASELINE
from simulator.simulation import Kept, results_of

if TYPE_CHECKING:
    from dashboard.live.request import Request
    from simulator.recording import RunRecord


def record_file(folder: Path, index: int) -> Path:
    """Where the records of a world lie, the reference first."""
    return folder / f"{index}.records"


def write_apart(request: Request, worlds: Path, begun: float, target: Path) -> None:
    """Write the results folder `target` of a run from the records in `worlds`.

    begun: when it began (seconds since 1970). Raises OSError where the disk refuses,
    BrokenExecutor where the process dies.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=prepare) as executor:
        with pool.pinned_threads():
            writing = executor.submit(_write, request, worlds, begun, target)
        writing.result()


def _write(request: Request, worlds: Path, begun: float, target: Path) -> None:
    found: list[list[Kept]] = [
        [(record, None) for record in _records(record_file(worlds, index))]
        for index in range(len(request.plan.worlds))
    ]
    made = results_of(request.for_results(), request.plan, found, BASELINE, begun, None, None)
    made.manifest["title"] = request.title
    made.save(target, overwrite=True)


def _records(path: Path) -> list[RunRecord]:
    with path.open("rb") as file:
        records: list[RunRecord] = pickle.load(file)
    return records
