"""P14, last part — the hazard of closing, or of ceasing to employ, by choice."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.codes import AGE_BOUNDS
from simulator.compiled import SAFE, alike, at, clip, draw_all, kernel, part, picks, uniform
from simulator.processes.departures import ORDERLY_MONTHS
from simulator.processes.support_programmes import ORDERLY_CLOSURE
from simulator.public_money import BLOCK, given

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]


@kernel
def close_or_cease(
    uid: Identities, alive: Flags, recovery: Codes, vacancy: Flags, strain: Floats,
    taboo: Floats, support: Codes, support_effect: Floats, age: Floats, gap: Floats,
    months: Floats, revenue_year: Floats, money: Floats, usual_strain: float,
    usual_taboo: float, tolerance: Floats, base: Floats, age_factor: Floats,
    gap_slope: Floats, cash_slope: Floats, vacancy_slope: Floats,
    strain_slope: Floats, taboo_slope: Floats, dissolution_share: Floats,
    hazard_key: np.uint64, dissolution_key: np.uint64, additive: bool,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Rows that dissolve, and rows that stop employing; both in rising order."""
    dissolved, stopped = np.empty(len(alive), np.int64), np.empty(len(alive), np.int64)
    dissolving = stopping = 0
    # Whoever draws more than a bound of its hazard stays: most are, and need no exact one. The
    # exponential of a tension x is at most 1 + x + bend x² up to the highest tension there is.
    tensest = max(0.4 * gap_slope.max(), -0.1 * gap_slope.min())
    tensest += max(cash_slope.max(), 0.0) + max(vacancy_slope.max(), 0.0)
    tensest += max(strain_slope.max() * (1.0 - usual_strain), -strain_slope.min() * usual_strain)
    bend = (math.exp(tensest) - 1.0 - tensest) / tensest**2 if tensest > 0.01 else 1.0
    spoken_of = max(taboo_slope.max() * usual_taboo, taboo_slope.min() * (usual_taboo - 1.0), 0.0)
    most_spoken, ages = math.exp(spoken_of), SAFE * np.maximum(age_factor, 1.0) / 4.0
    of_gap, of_cash, of_vacancy, of_strain = (
        alike(gap_slope, BLOCK), alike(cash_slope, BLOCK), alike(vacancy_slope, BLOCK),
        alike(strain_slope, BLOCK),
    )  # fmt: skip
    usual_base, bearable = alike(base, BLOCK), alike(tolerance, BLOCK)
    luck, tension, bound = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    exposed, found = np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.int64)
    for first in range(0, len(alive), BLOCK):
        last = min(first + BLOCK, len(alive))
        here, rows = slice(first, last), slice(last - first)
        draw_all(luck[rows], hazard_key, uid[here])
        _find_tension(
            tension[rows], gap[here], months[here], vacancy[here], strain[here], usual_strain,
            part(gap_slope, of_gap, first, last), part(cash_slope, of_cash, first, last),
            part(vacancy_slope, of_vacancy, first, last),
            part(strain_slope, of_strain, first, last),
        )  # fmt: skip
        _find_bound(
            bound[rows], tension[rows], bend, gap[here], months[here], age[here],
            part(base, usual_base, first, last), part(tolerance, bearable, first, last), ages[0],
            ages[1], ages[2], most_spoken,
        )  # fmt: skip
        _expose(exposed[rows], luck[rows], bound[rows], alive[here], recovery[here])
        for k in found[: picks(exposed, last - first, found)]:
            i, draw = first + k, luck[k]
            band = int(age[i] >= AGE_BOUNDS[0]) + int(age[i] >= AGE_BOUNDS[1])
            young = age_factor[band] - 1.0
            # An alternative structure of the model adds tensions up instead of multiplying them.
            pressed = max(1.0 + tension[k], 0.0) if additive else math.exp(tension[k])
            # Closing with money left is put off where it cannot be spoken of.
            spoken = 1.0
            if gap[i] > at(tolerance, i) and months[i] >= ORDERLY_MONTHS:
                spoken = math.exp(-at(taboo_slope, i) * (taboo[i] - usual_taboo))
                if support[i] == ORDERLY_CLOSURE and support_effect[i] < 0.0:
                    spoken *= max(1.0 + support_effect[i], 0.0)
            closing, put_off = at(dissolution_share, i), 1.0
            if spoken != 1.0:
                # Only dissolution is put off; to stop employing is not to close.
                put_off = 1.0 - closing + closing * spoken
                closing *= spoken / put_off
            # Public funding removes the age effect (Hager, Galaskiewicz & Larson 2004): it is
            # looked up where it decides.
            without = _leaves(draw, at(base, i) * (1.0 + young) * pressed / 4.0 * put_off)
            funded = _leaves(draw, at(base, i) * pressed / 4.0 * put_off)
            if without != funded:
                public, yearly = 0.0, revenue_year[i]
                if yearly > 0.0:
                    public = clip(given(money, i) / yearly, 0.0, 1.0)
                hazard = at(base, i) * (1.0 + young * (1.0 - public)) * pressed / 4.0
                without = _leaves(draw, hazard * put_off)
            if without:
                if uniform(dissolution_key, uid[i]) < closing:
                    dissolved[dissolving] = i
                    dissolving += 1
                else:
                    stopped[stopping] = i
                    stopping += 1
    return dissolved[:dissolving], stopped[:stopping]


@kernel
def _leaves(draw: float, hazard: float) -> bool:
    return draw < 1.0 - math.exp(-hazard)


# Functions of their own, or the compiler does not see that what they write overlaps nothing.
@kernel
def _find_tension(
    tension: Floats, gap: Floats, months: Floats, vacancy: Flags, strain: Floats,
    usual_strain: float, of_gap: Floats, of_cash: Floats, of_vacancy: Floats, of_strain: Floats,
) -> None:  # fmt: skip
    for i in range(len(tension)):
        tension[i] = (
            of_gap[i] * clip(gap[i], -0.1, 0.4)
            + of_cash[i] * (months[i] < 1.0)
            + of_vacancy[i] * vacancy[i]
            + of_strain[i] * (strain[i] - usual_strain)
        )


@kernel
def _find_bound(
    bound: Floats, tension: Floats, bend: float, gap: Floats, months: Floats, age: Floats,
    base: Floats, tolerance: Floats, young: float, middle: float, old: float, spoken: float,
) -> None:  # fmt: skip
    """A bound of the hazard: without public money, and of closings that are spoken of."""
    for i in range(len(bound)):
        pressed = 1.0 + tension[i] + bend * tension[i] * tension[i]
        of_age = young if age[i] < AGE_BOUNDS[0] else (middle if age[i] < AGE_BOUNDS[1] else old)
        may_wait = (gap[i] > tolerance[i]) & (months[i] >= ORDERLY_MONTHS)
        bound[i] = base[i] * of_age * pressed * (spoken if may_wait else 1.0)


@kernel
def _expose(exposed: Flags, luck: Floats, bound: Floats, alive: Flags, recovery: Codes) -> None:
    for i in range(len(exposed)):
        exposed[i] = (luck[i] < bound[i]) & alive[i] & (recovery[i] == 0)
