"""P9b — support programmes: who is reached, what it costs, how long it lasts.

A programme takes in some organisations a quarter, those short of cash first, and its payer pays
for each. Its effect, whose prior includes zero and harm, grows over a lag and then lasts
`SUPPORT_QUARTERS`; where it acts is told by the process that reads `support_effect`. Nothing here
says that a programme works: the effects are assumed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.accounts import SUPPLIERS
from simulator.codes import SUPPORT_PROGRAMMES
from simulator.compiled import kernel, uniform
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.scenario import Programme

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Identities = NDArray[np.uint64]
Rows = NDArray[np.int64]

(
    CONSOLIDATION, RETHINKING, CRISIS_ANTICIPATION, LEADERS_HEALTH, ORDERLY_CLOSURE, GOVERNANCE,
    ALLIANCES, DLA,
) = range(1, 1 + len(SUPPORT_PROGRAMMES))  # fmt: skip
EFFECTS = {
    "consolidation": "support_effect_consolidation",
    "rethinking": "support_effect_rethinking",
    "crisis_anticipation": "support_effect_crisis_anticipation",
    "leaders_health": "support_effect_leaders_health",
    "orderly_closure": "support_effect_orderly_closure",
    "governance": "support_effect_governance",
    "alliances": "support_effect_alliances",
    "dla": "support_effect_dla",
}
SUPPORT_QUARTERS = 8  # quarters that a full effect lasts (modelling judgement)
ROUNDING = 1e-9  # share of the places of a quarter below which none is left
SHORT_MONTHS = 3.0  # months of cash below which an organisation is reached first (judgement)


def support_organisations(model: EssModel) -> None:
    """Support programmes take organisations in, within capacity; support under way goes on."""
    if model.quarter < 0:
        return
    programmes = model.programmes.support()
    o = model.organisations
    if not programmes and not o.support.any():
        return
    lag = model.values.table("support_lag")
    follow(o.support, o.support_clock, o.support_part, lag)
    for programme, places in programmes:
        _take_in(model, programme, places)
    effects = np.array([model.values.scalar(EFFECTS[kind]) for kind in SUPPORT_PROGRAMMES])
    feel(o.support, o.support_clock, o.support_part, o.support_effect, effects, lag)


@kernel
def follow(support: Codes, clock: Codes, part: Floats, lag: Floats) -> None:
    """A quarter of support passes; it ends after its lag and the quarters of full effect."""
    for i in range(len(support)):
        if support[i] > 0:
            clock[i] += 1
            if clock[i] >= lag[support[i] - 1] + SUPPORT_QUARTERS:
                support[i], clock[i], part[i] = 0, 0, 0.0


@kernel
def feel(
    support: Codes, clock: Codes, part: Floats, felt: Floats, effects: Floats, lag: Floats
) -> None:
    """Effect of the quarter, in the unit of each kind: it grows evenly over the lag."""
    for i in range(len(support)):
        felt[i] = 0.0
        if support[i] > 0:
            kind = support[i] - 1
            grown = min((clock[i] + 1.0) / (lag[kind] + 1.0), 1.0)
            felt[i] = effects[kind] * part[i] * grown


def _take_in(model: EssModel, programme: Programme, places: float) -> None:
    """Fill the places of a quarter; the payer pays those who run the programme, at once."""
    o, values = model.organisations, model.values
    kind = SUPPORT_PROGRAMMES.index(programme.kind.removeprefix("support_"))
    free = model.programmes.mask(programme) & (o.support == 0) & (o.recovery == 0)
    candidates = np.flatnonzero(free)
    usual = float(np.asarray(SPECS["governance_mean"].default))
    turn = in_turn(
        candidates, o.uid, model.cash_months, o.governance, values.scalar("support_selection"),
        usual, model.draws.word(f"{programme.kind} reached", model.quarter),
    )  # fmt: skip
    reached, part = fill(candidates[turn], o.weight, places)
    o.support[reached], o.support_clock[reached], o.support_part[reached] = kind + 1, 0, part
    organisations = o.weight[reached] * part
    cost = float(values.table("support_cost")[kind])
    model.recorder.tally("supported", reached, organisations)
    model.recorder.tally("support_euros", reached, organisations * cost)
    total = float(organisations.sum()) * cost * model.price_level
    model.programmes.pay(programme, total, SUPPLIERS)


def in_turn(
    candidates: Rows, uid: Identities, months: Floats, governance: Floats, selection: float,
    usual_governance: float, key: np.uint64,
) -> Rows:  # fmt: skip
    """Order in which candidates are reached: short of cash first, then by a weighted lot.

    Better governed organisations have a head start of `selection` per unit of governance.
    """
    luck = race(candidates, uid, governance, selection, usual_governance, key)
    enough = months[candidates] >= SHORT_MONTHS
    return np.lexsort((uid[candidates], luck, enough))


@kernel
def race(
    candidates: Rows, uid: Identities, governance: Floats, selection: float,
    usual_governance: float, key: np.uint64,
) -> Floats:  # fmt: skip
    """Exponential waiting times, shorter on average for the better governed."""
    found = np.empty(len(candidates))
    for k in range(len(candidates)):
        row = candidates[k]
        speed = math.exp(selection * (governance[row] - usual_governance))
        found[k] = -math.log(uniform(key, uid[row])) / speed
    return found


@kernel
def fill(rows: Rows, weight: Floats, places: float) -> tuple[Rows, Floats]:
    """Rows taken in, and the part of each: the last one has the places that are left.

    A row stands for many organisations; the part that support reaches feels its effect.
    """
    part, count = np.empty(len(rows)), 0
    left = places
    for row in rows:
        if left <= ROUNDING * places:
            break
        part[count] = min(left / weight[row], 1.0)
        left -= weight[row] * part[count]
        count += 1
    return rows[:count], part[:count]
