"""JSON Schema of card files, for editors: that of their levers, timed from the play."""

from __future__ import annotations

from typing import Any, Final

from pydantic.json_schema import JsonSchemaValue

from simulator.cards import timing
from simulator.cards.levers import MOMENTS, PAYER

_MOMENT: Final = {"type": "string", "pattern": timing.PATTERN}


def timed(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of a card whose levers take moments instead of dates, and no years."""
    for name in ("levers", "sources"):
        schema["properties"][name]["minItems"] = 1
    for described in schema["$defs"].values():
        properties = described.get("properties", {})
        if "lever" in properties:
            _retime(properties)
        if "funder" in properties and "region" in properties:
            _let_payer(properties["funder"])
            for name in ("share", "draw"):  # said once, in `adoption`
                properties.pop(name)
    return schema


def _retime(properties: dict[str, Any]) -> None:
    properties.pop("years", None)
    for name, described in properties.items():
        if name in MOMENTS:
            properties[name] = {
                **_MOMENT,
                **{k: v for k, v in described.items() if k.startswith("description")},
            }
        elif "anyOf" in described:
            described["anyOf"] = _without_years(described["anyOf"])


def _without_years(options: list[Any]) -> list[Any]:
    """Options of a field but for maps by year."""
    kept = []
    for option in options:
        nested = option.get("anyOf") or option.get("oneOf")
        if nested is not None:
            option = {**option, "anyOf": _without_years(nested)}
            option.pop("oneOf", None)
        if "additionalProperties" not in option and "patternProperties" not in option:
            kept.append(option)
    return kept


def _let_payer(funder: dict[str, Any]) -> None:
    funder["anyOf"] = [{"const": PAYER}, *funder["anyOf"]]
