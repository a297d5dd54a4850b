"""Numbers of levers as scenario files write them: `-30%`, `4x`, `120 M€`, `+10 pts`, `2027`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from simulator import units
from simulator.units import fault, shown

_WRITE: Final[dict[str, Callable[[float], str]]] = {
    "%": units.write_change,
    "x": units.write_factor,
    "€": units.write_money,
    "pts": units.write_points,
}


@dataclass(frozen=True)
class Quantity:
    """A number and how it is written; `%` and `pts` are hundredths, `€` are euros of 2025."""

    number: float
    unit: str = ""

    def written(self, whole: bool = False) -> str | float | int:
        """As in a file; a number without unit as a whole number if it stands for one."""
        if self.unit:
            return _WRITE[self.unit](self.number)
        return int(self.number) if whole else self.number


def _read(value: object) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Quantity(float(value))
    text = value.strip() if isinstance(value, str) else ""
    if text.endswith("%"):
        signed = text if text[:1] in ("+", "-") else f"+{text}"
        return Quantity(units.parse_change(signed), "%")
    if text.endswith(("x", "×")):
        return Quantity(units.parse_factor(text), "x")
    if text.endswith("€"):
        return Quantity(units.parse_money(text), "€")
    if text.endswith(("pt", "pts")):
        return Quantity(units.parse_points(text), "pts")
    raise fault(
        f"{shown(value)} is not a number", "write it as in a scenario: 0.6, -30%, 4x, 120 M€, 2027"
    )


Amount = Annotated[
    Quantity,
    PlainValidator(_read),
    PlainSerializer(lambda given: given.written(given.number.is_integer()), when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": r"^[+-]?[\d.]+ ?(%|x|×|pts?|€|k€|M€|Md€)$"},
            ]
        }
    ),
]
"""A `Quantity` in files."""
