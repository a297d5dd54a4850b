"""Legal form of each row: published numbers, judged sectors, sizes that give published jobs.

Like sectors and régions, forms are spread evenly over rows below 10 M€ and fitted in euros above.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import FORMS, N_SIZES
from simulator.population import tables
from simulator.population.draws import offset, systematic

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

ASSOCIATION = FORMS.index("ASSO")
COMPANIES = tuple(FORMS.index(form) for form in ("SCOP", "SCIC", "SC"))


def number_of_organisations(employing_associations: float) -> int:
    """All organisations of the model: employing associations and the other forms."""
    return round(employing_associations + tables.form_counts().sum()
                 - tables.form_counts()[ASSOCIATION])  # fmt: skip


def form_rates(budgets: Floats, odds: Floats) -> Floats:
    """(6, 10) scale c of P(form | sector, budget) = c · budget^exponent, fitted on the country.

    `budgets`: every organisation (M,); `odds`: (M, 10) probability of each sector.
    """
    shares, exponent, largest = tables.form_sectors()
    rates = np.zeros(shares.shape)
    for form in range(len(FORMS)):
        if form != ASSOCIATION:
            exposure = np.einsum("i,ij->j", _tilt(budgets, exponent[form], largest[form]), odds)
            rates[form] = tables.form_counts()[form] * shares[form] / exposure
    return rates


def _tilt(budgets: Floats, exponent: float, largest: float) -> Floats:
    """How much likelier a form is at each budget (N,): flat outside 50 k€–20 M€, 0 above
    `largest`."""
    return np.where(budgets <= largest, np.clip(budgets, 50e3, 20e6) ** exponent, 0.0)


def draw_forms(
    budget: Floats, weight: Floats, sector: Codes, stratum: Codes, rates: Floats, seed: int
) -> Codes:
    """Form code of each row (N,), rows in decreasing budget."""
    _, exponent, largest = tables.form_sectors()
    chances = np.stack([
        rates[code][sector] * _tilt(budget, exponent[code], largest[code])
        for code in range(len(FORMS))
    ])  # fmt: skip
    form = np.full(len(budget), ASSOCIATION, dtype=np.int8)
    giants = stratum == N_SIZES - 1
    form[giants] = _fit_giants((weight * budget)[giants], chances[:, giants])
    _draw_others(form, chances, np.flatnonzero(~giants), sector, stratum, seed)
    return form


def _fit_giants(euros: Floats, chances: Floats) -> Codes:
    """Form of each giant, decreasing, so that each form holds the euros expected of it.

    Drawn one by one, a few giants would make half of the foundations' jobs, and the associations
    of two populations would differ by 3 %. `chances`: (6, M), 0 for associations.
    """
    chosen = np.full(len(euros), ASSOCIATION, dtype=np.int8)
    missing = np.zeros(len(chances))
    for i, amount in enumerate(euros):
        missing += chances[:, i] * amount
        open_forms = np.where(chances[:, i] > 0, missing, -np.inf)
        form = int(np.argmax(open_forms))
        if open_forms[form] >= amount / 2:
            chosen[i] = form
            missing[form] -= amount
    return chosen


def _draw_others(
    form: Codes, chances: Floats, rows: NDArray[np.int64], sector: Codes, stratum: Codes, seed: int
) -> None:
    """Give forms to `rows`, evenly along size class, sector and budget; changes `form`."""
    free = np.ones(len(rows), dtype=bool)
    order = np.lexsort((np.arange(len(rows)), sector[rows], stratum[rows]))
    taken_before = np.zeros(len(rows))
    for code in range(len(FORMS)):
        if code == ASSOCIATION:
            continue
        wanted = chances[code, rows]
        # Conditional on not having been given an earlier form.
        chance = np.where(free, np.clip(wanted / np.maximum(1 - taken_before, 0.05), 0, 0.95), 0.0)
        chosen = systematic(chance, order, offset(seed, f"form {FORMS[code]}")) & free
        form[rows[chosen]] = code
        free &= ~chosen
        taken_before += wanted
