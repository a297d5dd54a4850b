"""Where a lever acts: funders, régions, sectors, legal forms, sizes and funding profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from simulator import codes
from simulator.problems import did_you_mean
from simulator.strict_model import Identifier, StrictModel, doc, faults
from simulator.units import Share, fault, shown, write_percent

if TYPE_CHECKING:
    from simulator.organisations import Organisations
    from simulator.population import OrganisationTable
    from simulator.randomness import Randomness

DIMENSIONS = ("funder", "region", "sector", "form", "size", "funding_profile")


@dataclass(frozen=True)
class Selector:
    """Indices selected in each dimension; None selects all.

    `share` of the organisations so selected, drawn once for a world by the name `draw`: selectors
    of one name reach the same organisations, and a larger share keeps those of a smaller one.
    """

    funder: frozenset[int] | None = None
    region: frozenset[int] | None = None
    sector: frozenset[int] | None = None
    form: frozenset[int] | None = None
    size: frozenset[int] | None = None
    funding_profile: frozenset[int] | None = None
    share: float | None = None
    draw: str = ""

    @property
    def restricts_rows(self) -> bool:
        """Whether some organisations are left out."""
        return self.divides_cells or any(
            chosen is not None for chosen in (self.region, self.sector, self.share)
        )

    @property
    def divides_cells(self) -> bool:
        """Whether some organisations of a cell are left out, by what they are."""
        return any(chosen is not None for chosen in (self.form, self.size, self.funding_profile))

    def funder_mask(self) -> np.ndarray:
        """(6,) boolean over funder levels."""
        return _mask(self.funder, codes.N_LEVELS)

    def cell_mask(self) -> np.ndarray:
        """(6, 18, 10) boolean over funder level, région and sector."""
        region = _mask(self.region, codes.N_REGIONS)
        sector = _mask(self.sector, codes.N_SECTORS)
        mask: np.ndarray = (
            self.funder_mask()[:, None, None] & region[None, :, None] & sector[None, None, :]
        )
        return mask

    def row_mask(
        self, region: np.ndarray, sector: np.ndarray, form: np.ndarray, size_entry: np.ndarray,
        profile: np.ndarray,
    ) -> np.ndarray | bool:  # fmt: skip
        """(N,) boolean over organisations, from their columns of indices; True if all are meant.

        Size and funding profile are those at entry. Codes only: `reached` adds who is drawn where
        a share is meant.
        """
        if not self.restricts_rows:
            return True
        mask = np.ones(len(region), dtype=bool)
        for chosen, column, count in (
            (self.region, region, codes.N_REGIONS),
            (self.sector, sector, codes.N_SECTORS),
            (self.form, form, codes.N_FORMS),
            (self.size, size_entry, codes.N_SIZES),
            (self.funding_profile, profile, len(codes.FUNDING_PROFILES)),
        ):
            if chosen is not None:
                mask &= _mask(chosen, count)[column]
        return mask

    def reached(self, o: Organisations, draws: Randomness) -> np.ndarray | bool:
        """(rows,) boolean over the rows of a world; True if all are meant."""
        mask = self.row_mask(o.region, o.sector, o.form, o.size_entry, o.profile)
        if self.share is None:
            return mask
        return mask & (draws.uniform(f"drawn: {self.draw}", 0, o.uid) < self.share)

    def of_table(self, table: OrganisationTable) -> np.ndarray | bool:
        """(N,) boolean over the rows of a population, as `row_mask`."""
        from simulator.initial import profile_of_table

        # The profile takes a kernel: not for those who do not ask for it.
        profile = table["form"] if self.funding_profile is None else profile_of_table(table)
        size = codes.size_class(table["budget"])
        return self.row_mask(table["region"], table["sector"], table["form"], size, profile)


def _mask(chosen: frozenset[int] | None, count: int) -> np.ndarray:
    if chosen is None:
        return np.ones(count, dtype=bool)
    mask = np.zeros(count, dtype=bool)
    mask[list(chosen)] = True
    return mask


def parse_region(value: object) -> str:
    """An Insee code in quotes, "52", or an alias, PDL."""
    if isinstance(value, int) and not isinstance(value, bool):
        quoted = f'"{value:02d}"'
        known = f"{value:02d}" in codes.REGIONS
        raise fault(
            f"{value} is a number where a région code is wanted",
            f"put the Insee code in quotes: {quoted}" if known else "write an alias such as PDL",
        )
    if isinstance(value, str):
        text = value.strip().upper()
        if text in codes.REGIONS:
            return text
        if text in codes.REGION_ALIASES:
            return codes.REGION_ALIASES[text]
    known_names = list(codes.REGION_ALIASES)
    raise fault(
        f"{shown(value)} is no région",
        did_you_mean(value, known_names, f'known: {", ".join(known_names)} or Insee codes, "52"'),
    )


def code_parser(known: Sequence[str], kind: str) -> Any:
    """A function that reads one of the known codes in any letter case."""
    by_lower = {code.lower(): code for code in known}

    def parse(value: object) -> str:
        if isinstance(value, str) and value.strip().lower() in by_lower:
            return by_lower[value.strip().lower()]
        raise fault(f"{shown(value)} is no {kind}", did_you_mean(value, list(known)))

    return parse


def _code_schema(known: Sequence[str]) -> dict[str, Any]:
    any_case = "|".join(
        "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in code) for code in known
    )
    return {"anyOf": [{"enum": list(known)}, {"type": "string", "pattern": f"^({any_case})$"}]}


def _code(known: Sequence[str], kind: str, parse: Any = None) -> tuple[Any, ...]:
    """What makes a text one code among those known."""
    return BeforeValidator(parse or code_parser(known, kind)), WithJsonSchema(_code_schema(known))


def code_type(known: Sequence[str], kind: str) -> Any:
    """The type of a field that holds one code among those known, in any letter case."""
    return Annotated[str, *_code(known, kind)]


def _as_list(value: object) -> object:
    if value is None:
        raise fault("is empty", "leave the key out to select all")
    if isinstance(value, list | tuple):
        if not value:
            raise fault("selects nothing", "leave the key out to select all")
        return value
    return [value]


def _payer_list(value: object) -> object:
    if value is None or value in ([], ()):
        raise fault("names nobody", "name one payer, or several")
    return value if isinstance(value, list | tuple) else [value]


def _in_order(known: Sequence[str]) -> AfterValidator:
    return AfterValidator(lambda chosen: tuple(c for c in known if c in set(chosen)))


def _list_schema(known: Sequence[str]) -> WithJsonSchema:
    one = _code_schema(known)
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})


Funder = Annotated[str, *_code(codes.LEVELS, "funder level")]
Sector = Annotated[str, *_code(codes.SECTORS, "sector")]
Form = Annotated[str, *_code(codes.FORMS, "legal form")]
Size = Annotated[str, *_code(codes.SIZES, "size class")]
FundingProfile = Annotated[str, *_code(codes.FUNDING_PROFILES, "funding profile")]
Region = Annotated[str, *_code((*codes.REGION_ALIASES, *codes.REGIONS), "région", parse_region)]
Payer = Annotated[str, *_code(codes.PAYERS, "payer")]
Instrument = Annotated[str, *_code(codes.INSTRUMENTS, "instrument")]

Funders = Annotated[
    tuple[Funder, ...], BeforeValidator(_as_list), _in_order(codes.LEVELS),
    _list_schema(codes.LEVELS),
]  # fmt: skip
Regions = Annotated[
    tuple[Region, ...], BeforeValidator(_as_list), _in_order(codes.REGIONS),
    _list_schema((*codes.REGION_ALIASES, *codes.REGIONS)),
]  # fmt: skip
Sectors = Annotated[
    tuple[Sector, ...], BeforeValidator(_as_list), _in_order(codes.SECTORS),
    _list_schema(codes.SECTORS),
]  # fmt: skip
Forms = Annotated[
    tuple[Form, ...], BeforeValidator(_as_list), _in_order(codes.FORMS), _list_schema(codes.FORMS)
]
Payers = Annotated[
    tuple[Payer, ...], BeforeValidator(_payer_list), _list_schema(codes.PAYERS)
]  # fmt: skip
"""Payers, in the order given."""
Sizes = Annotated[
    tuple[Size, ...], BeforeValidator(_as_list), _in_order(codes.SIZES), _list_schema(codes.SIZES)
]
FundingProfiles = Annotated[
    tuple[FundingProfile, ...], BeforeValidator(_as_list), _in_order(codes.FUNDING_PROFILES),
    _list_schema(codes.FUNDING_PROFILES),
]  # fmt: skip
Instruments = Annotated[
    tuple[Instrument, ...], BeforeValidator(_as_list), _in_order(codes.INSTRUMENTS),
    _list_schema(codes.INSTRUMENTS),
]  # fmt: skip

_KNOWN = {
    "funder": codes.LEVELS, "region": codes.REGIONS, "sector": codes.SECTORS,
    "form": codes.FORMS, "size": codes.SIZES, "funding_profile": codes.FUNDING_PROFILES,
}  # fmt: skip


class Where(StrictModel):
    """What a lever is limited to; a dimension left out means all."""

    funder: Funders | None = doc(
        "niveaux de financeurs (un ou une liste)", "funder levels (one or a list)", default=None
    )
    region: Regions | None = doc(
        'régions : code Insee entre guillemets ("52") ou abrégé (PDL)',
        'régions: Insee code in quotes ("52") or alias (PDL)',
        default=None,
    )
    sector: Sectors | None = doc("secteurs", "sectors", default=None)
    form: Forms | None = doc("formes juridiques", "legal forms", default=None)
    size: Sizes | None = doc(
        "tailles, par budget à l'entrée", "size classes, by budget at entry", default=None
    )
    funding_profile: FundingProfiles | None = doc(
        "ressources principales à l'entrée", "main resources at entry", default=None
    )
    share: Share | None = doc(
        "part de ces organisations, tirée une fois : 30%",
        "share of these organisations, drawn once: 30%",
        default=None,
    )
    draw: Identifier | None = doc(
        "nom du tirage : les leviers d'un même nom touchent les mêmes organisations",
        "name of the draw: levers of one name reach the same organisations",
        default=None,
    )

    @model_validator(mode="after")
    def _drawn(self) -> Where:
        if self.draw is not None and self.share is None:
            raise faults([(("draw",), "there is no share to draw", "add share: 30%")])
        return self

    def given(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that are limited, with their codes."""
        return {name: chosen for name in DIMENSIONS if (chosen := getattr(self, name)) is not None}

    def selector(self, *dimensions: str) -> Selector:
        """The indices of the codes, of the dimensions asked for only, and the share."""
        chosen = {
            name: frozenset(_KNOWN[name].index(item) for item in items)
            for name, items in self.given().items()
            if name in dimensions
        }
        return Selector(**chosen, share=self.share, draw=self.draw or "")

    @model_serializer
    def _written(self) -> dict[str, list[str] | str]:
        written: dict[str, list[str] | str] = {n: list(c) for n, c in self.given().items()}
        if self.share is not None:
            written["share"] = write_percent(self.share)
        if self.draw is not None:
            written["draw"] = self.draw
        return written


Limits = Annotated[
    Where,
    BeforeValidator(
        lambda value: {} if value is None else value, json_schema_input_type=Where | None
    ),
]
"""The field `where`; with nothing written behind it, it limits nothing."""
