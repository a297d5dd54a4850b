"""Population files: which part of the country, on how many rows."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from simulator.codes import REGION_ALIASES, REGIONS, SECTORS, SIZES
from simulator.population.weights import LARGEST_GIANT_WEIGHT
from simulator.problems import did_you_mean
from simulator.strict_model import StrictModel, doc
from simulator.units import fault, shown

BUILT_IN = ("demo", "workshop", "national", "full")


def _region(value: object) -> str:
    if isinstance(value, int) and f"{value:02d}" in REGIONS:
        raise fault(f"{value} is a number", f'put the Insee code in quotes: "{value:02d}"')
    code = REGION_ALIASES.get(str(value).upper(), value)
    if not isinstance(code, str) or code not in REGIONS:
        raise fault(f"{shown(value)} is not a région", did_you_mean(value, tuple(REGION_ALIASES)))
    return code


def _sector(value: object) -> str:
    if not isinstance(value, str) or value.upper() not in SECTORS:
        raise fault(f"{shown(value)} is not a sector", did_you_mean(value, SECTORS))
    return value.upper()


def _name(value: object) -> str:
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
    if not isinstance(value, str) or not value or not set(value) <= set(allowed):
        raise fault(
            f"{shown(value)} is not a name", "lower-case letters, figures and hyphens: ma-region"
        )
    return value


def _base(value: object) -> object:
    if value not in BUILT_IN:
        raise fault(f"{shown(value)} is not a built-in population", did_you_mean(value, BUILT_IN))
    return value


def _format(value: object) -> object:
    if type(value) is not int or value != 1:
        raise fault(f"format {shown(value)} is not known", "write format: 1")
    return value


def _whole(low: int, high: int) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise fault(
                f"{shown(value)} is not allowed here", f"a whole number from {low} to {high}"
            )
        return value

    return BeforeValidator(check)


def _once(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not codes:
        raise fault("is empty", "leave the key out to keep all of them")
    if len(set(codes)) < len(codes):
        raise fault("the same code stands twice", "list each code once")
    return codes


def _share(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise fault(f"{shown(value)} is not a share", "a number from 0 to 1: 0.36")
    return float(value)


Region = Annotated[str, BeforeValidator(_region)]
Sector = Annotated[str, BeforeValidator(_sector)]


class Weights(StrictModel):
    """Organisations that one row stands for, by size class (see `codes.SIZE_BOUNDS`)."""

    XS: Annotated[int, _whole(1, 1000)] = doc("moins de 50 k€", "under 50 k€")
    S: Annotated[int, _whole(1, 1000)] = doc("50 à 200 k€", "50 to 200 k€")
    M: Annotated[int, _whole(1, 1000)] = doc("200 à 500 k€", "200 to 500 k€")
    L: Annotated[int, _whole(1, 200)] = doc("500 k€ à 2 M€", "500 k€ to 2 M€")
    XL: Annotated[int, _whole(1, 50)] = doc("2 à 10 M€", "2 to 10 M€")
    XXL: Annotated[int, _whole(1, LARGEST_GIANT_WEIGHT)] = doc(
        "plus de 10 M€ ; seules au-dessus de 50 M€", "over 10 M€; alone above 50 M€"
    )

    def rates(self) -> NDArray[np.int64]:
        """(6,) weights in the order of the size classes."""
        return np.array([getattr(self, size) for size in SIZES], dtype=np.int64)


Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
_SUM_TOLERANCE = 1e-6


class Resources(StrictModel):
    """Share of each resource in all resources, of the year that a population is dated to."""

    users: Share = doc("ventes aux usagers", "sales to users")
    public_contracts: Share = doc("marchés et tarifs publics", "public contracts and tariffs")
    subventions: Share = doc("subventions, aides à l'emploi à part", "grants, job aids apart")
    memberships: Share = doc("cotisations", "memberships")
    gifts: Share = doc("dons et mécénat", "gifts and corporate giving")
    foundations: Share = doc("fondations", "foundations")
    employment_aid: Share = doc("aides à l'emploi", "aids to employment")

    @model_validator(mode="after")
    def _whole(self) -> Resources:
        total = math.fsum(self.shares().values())
        if abs(total - 1) > _SUM_TOLERANCE:
            raise fault(f"the shares add up to {total:g}", "make them add up to 1")
        return self

    def shares(self) -> dict[str, float]:
        """Share by resource, under the names of `resource_totals.csv`."""
        return dict(self)


class PopulationSpec(StrictModel):
    """One population; a complete example stands in `docs/population.md`."""

    format: Annotated[Literal[1], BeforeValidator(_format)] = doc(
        "format du fichier ; absent, c'est 1", "format of the file; absent means 1", default=1
    )
    id: Annotated[str, BeforeValidator(_name)] = doc(
        "nom, en minuscules et tirets", "name, in lower case with hyphens, as in id: ma-region"
    )
    base: Annotated[str, BeforeValidator(_base)] = doc(
        "population fournie dont les autres champs sont repris (défaut : full)",
        "built-in population whose other fields are taken (default: full)", default="full",
    )  # fmt: skip
    rows: Annotated[int, _whole(100, 200_000)] | None = doc(
        "nombre approximatif de lignes ; met les poids à l'échelle",
        "about how many rows; scales the weights", default=None,
    )  # fmt: skip
    regions: Annotated[tuple[Region, ...], AfterValidator(_once)] = doc(
        "régions gardées ; absent, toutes", "régions kept; absent means all", default=REGIONS
    )
    sectors: Annotated[tuple[Sector, ...], AfterValidator(_once)] = doc(
        "secteurs gardés ; absent, tous", "sectors kept; absent means all", default=SECTORS
    )
    weights: Weights = doc(
        "organisations par ligne, par classe de taille", "organisations per row, by size class"
    )
    resources: Resources | None = doc(
        "parts des ressources, pour une population d'une autre année ; absent : 2020",
        "shares of resources, for a population of another year; absent means 2020", default=None,
    )  # fmt: skip
    seed: Annotated[int, _whole(0, 2**63 - 1)] = doc(
        "graine de la population, pas d'un calcul", "seed of the population, not of a run",
        default=2025,
    )  # fmt: skip

    @property
    def digest(self) -> str:
        """sha256 of the resolved fields (hexadecimal)."""
        fields: dict[str, Any] = self.model_dump(mode="json", exclude={"base"})
        if self.resources is None:
            fields.pop("resources")  # the populations that say nothing of it keep their digest
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

    def region_mask(self) -> NDArray[np.bool_]:
        """(18,) régions kept."""
        return np.array([code in self.regions for code in REGIONS])

    def sector_mask(self) -> NDArray[np.bool_]:
        """(10,) sectors kept."""
        return np.array([code in self.sectors for code in SECTORS])
