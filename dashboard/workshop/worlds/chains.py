"""Which worlds a room needs, in the order in which people wait for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Literal

from dashboard.workshop.export import export, last_quarter, last_round
from dashboard.workshop.futures import Futures, rounds_begun
from dashboard.workshop.room.assumptions import assumed_value
from dashboard.workshop.room.plays import decided
from dashboard.workshop.room.state import Room
from dashboard.workshop.worlds.advance import Station
from simulator.plan import BASELINE, Plan, plan_units
from simulator.provenance import code_digest, files_digest
from simulator.scenario import Scenario, load_scenario
from simulator.simulation import Job

What = Literal["futures", "contributions", "reference", "supposed", "results"]
# Who waits for what: a hall of people for futures, then for the assumption that it has just asked
# for, then for contributions.
ORDER: Final[tuple[What, ...]] = ("futures", "supposed", "contributions", "reference", "results")
_KEY_LENGTH: Final = 20
_LIBRARIES: Final = ("mesa", "numba", "numpy", "pyarrow")


@dataclass(frozen=True)
class Chain:
    """One future of a room: a station at the end of each round, under one set of parameters."""

    stations: tuple[Station, ...]
    job: Job

    @property
    def key(self) -> str:
        """What its worlds are in the end."""
        return self.stations[-1].key


@dataclass(frozen=True)
class Task:
    """A world of a chain that somebody waits for."""

    what: What
    chain: Chain
    world: int
    record: bool = False


@dataclass(frozen=True, eq=False)
class Needs:
    """Futures of a room as it stands; a chain has a station for each round it is needed for.

    `population`: a built-in name or the path of a population file.
    """

    futures: Futures
    population: str

    @property
    def room(self) -> Room:
        """The room."""
        return self.futures.room

    @cached_property
    def plan(self) -> Plan:
        """Worlds as `penser-demain run` plays them."""
        settings = self.room.settings
        return plan_units(settings.source, None, settings.worlds)

    @cached_property
    def job(self) -> Job:
        """What all worlds share, but for the scenario."""
        return Job((), self.population, self.plan.source, self.room.settings.seed)

    @cached_property
    def rounds(self) -> int:
        """Rounds whose decisions are taken."""
        return decided(self.room)

    @cached_property
    def reference(self) -> Chain:
        """The room without cards, up to the round that is being played."""
        count = max(self.rounds, rounds_begun(self.room))
        return self._chain([self.futures.reference(n) for n in range(count)])

    @cached_property
    def played(self) -> Chain | None:
        """What was decided; None before the first decision."""
        if not self.rounds:
            return None
        return self._chain([self.futures.played(n) for n in range(self.rounds)])

    @cached_property
    def without(self) -> Mapping[str, Chain]:
        """Role → what was decided but for its cards."""
        return {
            role.id: self._chain([self.futures.without(role.id, n) for n in range(self.rounds)])
            for role in self.room.settings.roles
            if self.rounds
        }

    @cached_property
    def baseline(self) -> Chain:
        """The baseline, which stands beside everything in a results folder."""
        count = last_round(self.room) + 1
        return self._chain([load_scenario(BASELINE)] * count)

    @cached_property
    def supposed(self) -> tuple[Chain, Chain] | None:
        """As played under the assumption that is changed, and the reference under it."""
        hypothesis = self.room.hypothesis
        if hypothesis is None or self.played is None:
            return None
        value = assumed_value(hypothesis.parameter, hypothesis.toward)
        job = replace(self.job, settings=((hypothesis.parameter, value),))
        count = min(hypothesis.round + 1, self.rounds)
        played = self._chain([self.futures.played(n) for n in range(count)], job)
        against = self._chain([self.futures.reference(n) for n in range(count)], job)
        return played, against

    def tasks(self) -> Iterator[Task]:
        """All worlds, in order; some may be there already, or be the same as others."""
        for what in ORDER:
            for world in range(len(self.plan.worlds)):
                for chain in self._wanted(what):
                    yield Task(what, chain, world)

    def records(self) -> Iterator[Task]:
        """Worlds whose whole records make the results folder."""
        for world in range(len(self.plan.worlds)):
            for chain in self.kept:
                yield Task("results", chain, world, record=True)

    def _wanted(self, what: What) -> list[Chain]:
        if what == "futures":
            decided_on = replace(self.reference, stations=self.reference.stations[: self.rounds])
            return [] if self.played is None else [decided_on, self.played]
        if what == "contributions":
            return list(self.without.values())
        if what == "reference":
            return [self.reference]
        return list(self.supposed or ()) if what == "supposed" else []

    @cached_property
    def kept(self) -> list[Chain]:
        """Chains of a results folder, in its order; as long as each other."""
        count = last_round(self.room) + 1
        played = self.played or self._chain([self.futures.played(0)])
        chains = [self.baseline, self.reference, played]
        return [replace(chain, stations=chain.stations[:count]) for chain in chains]

    @cached_property
    def kept_name(self) -> str:
        """Equal names, equal results folders: the same worlds, of the same scenario files."""
        keys = "-".join(chain.key[:8] for chain in self.kept)
        files = json.dumps(dict(export(self.room).files), sort_keys=True)  # titles, who played
        return f"{keys}-{hashlib.sha256(files.encode()).hexdigest()[:8]}"

    def importance(self) -> dict[str, int]:
        """Key → how much its states are needed: 1 to 4, nothing where they are not."""
        main = [self.reference, *([self.played] if self.played else ())]
        found: dict[str, int] = {}
        for low, high, chains in ((1, 3, [*self.without.values()]), (2, 4, main)):
            for chain in chains:
                for station in chain.stations[:-1]:
                    found[station.key] = max(found.get(station.key, 0), low)
                found[chain.key] = max(found.get(chain.key, 0), high)
        return found

    def _chain(self, scenarios: list[Scenario], job: Job | None = None) -> Chain:
        job = self.job if job is None else job
        stations = []
        for number, scenario in enumerate(scenarios):
            quarters = last_quarter(self.room.settings, number) + 1
            stations.append(Station(self._key(scenario, quarters, job), quarters, scenario))
        return Chain(tuple(stations), job)

    def _key(self, scenario: Scenario, quarters: int, job: Job) -> str:
        """Equal keys, equal worlds: neither titles nor who played have a part in it."""
        levers: Any = scenario.resolved()["levers"]
        families = {
            role.id: role.family.given() for role in self.room.settings.roles if role.family
        }
        content = [
            levers, quarters, self.room.settings.region, self.room.settings.population, job.source,
            job.seed, job.settings, families, program(),
        ]  # fmt: skip
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


@lru_cache(maxsize=1)
def program() -> str:
    """What plays and reads worlds: states of another version are of no use."""
    here = Path(__file__).resolve().parent
    own = files_digest(here, [here / "reading.py", here / "advance.py"])
    return " ".join([code_digest(), own, *(metadata.version(name) for name in _LIBRARIES)])
