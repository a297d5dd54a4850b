"""Playing a world of a room on from where it is; runs in a worker, which leaves files.

What is new of a round is its reading first, then its state: where a state is, the readings up to it
are too.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.workshop.worlds import store
from simulator.simulation import Job

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.scenario import Scenario

_POPULATIONS_KEPT: Final = 24


@dataclass(frozen=True)
class Station:
    """The end of a round: how many quarters are played by then, under which scenario."""

    key: str
    quarters: int
    scenario: Scenario


@dataclass(frozen=True)
class Step:
    """A world that goes on to its last station.

    job: population, source, seed and settings. unit: draw, structure, replicate. families: role →
    dimension → code. wanted: a file that is there as long as somebody needs the world. record:
    leave the whole record too, for a results folder. last: nothing will go on from its last
    station, whose state is not left.
    """

    room: Path
    world: int
    unit: tuple[int, str, int]
    stations: tuple[Station, ...]
    job: Job
    families: Mapping[str, Mapping[str, str]]
    wanted: Path
    record: bool = False
    last: bool = False

    def file(self, station: Station, kind: store.Kind) -> Path:
        """A file of this world."""
        return store.world_file(self.room, station.key, self.world, kind)


class _Unwanted(Exception):
    """Nobody needs the world any more."""


def advance(step: Step) -> None:
    """Play what is missing; leaves nothing half done where it is stopped."""
    try:
        model = _arrived(step)
        if step.record:
            _leave_record(step, model)
        model.release()
    except _Unwanted:
        pass


def _arrived(step: Step) -> EssModel:
    from simulator.following import follow
    from simulator.model import EssModel

    parameters = step.job.parameters(step.unit[0])
    model, played = _resumed(step)
    for station in step.stations[played:]:
        if model is None:
            model = EssModel(
                station.scenario, population=_population(step.job, step.unit[0]),
                seed=step.job.seed, replicate=step.unit[2], parameters=parameters,
                structure=step.unit[1], quarters=station.quarters, collect=False,
            )  # fmt: skip
        else:
            follow(model, station.scenario, station.quarters)
        while model.running:
            _check_wanted(step)
            model.step()
        _leave(step, station, model, parameters)
    assert model is not None
    return model


def _resumed(step: Step) -> tuple[EssModel | None, int]:
    """The world at the latest station that is kept whole, and how many stations are behind it."""
    from simulator.continuing import thawed

    for index in range(len(step.stations) - 1, -1, -1):
        readings = (step.file(station, "reading") for station in step.stations[: index + 1])
        state = store.read(step.file(step.stations[index], "state"))
        if state is not None and all(store.read(path) is not None for path in readings):
            return thawed(state, _population(step.job, step.unit[0])), index + 1
    return None, 0


def _leave(step: Step, station: Station, model: EssModel, parameters: Parameters) -> None:
    from dashboard.workshop.worlds.reading import reading_of
    from simulator.continuing import frozen

    reading = reading_of(model.recorder.finish(), station.scenario, parameters, step.families)
    goes_on = not (step.last and station is step.stations[-1])
    state = frozen(model) if goes_on and store.has_space(step.room) else None
    _check_wanted(step)
    store.write(step.file(station, "reading"), pickle.dumps(reading, protocol=5))
    if state is not None:
        store.write(step.file(station, "state"), state)


def _leave_record(step: Step, model: EssModel) -> None:
    from simulator.trajectories import compact

    content = pickle.dumps(compact(model.recorder.finish()), protocol=5)
    _check_wanted(step)
    store.write(step.file(step.stations[-1], "record"), content)


def _check_wanted(step: Step) -> None:
    if not step.wanted.exists():
        raise _Unwanted


def _population(job: Job, draw: int) -> Population:
    assert isinstance(job.population, str)
    return _built(job.population, job.source, job.seed, job.settings, draw)


@lru_cache(maxsize=_POPULATIONS_KEPT)
def _built(
    name: str, source: str, seed: int, settings: tuple[tuple[str, float], ...], draw: int
) -> Population:
    from simulator.population import load_population

    return load_population(name, parameters=Job((), name, source, seed, settings).parameters(draw))
