"""JSON Schemas of scenario, population, card and shock files, for editors; all are generated.

`python -m simulator.scenario` writes them again after a change.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from simulator.cards.json_schema import timed
from simulator.cards.schema import Card
from simulator.cards.shock import Shock
from simulator.population.spec import PopulationSpec
from simulator.scenario.loading import OWN_KEYS
from simulator.scenario.schema import Scenario

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Titled(GenerateJsonSchema):
    """Drops the titles that Pydantic makes up from field names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def model_schema(model: type[BaseModel], title: str) -> JsonSchemaValue:
    """Schema of the files that a model reads."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_Titled, mode="validation")
    schema.pop("description", None)
    return {
        "$schema": _DIALECT,
        "title": title,
        **{k: v for k, v in schema.items() if k != "title"},
    }


def scenario_schema() -> JsonSchemaValue:
    """Schema of a scenario file that stands alone."""
    return model_schema(Scenario, "Scenario of penser-demain")


def extending_scenario_schema() -> JsonSchemaValue:
    """Schema of a scenario file that extends another: what is left out is taken from it.

    Horizon and uncertainty may be given in part, and null takes away what was inherited.
    """
    schema = copy.deepcopy(scenario_schema())
    schema["title"] = "Scenario of penser-demain that extends another"
    schema["required"] = [*OWN_KEYS, "extends"]
    schema["$defs"]["Horizon"].pop("required", None)
    for name, described in schema["properties"].items():
        if name not in (*OWN_KEYS, "format", "extends"):
            text = described.pop("description", "")
            described.pop("default", None)
            schema["properties"][name] = {
                "anyOf": [described, {"type": "null"}], "description": text
            }  # fmt: skip
    return schema


def population_schema() -> JsonSchemaValue:
    """Schema of a population file."""
    return model_schema(PopulationSpec, "Population of penser-demain")


def card_schema() -> JsonSchemaValue:
    """Schema of a card file."""
    return timed(model_schema(Card, "Card of penser-demain"))


def shock_schema() -> JsonSchemaValue:
    """Schema of a shock file: a card without what only players have."""
    schema = timed(model_schema(Shock, "Shock of penser-demain"))
    for name in ("payer", "adoption", "requires"):
        schema["properties"].pop(name)
    return schema


SCHEMAS: Final[dict[str, Callable[[], JsonSchemaValue]]] = {
    "scenario.json": scenario_schema,
    "scenario-extends.json": extending_scenario_schema,
    "population.json": population_schema,
    "card.json": card_schema,
    "shock.json": shock_schema,
}


def schema_text(name: str) -> str:
    """Text of one of the schema files."""
    return json.dumps(SCHEMAS[name](), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema file into a folder."""
    for name in SCHEMAS:
        (folder / name).write_text(schema_text(name), encoding="utf-8")
