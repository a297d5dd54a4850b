"""Reading `data/parameters.yaml`: one checked specification per parameter.

The file explains its own keys. A specification holds the default as a number or as an array in
the order of the codes of its axis, never as a table by code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.codes import AGE_CLASSES, FORMS, LEVELS, SECTORS, SIZES, SUPPORT_PROGRAMMES
from simulator.strict_yaml import parse_shipped

Floats = NDArray[np.float64]
Value = float | Floats

Axis = Literal["sector", "level", "size", "form", "age", "programme", "kernel"]
Kind = Literal["published", "microdata", "foreign", "judgement", "tuned"]
Distribution = Literal["uniform", "triangular", "normal"]
RangeMode = Literal["value", "factor", "shift"]
Selectable = Literal["funder", "region", "sector", "form", "size", "funding_profile"]

AXIS_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "sector": SECTORS,
    "level": LEVELS,
    "size": SIZES,
    "form": FORMS,
    "age": AGE_CLASSES,
    "programme": SUPPORT_PROGRAMMES,
}
# Quarters after notification that a payment kernel covers: 0, 1, … 6.
KERNEL_LENGTH: Final = 7
_SUM_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class ParameterSpec:
    """What a parameter is, may be, and rests on.

    `default` is a float, or a read-only float64 array: (codes of the axis,) for a table, (7,) or
    (6, 7) for a payment kernel. `range` is what ensembles draw from, None if never drawn; for
    tables it is that of one factor or one shift common to all values (`range_mode`). A
    `defines_reference` parameter is part of what the reference scenario says of the world
    (funding constant in real euros): experiments may vary it, ensembles never do.
    """

    name: str
    process: str
    unit: str
    default: Value
    axis: Axis | None
    varies_by: tuple[Selectable, ...]
    domain: tuple[float, float]
    range: tuple[float, float] | None
    range_mode: RangeMode
    distribution: Distribution
    kind: Kind
    source: str
    facts: tuple[str, ...]
    lever_only: bool
    defines_reference: bool
    label_fr: str
    label_en: str
    symbol: str

    @property
    def is_drawn(self) -> bool:
        """True where an ensemble varies this parameter."""
        return self.range is not None and not self.defines_reference

    def codes(self) -> tuple[str, ...]:
        """Codes of the values of a table, in order; funder levels for a kernel by funder."""
        if self.axis is None:
            return ()
        if self.axis == "kernel":
            return LEVELS if np.ndim(self.default) == 2 else ()
        return AXIS_CODES[self.axis]

    def label(self, language: str = "fr") -> str:
        return self.label_fr if language == "fr" else self.label_en

    def unit_in(self, language: str) -> str:
        """The unit in words of a language; the file holds it in English."""
        return french_units().get(self.unit, self.unit) if language == "fr" else self.unit

    def contains(self, value: Value) -> bool:
        """True where every value is a number inside the domain."""
        low, high = self.domain
        return bool(np.all((np.asarray(value) >= low) & (np.asarray(value) <= high)))


@dataclass(frozen=True)
class ProcessGroup:
    """A process of the quarter, as a heading of the parameter file."""

    code: str
    label_fr: str
    label_en: str
    section: str
    parameters: tuple[str, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Interval = tuple[Number, Number]
Text = Annotated[str, Field(min_length=1, strict=True)]


class _Label(_Strict):
    fr: Text
    en: Text


class _Entry(_Strict):
    """One parameter as written in the file."""

    label: _Label
    symbol: str = ""
    unit: Text
    axis: Axis | None = None
    default: Number | dict[str, Number] | list[Number] | dict[str, list[Number]]
    range: Interval | None = None
    range_factor: Interval | None = None
    range_shift: Interval | None = None
    distribution: Distribution = "uniform"
    domain: Interval
    kind: Kind
    facts: list[Text] = []
    source: Text
    varies_by: list[Selectable] = []
    lever_only: bool = False
    defines_reference: bool = False

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        ranges = [self.range, self.range_factor, self.range_shift]
        given = [one for one in ranges if one is not None]
        _require(len(given) <= 1, "only one of range, range_factor, range_shift may be given")
        _require(not (self.range and self.axis), "a table takes range_factor or range_shift")
        _require(
            not ((self.range_factor or self.range_shift) and self.axis is None),
            "a single number takes range",
        )
        _require(not (self.lever_only and given), "a lever-only parameter is never drawn")
        for low, high in (*given, self.domain):
            _require(low < high, f"[{low}, {high}] does not rise")
        if self.range is not None:
            low, high = self.domain
            _require(low <= self.range[0] and self.range[1] <= high, "the range leaves the domain")
        _require(
            self.kind != "published" or bool(self.facts), "a published default names its facts"
        )
        _require(len(set(self.varies_by)) == len(self.varies_by), "varies_by repeats a word")
        return self


class _Group(_Strict):
    label: _Label
    section: Text
    parameters: dict[str, _Entry]


class _File(_Strict):
    format: Literal[1]
    processes: dict[str, _Group]


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _filled(table: Mapping[str, float], codes: tuple[str, ...]) -> list[float]:
    unknown = set(table) - set(codes) - {"default"}
    _require(not unknown, f"unknown codes {sorted(unknown)}")
    missing = [code for code in codes if code not in table and "default" not in table]
    _require(not missing, f"no value for {missing}")
    return [table.get(code, table.get("default", np.nan)) for code in codes]


def _kernel(default: object) -> Floats:
    rows = default
    if isinstance(default, dict):
        _require(tuple(default) == LEVELS, f"a kernel by funder lists {', '.join(LEVELS)}")
        rows = list(default.values())
    kernel = np.array(rows, dtype=np.float64)
    _require(kernel.shape[-1:] == (KERNEL_LENGTH,), f"a kernel has {KERNEL_LENGTH} shares")
    return kernel


def _default(entry: _Entry) -> Value:
    if entry.axis is None:
        _require(isinstance(entry.default, float), "a parameter without axis is one number")
        return float(entry.default)  # type: ignore[arg-type]
    if entry.axis == "kernel":
        values = _kernel(entry.default)
        _require(
            bool(np.all(np.abs(values.sum(axis=-1) - 1) <= _SUM_TOLERANCE)),
            "the shares of a kernel add up to 1",
        )
    else:
        _require(isinstance(entry.default, dict), "a table gives a value by code")
        values = np.array(_filled(entry.default, AXIS_CODES[entry.axis]), dtype=np.float64)  # type: ignore[arg-type]
    values.flags.writeable = False
    return values


def _selectable(varies_by: list[Selectable]) -> tuple[Selectable, ...]:
    """What can be another for each size can be another for each funding profile."""
    return (*varies_by, "funding_profile") if "size" in varies_by else tuple(varies_by)


def _spec(name: str, process: str, entry: _Entry) -> ParameterSpec:
    mode: RangeMode = "factor" if entry.range_factor else "shift" if entry.range_shift else "value"
    spec = ParameterSpec(
        name=name,
        process=process,
        unit=entry.unit,
        default=_default(entry),
        axis=entry.axis,
        varies_by=_selectable(entry.varies_by),
        domain=entry.domain,
        range=entry.range or entry.range_factor or entry.range_shift,
        range_mode=mode,
        distribution=entry.distribution,
        kind=entry.kind,
        source=entry.source.strip(),
        facts=tuple(entry.facts),
        lever_only=entry.lever_only,
        defines_reference=entry.defines_reference,
        label_fr=entry.label.fr,
        label_en=entry.label.en,
        symbol=entry.symbol,
    )
    _require(spec.contains(spec.default), "the default is outside its domain")
    if spec.range is not None:
        neutral = {"value": spec.default, "factor": 1.0, "shift": 0.0}[mode]
        low, high = spec.range
        _require(low <= float(neutral) <= high, "the range does not contain the default")
    return spec


def parse_specs(content: object) -> tuple[dict[str, ParameterSpec], tuple[ProcessGroup, ...]]:
    """Specifications by name and headings, of the parsed file; ValueError where it is wrong."""
    document = _File.model_validate(content)
    specs: dict[str, ParameterSpec] = {}
    groups: list[ProcessGroup] = []
    for code, group in document.processes.items():
        for name, entry in group.parameters.items():
            _require(name not in specs, f"{name} stands twice")
            _require(name.isidentifier() and name == name.lower(), f"{name} is no parameter name")
            try:
                specs[name] = _spec(name, code, entry)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        groups.append(
            ProcessGroup(
                code, group.label.fr, group.label.en, group.section, tuple(group.parameters)
            )
        )
    return specs, tuple(groups)


@cache
def french_units() -> dict[str, str]:
    """Units of the parameter file, English → French."""
    file = files("simulator") / "data" / "parameter_units.yaml"
    content = parse_shipped(file.read_text(encoding="utf-8"), "parameter_units.yaml").plain()
    return {str(unit): str(words) for unit, words in content.items()}


@cache
def load_specs() -> tuple[dict[str, ParameterSpec], tuple[ProcessGroup, ...]]:
    """Specifications and headings of the parameter file that ships."""
    text = (files("simulator") / "data" / "parameters.yaml").read_text(encoding="utf-8")
    return parse_specs(parse_shipped(text, "parameters.yaml").plain())
