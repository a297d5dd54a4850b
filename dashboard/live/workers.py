"""Processes that stay warm: kernels loaded, populations and the reference's worlds at hand.

Each worker is a pool of one process, so that a world always goes to the same one (which still has
the reference of that world), and a process that is killed takes only its own world with it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator import pool

if TYPE_CHECKING:
    from simulator.recording import RunRecord
    from simulator.scenario import Scenario
    from simulator.simulation import Job

World = tuple[int, str, int]
MOST: Final = 8
_RECORDS_KEPT: Final = 12  # of the reference, some 7 MB each at workshop scale
_POPULATIONS_KEPT: Final = 24


class Workers:
    """Warm processes; `start` comes back at once, the first world waits until one is ready."""

    def __init__(self, count: int | None = None) -> None:
        self.count = min(count or pool.available_workers(), MOST)
        self._lock = threading.Lock()
        self._executors: list[ProcessPoolExecutor] = []
        self._ready: list[Future[int]] = []
        self._exchange = tempfile.TemporaryDirectory(
            prefix="penser-demain-", ignore_cleanup_errors=True
        )

    def start(self) -> None:
        """Start the processes, unless they are there."""
        with self._lock:
            if not self._executors:
                made = [self._made() for _ in range(self.count)]
                self._executors, self._ready = [m[0] for m in made], [m[1] for m in made]

    @property
    def started(self) -> bool:
        """Whether the processes are there, or on their way."""
        return bool(self._executors)

    def pids(self) -> list[int]:
        """Processes, once all are ready."""
        self.start()
        return [ready.result() for ready in self._ready]

    def play(
        self,
        job: Job,
        world: World,
        number: int,
        dimensions: tuple[str, ...] | None = None,
        whole: Path | None = None,
    ) -> Future[None]:
        """Play a world in worker `number`; `collect` it once the future is done.

        dimensions: groupings that its records keep, None for all. whole: file that its records go
        to, where those that are collected may hold the whole population only and no flows.
        The future raises BrokenExecutor where the process died, UnitError where the world failed,
        OSError where the disk refused.
        """
        return self.run(number, _play, job, world, self._parcel(number), dimensions, whole)

    def run(self, number: int, work: Callable[..., None], *given: Any) -> Future[None]:
        """Work of a module's top in worker `number`, after what was asked of it before.

        What it makes it leaves in files: the pool's own pipe is not for large things. The future
        raises BrokenExecutor where the process died.
        """
        self.start()
        return self._executors[number].submit(work, *given)

    def collect(self, number: int) -> list[RunRecord]:
        """Records of the world that worker `number` has just played, the reference first."""
        parcel = self._parcel(number)
        with parcel.open("rb") as file:
            records: list[RunRecord] = pickle.load(file)
        parcel.unlink()
        return records

    def replace(self, number: int) -> None:
        """Another process for one that died, unless somebody else has seen to it."""
        with self._lock:
            if not self._executors:  # all were ended meanwhile
                return
            try:
                self._executors[number].submit(os.getpid)
                return
            except BrokenExecutor:
                pool.end_now(self._executors[number])
            self._executors[number], self._ready[number] = self._made()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for executor in self._executors:
                pool.end_now(executor)
            self._executors, self._ready = [], []
        self._exchange.cleanup()

    def _made(self) -> tuple[ProcessPoolExecutor, Future[int]]:
        # The server has threads: a fork could copy a lock that one of them holds.
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(1, mp_context=context, initializer=prepare)
        with pool.pinned_threads():
            return executor, executor.submit(_warm)

    def _parcel(self, number: int) -> Path:
        # Not the pool's own pipe: a process killed half through a large result would leave its
        # reader waiting for the rest.
        return Path(self._exchange.name, str(number))


def prepare() -> None:
    """Once in each process: Ctrl-C is the server's business, and it ends with the server.

    Pages go before worlds: whoever decides or reads is not to wait for what is simulated.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _warm() -> int:
    """Load what every world needs; the number of the process."""
    from simulator.plan import BASELINE
    from simulator.scenario import load_scenario
    from simulator.simulation import prime

    prime(load_scenario(BASELINE))
    gc.freeze()
    return os.getpid()


def _play(
    job: Job, world: World, parcel: Path, dimensions: tuple[str, ...] | None, whole: Path | None
) -> None:
    reference, *others = job.scenarios
    records = [
        _reference_record(_Alone(job, reference), world),
        *(_record(job, one, world) for one in others),
    ]
    if dimensions is not None:
        records = [_of_dimensions(record, dimensions) for record in records]
    if whole is not None:
        _leave(records, whole)
        records = [_light(record) for record in records]
    _leave(records, parcel)


def _leave(records: list[RunRecord], path: Path) -> None:
    with path.open("wb") as file:
        pickle.dump(records, file, protocol=5)


def _light(record: RunRecord) -> RunRecord:
    """What first worlds are looked at with: a twentieth of a record of all groupings."""
    everybody = _of_dimensions(record, ("all",))
    return replace(everybody, flows={name: of[:0] for name, of in record.flows.items()})


def _of_dimensions(record: RunRecord, dimensions: tuple[str, ...]) -> RunRecord:
    """The same record with some groupings only."""
    return replace(
        record,
        sums={name: record.sums[name] for name in dimensions},
        quarters={name: record.quarters[name] for name in dimensions},
        medians={name: record.medians[name] for name in dimensions},
    )


class _Alone:
    """A job with one scenario, equal to those that give the same records."""

    def __init__(self, job: Job, scenario: Scenario) -> None:
        self.job, self.scenario = job, scenario
        self._key = (job.population, job.source, job.seed, scenario.digest)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alone) and other._key == self._key


@lru_cache(maxsize=_RECORDS_KEPT)
def _reference_record(alone: _Alone, world: World) -> RunRecord:
    return _record(alone.job, alone.scenario, world)


def _record(job: Job, scenario: Scenario, world: World) -> RunRecord:
    from simulator.simulation import simulate_unit

    draw, structure, replicate = world
    assert isinstance(job.population, str)
    population = _population(job.population, draw, job.source, job.seed)
    (record,) = simulate_unit(
        [scenario], population, job.parameters(draw), job.seed, replicate, structure=structure
    )
    return record


@lru_cache(maxsize=_POPULATIONS_KEPT)
def _population(name: str, draw: int, source: str, seed: int) -> Any:
    from simulator.population import load_population
    from simulator.simulation import Job as AnyJob

    return load_population(name, parameters=AnyJob((), name, source, seed).parameters(draw))
