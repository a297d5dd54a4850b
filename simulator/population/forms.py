"""Legal form of each row: published numbers, judged sectors, larger ones first for foundations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.codes import FORMS
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
    budget: Floats, sector: Codes, stratum: Codes, rates: Floats, uid: NDArray[np.uint64], seed: int
) -> Codes:
    """Form code of each row (N,)."""
    _, exponent, largest = tables.form_sectors()
    form = np.full(len(budget), ASSOCIATION, dtype=np.int8)
    free = np.ones(len(budget), dtype=bool)
    order = np.lexsort((uid, sector, stratum))
    taken_before = np.zeros(len(budget))
    for code in range(len(FORMS)):
        if code == ASSOCIATION:
            continue
        wanted = rates[code][sector] * _tilt(budget, exponent[code], largest[code])
        # Conditional on not having been given an earlier form.
        chance = np.where(free, np.clip(wanted / np.maximum(1 - taken_before, 0.05), 0, 0.95), 0.0)
        chosen = systematic(chance, order, offset(seed, f"form {FORMS[code]}")) & free
        form[chosen] = code
        free &= ~chosen
        taken_before += wanted
    return form
