"""Any parameter of the model, for those who know it."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from simulator.levers import paths, wording
from simulator.levers.base import Lever
from simulator.levers.effects import Effects, Modifier, Operation
from simulator.parameters import SPECS, Parameters
from simulator.problems import did_you_mean
from simulator.strict_model import Fault, doc
from simulator.units import fault, parse_change, parse_factor, parse_points, shown

OPERATIONS: tuple[Operation, ...] = ("set", "add", "multiply")


def _known(value: object) -> str:
    if isinstance(value, str) and value in SPECS:
        return value
    raise fault(
        f"{shown(value)} is no parameter",
        did_you_mean(value, list(SPECS), "see: penser-demain parameters list"),
    )


def _quantity(value: object) -> float:
    """A bare number in the parameter's own unit, or `60%`, `-5%`, `2x`, `+10 pts`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if text.endswith("%"):
            return parse_change(text if text[:1] in "+-" else f"+{text}")
        if text.endswith(("x", "×")):
            return parse_factor(text)
        if text.endswith(("pt", "pts")):
            return parse_points(text)
    raise fault(f"{shown(value)} is not a number", "write a number such as 0.6, 60% or 2x")


Quantity = Annotated[
    float,
    BeforeValidator(_quantity),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": r"^[+-]?[\d.]+ ?(%|x|×|pts?)$"},
            ]
        }
    ),
]
ParameterName = Annotated[
    str, BeforeValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(SPECS)})
]


class ParameterLever(Lever):
    """Any parameter, set, added to or multiplied."""

    family = "any"
    names = {"fr": "Paramètre (expert)", "en": "Parameter (expert)"}
    about = {
        "fr": "Change n'importe quel paramètre du modèle, dans ce scénario seulement.",
        "en": "Changes any parameter of the model, in this scenario only.",
    }

    lever: Literal["parameter"]
    name_: ParameterName = doc("nom du paramètre", "name of the parameter", alias="name")
    set_: Quantity | None = doc("valeur donnée", "value given", default=None, alias="set")
    add: Quantity | None = doc("valeur ajoutée", "value added", default=None)
    multiply: Quantity | None = doc("facteur", "factor", default=None)

    @property
    def subject(self) -> str:
        """See the base class."""
        return self.name_

    @classmethod
    def own_fields(cls) -> list[str]:
        """See the base class; the name is no change by itself."""
        return ["set", "add", "multiply"]

    def given(self, field: str) -> object:
        """See the base class."""
        return getattr(self, "set_" if field == "set" else field, None)

    def allowed_dimensions(self) -> tuple[str, ...]:
        """What the parameter varies by."""
        return tuple(SPECS[self.name_].varies_by)

    def more_faults(self) -> list[Fault]:
        """One operation, inside what is possible."""
        used = [name for name in OPERATIONS if self.given(name) is not None]
        if len(used) > 1:
            return [((used[1],), f"stands beside {used[0]}", "keep one of set, add, multiply")]
        if used == ["set"] and self.ramp:
            return [(("ramp",), "set takes no ramp", "use add or multiply, or leave it out")]
        if not used:
            return []
        low, high = SPECS[self.name_].domain
        default = np.asarray(Parameters.default()[self.name_], dtype=np.float64)
        value = float(self.given(used[0]))  # type: ignore[arg-type]
        reached = {
            "set": np.asarray(value), "add": default + value, "multiply": default * value
        }[used[0]]  # fmt: skip
        if np.all((reached >= low) & (reached <= high)):
            return []
        worst = reached.min() if reached.min() < low else reached.max()
        message = f"{value:g} is outside the domain of {self.name_}"
        if used[0] != "set":
            message = f"this would bring {self.name_} to {worst:.4g}"
        return [((used[0],), message, f"it must stay between {low:g} and {high:g}")]

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """One modifier of the parameter named."""
        operation = next(name for name in OPERATIONS if self.given(name) is not None)
        value = float(self.given(operation))  # type: ignore[arg-type]
        if operation == "set":
            path = paths.held_path(quarters, value, self.start, self.end)
        elif operation == "add":
            path = value * self.in_force(quarters)
        else:
            path = 1.0 + (value - 1.0) * self.in_force(quarters)
        selector = self.where.selector(*SPECS[self.name_].varies_by)
        return Effects(
            modifiers=(Modifier(self.name_, operation, path, selector, self.name, self.nature),)
        )

    def described(self, language: str) -> str:
        """See the base class."""
        operation = next(name for name in OPERATIONS if self.given(name) is not None)
        value = wording.decimal(float(self.given(operation)), language)  # type: ignore[arg-type]
        words = {
            "fr": {"set": f"fixé à {value}", "add": f"augmenté de {value}",
                   "multiply": f"multiplié par {value}"},
            "en": {"set": f"set to {value}", "add": f"raised by {value}",
                   "multiply": f"multiplied by {value}"},
        }  # fmt: skip
        noun = "paramètre" if language == "fr" else "parameter"
        return f"{noun} {self.name_} {words[language][operation]}" + self.tail(language, ())
