"""A room as files that anybody can run again, and the command that does."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.workshop.futures import Futures
from dashboard.workshop.room.plays import decided
from dashboard.workshop.room.settings import Settings
from dashboard.workshop.room.state import Room
from simulator import codes
from simulator.scenario.writing import write_yaml


@dataclass(frozen=True)
class RoomExport:
    """Files by name: what was played, its reference, the population of a région.

    `command`, run beside the files, writes the results folder that `Engine.keep` keeps.
    """

    files: Mapping[str, str]
    command: str


def export(room: Room) -> RoomExport:
    """All rounds whose decisions are taken; before the first one, the first without cards."""
    futures, number = Futures(room), last_round(room)
    settings = room.settings
    played, reference = futures.played(number), futures.reference(number)
    files = {f"{one.id}.yaml": one.to_yaml() for one in (played, reference)}
    population: str = settings.population
    if settings.region is not None:
        population = f"{futures.identifier}-population.yaml"
        files[population] = population_text(settings)
    command = [
        "penser-demain", "run", f"{played.id}.yaml", "--reference", f"{reference.id}.yaml",
        "--population", population, "--parameters", settings.source,
        "--replicates", str(settings.worlds), "--seed", str(settings.seed),
        "--quarters", str(last_quarter(settings, number) + 1), "--out", played.id,
    ]  # fmt: skip
    return RoomExport(files, shlex.join(command))


def population_text(settings: Settings) -> str:
    """The population file of the région that is played: every organisation in a row of its own."""
    assert settings.region is not None
    return write_yaml(
        {"format": 1, "id": f"region-{settings.region.lower()}", "base": "full",
         "regions": [settings.region]}
    )  # fmt: skip


def last_round(room: Room) -> int:
    """Number of the last round whose decisions are taken; 0 before there is one."""
    return max(1, decided(room)) - 1


def last_quarter(settings: Settings, number: int) -> int:
    """Index of the last quarter of a round."""
    return codes.quarter_index(settings.rounds[number])
