"""What all levers share: where, when, how they are read, checked and compiled.

A lever states in `targets` which parameter each of its own fields changes and how; levers that
move votes or money say so in `programmes` or in a `compile` of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from simulator import codes
from simulator.levers import paths, wording
from simulator.levers.effects import Effects, Modifier, Nature, Operation, Programme
from simulator.levers.selection import DIMENSIONS, Limits, Selector, Where
from simulator.parameters import SPECS, Parameters
from simulator.strict_model import Bilingual, Fault, StrictModel, doc, faults
from simulator.units import Change, Moment, Rate, Year, first_quarter, last_quarter

Family = Literal[
    "funding_cuts", "mergers", "new_revenue", "contracts_and_cash", "demand_and_costs", "support",
    "combined",
]  # fmt: skip

MAXIMUM_RAMP = 40


def _by_year(value: object) -> str:
    return "by year" if isinstance(value, dict) else "one"


Changes = Annotated[
    Annotated[Change, Tag("one")]
    | Annotated[dict[Year, Change], Tag("by year"), Field(min_length=1)],
    Discriminator(_by_year),
]
"""A change, or a change for each year."""
Rates = Annotated[
    Annotated[Rate, Tag("one")] | Annotated[dict[Year, Rate], Tag("by year"), Field(min_length=1)],
    Discriminator(_by_year),
]
"""A rate, or a rate for each year."""


@dataclass(frozen=True)
class Target:
    """One field of a lever and the parameter that it changes.

    `how`: `add` and `set` take the value as it is; `factor` multiplies by it; `change` multiplies
    by one plus it, by year if need be; `keep` multiplies by one minus it; `toward` moves evenly to
    it until the year or quarter of the lever's `by`; `rate` sets it, by year if need be.
    """

    field: str
    parameter: str
    how: Literal["add", "set", "factor", "change", "keep", "toward", "rate"]


class Lever(StrictModel):
    """Base of all levers; `lever` in each of them is the name in files."""

    family: ClassVar[Family | Literal["any"]]
    names: ClassVar[Mapping[str, str]]
    about: ClassVar[Mapping[str, str]]
    targets: ClassVar[tuple[Target, ...]] = ()
    selects: ClassVar[tuple[str, ...]] = ()
    pays: ClassVar[bool] = False
    ramps: ClassVar[bool] = True

    label: Bilingual | None = doc(
        "phrase qui remplace la description automatique",
        "sentence that replaces the automatic description",
        default=None,
    )
    where: Limits = doc(
        "ce que le levier touche ; absent : tout", "what the lever acts on; absent: all",
        default=Where(),
    )  # fmt: skip
    from_: Moment | None = doc(
        "début, inclus : année ou trimestre", "start, inclusive: a year or a quarter",
        default=None, alias="from",
    )  # fmt: skip
    until: Moment | None = doc(
        "fin, incluse : année ou trimestre", "end, inclusive: a year or a quarter", default=None
    )
    ramp: int = doc(
        "nombre de trimestres sur lesquels chaque changement s'étale",
        "quarters over which each change is spread",
        default=0, ge=0, le=MAXIMUM_RAMP, strict=True,
    )  # fmt: skip
    nature: Nature = doc(
        "`decision` : quelqu'un décide ; `hypothesis` : ce que fait le monde",
        "`decision`: someone decides; `hypothesis`: what the world does",
        default="decision",
    )

    @classmethod
    def own_fields(cls) -> list[str]:
        """Fields of this lever that are not common to all, `lever` left out."""
        common = {*Lever.model_fields, "lever", "payer", "by", "mode", "instrument", "years"}
        return [name for name in cls.model_fields if name not in common]

    @property
    def name(self) -> str:
        """Name in files, `public_funding`."""
        return str(getattr(self, "lever"))  # noqa: B009 - each lever declares its own literal

    @property
    def subject(self) -> str:
        """What messages about its place speak of."""
        return self.name

    @property
    def start(self) -> int:
        """First quarter of the effect, as an index."""
        return 0 if self.from_ is None else first_quarter(self.from_)

    @property
    def end(self) -> int | None:
        """Last quarter of the effect, as an index; None where it lasts."""
        return None if self.until is None else last_quarter(self.until)

    @property
    def paid_by(self) -> str:
        """Who pays: the payer named, else the one funder level of `where`, else the State."""
        named = getattr(self, "payer", None)
        if named is not None:
            return str(named)
        funders = self.where.funder or ()
        return funders[0] if len(funders) == 1 else "etat"

    def given(self, field: str) -> Any:
        """Value of a field, None where the file does not have it."""
        return getattr(self, field, None)

    def used_targets(self) -> list[Target]:
        """Targets whose field the file has."""
        return [target for target in self.targets if self.given(target.field) is not None]

    @model_validator(mode="after")
    def _complete(self) -> Lever:
        found = [*self._missing(), *self._misplaced(), *self._mistimed(), *self.more_faults()]
        if found:
            raise faults(found)
        return self

    def _missing(self) -> list[Fault]:
        own = self.own_fields()
        if own and all(self.given(name) is None for name in own):
            return [((), f"the lever {self.name} changes nothing", f"add {' or '.join(own)}")]
        return []

    def _misplaced(self) -> list[Fault]:
        found: list[Fault] = []
        for dimension in self.where.given():
            if dimension == "funder" and self.pays:
                continue
            if dimension not in self.allowed_dimensions():
                allowed = [name for name in DIMENSIONS if name in self.allowed_dimensions()]
                hint = f"it may be limited by {', '.join(allowed)}" if allowed else "leave it out"
                found.append(
                    (("where", dimension), f"{self.subject} cannot be limited by {dimension}", hint)
                )
                continue
            for target in self.used_targets():
                varies = SPECS[target.parameter].varies_by
                if dimension not in varies:
                    found.append(
                        (
                            ("where", dimension),
                            f"{target.field} of {self.name} cannot be limited by {dimension}",
                            f"it may be limited by {', '.join(varies)}"
                            if varies
                            else "give it in a lever of its own, without where",
                        )
                    )
        if self.where.share is not None and not self.reaches_a_share():
            message = f"{self.subject} cannot reach a share of the organisations"
            found.append((("where", "share"), message, "leave it out"))
        return found

    def reaches_a_share(self) -> bool:
        """Whether the lever can act on some organisations, drawn, of those that it selects."""
        return "size" in self.allowed_dimensions() and all(
            "size" in SPECS[target.parameter].varies_by for target in self.used_targets()
        )

    def allowed_dimensions(self) -> tuple[str, ...]:
        """Dimensions of `where` that this lever takes."""
        return self.selects

    def _mistimed(self) -> list[Fault]:
        found: list[Fault] = []
        start = "the start" if self.from_ is None else f"from ({self.from_})"
        if self.end is not None and self.end < self.start:
            found.append((("until",), f"{self.until} comes before {start}", "give a later end"))
        if self.ramp and not self.ramps:
            found.append((("ramp",), f"{self.name} takes no ramp", "leave it out"))
        by = self.given("by")
        if by is not None and first_quarter(by) < self.start:
            found.append((("by",), f"{by} comes before {start}", "give a later date"))
        return found

    def more_faults(self) -> list[Fault]:
        """Faults that only this lever can have."""
        return []

    def horizon_faults(self, quarters: int) -> list[Fault]:
        """Dates outside a horizon of so many quarters, and values outside what is possible."""
        found: list[Fault] = []
        last = codes.quarter_label(quarters - 1)
        inside = f"the horizon is {codes.quarter_label(0)} to {last}"
        for name, key in (("from_", "from"), ("until", "until"), ("by", "by")):
            moment = self.given(name)
            if moment is None:
                continue
            first = first_quarter(moment)
            # An end or a target may lie beyond the horizon: the effect is simply cut short.
            if last_quarter(moment) < 0 or (key == "from" and first >= quarters):
                found.append(((key,), f"{moment} is outside the horizon", inside))
        for name in (*self.own_fields(), "years"):
            for year in years_of(self.given(name)):
                path: tuple[str | int, ...] = (name, year)
                if isinstance(self.given(name), tuple):
                    path = (name, self.given(name).index(year))
                if not 0 <= (year - codes.FIRST_YEAR) * 4 < quarters:
                    found.append((path, f"{year} is outside the horizon", inside))
                elif last_quarter(year) < self.start:
                    found.append((path, f"{year} comes before from ({self.from_})", "drop it"))
                elif self.end is not None and first_quarter(year) > self.end:
                    found.append((path, f"{year} comes after until ({self.until})", "drop it"))
        if not found:
            found = self._impossible(quarters)
        return found

    def _impossible(self, quarters: int) -> list[Fault]:
        found: list[Fault] = []
        defaults = Parameters.default()
        for target in self.used_targets():
            low, high = SPECS[target.parameter].domain
            modifier = self.modifier(target, quarters, defaults)
            operand = modifier.path[~np.isnan(modifier.path)]
            default = np.asarray(defaults[target.parameter], dtype=np.float64)
            for reached in (
                _applied(modifier.operation, default.max(), operand.max(initial=-np.inf)),
                _applied(modifier.operation, default.min(), operand.min(initial=np.inf)),
            ):
                if operand.size and not low <= reached <= high:
                    found.append(
                        (
                            (target.field,),
                            f"this would bring {target.parameter} to {reached:.4g}",
                            f"it must stay between {low:g} and {high:g}",
                        )
                    )
                    break
        return found

    def compile(self, quarters: int, parameters: Parameters | None = None) -> Effects:
        """What the lever changes over so many quarters.

        `parameters`: those of the world (default: the defaults), needed where a lever moves from
        today's value to a target.
        """
        known = Parameters.default() if parameters is None else parameters
        modifiers = [self.modifier(target, quarters, known) for target in self.used_targets()]
        return Effects(modifiers=tuple(modifiers), programmes=tuple(self.programmes(quarters)))

    def programmes(self, quarters: int) -> list[Programme]:
        """Money that the lever spends."""
        return []

    def modifier(self, target: Target, quarters: int, parameters: Parameters) -> Modifier:
        """The modifier of one target."""
        operation, path = _PATHS[target.how](self, target, quarters, parameters)
        varies = SPECS[target.parameter].varies_by
        return Modifier(
            target.parameter, operation, path, self.where.selector(*varies), self.name, self.nature
        )

    def in_force(self, quarters: int) -> np.ndarray:
        """(quarters,) share of the lever in force, with from, until and ramp."""
        return paths.weight(quarters, self.start, self.end, self.ramp)

    def changes_path(self, quarters: int, changes: float | Mapping[int, float]) -> np.ndarray:
        """(quarters,) factor of a change, or of changes by year."""
        if isinstance(changes, Mapping):
            return paths.compounded_path(quarters, changes, self.start, self.end, self.ramp)
        return paths.level_path(quarters, changes, self.start, self.end, self.ramp)

    def funded(
        self, kind: Any, quarters: int, amount: float | None = None, share: float | None = None
    ) -> Programme:
        """A programme in force with the lever, on the organisations of `where`."""
        force = self.in_force(quarters)
        return Programme(
            kind, (amount or 0.0) * force, (share or 0.0) * force, self.paid_by,
            self.organisations(), self.name, self.nature,
        )  # fmt: skip

    def organisations(self) -> Selector:
        """The organisations of `where`, whatever its funder."""
        return self.where.selector(*DIMENSIONS[1:])

    def sentence(self, language: str = "fr") -> str:
        """One plain sentence in French or English; the file's own label if it has one."""
        if self.label is not None:
            return self.label.in_language(language)
        text = self.described(language)
        return text[0].upper() + text[1:]

    def tail(self, language: str, skip: tuple[str, ...] = ("funder",)) -> str:
        """When and where, at the end of a sentence."""
        when = wording.period(self.from_, self.until, language)
        return (
            when + wording.spread(self.ramp, language) + wording.scope(self.where, language, skip)
        )

    def described(self, language: str) -> str:
        """The automatic sentence of this lever."""
        raise NotImplementedError


