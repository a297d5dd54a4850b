"""Salaried staff, volunteers, members, age."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulator.codes import N_SECTORS
from simulator.population import tables
from simulator.population.draws import Draws

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

_WAGE_SPREAD = 0.10  # of the logarithm, inside a sector (judgement)
# Volunteers grow less than staff: exponent of staff, and spread of the logarithm (judgement).
_VOLUNTEER_EXPONENT, _VOLUNTEER_SPREAD = 0.5, 0.8


def national_payroll_shares() -> Floats:
    """(10,) share of each sector in the country's payroll: that of its budget."""
    return tables.sector_mix().budget


def sector_wages(mean: float) -> Floats:
    """Cost per FTE by sector (10,), euros a year; the national mean over FTE is `mean`."""
    factor = tables.sector_people("wage_factor")
    # Mean over FTE = payroll / FTE: a harmonic mean over payroll.
    return mean * float((national_payroll_shares() / factor).sum()) * factor


def wages(sector: Codes, mean: float, draws: Draws) -> Floats:
    """Cost per FTE (N,), euros a year."""
    # E(1 / noise) = 1, so that the noise leaves the number of FTE unchanged.
    noise = np.exp(_WAGE_SPREAD * ndtri(draws.even("wage")) + _WAGE_SPREAD**2 / 2)
    return sector_wages(mean)[sector] * noise


def volunteers(staff: Floats, weight: Floats, sector: Codes, draws: Draws) -> Floats:
    """Volunteer FTE (N,): by sector a fixed ratio to salaried FTE, 15 % in the country."""
    ratio = tables.sector_people("volunteers_per_salaried_fte")
    jobs = national_payroll_shares() / tables.sector_people("wage_factor")
    ratio = ratio * tables.VOLUNTEERS_PER_SALARIED_FTE * jobs.sum() / np.sum(ratio * jobs)
    noise = np.exp(_VOLUNTEER_SPREAD * ndtri(draws.even("volunteers")))
    raw = np.maximum(staff, 0.25) ** _VOLUNTEER_EXPONENT * noise
    salaried = np.bincount(sector, weight * staff, minlength=N_SECTORS)
    unscaled = np.bincount(sector, weight * raw, minlength=N_SECTORS)
    scale = np.divide(ratio * salaried, unscaled, out=np.zeros(N_SECTORS), where=unscaled > 0)
    return raw * scale[sector]


def ages(mean: float, draws: Draws) -> Floats:
    """Years since creation (N,), exponential."""
    return -mean * np.log1p(-draws.even("age"))
