"""A room as the engine follows it: what it needs, what is there, what there is to tell."""

from __future__ import annotations

import pickle
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.workshop.export import population_text
from dashboard.workshop.futures import Futures, rounds_begun
from dashboard.workshop.outcome import Looked, Outcome, Progress, Supposed
from dashboard.workshop.room.plays import decided, plays
from dashboard.workshop.room.state import Room
from dashboard.workshop.worlds import store
from dashboard.workshop.worlds.advance import Station, Step
from dashboard.workshop.worlds.chains import ORDER, Chain, Needs, Task

if TYPE_CHECKING:
    from dashboard.workshop.worlds.reading import Reading

_TRIES: Final = 2  # of a world whose process dies
_AGAIN_AFTER: Final = (5.0, 20.0, 60.0)  # seconds until a world that failed is tried again
World = tuple[str, int]  # key, number of the world
THE_ROOM: Final[World] = ("", 0)  # stands for what fails before any world


def content(room: Room) -> tuple[Any, ...]:
    """What the worlds of a room depend on: equal contents need the same worlds."""
    played = rounds_of(room, len(room.settings.rounds))
    return played, decided(room), rounds_begun(room), room.hypothesis, room.tables


def rounds_of(room: Room, count: int) -> tuple[Any, ...]:
    """What was played, and which shocks were drawn, in the first rounds."""
    return (
        tuple(play for play in plays(room) if play.round < count),
        tuple(shock for shock in room.shocks if shock[0] < count),
    )


@dataclass(frozen=True)
class Told:
    """What was last said of a room, and what it is about: its content, and that of each round."""

    looked: Looked = field(default_factory=Looked)
    content: tuple[Any, ...] = ()
    rounds: tuple[tuple[Any, ...], ...] = ()

    def of(self, room: Room) -> Looked:
        """As far as it is about the room as it stands now."""
        if self.content == content(room):
            return self.looked
        outcomes = {
            number: outcome
            for number, outcome in self.looked.outcomes.items()
            if number < decided(room) and self.rounds[number] == rounds_of(room, number + 1)
        }
        waiting = Progress(0, room.settings.worlds, "futures" if decided(room) else "reference")
        return Looked(outcomes, None, waiting)


