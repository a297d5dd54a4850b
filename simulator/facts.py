"""The baseline against the published facts (V1–V22 of the model's documentation).

`data/facts.yaml` says what each fact is, its accepted range and its role; `fact_measures.py` how
it is measured. Only facts whose role is `held_out` count as validation: the population was built
from the `input` ones, and parameters were set or accepted on the `tuned` ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.evidence import Evidence, NotMeasured
from simulator.fact_measures import MEASURES, Measure
from simulator.figures import Figure, published
from simulator.strict_yaml import parse_shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.population import Population
    from simulator.scenario import Scenario

    Progress = Callable[[int, int], None]

Role = Literal["input", "tuned", "held_out"]

# Population that `check` needs to show as many facts as it can.
POPULATION: Final = "national"

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A text in French and in English."""

    fr: Text
    en: Text

    def text(self, language: str = "fr") -> str:
        return self.fr if language == "fr" else self.en


class Fact(_Strict):
    """A published fact and the range in which the model should find it."""

    label: Words
    unit: Text
    low: Number | None
    high: Number | None
    role: Role
    scenario: Literal["fil-de-l-eau", "tendance-2025", "rabot-general"] | None = None
    facts: list[Text] = Field(min_length=1)
    source: Text
    measure: Text
    reason: Words | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low is not below high")
        if self.reason is None and self.low is None and self.high is None:
            raise ValueError("a fact that is measured has a range")
        return self

    def contains(self, value: float) -> bool:
        """True where the value lies in the accepted range; open ends accept everything."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def figures(self) -> tuple[Figure, ...]:
        """The published figures behind the range."""
        return tuple(published()[id_] for id_ in self.facts)


@dataclass(frozen=True)
class FactResult:
    """A fact and what the model shows.

    `values`: one for each draw of the parameters (or replicate, with default parameters); empty
    where the model shows nothing, and `reason` says why.
    """

    id: str
    fact: Fact
    values: tuple[float, ...]
    reason: Words | None = None

    @property
    def value(self) -> float | None:
        """Median over the draws."""
        return float(np.median(self.values)) if self.values else None

    @property
    def inside(self) -> bool | None:
        """True where the median lies in the accepted range."""
        return None if self.value is None else self.fact.contains(self.value)

    @property
    def band(self) -> tuple[float, float] | None:
        """5 to 95 % of the draws; lowest to highest of fewer than 50; None for a single one."""
        from simulator import intervals

        if len(self.values) < 2:
            return None
        found = intervals.band(np.array(self.values))
        return float(found["low"]), float(found["high"])

    @property
    def share_inside(self) -> float | None:
        """Share of the draws in range."""
        if not self.values:
            return None
        return sum(map(self.fact.contains, self.values)) / len(self.values)

    @property
    def is_validation(self) -> bool:
        """True where being in range says something about the model."""
        return self.fact.role == "held_out" and self.value is not None

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The shape of `penser-demain facts check --json`."""
        from simulator import intervals

        low, high = self.band or (None, None)
        kind = intervals.band_kind(len(self.values)) if self.band else None
        return {
            "id": self.id,
            "label": self.fact.label.text(language),
            "unit": self.fact.unit,
            "value": self.value,
            "median": self.value,
            "band_low": low,
            "band_high": high,
            "band": kind,
            "draws": len(self.values),
            "share_inside": self.share_inside,
            "low": self.fact.low,
            "high": self.fact.high,
            "inside": self.inside,
            "role": self.fact.role,
            "reason": None if self.reason is None else self.reason.text(language),
            "source": self.fact.source,
            "figures": self.fact.facts,
            "urls": sorted({figure.source_url for figure in self.fact.figures()}),
            "measure": self.fact.measure,
        }


class _File(_Strict):
    format: Literal[1]
    facts: dict[str, Fact]


@cache
def facts() -> Mapping[str, Fact]:
    """All facts by id, in order."""
    text = (files("simulator") / "data" / "facts.yaml").read_text(encoding="utf-8")
    content = parse_shipped(text, "facts.yaml").plain()
    return MappingProxyType(_File.model_validate(content).facts)


def measure_all(
    evidence: Evidence, measures: Mapping[str, Measure] = MEASURES
) -> dict[str, float | Words]:
    """What one world shows of every fact: a number, or why there is none."""
    found: dict[str, float | Words] = {}
    for id_, fact in facts().items():
        if fact.reason is not None:
            found[id_] = fact.reason
        elif id_ in measures:
            try:
                found[id_] = measures[id_](evidence)
            except NotMeasured as why:
                found[id_] = Words(fr=why.fr, en=why.en)
    return found


def summary(worlds: Sequence[Mapping[str, float | Words]]) -> list[FactResult]:
    """Every fact over worlds of the same kind, one for each draw of the parameters.

    A fact that only some worlds show takes its values from these.
    """
    results = []
    for id_, fact in facts().items():
        shown = [world[id_] for world in worlds]
        values = tuple(one for one in shown if isinstance(one, float))
        reason = next((one for one in shown if isinstance(one, Words)), None)
        results.append(FactResult(id_, fact, values, None if values else reason))
    return results


def check(
    population: Population | str,
    source: str = "default",
    units: Sequence[tuple[int, int]] = ((0, 0),),
    seed: int = 2026,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[FactResult]:
    """Run what the facts need for each (draw, replicate) and hold it against them.

    source: `default`, `ranges` or `accepted`, as in `simulate`. Replicates of one draw are
    averaged, so that the values are those of the draws; with default parameters the values are
    those of the replicates. Memory does not grow with the number of units.
    """
    from simulator import pool
    from simulator.evidence import RUNS, scenarios_for
    from simulator.simulation import prime

    scenarios = scenarios_for(RUNS)
    if workers != 1 and len(units) > 1:
        prime(scenarios[0])
    worlds = pool.map_units(
        _world,
        units,
        shared=(scenarios, population, source, seed),
        workers=workers,
        name=lambda unit: f"draw {unit[0]}, replicate {unit[1]}",
        progress=progress,
    )
    if source == "default":
        return summary(worlds)
    by_draw: dict[int, list[dict[str, float | Words]]] = {}
    for (draw, _), world in zip(units, worlds, strict=True):
        by_draw.setdefault(draw, []).append(world)
    return summary([_mean(several) for several in by_draw.values()])


def _mean(worlds: Sequence[Mapping[str, float | Words]]) -> dict[str, float | Words]:
    """Replicates of one draw as one world."""
    mean: dict[str, float | Words] = {}
    for id_ in worlds[0]:
        numbers = [world[id_] for world in worlds if isinstance(world[id_], float)]
        mean[id_] = float(np.mean(numbers)) if numbers else worlds[0][id_]  # type: ignore[arg-type]
    return mean


def _world(
    unit: tuple[int, int],
    scenarios: tuple[Scenario, ...],
    population: Population | str,
    source: str,
    seed: int,
) -> dict[str, float | Words]:
    from simulator.evidence import observe
    from simulator.parameters import Parameters
    from simulator.population import load_population

    draw, replicate = unit
    parameters = Parameters.default() if draw == 0 else Parameters.draw(draw, seed, source)
    if isinstance(population, str):
        population = load_population(population, parameters=parameters)
    return measure_all(observe(scenarios, population, parameters, seed, replicate))
