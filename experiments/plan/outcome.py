"""What is looked at: an indicator, at a quarter, of everybody or of a group."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from simulator import codes
from simulator.indicator import Indicator
from simulator.indicators import INDICATORS
from simulator.levers.selection import code_parser, code_type, parse_region
from simulator.problems import did_you_mean
from simulator.record_sums import TERRITORY
from simulator.scenario.hypothesis import DIMENSIONS
from simulator.strict_model import Fault, StrictModel, doc, faults
from simulator.units import Quarter, fault, shown

_PARSE: Final[dict[str, Callable[[object], str]]] = {
    "region": parse_region,
    "sector": code_parser(codes.SECTORS, "sector"),
    "size": code_parser(codes.SIZES, "size class"),
    "form": code_parser(codes.FORMS, "legal form"),
    "funding_profile": code_parser(codes.FUNDING_PROFILES, "funding profile"),
    "age": code_parser(codes.AGE_CLASSES, "age class"),
}
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "region": codes.REGIONS, "sector": codes.SECTORS, "size": codes.SIZES, "form": codes.FORMS,
    "funding_profile": codes.FUNDING_PROFILES, "age": codes.AGE_CLASSES,
}  # fmt: skip
"""Groups of the simple dimensions; `by` without `group` stands for an outcome of each."""
_ALL: Final = "all"
_RECORDED: Final = tuple(code for code, one in INDICATORS.items() if one.recorded)
_By: Any = code_type((_ALL, *DIMENSIONS), "dimension")
# Sums of the territory that rows give as well, and that are therefore known by any dimension.
_OF_ROWS: Final = {"public_euros", "service"}
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_KEYS: Final = ("design_id", "replicate", "scenario", "draw", "structure")


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > 80:
        raise fault(f"{shown(value)} is no name of a column", "write letters, digits and _")
    if value in _KEYS:
        raise fault(f"{value} is a column of its own", "give the outcome another name")
    return value


def default_name(indicator: object, at: object, group: object) -> str:
    """`jobs_fte_2027Q4`, `jobs_fte_2027Q4_52_M`."""
    parts = [str(part) for part in (indicator, at, group) if part not in (None, _ALL)]
    return re.sub(r"[^A-Za-z0-9]+", "_", "_".join(parts)).strip("_") or "outcome"


def _indicator(value: object) -> str:
    if value in _RECORDED:
        return str(value)
    if value in INDICATORS:
        raise fault(f"{value} is computed when runs are compared", "look at survival, its path")
    raise fault(
        f"{shown(value)} is no indicator",
        did_you_mean(value, _RECORDED, "see: penser-demain indicators"),
    )


class Outcome(StrictModel):
    """One measured value of every run."""

    indicator: Annotated[
        str, BeforeValidator(_indicator), WithJsonSchema({"enum": list(_RECORDED)})
    ] = doc("indicateur", "an indicator, as in indicator: jobs_fte")
    at: Quarter = doc("trimestre regardé : 2027Q4", "quarter looked at: 2027Q4")
    by: _By = doc(
        "dimension du groupe : sector, region_size…",
        "dimension of the group: sector, region_size…", default=_ALL,
    )  # fmt: skip
    group: Annotated[str, WithJsonSchema({"type": "string"})] = doc(
        "groupe : SOCIAL, 52|M… (défaut : un résultat par groupe)",
        "group: SOCIAL, 52|M… (default: an outcome for each group)", default=_ALL,
    )  # fmt: skip
    name: Annotated[str, BeforeValidator(_name)] = doc(
        "nom de colonne (défaut : indicateur, trimestre, groupe)",
        "name of the column (default: indicator, quarter, group)", default="",
    )  # fmt: skip
    smallest: Annotated[float, Field(ge=0.0, strict=True)] | None = doc(
        "plus petit effet qui compte, dans l'unité de l'indicateur (défaut : le sien)",
        "smallest effect of interest, in the unit of the indicator (default: its own)",
        default=None,
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if not isinstance(value, dict) or value.get("name") is not None:
            return value
        given: dict[str, Any] = value
        name = default_name(given.get("indicator"), given.get("at"), given.get("group"))
        return {**given, "name": name}

    @field_validator("group", mode="before")
    @classmethod
    def _known(cls, value: object, info: ValidationInfo) -> object:
        by = info.data.get("by")
        if by is None:  # told already
            return str(value)
        if by == _ALL:
            if value != _ALL:
                raise fault(f"{shown(value)} is a group of nothing", "add by: the dimension")
            return value
        fields = [by] if by in _PARSE else by.split("_")
        parts = str(value).split("|") if len(fields) > 1 else [value]
        if len(parts) != len(fields):
            example = "|".join({"region": "52", "sector": "SOCIAL", "size": "M"}[f] for f in fields)
            raise fault(f"{shown(value)} is no group of {by}", f'write it as "{example}"')
        return "|".join(_PARSE[field](part) for field, part in zip(fields, parts, strict=True))

    @model_validator(mode="after")
    def _kept(self) -> Outcome:
        """Results hold the value: the rules of `Hypothesis`, for outcomes."""
        found: list[Fault] = []
        if self.by != _ALL and self.group == _ALL:
            found.append((("group",), f"{self.by} needs a group", "name one"))
        crossed = self.by not in (_ALL, *_PARSE)
        if crossed and not self.at.endswith("Q4"):
            message = f"{self.at} is not kept in crossings"
            found.append((("at",), message, "a fourth quarter, or a group of one dimension"))
        if crossed and self.of.counts_events:
            hint = "a group of one dimension: crossings keep fourth quarters only"
            found.append((("by",), "events are not counted in crossings", hint))
        of_places = set(self.of.formula.sums()) & set(TERRITORY) - _OF_ROWS
        if of_places and not {self.by} <= {_ALL, "region", "sector", "region_sector"}:
            message = f"{self.indicator} is not known by {self.by}"
            found.append((("by",), message, "one of region, sector, region_sector"))
        if found:
            raise faults(found)
        return self

    @property
    def of(self) -> Indicator:
        """The indicator, with unit, direction and labels."""
        return INDICATORS[self.indicator]

    def threshold(self, reference_value: float) -> float:
        """The smallest effect of interest beside this reference value, in the indicator's unit."""
        return self.of.threshold(reference_value) if self.smallest is None else self.smallest