@dataclass
class Watched:
    """Lives in the engine's thread; others only read `told`, and say what they would keep."""

    room: Room
    folder: Path
    keeping: tuple[Needs, ...] = ()  # of the room as it was, whose results somebody waits for
    content: tuple[Any, ...] = ()
    planned: tuple[Needs, ...] = ()  # of `keeping`
    needs: Needs | None = None
    tasks: list[Task] = field(default_factory=list)
    readings: dict[World, Reading] = field(default_factory=dict)
    running: dict[World, Task] = field(default_factory=dict)
    tries: dict[World, int] = field(default_factory=dict)
    failed: dict[World, str] = field(default_factory=dict)  # error's identifier in the log
    failures: dict[World, int] = field(default_factory=dict)
    again: dict[World, float] = field(default_factory=dict)  # when one that failed is tried again
    served: int = 0  # when it last had a worker, for fairness
    ended: int = 0  # worlds since the last sweep
    stale: bool = True  # there is something new to tell
    told: Told = field(default_factory=Told)
    at: float = 0.0  # when it was last told

    # -- what is needed -------------------------------------------------------------------

    def plan(self) -> None:
        """Find out what the room needs as it stands now."""
        if not self.due():
            return
        for one in self.keeping:
            if one not in self.planned:  # whoever asks for results has a new try
                self._forgive({THE_ROOM[0], *(chain.key for chain in one.kept)})
        self.content, self.planned = content(self.room), self.keeping
        self.needs, self.tasks, self.stale = None, [], True
        self.folder.mkdir(parents=True, exist_ok=True)
        needs = self.needs_of(self.room)
        tasks = [*needs.tasks(), *(task for one in self.planned for task in one.records())]
        self.tasks = sorted(tasks, key=lambda task: ORDER.index(task.what))
        needed = {s.key for task in self.tasks for s in task.chain.stations}
        self.readings = {world: one for world, one in self.readings.items() if world[0] in needed}
        self._forgive({key for key, _ in self.failed} - needed)
        for key in needed:
            if (self.folder / key).is_dir():
                for world in range(self.room.settings.worlds):
                    self._read(key, world)
        self.needs = needs  # last: not there where the room cannot be simulated

    def needs_of(self, room: Room) -> Needs:
        """What the room needs as it stands, or as it stood."""
        population: str = room.settings.population
        if room.settings.region is not None:
            path = self.folder / "population.yaml"
            if not path.exists():
                store.place(path, population_text(room.settings).encode())
            population = str(path)
        return Needs(Futures(room), population)

    def _read(self, key: str, world: int) -> None:
        if (key, world) not in self.readings:
            kept = store.read(store.world_file(self.folder, key, world, "reading"))
            if kept is not None:
                self.readings[key, world] = pickle.loads(kept)

    def arrived(self, task: Task) -> None:
        """A world was played on: read what it left."""
        for station in task.chain.stations:
            self._read(station.key, task.world)
        self.ended += 1
        self.stale = True

    def done(self, task: Task) -> bool:
        """Whether all that the task is for is there."""
        there = all((s.key, task.world) in self.readings for s in task.chain.stations)
        return there and (not task.record or self.record_file(task.chain, task.world).exists())

    def record_file(self, chain: Chain, world: int) -> Path:
        """Where the record of a world is left for a results folder."""
        return store.world_file(self.folder, chain.key, world, "record")

    def open_tasks(self) -> Iterator[Task]:
        """Tasks that are still to be done, running ones included, in order."""
        return (
            task
            for task in self.tasks
            if not self.done(task) and (task.chain.key, task.world) not in self.failed
        )

    def next_task(self, worker: int, workers: int) -> Task | None:
        """What a worker could do next for the room; a world is always the same worker's."""
        return next(
            (
                task
                for task in self.open_tasks()
                if task.world % workers == worker
                and (task.chain.key, task.world) not in self.running
            ),
            None,
        )

    def step(self, task: Task, wanted: Path) -> Step:
        """The task as a worker takes it."""
        assert self.needs is not None
        roles = self.room.settings.roles
        return Step(
            self.folder, task.world, self.needs.plan.worlds[task.world], task.chain.stations,
            task.chain.job, {role.id: role.family.given() for role in roles if role.family},
            wanted, task.record,
            task.what == "contributions"
            and len(task.chain.stations) == len(self.room.settings.rounds),
        )  # fmt: skip

    def still_wanted(self, task: Task) -> bool:
        """Whether what is being played is still of use."""
        return any(
            other.chain.key == task.chain.key and other.world == task.world
            for other in self.open_tasks()
        )

    def may_try_again(self, world: World) -> bool:
        """Whether a world whose process died is worth another one."""
        self.tries[world] = self.tries.get(world, 0) + 1
        return self.tries[world] < _TRIES

    def sweep(self) -> None:
        """Keep the room's files within bounds."""
        if self.needs is not None:
            importance = self.needs.importance()
            store.sweep(self.folder, lambda key: importance.get(key, 0))
            self.ended = 0

    def rest(self) -> None:
        """Once the room is over and all is told, let go of what the disk has, and of states there.

        What was told stays. What is asked for later is read again, or played again.
        """
        if self.room.phase != "ended" or self.needs is None or self.stale or self.planned:
            return
        if self.told.looked.progress is None and not self.running and not self.due():
            self.needs, self.tasks, self.readings = None, [], {}
            store.sweep(self.folder, lambda key: 0, most=0)

    # -- what there is to tell --------------------------------------------------------------

    @property
    def urgent(self) -> bool:
        """Whether people look at a round of which there is nothing yet."""
        return self.needs is not None and len(self.told.looked.outcomes) < self.needs.rounds

    def tell(self) -> bool:
        """Sum up what is there; whether there is anything new."""
        before, self.stale = self.told.looked, False
        rounds = range(0 if self.needs is None else self.needs.rounds)
        outcomes = {n: found for n in rounds if (found := self._outcome(n)) is not None}
        looked = Looked(outcomes, self._supposed(), self._progress())
        about = tuple(rounds_of(self.room, n + 1) for n in rounds)
        self.told = Told(looked, self.content, about)
        return looked != before

    def due(self) -> bool:
        """Whether it is to be planned for again."""
        return (self.content, self.planned) != (content(self.room), self.keeping)

    def fail(self, world: World, error: str) -> None:
        """A world failed, or THE_ROOM as it stands; a few times it is tried again later."""
        self.failed[world] = error
        times = self.failures[world] = self.failures.get(world, 0) + 1
        if times <= len(_AGAIN_AFTER):
            self.again[world] = time.monotonic() + _AGAIN_AFTER[times - 1]

    def try_again(self) -> None:
        """Try what failed and is due once more: a disk that was full may have space by now."""
        for world in [one for one, at in self.again.items() if at <= time.monotonic()]:
            self._forget(world)
            self.stale = True
            if world == THE_ROOM:
                self.content = ()

    def _forgive(self, keys: Collection[str]) -> None:
        """As if none of these had failed before."""
        for world in [one for one in self.failed if one[0] in keys]:
            self._forget(world)
            del self.failures[world]

    def _forget(self, world: World) -> None:
        self.failed.pop(world, None)
        self.again.pop(world, None)
        self.tries.pop(world, None)

    def _outcome(self, number: int) -> Outcome | None:
        assert self.needs is not None and self.needs.played is not None
        played = self.needs.played.stations[number]
        reference = self.needs.reference.stations[number]
        without = {role: one.stations[number] for role, one in self.needs.without.items()}
        return self._summed(number, played, reference, without)

    def _supposed(self) -> Supposed | None:
        if self.needs is None or self.needs.supposed is None:
            return None
        played, against = self.needs.supposed
        number = len(played.stations) - 1
        outcome = self._summed(number, played.stations[-1], against.stations[-1], {})
        ((name, value),) = played.job.settings
        return None if outcome is None else Supposed(name, value, outcome)

    def _summed(
        self, number: int, played: Station, reference: Station, without: dict[str, Station]
    ) -> Outcome | None:
        from dashboard.workshop.worlds.outcomes import FEWEST, Asked, Pairs, outcome_of

        assert self.needs is not None
        worlds = self.needs.plan.worlds
        both = [
            world
            for world in range(len(worlds))
            if (played.key, world) in self.readings and (reference.key, world) in self.readings
        ]
        if len(both) < FEWEST:
            return None
        pairs = Pairs(
            [worlds[world] for world in both],
            [self.readings[played.key, world] for world in both],
            [self.readings[reference.key, world] for world in both],
        )
        support = bool(played.scenario.support or reference.scenario.support)
        asked = Asked(self.room.settings, number, support, self.needs.futures.refused(number))
        less = {
            role: {
                place: self.readings[station.key, world]
                for place, world in enumerate(both)
                if (station.key, world) in self.readings
            }
            for role, station in without.items()
        }
        return outcome_of(asked, pairs, less)

    def _progress(self) -> Progress | None:
        waiting = list(self.open_tasks())
        failed = next(iter(self.failed.values()), None)
        if not waiting:
            return None if failed is None else Progress(0, 0, "futures", failed)
        what = next(kind for kind in ORDER if any(task.what == kind for task in waiting))
        total = sum(task.what == what for task in self.tasks)
        left = sum(task.what == what for task in waiting)
        return Progress(total - left, total, what, failed)
