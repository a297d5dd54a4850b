"""National table sector × resource × funder level, raked to the published totals.

Judged sector patterns give the shape, published totals the size: 36/29/20/7/5 of resources by
kind, subventions and public contracts by funder level. Every population takes from here the mix
of its own sectors, so that a région or a sector alone is not forced to the national mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_SECTORS, SECTORS
from simulator.population import tables
from simulator.population.raking import rake

Floats = NDArray[np.float64]

# Sectors that hold aided jobs, in proportion to their jobs.
AIDED_SECTORS = tuple(SECTORS.index(code) for code in ("IAE", "SPORT", "CULTURE", "EDUC", "SOCIAL"))


def employment_aid_by_sector(totals: Mapping[str, float]) -> Floats:
    """(10,) employment aid as a share of all resources: in proportion to jobs."""
    mix = tables.sector_mix()
    jobs = mix.budget / tables.sector_people("wage_factor")
    aid = np.zeros(N_SECTORS)
    aid[list(AIDED_SECTORS)] = jobs[list(AIDED_SECTORS)]
    return aid / aid.sum() * totals["employment_aid"]


def _by_level(amounts: Floats, pattern: Floats, totals: Floats) -> Floats:
    """Spread (m,) amounts over levels: (m, 6) with the given level shares."""
    return rake(pattern, amounts, totals / totals.sum() * amounts.sum())


def resource_table(totals: Mapping[str, float] | None = None) -> Floats:
    """(10, N_RESOURCES) share of each resource in its sector's budget; rows sum to 1.

    `totals`: shares in all resources by name, those of `resource_totals.csv` if None. A population
    dated to another year keeps today's sector patterns, funder levels and tariff shares.
    """
    return _table(tuple((tables.resource_totals() if totals is None else totals).items()))


@lru_cache(maxsize=8)
def _table(totals: tuple[tuple[str, float], ...]) -> Floats:
    mix, published = tables.sector_mix(), dict(totals)
    aid = employment_aid_by_sector(published)
    kinds = ("users", "public_contracts", "subventions", "memberships", "gifts", "foundations")
    columns = np.array([published[kind] for kind in kinds])
    budget = mix.budget - aid
    raked = rake(mix.resources * budget[:, None], budget, columns / columns.sum() * budget.sum())
    users, public, subventions, memberships, gifts, foundations = raked.T

    table = np.zeros((N_SECTORS, tables.N_RESOURCES))
    table[:, 0] = users
    table[:, 1] = memberships
    table[:, 2] = gifts * (1 - mix.corporate_share)
    table[:, 3] = gifts * mix.corporate_share
    table[:, 4] = foundations
    table[:, 5] = aid
    grant_levels, contract_levels = tables.level_totals()
    table[:, tables.SUBVENTION] = _by_level(
        subventions, tables.sector_levels("subvention_euros"), grant_levels
    )
    contracts = _by_level(
        np.concatenate([public * (1 - mix.tariff_share), public * mix.tariff_share]),
        np.concatenate(
            [tables.sector_levels("commande_euros"), tables.sector_levels("tarification_euros")]
        ),
        contract_levels,
    )
    table[:, tables.COMMANDE] = contracts[:N_SECTORS]
    table[:, tables.TARIFICATION] = contracts[N_SECTORS:]
    table /= table.sum(axis=1, keepdims=True)
    table.setflags(write=False)
    return table


def entrant_table(table: Floats) -> Floats:
    """(10, 5) shares of private resources (users … foundations) of an organisation that has
    no public money; rows sum to 1. `table`: that of `resource_table`."""
    private = table[:, :5]
    return private / private.sum(axis=1, keepdims=True)
