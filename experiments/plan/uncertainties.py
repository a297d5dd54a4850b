"""What is not known: named parameters with their distributions, all that ensembles draw, or the
calibrated set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from simulator.levers.expert import ParameterName, Quantity
from simulator.parameter_draws import drawn_names, moved, neutral, quantile_between
from simulator.parameter_file import KERNEL_LENGTH, ParameterSpec, Value
from simulator.parameters import SPECS
from simulator.strict_model import Fault, StrictModel, doc, faults
from simulator.units import fault, shown

Distribution = Literal["uniform", "triangular", "normal", "loguniform"]
_CENTRED: Final = ("triangular", "normal")


def pair(value: object) -> object:
    """Two bounds, or a fault."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise fault(f"{shown(value)} is no range", "write [low, high]")
    return value


class ParameterRange(StrictModel):
    """How a parameter varies; a table by one factor or shift of all its values."""

    range: Annotated[tuple[Quantity, Quantity], BeforeValidator(pair)] | None = doc(
        "[bas, haut], dans l'unité du paramètre (défaut : sa plage)",
        "[low, high], in the unit of the parameter (default: its own range)", default=None,
    )  # fmt: skip
    distribution: Distribution | None = doc(
        "`uniform`, `triangular`, `normal` (tronquée), `loguniform` (défaut : la sienne)",
        "`uniform`, `triangular`, `normal` (truncated), `loguniform` (default: its own)",
        default=None,
    )

    def settled(self, name: str) -> Settled:
        """With what the parameter's own specification gives."""
        spec = SPECS[name]
        bounds = self.range or spec.range
        assert bounds is not None  # told as a fault when the plan was read
        return Settled(spec, bounds[0], bounds[1], self.distribution or spec.distribution)

    def faults(self, name: str) -> list[Fault]:
        """What is wrong with it for this parameter."""
        spec = SPECS[name]
        message = _never_varied(spec)
        if message:
            return [((), *message)]
        if self.range is None and spec.range is None:
            return [((), f"{name} has no range of its own", "add range: [low, high]")]
        settled = self.settled(name)
        low, high = settled.low, settled.high
        if not low < high:
            return [(("range",), f"[{low:g}, {high:g}] does not rise", "write [low, high]")]
        found: list[Fault] = []
        outside = _outside(spec, low, high)
        if outside:
            found.append((("range",), *outside))
        if settled.distribution == "loguniform" and low <= 0:
            message = f"a loguniform range cannot start at {low:g}", "start it above 0"
            found.append((("range",), *message))
        if settled.distribution in _CENTRED and not low <= neutral(spec) <= high:
            text = f"a {settled.distribution} range leaves out the default, {neutral(spec):g}"
            field = "range" if self.distribution is None else "distribution"
            found.append(((field,), text, "widen it, or write distribution: uniform"))
        return found


def _never_varied(spec: ParameterSpec) -> tuple[str, str] | None:
    if spec.defines_reference:
        return (
            f"{spec.name} defines the reference, which a plan leaves alone",
            "change it in a policy, with lever: parameter",
        )
    if spec.lever_only:
        return (
            f"{spec.name} is changed by levers only",
            "vary the number of a lever: levers.ranges",
        )
    if spec.range is None and isinstance(spec.default, np.ndarray):
        return f"{spec.name} is a table that has no range", "vary another parameter"
    return None


def _outside(spec: ParameterSpec, low: float, high: float) -> tuple[str, str] | None:
    """Bounds that lead out of the domain; a table is cut at the domain inside its own range."""
    if spec.range is not None and spec.range[0] <= low and high <= spec.range[1]:
        return None
    if spec.axis == "kernel":
        limit = KERNEL_LENGTH - 1
        wrong = not (-limit <= low and high <= limit)
        hint = f"a delay in quarters, from {-limit} to {limit}"
    else:
        default = np.asarray(spec.default)
        reached = {
            "value": lambda bound: np.asarray(bound),
            "factor": lambda bound: default * bound,
            "shift": lambda bound: default + bound,
        }[spec.range_mode]
        wrong = not all(spec.contains(reached(bound)) for bound in (low, high))
        what = "" if spec.range_mode == "value" else f" (the range is a {spec.range_mode})"
        hint = f"possible values: {spec.domain[0]:g} to {spec.domain[1]:g}, {spec.unit}{what}"
    if not wrong:
        return None
    return f"[{low:g}, {high:g}] leaves the domain of {spec.name}", hint


