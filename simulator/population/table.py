"""A synthetic population: columns of organisations and tables by région and sector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.population.spec import PopulationSpec

Floats = NDArray[np.float64]

# Name → unit and meaning; (6, N) where said, else (N,). Money is euros of 2025 a year or at the
# start, per represented organisation.
COLUMNS: Mapping[str, str] = {
    "uid": "immutable identity (uint64)",
    "weight": "real organisations that the row stands for",
    "region": "région code (int8)",
    "sector": "sector code (int8)",
    "form": "legal form code (int8)",
    "age": "years since creation",
    "budget": "euros/year: sum of all resources",
    "cost": "euros/year: budget less margin",
    "grants": "(6, N) euros/year: subventions by funder level",
    "contracts": "(6, N) euros/year: public procurement by level",
    "tariffs": "(6, N) euros/year: regulated tariffs by level",
    "user_sales": "euros/year",
    "memberships": "euros/year",
    "gifts": "euros/year: gifts of households",
    "corporate_gifts": "euros/year",
    "foundation_grants": "euros/year",
    "employment_aid": "euros/year",
    "aided_jobs": "FTE linked to employment aid",
    "cash": "euros, restricted funds included",
    "restricted": "euros: fonds dédiés",
    "fixed_assets": "euros",
    "loans": "euros",
    "arrears": "euros",
    "fundraising": "euros/year spent on fundraising",
    "staff": "salaried FTE",
    "wage": "euros/FTE/year, charges included",
    "volunteers": "FTE",
    "members": "persons",
    "variable_cost": "euros/year",
    "fixed_cost": "euros/year, without depreciation, fundraising and interest",
    "agreement_years": "(6, N) int8: years left of a multi-year agreement, 0 if none",
    "vulnerable_share": "share of vulnerable people among those served",
    "tie_x": "first coordinate in the graph of ties, 0–1",
    "tie_y": "second coordinate in the graph of ties, 0–1",
}
PRIVATE_RESOURCES = (
    "user_sales", "memberships", "gifts", "corporate_gifts", "foundation_grants", "employment_aid",
)  # fmt: skip
PUBLIC_RESOURCES = ("grants", "contracts", "tariffs")


class OrganisationTable(Mapping[str, NDArray[Any]]):
    """Read-only columns by name; `table["cash"]` or `table.cash`."""

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        if set(columns) != set(COLUMNS):
            raise ValueError(f"columns differ: {sorted(set(columns) ^ set(COLUMNS))}")
        self._columns = {name: columns[name] for name in COLUMNS}
        for column in self._columns.values():
            column.setflags(write=False)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __getattr__(self, name: str) -> NDArray[Any]:
        try:
            return self.__dict__["_columns"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def rows(self) -> int:
        """Number of rows N."""
        return len(self._columns["uid"])

    def take(self, rows: NDArray[Any]) -> OrganisationTable:
        """The given rows (indices or mask), in that order."""
        return OrganisationTable({n: c[..., rows].copy() for n, c in self._columns.items()})


@dataclass(frozen=True)
class EntrantProfile:
    """What an organisation without public money lives on and spends, shares by sector (10,)."""

    user_sales: Floats
    memberships: Floats
    gifts: Floats
    corporate_gifts: Floats
    foundation_grants: Floats
    staff_cost: Floats
    variable_cost: Floats
    fixed_cost: Floats  # without upkeep of assets and fundraising
    wage: Floats  # euros/FTE/year


@dataclass(frozen=True)
class Population:
    """Organisations and the territory they serve; immutable, shared between runs."""

    name: str
    spec: PopulationSpec
    organisations: OrganisationTable
    population_by_region: Floats  # (18,) inhabitants
    poverty: Floats  # (18,) poverty rate, 0–1
    tie_radius: Floats  # (18, 10)
    entrant_profile: EntrantProfile

    @property
    def digest(self) -> str:
        """sha256 of the specification."""
        return self.spec.digest

    def total(self, column: str) -> float:
        """Weighted total of a column over the rows, all funder levels together."""
        return float(np.sum(self.organisations[column] @ self.organisations["weight"]))
