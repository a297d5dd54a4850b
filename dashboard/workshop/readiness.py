"""Is this machine fit for a workshop? What it can simulate live, keep, and show to phones."""

from __future__ import annotations

import gc
import platform
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.server import PORT, check_port
from dashboard.workshop.network import NetworkAddress, addresses
from simulator.problems import InputError

if TYPE_CHECKING:
    from dashboard.live.workers import Workers

FEWEST, WANTED, MOST = 10, 20, 50  # worlds of a reveal
SECONDS: Final = 2.0  # until the first distribution of a reveal
ALL_SECONDS: Final = 6.0  # until that of all its worlds: people read the first one [judgement]
ROUND: Final = "2028Q4"  # three years, as long as any round
POPULATIONS: Final = ("workshop", "demo")  # by preference
EVERYWHERE: Final = "0.0.0.0"
DISK_NEEDED: Final = 5_000_000_000  # bytes: a room keeps about 2 GB (store.MOST_BYTES)
MEMORY_NEEDED: Final = 500_000_000  # bytes left beside the processes that simulate
_ROLES: Final = 4
_TRIAL: Final = ".penser-demain-"
_TURNS: Final = 3  # worlds of each process


@dataclass(frozen=True)
class Pace:
    """How quick a population is in a session: `first` seconds until a reveal shows a distribution,
    `per_second` worlds (three years as played), `worlds` that a reveal plays, `seconds` until
    that of all of them is there."""

    population: str
    first: float
    per_second: float
    worlds: int
    seconds: float

    @property
    def in_time(self) -> bool:
        """Whether the first distribution, and that of all worlds, come as soon as is wanted."""
        return self.first <= SECONDS and self.seconds <= ALL_SECONDS


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
    """Measure this machine: a round of a room is played, as in a session.

    folder: where rooms will be kept (it need not be there yet). port: where the workshop will be
    served. Leaves nothing behind.
    """
    import psutil

    from dashboard.live.workers import Workers

    folder = _existing(folder)
    with closing(Workers()) as workers:
        workers.pids()  # warm
        paces = _paces(workers, folder)
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
    return min(max(int(per_second * ALL_SECONDS), FEWEST), MOST)


def _paces(workers: Workers, folder: Path) -> tuple[Pace, ...]:
    """Paces by preference, up to the first that is in time."""
    found: list[Pace] = []
    for population in POPULATIONS:
        found.append(_pace(workers, population, folder))
        if found[-1].in_time:
            break
    return tuple(found)


def _pace(workers: Workers, population: str, folder: Path) -> Pace:
    """Play the first round of a room: populations, worlds and files as in a session."""
    from dashboard.workshop.engine import Engine
    from dashboard.workshop.trial import Trial, trial_settings

    worlds = _TURNS * workers.count
    settings = trial_settings(_ROLES, population=population, worlds=worlds, rounds=(ROUND,))
    with tempfile.TemporaryDirectory(prefix=_TRIAL, dir=_for_worlds(folder)) as place:
        engine = Engine(Path(place), lambda code: None, workers)
        try:
            waited = Trial(engine, settings).reveal(0)
        finally:
            engine.close()
            for number in range(workers.count):
                workers.run(number, _done).result()
    per_second = worlds / waited.whole
    wanted = worlds_in(per_second)
    return Pace(population, waited.first, per_second, wanted, wanted / per_second)


def _done() -> None:
    """After it, a worker writes nothing more of what it was asked before; its memory is free."""
    gc.collect()


def _for_worlds(folder: Path) -> Path | None:
    """The disk on which worlds will be kept; that of temporary files where it takes nothing."""
    try:
        with tempfile.TemporaryDirectory(prefix=_TRIAL, dir=folder):
            return folder
    except OSError:
        return None


def journal_fault(folder: Path) -> str | None:
    """Why the journal of a room could not be kept in a folder; None where it can.

    Some shared and synchronised folders refuse what SQLite needs for a write-ahead log.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=_TRIAL, dir=folder) as trial:
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
