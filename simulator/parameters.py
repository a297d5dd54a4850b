"""The parameters of a run: names, defaults, checked changes and draws.

Everything that sets a parameter (the command line, the expert lever, ensembles, calibration)
goes through `Parameters.with_` or `Parameters.draw`, so that nothing leaves a domain unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from simulator.parameter_draws import delayed, draw_values
from simulator.parameter_file import Floats, ParameterSpec, ProcessGroup, Value, load_specs
from simulator.problems import InputError, did_you_mean

__all__ = ["SPECS", "ParameterSpec", "Parameters", "parameter_spec", "process_groups"]

_KERNEL_TOLERANCE = 1e-9


class _Specs(Mapping[str, ParameterSpec]):
    """All specifications by name, read from the file at first use."""

    def __getitem__(self, name: str) -> ParameterSpec:
        return load_specs()[0][name]

    def __iter__(self) -> Iterator[str]:
        return iter(load_specs()[0])

    def __len__(self) -> int:
        return len(load_specs()[0])


SPECS: Mapping[str, ParameterSpec] = _Specs()


def process_groups() -> tuple[ProcessGroup, ...]:
    """Headings of the parameter file, each with its names, in the order of a quarter."""
    return load_specs()[1]


def parameter_spec(name: str) -> ParameterSpec:
    """Specification of a parameter; InputError with the nearest name where there is none."""
    if name not in SPECS:
        raise InputError.single(
            name,
            "is not a parameter",
            did_you_mean(name, tuple(SPECS), "see: penser-demain parameters list"),
        )
    return SPECS[name]


class Parameters:
    """An immutable set of values, one for every parameter of the file."""

    __slots__ = ("_values",)
    _values: dict[str, Value]

    def __init__(self, changes: Mapping[str, Value] | None = None) -> None:
        """The defaults, with these values instead; the values are checked."""
        values: dict[str, Value] = {name: spec.default for name, spec in SPECS.items()}
        for name, value in (changes or {}).items():
            values[name] = _checked(parameter_spec(name), value)
        object.__setattr__(self, "_values", values)

    @classmethod
    def default(cls) -> Parameters:
        """The default values."""
        return cls()

    @classmethod
    def draw(cls, index: int, seed: int, how: str = "ranges") -> Parameters:
        """Draw `index` of an ensemble, the same whatever the number of draws.

        `ranges` draws every parameter that has a range, independently, from that range;
        `accepted` takes the draws that calibration kept, from 1 up, in an order of the seed.
        """
        if how == "accepted":
            from simulator import accepted_set

            found = accepted_set.shipped()
            try:
                return cls(found.values(index, seed))
            except ValueError as error:
                raise InputError.single("draws", str(error), "ask for fewer draws") from None
        if how != "ranges":
            raise InputError.single(
                "parameters", f"{how!r} is not a way to draw", "use ranges or accepted"
            )
        try:
            return cls(draw_values(index, seed))
        except ValueError as error:
            raise InputError.single("draw", str(error), "use numbers from 0 up") from None

    @property
    def values(self) -> Mapping[str, Value]:
        """Values by name: float, or read-only float64 array for a table."""
        return MappingProxyType(self._values)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def number(self, name: str) -> float:
        """Value of a parameter that is one number."""
        value = self._values[name]
        if isinstance(value, np.ndarray):
            raise TypeError(f"{name} is a table")
        return value

    def table(self, name: str) -> Floats:
        """Values of a table parameter, in the order of its codes."""
        value = self._values[name]
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{name} is not a table")
        return value

    def with_(
        self,
        name: str,
        *,
        set: ArrayLike | None = None,
        add: float | None = None,
        multiply: float | None = None,
    ) -> Parameters:
        """These values with one parameter changed; InputError outside its domain.

        A number acts on all values of a table. A payment kernel can be replaced (`set`) or
        delayed by a number of quarters (`add`).
        """
        spec, current = parameter_spec(name), self._values[name]
        if sum(operand is not None for operand in (set, add, multiply)) != 1:
            raise InputError.single(
                name, "needs exactly one of set, add, multiply", f"example: {name}=<value>"
            )
        if set is not None:
            value = _as_value(spec, set)
        elif spec.axis == "kernel":
            if add is None:
                raise InputError.single(
                    name, "is a payment schedule", "use add with a number of quarters"
                )
            value = delayed(np.asarray(current), _as_number(spec, add))
        elif add is not None:
            value = current + _as_number(spec, add)
        else:
            value = current * _as_number(spec, multiply)
        return Parameters({**self.differences(), name: value})

    def differences(self) -> dict[str, Value]:
        """Values that differ from the defaults, in the order of the file."""
        return {
            name: value
            for name, value in self._values.items()
            if not np.array_equal(value, SPECS[name].default)
        }

    @property
    def digest(self) -> str:
        """Hexadecimal sha256 of the differences; equal sets have equal digests."""
        state = hashlib.sha256()
        for name, value in self.differences().items():
            state.update(name.encode() + b"=" + np.asarray(value, dtype="<f8").tobytes() + b";")
        return state.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Parameters are immutable; use with_")

    def __reduce__(self) -> tuple[type[Parameters], tuple[dict[str, Value]]]:
        return (Parameters, (self.differences(),))

    def __repr__(self) -> str:
        return f"Parameters({self.differences()!r})"


def _as_number(spec: ParameterSpec, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InputError.single(spec.name, f"{value!r} is not a number", f"unit: {spec.unit}")
    if not np.isfinite(value):
        raise InputError.single(spec.name, f"{value} is not a finite number", _domain(spec))
    return float(value)


def _as_value(spec: ParameterSpec, value: ArrayLike) -> Value:
    """A number, spread over a table; or an array of the shape of the table."""
    shape = np.shape(spec.default)
    if np.ndim(value) == 0:
        number = _as_number(spec, value)
        if spec.axis == "kernel":
            raise InputError.single(
                spec.name, "is a payment schedule", "use add with a number of quarters"
            )
        return np.full(shape, number) if shape else number
    array = np.asarray(value, dtype=np.float64)
    if array.shape != shape:
        wanted = f"one number, or {shape} values" if shape else "one number"
        raise InputError.single(spec.name, f"has shape {array.shape}", f"give {wanted}")
    return array


def _domain(spec: ParameterSpec) -> str:
    low, high = spec.domain
    return f"possible values: {low:g} to {high:g} ({spec.unit})"


def _checked(spec: ParameterSpec, value: Value) -> Value:
    """The value as float or read-only array; InputError outside the domain."""
    if np.shape(value) != np.shape(spec.default):
        raise InputError.single(
            spec.name,
            f"has shape {np.shape(value)}",
            f"give {np.shape(spec.default) or 'one number'}",
        )
    if not spec.contains(value):
        numbers = np.atleast_1d(value).ravel()
        low, high = spec.domain
        wrong = numbers[~((numbers >= low) & (numbers <= high))][0]
        raise InputError.single(spec.name, f"{wrong:g} is impossible", _domain(spec))
    if not isinstance(value, np.ndarray):
        return float(value)
    if spec.axis == "kernel" and np.any(np.abs(value.sum(axis=-1) - 1) > _KERNEL_TOLERANCE):
        raise InputError.single(spec.name, "shares do not add up to 1", "make every row add to 1")
    frozen = np.array(value, dtype=np.float64)
    frozen.flags.writeable = False
    return frozen
