"""P10b — those who lead: strain, vacancy, governance, and the taboo of closing.

All of it is modelling judgement with wide ranges. It acts through rules that exist: adaptation
slows down (P11), partnerships are refused (P12), closures come late (P14), leaders and
organisations leave more often. Each effect is neutral for an organisation of usual strain,
governance and taboo: with the sensitivities below at zero, nothing of it is felt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import SAFE, at, clip, draw_all, kernel, picks, uniform
from simulator.parameters import SPECS
from simulator.processes.support_programmes import ALLIANCES, GOVERNANCE, LEADERS_HEALTH
from simulator.public_money import BLOCK

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]

SENSITIVITIES = (
    "adaptation_strain_sensitivity", "adaptation_governance_sensitivity",
    "partnership_governance_sensitivity", "partnership_taboo_sensitivity",
    "closure_taboo_sensitivity", "vacancy_strain_sensitivity", "exit_strain_sensitivity",
)  # fmt: skip
VACANCY_QUARTERS = 4  # a vacancy weighs for a year (modelling judgement)
ENOUGH_CASH = 3.0  # months of cash from which money does not tire (judgement)


def lead(model: EssModel) -> None:
    """Leaders tire under pressure, recover or leave; it slows answers and closes doors."""
    o, values = model.organisations, model.values
    last = (model.quarter - 1) % 4
    tire(
        o.alive, o.gap, model.cash_months, o.ring_layoffs[last], o.ring_staff[last],
        o.application_time, o.vacancy, o.strain, model.quarter < 0, values.column("gap_tolerance"),
        values.column("strain_gap"), values.column("strain_cash"), values.column("strain_layoffs"),
        values.column("strain_applications"), values.column("strain_vacancy"),
        values.column("strain_recovery"),
    )  # fmt: skip
    if model.quarter < 0:
        return
    answer(
        o.alive, o.strain, o.governance, o.taboo, o.support, o.support_effect, o.pace, o.openness,
        values.scalar("strain_usual"), usual("governance_mean"), usual("taboo_mean"),
        values.column("adaptation_strain_sensitivity"),
        values.column("adaptation_governance_sensitivity"),
        values.column("partnership_governance_sensitivity"),
        values.column("partnership_taboo_sensitivity"),
    )  # fmt: skip
    vacancies(model)


def usual(name: str) -> float:
    """Default of a mean at the start: what an organisation is compared with, in every world."""
    return float(np.asarray(SPECS[name].default))


def draw_character(model: EssModel, rows: Rows) -> None:
    """Governance and taboo of new rows, for life, evenly spread; their leaders start as usual."""
    o, values, draws = model.organisations, model.values, model.draws
    for column, name, mean, spread in (
        (o.governance, "governance", "governance_mean", "governance_spread"),
        (o.taboo, "taboo", "taboo_mean", "taboo_spread"),
    ):
        key = draws.word(name, 0)
        draw_evenly(rows, o.uid, column, values.scalar(mean), values.scalar(spread), key)
    o.strain[rows] = values.scalar("strain_usual")


@kernel
def draw_evenly(
    rows: Rows, uid: Identities, column: Floats, mean: float, spread: float, key: np.uint64
) -> None:
    """A share for each of some rows, drawn within `spread` of the mean."""
    for row in rows:
        column[row] = clip(mean + spread * (2.0 * uniform(key, uid[row]) - 1.0), 0.0, 1.0)


@kernel
def tire(
    alive: Flags, gap: Floats, months: Floats, layoffs: Floats, staff: Floats,
    application_time: Floats, vacancy: Flags, strain: Floats, at_rest: bool, tolerance: Floats,
    of_gap: Floats, of_cash: Floats, of_layoffs: Floats, of_applications: Floats,
    of_vacancy: Floats, recovery: Floats,
) -> None:  # fmt: skip
    """Strain after a quarter of pressure; `at_rest`: where the present pressure would lead.

    `layoffs` and `staff` are those of the end of the quarter before.
    """
    for i in range(len(alive)):
        laid_off = layoffs[i] / (layoffs[i] + staff[i]) if layoffs[i] > 0.0 else 0.0
        pressure = (
            at(of_gap, i) * max(gap[i] - at(tolerance, i), 0.0)
            + at(of_cash, i) * clip(1.0 - months[i] / ENOUGH_CASH, 0.0, 1.0)
            + at(of_layoffs, i) * laid_off
            + at(of_applications, i) * application_time[i]
            + at(of_vacancy, i) * vacancy[i]
        )
        rest = at(recovery, i)
        if at_rest:
            felt = pressure / (pressure + rest)
        else:
            felt = clip(strain[i] * (1.0 - rest) + pressure * (1.0 - strain[i]), 0.0, 1.0)
        strain[i] = felt if alive[i] else strain[i]


def answer(
    alive: Flags, strain: Floats, governance: Floats, taboo: Floats, support: Codes,
    effect: Floats, pace: Floats, openness: Floats, usual_strain: float, usual_governance: float,
    usual_taboo: float, slowed: Floats, governed: Floats, opened: Floats, refused: Floats,
) -> None:  # fmt: skip
    """Speed of adaptation and odds of a partnership, over those of a usual organisation."""
    any_allied = weigh(
        alive, strain, governance, taboo, support, pace, openness, usual_strain, usual_governance,
        usual_taboo, slowed, governed, opened, refused,
    )  # fmt: skip
    np.exp(pace, out=pace)
    np.exp(openness, out=openness)
    if any_allied:
        allied = np.flatnonzero(support == ALLIANCES)
        openness[allied] *= np.maximum(1.0 + effect[allied], 0.0)


@kernel
def weigh(
    alive: Flags, strain: Floats, governance: Floats, taboo: Floats, support: Codes, pace: Floats,
    openness: Floats, usual_strain: float, usual_governance: float, usual_taboo: float,
    slowed: Floats, governed: Floats, opened: Floats, refused: Floats,
) -> bool:  # fmt: skip
    """Logarithms of speed and odds, in their place; 0 for free rows.

    Tells whether a programme supports alliances of any row.
    """
    any_allied = False
    for i in range(len(alive)):
        capacity = governance[i] - usual_governance
        tired, closed = strain[i] - usual_strain, taboo[i] - usual_taboo
        answer, door = at(governed, i) * capacity, at(opened, i) * capacity
        pace[i] = answer - at(slowed, i) * tired if alive[i] else 0.0
        openness[i] = door - at(refused, i) * closed if alive[i] else 0.0
        any_allied |= support[i] == ALLIANCES
    return any_allied


def vacancies(model: EssModel) -> None:
    """Leaders leave, the more often the more they are strained."""
    o, values = model.organisations, model.values
    lose_leaders(
        o.uid, o.alive, o.vacancy, o.vacancy_recent, o.strain, o.support, o.support_effect,
        values.column("leadership_vacancy"), values.column("vacancy_strain_sensitivity"),
        values.scalar("strain_usual"), model.draws.word("vacancy", model.quarter),
    )  # fmt: skip


@kernel
def lose_leaders(
    uid: Identities, alive: Flags, vacancy: Flags, recent: Codes, strain: Floats, support: Codes,
    effect: Floats, rate: Floats, strained: Floats, usual_strain: float, key: np.uint64,
) -> None:  # fmt: skip
    """Leaders leave at a yearly rate; their vacancy weighs for some quarters."""
    # Whoever draws more than the odds of the most strained stays: strain lies between 0 and 1.
    most = max(strained.max() * (1.0 - usual_strain), -strained.min() * usual_strain)
    most = rate.max() / 4.0 * math.exp(most) * SAFE
    luck, asked = np.empty(BLOCK), np.empty(BLOCK, np.bool_)
    found = np.empty(BLOCK, np.int64)
    for first in range(0, len(alive), BLOCK):
        last = min(first + BLOCK, len(alive))
        here, rows = slice(first, last), slice(last - first)
        draw_all(luck[rows], key, uid[here])
        _ask(asked[rows], luck[rows], most, alive[here], support[here])
        _count_down(recent[here])
        for k in found[: picks(asked, last - first, found)]:
            i = first + k
            odds = at(rate, i) * math.exp(at(strained, i) * (strain[i] - usual_strain)) / 4.0
            if support[i] == LEADERS_HEALTH or support[i] == GOVERNANCE:
                odds *= max(1.0 - effect[i], 0.0)
            if luck[k] < odds:
                recent[i] = VACANCY_QUARTERS
        _weigh_vacancy(vacancy[here], recent[here])


@kernel
def _ask(asked: Flags, luck: Floats, most: float, alive: Flags, support: Codes) -> None:
    for i in range(len(asked)):
        helped = (support[i] == LEADERS_HEALTH) | (support[i] == GOVERNANCE)
        asked[i] = alive[i] & ((luck[i] < most) | helped)


@kernel
def _count_down(recent: Codes) -> None:
    for i in range(len(recent)):
        recent[i] = max(recent[i] - 1, 0)


@kernel
def _weigh_vacancy(vacancy: Flags, recent: Codes) -> None:
    for i in range(len(vacancy)):
        vacancy[i] = recent[i] > 0
