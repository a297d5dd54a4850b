"""The published and judged tables that the population is built from, read from `simulator/data`.

Each file carries, beside its figures, what they rest on (`kind`, `fact`, `source`, `source_url`,
`confidence`); this module only turns them into arrays in the order of `simulator.codes`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from simulator.codes import FORMS, LEVELS, REGIONS, SECTORS

Floats = NDArray[np.float64]

# Columns of the organisation × resource matrix: private resources, then the three public
# instruments by funder level.
PRIVATE = (
    "users", "memberships", "gifts", "corporate_gifts", "foundation_grants", "employment_aid",
)  # fmt: skip
SUBVENTION = slice(len(PRIVATE), len(PRIVATE) + len(LEVELS))
COMMANDE = slice(SUBVENTION.stop, SUBVENTION.stop + len(LEVELS))
TARIFICATION = slice(COMMANDE.stop, COMMANDE.stop + len(LEVELS))
N_RESOURCES = TARIFICATION.stop

# Poverty rate of metropolitan France in 2021 (Insee, recalled), for régions without a figure.
NATIONAL_POVERTY_RATE = 0.145
# Ratio of all volunteers' FTE to salaried FTE in employing associations (T7-003: 230 000 FTE).
VOLUNTEERS_PER_SALARIED_FTE = 0.15


def rows(name: str) -> list[dict[str, str]]:
    """All rows of a CSV file of `simulator/data`, as text."""
    path = files("simulator") / "data" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def _by_code(name: str, key: str, codes: tuple[str, ...], columns: tuple[str, ...]) -> Floats:
    """(codes, columns) figures of a file with one row per code; every code must be there."""
    found = {row[key]: row for row in rows(name)}
    return np.array([[float(found[code][column] or 0) for column in columns] for code in codes])


@dataclass(frozen=True)
class SectorMix:
    """Sector table before raking; arrays of shape (10,) unless said."""

    organisations: Floats  # share of employing organisations
    budget: Floats  # share of their resources
    resources: Floats  # (10, 6) users, public contracts, subventions, memberships, gifts, fdn
    tariff_share: Floats  # share of regulated tariffs in public contracts
    corporate_share: Floats  # share of corporate patronage in gifts


@lru_cache
def sector_mix() -> SectorMix:
    """Judged sector table (`sector_resources.csv`)."""
    columns = (
        "organisations_percent", "budget_percent", "users", "public_contracts", "subventions",
        "memberships", "gifts", "foundations", "tariff_share", "corporate_share_of_gifts",
    )  # fmt: skip
    table = _by_code("sector_resources.csv", "sector", SECTORS, columns)
    return SectorMix(
        organisations=table[:, 0] / table[:, 0].sum(),
        budget=table[:, 1] / table[:, 1].sum(),
        resources=table[:, 2:8],
        tariff_share=table[:, 8],
        corporate_share=table[:, 9],
    )


@lru_cache
def resource_totals() -> dict[str, float]:
    """Published share of each resource in all resources (sums to 1)."""
    return {row["resource"]: float(row["share"]) for row in rows("resource_totals.csv")}


@lru_cache
def level_totals() -> tuple[Floats, Floats]:
    """(6,) shares of the funder levels in subventions and in public contracts."""
    table = _by_code(
        "level_totals.csv", "level", LEVELS, ("subventions_billion", "public_contracts_share")
    )
    return table[:, 0] / table[:, 0].sum(), table[:, 1] / table[:, 1].sum()


@lru_cache
def sector_levels(quantity: str) -> Floats:
    """(10, 6) judged pattern of a quantity by sector and funder level, 0 where not given."""
    pattern = np.zeros((len(SECTORS), len(LEVELS)))
    for row in rows("sector_levels.csv"):
        if row["quantity"] == quantity:
            pattern[SECTORS.index(row["sector"])] = [float(row[level]) for level in LEVELS]
    return pattern


@lru_cache
def presence(column: str) -> Floats:
    """(10,) share of organisations of 130 k€ that have a resource."""
    return _by_code("sector_presence.csv", "sector", SECTORS, (column,))[:, 0]


@lru_cache
def sector_people(column: str) -> Floats:
    """(10,) `wage_factor` or `volunteers_per_salaried_fte`."""
    return _by_code("sector_people.csv", "sector", SECTORS, (column,))[:, 0]


@lru_cache
def form_counts() -> Floats:
    """(6,) published number of organisations by legal form."""
    return _by_code("form_counts.csv", "form", FORMS, ("count",))[:, 0]


@lru_cache
def form_sectors() -> tuple[Floats, Floats, Floats]:
    """(6, 10) sector shares of each form (zero row: the rest), (6,) exponents of the budget and
    (6,) largest budgets, euros."""
    shares = np.zeros((len(FORMS), len(SECTORS)))
    exponent = np.zeros(len(FORMS))
    largest = np.full(len(FORMS), np.inf)
    for row in rows("form_sectors.csv"):
        index = FORMS.index(row["form"])
        shares[index] = [float(row[sector]) for sector in SECTORS]
        exponent[index] = float(row["size_exponent"])
        largest[index] = float(row["largest_budget"])
    return shares, exponent, largest


@lru_cache
def region_population() -> Floats:
    """(18,) inhabitants (Insee, 2021; Mayotte 2017)."""
    return _by_code("regions.csv", "code", REGIONS, ("population",))[:, 0]


@lru_cache
def region_poverty() -> Floats:
    """(18,) poverty rate, 0–1; the national rate where the région's was not found."""
    percent = _by_code("regions.csv", "code", REGIONS, ("poverty_rate_percent",))[:, 0]
    return np.where(percent > 0, percent / 100, NATIONAL_POVERTY_RATE)
