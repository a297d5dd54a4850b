"""How many organisations a role stands for, in the population that a room plays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.workshop.room.settings import Family, Settings
from simulator import codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIMENSIONS = {
    "sector": codes.SECTORS, "size": codes.SIZES, "funding_profile": codes.FUNDING_PROFILES,
}  # fmt: skip


def rows(family: Family, region: str | None, population: str = "workshop") -> int:
    """Rows of the population in a family: those of a région at 1:1, or of the country's sample."""
    columns = _columns(population, region)
    return int(np.count_nonzero(_in_family(family, columns)))


def stands_for(settings: Settings) -> Mapping[str, float]:
    """Role → organisations of its family, weights included; roles of funders are left out."""
    columns = _columns(settings.population, settings.region)
    return {
        role.id: float(columns["weight"][_in_family(role.family, columns)].sum())
        for role in settings.roles
        if role.family is not None
    }


def _in_family(family: Family, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    found = np.ones(len(columns["weight"]), dtype=bool)
    for name, code in family.given().items():
        found &= columns[name] == _DIMENSIONS[name].index(code)
    return found


@lru_cache(maxsize=24)
def _columns(population: str, region: str | None) -> Mapping[str, NDArray[Any]]:
    """Sector, size, main resource and weight of each row at the start; seconds where it is new."""
    from simulator.initial import funding_profile, organisations_of
    from simulator.population import load_population, load_spec

    spec = load_spec(population if region is None else "full")
    if region is not None:
        spec = spec.model_copy(update={"id": f"region-{region.lower()}", "regions": (region,)})
    o = organisations_of(load_population(spec))
    there = np.flatnonzero(o.alive)
    return {
        "sector": o.cell[there] % codes.N_SECTORS,
        "size": o.size_entry[there],
        "funding_profile": funding_profile(o, there),
        "weight": o.weight[there],
    }
