"""Putting a world aside between two quarters, and going on from there, as often as one likes.

A world put aside is bytes: its whole state, recorder included, without the population, which many
worlds share. Each world taken up again is a world of its own, and what it plays and records is
bit for bit what the first would have.

The bytes are Python's pickles: they hold for the version of the program that wrote them, and only
those that one wrote oneself are to be read.
"""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING, Any

from simulator.population import Population
from simulator.problems import InputError

if TYPE_CHECKING:
    from simulator.model import EssModel

_CODEC = "lz4"  # a third of the time of zstd, and two thirds of what it saves


def frozen(model: EssModel) -> bytes:
    """The state of a world at the end of a quarter; the world itself may go on."""
    import pyarrow as pa

    found = io.BytesIO()
    _Freezer(found, protocol=pickle.HIGHEST_PROTOCOL).dump(model)
    size = found.tell()
    packed = pa.compress(found.getbuffer(), codec=_CODEC, asbytes=True)
    return size.to_bytes(8, "little") + packed


def thawed(state: bytes, population: Population) -> EssModel:
    """The world of a state, with the population that it was started with.

    InputError if it is another population.
    """
    import pyarrow as pa

    size = int.from_bytes(state[:8], "little")
    content = pa.decompress(memoryview(state)[8:], size, codec=_CODEC)
    model: EssModel = _Thawer(content, population).load()
    return model


def _name(population: Population) -> tuple[str, str, int]:
    return population.name, population.digest, population.organisations.rows


class _Freezer(pickle.Pickler):
    """Leaves the population out."""

    def persistent_id(self, obj: Any) -> tuple[str, str, int] | None:
        return _name(obj) if isinstance(obj, Population) else None


class _Thawer(pickle.Unpickler):
    """Puts the population in again."""

    def __init__(self, content: Any, population: Population) -> None:
        super().__init__(io.BytesIO(content))
        self._population = population

    def persistent_load(self, pid: tuple[str, str, int]) -> Population:
        if pid != _name(self._population):
            given = self._population
            message = f"{given.name} ({given.organisations.rows} rows) is not where the world began"
            raise InputError.single("population", message, f"it began with {pid[0]}, {pid[2]} rows")
        return self._population


def state_of(model: EssModel) -> dict[str, Any]:
    """What a world consists of; of Mesa's own things, its agents and what its clock tells."""
    return {
        "own": {name: value for name, value in vars(model).items() if name not in model._of_mesa},
        "agents": list(model.agents),
        "steps": model.steps,
        "running": model.running,
    }


def restore(model: EssModel, state: dict[str, Any]) -> None:
    """Make a new and empty Mesa model the world of a state."""
    # Mesa's clock is another one in each version of Mesa: wind it by quarters without processes.
    model.__dict__.update(_quarter=lambda: None, _collects=False, quarter=0, horizon=0)
    for _ in range(state["steps"]):
        model.step()
    del model.__dict__["_quarter"]
    model.__dict__.update(state["own"])
    model.running = state["running"]
    for agent in state["agents"]:  # no agent is founded later
        model.register_agent(agent)
