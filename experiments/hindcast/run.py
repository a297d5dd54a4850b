"""Running replays over draws of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.hindcast.measures import MEASURES
from experiments.hindcast.replay import Observation, Replay
from simulator import intervals

Progress = Callable[[int, int], None]
Unit = tuple[int, int, int]  # replay, draw, replicate


@dataclass(frozen=True)
class Compared:
    """An observed figure beside the simulated ones, one for each draw."""

    observation: Observation
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median over the draws."""
        return float(np.median(self.values))

    @property
    def inside(self) -> bool:
        """True where the median lies in the range of the figure."""
        return self.observation.contains(self.median)

    def as_dict(self) -> dict[str, Any]:
        """JSON shape; `docs/json/hindcast.schema.json`."""
        one = self.observation
        spread = intervals.band(np.array(self.values))
        return {
            "id": one.id,
            "label": one.label.model_dump(),
            "year": one.year,
            "since": one.since,
            "unit": one.unit,
            "observed": one.value,
            "low": one.low,
            "high": one.high,
            "median": self.median,
            "band_low": float(spread["low"]),
            "band_high": float(spread["high"]),
            "band": intervals.band_kind(len(self.values)),
            "inside": self.inside,
            "share_inside": sum(map(one.contains, self.values)) / len(self.values),
            "role": one.role,
            "fact": one.fact,
            "figures": list(one.figures),
            "note": one.note,
        }


@dataclass(frozen=True)
class Hindcast:
    """One replay, compared."""

    replay: Replay
    compared: tuple[Compared, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON shape."""
        replay = self.replay
        return {
            "id": replay.id,
            "title": replay.title.model_dump(),
            "base_year": replay.base_year,
            "population": replay.population,
            "parameters": dict(replay.parameters),
            "fed": [{"what": f.what.model_dump(), "figures": list(f.figures)} for f in replay.fed],
            "observed": [one.as_dict() for one in self.compared],
        }


def run_replays(
    chosen: Sequence[Replay],
    source: str,
    units: Sequence[tuple[int, int]],
    seed: int,
    rows: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Hindcast]:
    """Each replay for each (draw, replicate); `source` of the parameters as in `simulate`.

    What a replay feeds in is set on top of every draw.
    """
    from simulator import pool
    from simulator.simulation import prime

    every = [(i, draw, replicate) for i in range(len(chosen)) for draw, replicate in units]
    if workers != 1 and len(every) > 1:
        prime("fil-de-l-eau")
    found = pool.map_units(
        _work,
        every,
        shared=(tuple(chosen), source, seed, rows),
        workers=workers,
        name=lambda unit: f"{chosen[unit[0]].id}, draw {unit[1]}, replicate {unit[2]}",
        progress=progress,
    )
    hindcasts = []
    for i, replay in enumerate(chosen):
        worlds = [world for (place, *_), world in zip(every, found, strict=True) if place == i]
        compared = [
            Compared(one, tuple(world[one.id] for world in worlds)) for one in replay.observed
        ]
        hindcasts.append(Hindcast(replay, tuple(compared)))
    return hindcasts


def _work(
    unit: Unit, chosen: tuple[Replay, ...], source: str, seed: int, rows: int | None
) -> Mapping[str, float]:
    from simulator.evidence import observe
    from simulator.parameters import Parameters
    from simulator.population.build import build
    from simulator.population.parameters import InitialParameters

    place, draw, replicate = unit
    replay = chosen[place]
    parameters = Parameters.default() if draw == 0 else Parameters.draw(draw, seed, source)
    for name, value in replay.parameters.items():
        parameters = parameters.with_(name, set=value)
    population = build(replay.population_spec(rows), InitialParameters.read(parameters))
    scenario, without = replay.scenarios()
    needed = [scenario]
    if any(one.measure == "exits_added" for one in replay.observed):
        needed.append(without)
    evidence = observe(needed, population, parameters, seed, replicate)
    return {
        one.id: MEASURES[one.measure](
            evidence, scenario.id, without.id,
            (one.year - 1 if one.since is None else one.since) - replay.base_year,
            one.year - replay.base_year,
        )
        for one in replay.observed
    }  # fmt: skip