class Settled:
    """A parameter with the distribution that the plan draws it from."""

    def __init__(
        self, spec: ParameterSpec, low: float, high: float, distribution: Distribution
    ) -> None:
        self.spec, self.low, self.high, self.distribution = spec, low, high, distribution

    def quantile(self, u: float) -> float:
        """Number at quantile `u`: a value, or the factor or shift of a table."""
        return quantile_between(self.distribution, self.low, neutral(self.spec), self.high, u)

    def value(self, number: float) -> Value:
        """Value of the parameter at a number."""
        return moved(self.spec, number)

    def resolved(self) -> dict[str, Any]:
        """As a plan writes it."""
        return {"range": [self.low, self.high], "distribution": self.distribution}


@cache
def _all_drawn() -> Mapping[str, Settled]:
    return {name: ParameterRange().settled(name) for name in drawn_names()}


class Uncertainties(StrictModel):
    """Uncertainties of a plan; none by default."""

    sample: Literal["accepted", "ranges"] | None = doc(
        "`accepted` (ensemble calibré) ou `ranges` (tout ce qu'un ensemble tire)",
        "`accepted` (the calibrated set) or `ranges` (all that ensembles draw)", default=None,
    )  # fmt: skip
    draws: Annotated[int, Field(ge=1, strict=True)] | None = doc(
        "nombre de tirages de l'ensemble calibré", "number of draws of the calibrated set",
        default=None,
    )  # fmt: skip
    parameters: dict[ParameterName, ParameterRange] = doc(
        "paramètre → {range: [bas, haut], distribution: uniform}, ou {}",
        "parameter → {range: [low, high], distribution: uniform}, or {}", default={},
    )  # fmt: skip

    @model_validator(mode="after")
    def _coherent(self) -> Uncertainties:
        found: list[Fault] = []
        if self.sample is not None and self.parameters:
            message = f"parameters stand beside sample: {self.sample}"
            found.append((("parameters",), message, "keep one of the two"))
        if self.sample == "accepted":
            found += self._draws()
        elif self.draws is not None:
            message = "only the accepted set is taken draw by draw"
            found.append((("draws",), message, "leave it out: the design says how many points"))
        for name, given in self.parameters.items():
            for path, message, hint in given.faults(name):
                found.append((("parameters", name, *path), message, hint))
        if found:
            raise faults(found)
        return self

    def _draws(self) -> list[Fault]:
        from simulator import accepted_set

        available = len(accepted_set.shipped())
        if self.draws is None:
            return [(("draws",), "is missing", f"say how many of the {available} accepted draws")]
        if self.draws > available:
            message = f"the calibrated set holds {available} draws, not {self.draws}"
            return [(("draws",), message, f"at most {available}")]
        return []

    @property
    def drawn(self) -> Mapping[str, Settled]:
        """Parameters that the design varies, in the order of its columns."""
        if self.sample == "ranges":
            return _all_drawn()
        return {name: given.settled(name) for name, given in self.parameters.items()}

    @property
    def draw_numbers(self) -> tuple[int, ...]:
        """Draws of the accepted set, from 1; empty where parameters come from elsewhere."""
        return tuple(range(1, (self.draws or 0) + 1))

    def resolved(self) -> dict[str, Any]:
        """As a plan writes it, with every range and distribution."""
        if self.sample == "accepted":
            return {"sample": "accepted", "draws": self.draws}
        drawn = {name: settled.resolved() for name, settled in self.drawn.items()}
        return {"parameters": drawn} if drawn else {}