def years_of(value: object) -> list[int]:
    """Years that a value names: the keys of a map by year, or a list of years."""
    if isinstance(value, Mapping):
        return list(value)
    return list(value) if isinstance(value, tuple) else []


def _applied(operation: Operation, value: float, operand: float) -> float:
    if operation == "set":
        return float(operand)
    return float(value + operand if operation == "add" else value * operand)


_Path = Callable[[Lever, Target, int, Parameters], tuple[Operation, np.ndarray]]


def _add(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    return "add", lever.given(target.field) * lever.in_force(quarters)


def _set(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    return "set", paths.held_path(quarters, lever.given(target.field), lever.start, lever.end)


def _factor(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    return "multiply", 1.0 + (lever.given(target.field) - 1.0) * lever.in_force(quarters)


def _change(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    return "multiply", lever.changes_path(quarters, lever.given(target.field))


def _keep(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    by = lever.given("by")
    if by is None:
        way = lever.in_force(quarters)
    else:
        way = paths.approach(quarters, lever.start, first_quarter(by), lever.end)
    return "multiply", 1.0 - lever.given(target.field) * way


def _toward(
    lever: Lever, target: Target, quarters: int, parameters: Parameters
) -> tuple[Operation, Any]:
    by = lever.given("by")
    reached = lever.start if by is None else first_quarter(by)
    way = paths.approach(quarters, lever.start, reached, lever.end)
    today, goal = float(np.asarray(parameters[target.parameter])), lever.given(target.field)
    # A weighted mean, so that the goal itself is reached to the last bit.
    return "set", np.where(way > 0.0, today * (1.0 - way) + goal * way, np.nan)


def _rate(lever: Lever, target: Target, quarters: int, _: Parameters) -> tuple[Operation, Any]:
    value = lever.given(target.field)
    if isinstance(value, Mapping):
        return "set", paths.yearly_path(quarters, value, lever.start, lever.end)
    return "set", paths.held_path(quarters, value, lever.start, lever.end)


_PATHS: dict[str, _Path] = {
    "add": _add, "set": _set, "factor": _factor, "change": _change, "keep": _keep,
    "toward": _toward, "rate": _rate,
}  # fmt: skip
