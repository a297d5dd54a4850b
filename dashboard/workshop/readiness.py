"""Is this machine fit for a workshop? What it can simulate live, keep, and show to phones."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.server import PORT, check_port
from dashboard.workshop.network import NetworkAddress, addresses
from simulator.problems import InputError

if TYPE_CHECKING:
    from dashboard.live.request import Request
    from dashboard.live.workers import Workers, World

FEWEST, WANTED, MOST = 10, 20, 50  # worlds of a reveal
SECONDS: Final = 2.0  # until the first distribution of a reveal
QUARTERS: Final = 12  # of the longest round
POPULATIONS: Final = ("workshop", "demo")  # by preference
EVERYWHERE: Final = "0.0.0.0"
DISK_NEEDED: Final = 5_000_000_000  # bytes: a room keeps about 2 GB (store.MOST_BYTES)
MEMORY_NEEDED: Final = 500_000_000  # bytes left beside the processes that simulate
_FOR_WORLDS: Final = 0.8  # of the wait; the rest is for the figures [judgement]
_TURNS: Final = 3
_CUT: Final = """\
format: 1
id: mesure
title: {fr: Mesure, en: Measure}
narrative: {fr: Une coupe., en: A cut.}
family: funding_cuts
horizon: {start: 2026Q1, quarters: QUARTERS}
levers:
  - {lever: public_funding, change: {2026: "-10%"}}
"""


@dataclass(frozen=True)
class Pace:
    """How quick a population is: `per_second` worlds (a scenario beside its reference, three
    years), `worlds` that a reveal plays, `seconds` until their distribution is there."""

    population: str
    per_second: float
    worlds: int
    seconds: float

    @property
    def in_time(self) -> bool:
        """Whether so many worlds come within the wanted time."""
        return self.seconds <= SECONDS


@dataclass(frozen=True)
class Readiness:
    """What was measured on this machine. Sizes are in bytes; `memory_left` is what remains beside
    warm processes; `journal_fault` and `port_fault` are None where all is well."""

    system: str
    python: str
    processors: int
    memory: int
    memory_left: int
    disk_free: int
    folder: str
    paces: tuple[Pace, ...]
    journal_fault: str | None
    port: int
    port_fault: str | None
    addresses: tuple[NetworkAddress, ...]

    @property
    def pace(self) -> Pace:
        """That of the population to play with: the first in time, or the quickest."""
        return next((one for one in self.paces if one.in_time), self.paces[-1])

    @property
    def advised(self) -> dict[str, Any]:
        """`population` and `worlds` to play with."""
        return {"population": self.pace.population, "worlds": self.pace.worlds}

    @property
    def faults(self) -> tuple[str, ...]:
        """What stands in the way of a session: of `disk`, `memory`, `journal`, `port`."""
        wrong = {
            "disk": self.disk_free < DISK_NEEDED,
            "memory": self.memory_left < MEMORY_NEEDED,
            "journal": self.journal_fault is not None,
            "port": self.port_fault is not None,
        }
        return tuple(name for name, is_wrong in wrong.items() if is_wrong)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        found = [{**asdict(one), "url": one.url(self.port)} for one in self.addresses]
        return {
            **asdict(self),
            "paces": [asdict(pace) for pace in self.paces],
            "addresses": found,
            **self.advised,
            "in_time": self.pace.in_time,
            "faults": list(self.faults),
        }


def measure(folder: Path = Path("results"), port: int = PORT) -> Readiness:
    """Measure this machine: some seconds of real simulation, in processes like those of live runs.

    folder: where rooms will be kept (it need not be there yet). port: where the workshop will be
    served. Leaves nothing behind.
    """
    import psutil

    from dashboard.live.workers import Workers

    folder = _existing(folder)
    with closing(Workers()) as workers:
        workers.pids()  # warm
        paces = tuple(_pace(workers, population) for population in POPULATIONS)
        memory = psutil.virtual_memory()
    return Readiness(
        system=f"{platform.system()} {platform.release()} ({platform.machine()})",
        python=sys.version.split()[0],
        processors=workers.count,
        memory=memory.total,
        memory_left=memory.available,
        disk_free=shutil.disk_usage(folder).free,
        folder=str(folder.resolve()),
        paces=paces,
        journal_fault=journal_fault(folder),
        port=port,
        port_fault=_port_fault(port),
        addresses=tuple(addresses()),
    )


def worlds_in(per_second: float) -> int:
    """Worlds of a reveal: as many as come in time, but never under 10 nor over 50."""
    return min(max(int(per_second * SECONDS * _FOR_WORLDS), FEWEST), MOST)


def _pace(workers: Workers, population: str) -> Pace:
    from dashboard.live.request import Request
    from simulator.scenario import parse_scenario

    scenario = parse_scenario(_CUT.replace("QUARTERS", str(QUARTERS)))
    request = Request.of([scenario], population, "default", (1 + _TURNS) * workers.count)
    worlds = iter(request.plan.worlds)  # never one twice: references are remembered
    _turn(workers, request, worlds)  # reads the population
    begun = time.perf_counter()
    for _ in range(_TURNS):
        _turn(workers, request, worlds)
    per_second = _TURNS * workers.count / (time.perf_counter() - begun)
    wanted = worlds_in(per_second)
    return Pace(population, per_second, wanted, wanted / per_second / _FOR_WORLDS)


def _turn(workers: Workers, request: Request, worlds: Iterator[World]) -> None:
    """One world in each process, all at once as in a reveal."""
    mine = list(islice(worlds, workers.count))
    playing = [workers.play(request.job, world, n) for n, world in enumerate(mine)]
    for number, future in enumerate(playing):
        future.result()
        workers.collect(number)


def journal_fault(folder: Path) -> str | None:
    """Why the journal of a room could not be kept in a folder; None where it can.

    Some shared and synchronised folders refuse what SQLite needs for a write-ahead log.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".penser-demain-", dir=folder) as trial:
            path = Path(trial, "room.sqlite")
            with closing(sqlite3.connect(path)) as writing, closing(sqlite3.connect(path)) as also:
                (mode,) = writing.execute("PRAGMA journal_mode=WAL").fetchone()
                if mode != "wal":
                    return f"SQLite: journal_mode={mode}"
                writing.execute("PRAGMA synchronous=FULL")
                with writing:
                    writing.execute("CREATE TABLE decision (text TEXT)")
                    writing.execute("INSERT INTO decision VALUES ('kept')")
                if also.execute("SELECT text FROM decision").fetchall() != [("kept",)]:
                    return "SQLite: what was written is not read back"
    except (OSError, sqlite3.Error) as error:
        return str(error)
    return None


def _port_fault(port: int) -> str | None:
    try:
        check_port(EVERYWHERE, port)
    except InputError as error:
        return error.problems[0].message
    return None


def _existing(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    above = folder.absolute()
    return next(one for one in (above, *above.parents) if one.is_dir())
