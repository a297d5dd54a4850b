"""The baseline against the published facts (V1–V22 of the model's documentation).

`data/facts.yaml` says what each fact is, its accepted range and its role; `fact_measures.py` how
it is measured. Only facts whose role is `held_out` count as validation: the population was built
from the `input` ones and parameters were set on the `tuned` ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.fact_measures import BASELINE, MEASURES, STRESSED, Evidence, NotMeasured, Results
from simulator.figures import Figure, published
from simulator.strict_yaml import parse_yaml

if TYPE_CHECKING:
    from simulator.population import Population

Role = Literal["input", "tuned", "held_out"]

# Scenarios and population that `check` needs to show as many facts as it can.
SCENARIOS: Final = (BASELINE, STRESSED)
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
    scenario: Literal["fil-de-l-eau", "tendance-2025"] | None = None
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
    """A fact and what the model shows; `value` and `inside` are None where it shows nothing."""

    id: str
    fact: Fact
    value: float | None
    reason: Words | None

    @property
    def inside(self) -> bool | None:
        return None if self.value is None else self.fact.contains(self.value)

    @property
    def is_validation(self) -> bool:
        """True where being in range says something about the model."""
        return self.fact.role == "held_out" and self.value is not None

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The shape of `penser-demain facts check --json`."""
        return {
            "id": self.id,
            "label": self.fact.label.text(language),
            "unit": self.fact.unit,
            "value": self.value,
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
    content = parse_yaml(text, "facts.yaml").plain()
    return MappingProxyType(_File.model_validate(content).facts)


def measure(id_: str, fact: Fact, evidence: Evidence) -> FactResult:
    """What the evidence shows of one fact."""
    if fact.reason is not None:
        return FactResult(id_, fact, None, fact.reason)
    try:
        return FactResult(id_, fact, MEASURES[id_](evidence), None)
    except NotMeasured as why:
        return FactResult(id_, fact, None, Words(fr=why.fr, en=why.en))


def check(results: Results | None, population: Population) -> list[FactResult]:
    """Every fact against runs and the population that they started from.

    `results` holds runs of `SCENARIOS` (a missing one leaves its facts without value) from
    `population`; None checks the population alone.
    """
    evidence = Evidence(population, results)
    return [measure(id_, fact, evidence) for id_, fact in facts().items()]
