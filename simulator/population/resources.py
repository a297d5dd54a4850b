"""What each organisation lives on: lumpy, different from its neighbour, true in total.

1. Presence: not every organisation has every resource. Public funders come in small numbers,
   communes first for small organisations; having one makes a second likelier.
2. Amounts: the sector's raked mix times log-normal noise, wider for grants than for the rest.
3. Raking inside each sector: an organisation's resources add up to its budget, a sector's
   resources to its raked totals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from simulator.codes import FORMS, INSTRUMENTS, LEVELS, N_LEVELS, N_SECTORS
from simulator.population import tables
from simulator.population.draws import Draws
from simulator.population.forms import COMPANIES
from simulator.population.raking import rake

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

REFERENCE_BUDGET = 130_000.0
# Change in the log-odds of having a resource, per unit of ln(budget / 130 k€) (judgement).
_PRESENCE_SLOPE = {
    "users": 0.15, "memberships": -0.30, "gifts": 0.10, "corporate_gifts": 0.35,
    "foundation_grants": 0.45, "employment_aid": 0.20,
}  # fmt: skip
_GRANT_SLOPE = {
    "etat": 0.60, "region": 0.50, "departement": 0.45, "bloc_communal": 0.20,
    "securite_sociale": 0.45, "europe": 0.90,
}  # fmt: skip
_COMMANDE_SLOPE, _TARIFF_SLOPE = 0.50, 1.00
# Change in the logarithm of the amount, given presence, per unit of ln(budget / 130 k€).
_GRANT_AMOUNT_SLOPE = {
    "etat": 0.25, "region": -0.05, "departement": 0.0, "bloc_communal": -0.15,
    "securite_sociale": 0.0, "europe": 0.10,
}  # fmt: skip
_MEMBERSHIP_AMOUNT_SLOPE = -0.20
# Public funders of an organisation go together: correlation of the latent presences.
_FUNDER_CORRELATION = 0.35
# Spread of the logarithm of one funder's grant or contract, given presence. State grants range
# widest: the median is 5.9 k€, the mean 104 k€ (T2-012, T2-013).
_LUMPINESS, _STATE_LUMPINESS = 1.0, 1.9
_SMALLEST_SHARE = 1e-3


def organisation_resources(
    budget: Floats, weight: Floats, sector: Codes, form: Codes, mix: Floats, spread: float,
    draws: Draws,
) -> Floats:  # fmt: skip
    """(N, N_RESOURCES) yearly euros; rows sum to `budget`.

    `mix`: shares by sector, that of `resource_targets.resource_table`.
    """
    size = np.log(budget / REFERENCE_BUDGET)
    present = _presence(size, sector, form, draws)
    _complete(present, budget, weight, sector, mix)
    seeds = _amounts(size, sector, mix, spread, draws) * present
    result = np.empty_like(seeds)
    for code in range(N_SECTORS):
        rows = np.flatnonzero(sector == code)
        if len(rows):
            totals = mix[code] * np.sum(weight[rows] * budget[rows])
            raked = rake(
                seeds[rows] * weight[rows, None], weight[rows] * budget[rows], totals,
                tolerance=1e-6, rounds=300,
            )  # fmt: skip
            result[rows] = raked / weight[rows, None]
    return result


def _presence(size: Floats, sector: Codes, form: Codes, draws: Draws) -> Flags:
    """(N, N_RESOURCES) which organisation has which resource."""
    present = np.zeros((len(size), tables.N_RESOURCES), dtype=bool)
    for column, name in enumerate(tables.PRIVATE):
        chance = _chance(tables.presence(name)[sector], _PRESENCE_SLOPE[name], size)
        present[:, column] = draws.even(f"has {name}") < chance

    together = ndtri(draws.even("has public funders"))
    own = np.sqrt(1 - _FUNDER_CORRELATION)
    for level, name in enumerate(LEVELS):
        chance = _chance(
            tables.sector_levels("subvention_presence")[sector, level], _GRANT_SLOPE[name], size
        )
        latent = np.sqrt(_FUNDER_CORRELATION) * together
        latent += own * ndtri(draws.even(f"has grant {name}"))
        present[:, tables.SUBVENTION.start + level] = ndtr(latent) < chance

    for block, instrument, slope in (
        (tables.COMMANDE, "commande", _COMMANDE_SLOPE),
        (tables.TARIFICATION, "tarification", _TARIFF_SLOPE),
    ):
        has_any = draws.even(f"has {instrument}") < _chance(
            tables.presence(instrument)[sector], slope, size
        )
        # The buyers of an organisation: the levels of its sector, one to three of them.
        pattern = tables.sector_levels(f"{instrument}_euros")[sector]
        for level, name in enumerate(LEVELS):
            chance = np.clip(1.5 * pattern[:, level] * np.exp(0.1 * size), 0, 0.95)
            buys = draws.uniform(f"has {instrument} {name}") < chance
            present[:, block.start + level] = has_any & buys
        main = np.argmax(pattern, axis=1)
        none = has_any & ~present[:, block].any(axis=1)
        present[np.flatnonzero(none), block.start + main[none]] = True

    company = np.isin(form, COMPANIES)
    cooperative = form == FORMS.index("SCIC")
    for name in ("memberships", "gifts", "corporate_gifts"):
        present[company & ~cooperative, tables.PRIVATE.index(name)] = False
    present[:, 0] |= company | ~present.any(axis=1)
    present[cooperative, tables.PRIVATE.index("gifts")] = False
    return present


def _chance(base: Floats, slope: float, size: Floats) -> Floats:
    """Chance of presence (N,) from that of a 130 k€ organisation; 0 stays 0."""
    score = logit(np.clip(base, 1e-9, 1 - 1e-9)) + slope * np.clip(size, -2.5, 6.0)
    return np.where(base > 0, expit(score), 0.0)


def _complete(present: Flags, budget: Floats, weight: Floats, sector: Codes, mix: Floats) -> None:
    """Give a resource to the largest organisations of a sector where those that have it are
    too small to hold its total; needed in small populations only."""
    for code in range(N_SECTORS):
        rows = np.flatnonzero(sector == code)
        euros = weight[rows] * budget[rows]
        largest = rows[np.argsort(-euros, kind="stable")]
        for column in np.flatnonzero(mix[code] > 0):
            needed = 3 * mix[code, column] * euros.sum()
            held = np.sum(euros[present[rows, column]])
            for row in largest:
                if held >= needed:
                    break
                if not present[row, column]:
                    present[row, column] = True
                    held += weight[row] * budget[row]


def _amounts(size: Floats, sector: Codes, mix: Floats, spread: float, draws: Draws) -> Floats:
    """(N, N_RESOURCES) relative amounts, given presence."""
    amounts = np.maximum(mix[sector], _SMALLEST_SHARE)
    names = [*tables.PRIVATE, *(f"{i} {level}" for i in INSTRUMENTS for level in LEVELS)]
    for column, name in enumerate(names):
        sigma = spread if column < len(tables.PRIVATE) else _LUMPINESS
        if name == "subvention etat":
            sigma = _STATE_LUMPINESS
        amounts[:, column] *= np.exp(sigma * ndtri(draws.uniform(f"amount {name}")))
    amounts[:, 1] *= np.exp(_MEMBERSHIP_AMOUNT_SLOPE * size)
    for level, name in enumerate(LEVELS):
        amounts[:, tables.SUBVENTION.start + level] *= np.exp(_GRANT_AMOUNT_SLOPE[name] * size)
    return amounts


def by_level(resources: Floats, block: slice) -> Floats:
    """(6, N) euros of one public instrument."""
    return np.ascontiguousarray(resources[:, block].T).reshape(N_LEVELS, -1)
