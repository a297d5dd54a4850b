"""P2, third instrument — calls for projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_LEVELS
from simulator.compiled import at, at_level, draw_all, fall_below, kernel, picks
from simulator.funders import SUBVENTION
from simulator.processes.contest import fund_best
from simulator.public_money import BLOCK

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]
MOST_TIME = 0.5  # modelling judgement: largest share of staff time that applications take


def hold_calls(model: EssModel, pot: Floats) -> None:
    """Organisations apply to the calls of each node, whose pot (6, 180) funds the best."""
    o, values, public = model.organisations, model.values, model.public
    if model.quarter < 0:
        public.calls_pot_2025 = pot.reshape(public.calls_pot_2025.shape).copy()
    reference = public.calls_pot_2025.reshape(pot.shape) * model.price_level
    # Asks follow the pot, as compared with that of 2025.
    rescale = np.divide(pot, reference, out=np.ones(pot.shape), where=reference > 0)
    budget = np.maximum(o.revenue_year, 0.0)
    draw, overhead = model.draws, model.overhead_staff()
    first, row, ask, luck = _apply(
        pot,
        rescale,
        o.alive,
        o.cell,
        o.uid,
        _application_odds(model, overhead),
        values.rows("ask_share") * budget,
        values.rows("project_share") * budget,
        values.level_table("cofunding_max_rate"),
        draw.words("applies", model.quarter, N_LEVELS),
        draw.words("call score", model.quarter, N_LEVELS),
    )
    awards = _fund(
        pot,
        first,
        row,
        ask,
        _gumbel(luck),
        o.cell,
        o.weight,
        _merit(model, budget, overhead),
        o.grants_last_year,
        values.column("score_incumbent"),
        values.scalar("score_noise"),
    )
    _book_awards(
        first,
        row,
        ask,
        awards,
        values.column("application_cost"),
        values.column("reporting_cost"),
        values.column("restricted_share"),
        o.wage,
        o.staff,
        MOST_TIME,
        o.calls,
        model.public.promises[SUBVENTION],
        o.due_restricted,
        o.applications,
        o.application_time,
        o.failed_calls,
    )


def _application_odds(model: EssModel, overhead: Floats) -> Floats:
    """Probability to apply to a call, (rows,): need and staff to write raise it, overload less."""
    o, values = model.organisations, model.values
    log_odds = (
        values.rows("call_intercept")
        + values.rows("call_gap") * np.clip(o.gap, -0.2, 0.4)
        + values.rows("call_overhead") * np.log(np.maximum(overhead, 0.1))
        - values.rows("call_overload") * o.overload
    )
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _merit(model: EssModel, budget: Floats, overhead: Floats) -> Floats:
    """Score of an organisation in all calls, before incumbency and luck, (rows,)."""
    o, values = model.organisations, model.values
    capacity = np.log1p(o.fundraising / np.maximum(o.wage, 1.0) + overhead)
    return np.asarray(
        values.rows("score_quality") * o.quality
        + values.rows("score_need") * model.unmet.ravel()[o.cell]
        + values.rows("score_size") * np.log(np.maximum(budget, 1.0))
        + values.rows("score_capacity") * capacity
    )


def _gumbel(luck: Floats) -> Floats:
    """Standard Gumbel draws of uniform ones, in their place."""
    np.log(luck, out=luck)
    np.negative(luck, out=luck)
    np.log(luck, out=luck)
    return np.negative(luck, out=luck)


@kernel
def _apply(
    pot: Floats,
    rescale: Floats,
    alive: NDArray[np.bool_],
    cell: Integers,
    uid: Keys,
    odds: Floats,
    largest_ask: Floats,
    project: Floats,
    largest_rate: Floats,
    apply_keys: Keys,
    luck_keys: Keys,
) -> tuple[Integers, Integers, Floats, Floats]:
    """Draw who applies to the calls: row, euros asked and luck in (0, 1) of each applicant.

    Applicants come level by level, in the order of their rows; those of level l start at
    `first[l]` and end before `first[l + 1]`, which is returned first.
    """
    first = np.zeros(pot.shape[0] + 1, np.int64)
    rows = np.empty(pot.shape[0] * len(cell) + 1, np.int64)
    draws, applies = np.empty(BLOCK), np.empty(BLOCK, np.bool_)
    found, count = np.empty(BLOCK, np.int64), 0
    for level in range(pot.shape[0]):
        for start in range(0, len(cell), BLOCK):
            end = min(start + BLOCK, len(cell))
            here = draws[: end - start]
            draw_all(here, apply_keys[level], uid[start:end])
            fall_below(applies[: end - start], here, odds[start:end], alive[start:end])
            for k in found[: picks(applies, end - start, found)]:
                rows[count] = start + k
                count += pot[level, cell[start + k]] > 0.0
        first[level + 1] = count
    ids = uid[rows[:count]]
    asks, luck = np.empty(count), np.empty(count)
    for level in range(pot.shape[0]):
        mine = slice(first[level], first[level + 1])
        draw_all(luck[mine], luck_keys[level], ids[mine])
        for i in range(first[level], first[level + 1]):
            row = rows[i]
            ask = min(largest_ask[row], at_level(largest_rate, level, row) * project[row])
            asks[i] = ask * rescale[level, cell[row]]
    return first, rows[:count], asks, luck


@kernel
def _fund(
    pot: Floats,
    first: Integers,
    rows: Integers,
    asks: Floats,
    luck: Floats,
    cell: Integers,
    weight: Floats,
    merit: Floats,
    grants_last_year: Floats,
    incumbency: Floats,
    noise: float,
) -> Floats:
    """Award of each applicant: every level holds its own contest, in each of its cells."""
    awards = np.empty(len(rows))
    for level in range(pot.shape[0]):
        here = slice(first[level], first[level + 1])
        where = rows[here]
        score = np.empty(len(where))
        for i in range(len(where)):
            row = where[i]
            known = at(incumbency, row) if grants_last_year[level, row] > 0.0 else 0.0
            score[i] = merit[row] + known + noise * luck[first[level] + i]
        awards[here] = fund_best(pot[level], cell[where], asks[here], weight[where], score)
    return awards


@kernel
def _book_awards(
    first: Integers,
    rows: Integers,
    asks: Floats,
    awards: Floats,
    application_cost: Floats,
    reporting_cost: Floats,
    restricted_share: Floats,
    wage: Floats,
    staff: Floats,
    most_time: float,
    calls: Floats,
    due_grants: Floats,
    due_restricted: Floats,
    applications: Floats,
    application_time: Floats,
    failed_calls: NDArray[np.bool_],
) -> None:
    """Book the awards, and the staff time that applying and reporting take."""
    asked, won = np.zeros(len(wage)), np.zeros(len(wage))
    for level in range(calls.shape[0]):
        for i in range(first[level], first[level + 1]):
            row = rows[i]
            calls[level, row] = awards[i]
            due_grants[level, row] += awards[i]
            asked[row] += asks[i]
            won[row] += awards[i]
    for row in range(len(wage)):
        if asked[row] > 0.0:
            due_restricted[row] += at(restricted_share, row) * won[row]
            applications[row] += asked[row]
            hours = at(application_cost, row) * asked[row] + at(reporting_cost, row) * won[row]
            payroll = max(wage[row] * staff[row], 1.0)
            application_time[row] = min(application_time[row] + hours / payroll, most_time)
            failed_calls[row] |= won[row] <= 0.0
