"""Share of each région in each sector.

Published ESS employment where a figure exists (counts, or the share of jobs times population),
population elsewhere. Within these totals, sectors lean on the territory: social action and work
integration on poverty, culture and causes on Île-de-France (judgement).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_REGIONS, N_SECTORS, REGIONS, SECTORS
from simulator.population import tables
from simulator.population.raking import rake

Floats = NDArray[np.float64]

_POVERTY_LEAN = {"SOCIAL": 0.5, "IAE": 0.5, "MEDSOC": 0.15}
_CAPITAL_LEAN = {"CULTURE": 1.25, "DROITS": 1.5, "SERV": 1.15}


@lru_cache
def region_shares() -> Floats:
    """(18,) share of each région in ESS activity; sums to 1."""
    population = tables.region_population()
    people = population / population.sum()
    published: dict[str, dict[str, float]] = {}
    for row in tables.rows("region_employment.csv"):
        published.setdefault(row["region"], {})[row["quantity"]] = float(row["value"])
    country = published.pop("FR")
    share = np.zeros(N_REGIONS)
    for code, figures in published.items():
        index = REGIONS.index(code)
        if "ess_employees" in figures:
            share[index] = figures["ess_employees"] / country["ess_jobs"]
        else:
            lean = figures["ess_share_of_jobs"] / country["ess_share_of_jobs"]
            share[index] = lean * people[index]
    rest = share == 0
    share[rest] = (1 - share.sum()) * people[rest] / people[rest].sum()
    return share


@lru_cache
def region_given_sector() -> Floats:
    """(10, 18) share of each région in a sector's organisations; rows sum to 1."""
    shares, poverty = region_shares(), tables.region_poverty()
    lean = np.ones((N_SECTORS, N_REGIONS))
    for code, exponent in _POVERTY_LEAN.items():
        lean[SECTORS.index(code)] = (poverty / tables.NATIONAL_POVERTY_RATE) ** exponent
    for code, factor in _CAPITAL_LEAN.items():
        lean[SECTORS.index(code), REGIONS.index("11")] = factor
    organisations = tables.sector_mix().organisations
    table = rake(lean * shares * organisations[:, None], organisations, shares)
    return table / table.sum(axis=1, keepdims=True)
