"""JSON Schema of plan files, for editors; `python -m experiments.plan` writes it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from experiments.plan.catalogue import FOLDER
from experiments.plan.schema import Plan
from simulator.scenario.json_schemas import model_schema

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

SCHEMA_FILE = FOLDER / "schema" / "plan.json"


def plan_schema() -> JsonSchemaValue:
    """Schema of a plan file."""
    return model_schema(Plan, "Plan of an experiment of penser-demain")


def schema_text() -> str:
    """Text of the schema file."""
    return json.dumps(plan_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
