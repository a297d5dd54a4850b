"""What is summed in a quarter: weighted columns of the rows, by the groups of two grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import EXIT_CAUSES
from simulator.compiled import at, clip, kernel, powers
from simulator.public_money import AGREED, BLOCK, BOUGHT, CALLS, GRANTS, LARGEST
from simulator.record_places import place_in_fine, place_in_other

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]
Places = NDArray[np.int16]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

# Weighted sums over the living organisations of a group, in the order of the last axis of
# `RunRecord.sums`. Names marked * below are flows over the trailing four quarters.
STOCKS: Final = (
    "rows", "organisations", "cohort", "cohort_jobs", "jobs_fte", "volunteers", "members",
    "service_index", "service_quality_index", "service_vulnerable", "cash_below_3", "deficit",
    "quality", "overload", "top_funder_share", "public_share", "concentration", "cash",
    "restricted", "receivables", "debt", "grants_under_agreement", "grants_notified",
    "layoffs", "grants_fallen", "grants_renewed", "staff_down", "staff_down_layoffs",
    "service_down", "strain", "vacant",
)  # fmt: skip
MONEY_FLOWS: Final = (
    "revenue", "cost", "public_cash", "user_sales", "memberships", "gifts", "public_notified",
    "application_cost",
)  # fmt: skip
COUNTS: Final = (
    *(f"exits_{cause}" for cause in EXIT_CAUSES), "exits", "procedures", "entries",
    "supported", "support_euros", "creditor_losses",
)  # fmt: skip
# Known by région and sector only.
TERRITORY: Final = (
    "need", "served", "population", "desert_population", "voted", "committed", "unallocated",
    "calls_pot", "cofunding_withdrawn", "public_euros", "service",
)  # fmt: skip

ROW_SUMS: Final = (*STOCKS, *MONEY_FLOWS, *COUNTS)
SUM_NAMES: Final = (*ROW_SUMS, *TERRITORY)
(
    _ROWS,
    _ORGANISATIONS,
    _COHORT,
    _COHORT_JOBS,
    _JOBS,
    _VOLUNTEERS,
    _MEMBERS,
    _SERVICE,
    _SERVICE_QUALITY,
    _SERVICE_VULNERABLE,
    _CASH_BELOW_3,
    _DEFICIT,
    _QUALITY,
    _OVERLOAD,
    _TOP_SHARE,
    _PUBLIC_SHARE,
    _CONCENTRATION,
    _CASH,
    _RESTRICTED,
    _RECEIVABLES,
    _DEBT,
    _AGREED,
    _NOTIFIED,
    _LAYOFFS,
    _FALLEN,
    _RENEWED,
    _STAFF_DOWN,
    _STAFF_DOWN_LAYOFFS,
    _SERVICE_DOWN,
    _STRAIN,
    _VACANT,
    _REVENUE,
    _COST,
    _PUBLIC_CASH,
    _SALES,
    _MEMBERSHIPS,
    _GIFTS,
    _PUBLIC_NOTIFIED,
    _APPLICATION,
) = range(len(STOCKS) + len(MONEY_FLOWS))  # in the order of the names above
_SUMMED: Final = len(STOCKS) + len(MONEY_FLOWS)
_FIRST_FLOW, _N_FLOWS = len(STOCKS), len(MONEY_FLOWS)
# The line of a row is added in two parts, eight numbers at a time; the last of them are zeros, for
# counts of events.
_PART: Final = _CONCENTRATION
_WIDTH: Final = -(-_SUMMED // 8) * 8


def sum_rows(
    model: EssModel, sums: Floats, value: Floats, herfindahl: Floats
) -> tuple[Places, Places]:
    """Add the weighted columns of the living rows to `sums`, (groups, ROW_SUMS).

    Money in 2025 euros. `value`: 2025 euros per person served, by sector (10,). `herfindahl`: of
    the budgets of each cell, (180,). Returns the group of every row in each grid, (rows,); free
    rows are in no group and hold −1.
    """
    o, values = model.organisations, model.values
    fine, other = np.empty(o.rows, np.int16), np.empty(o.rows, np.int16)
    dearness = powers(
        o.price * values.column("price_factor"), values.column("vulnerable_price_elasticity")
    )
    _sum_rows(
        sums, fine, other, value, herfindahl, model.price_level,
        o.alive, o.weight, o.cell, o.sector, o.form, o.profile, o.age, o.initial, o.staff_entry,
        o.staff, o.wage, o.volunteers, o.members, o.service, o.quality, o.overload, o.drift,
        o.vulnerable_share, dearness, o.layoffs, o.application_time,
        model.public_money.lines(), model.cash_months, o.cash, o.restricted, o.receivable,
        o.loans, o.overdraft, o.bridge, o.quasi_equity, o.arrears,
        model.grants_fallen, model.grants_renewed,
        model.staff_down, model.staff_down_layoffs, model.service_down, o.strain, o.vacancy,
        o.revenue, o.cost, o.public_paid, o.revenue_year, o.cost_year,
        model.sales, o.memberships, o.gifts, o.corporate_gifts, o.foundation_grants,
        values.column("volunteer_factor"), values.column("membership_factor"),
        values.column("vulnerable_paying_share"), values.column("drift_vulnerable"),
    )  # fmt: skip
    return fine, other


@kernel
def add_line(total: Floats, line: Floats) -> None:
    # A function of its own, or the compiler does not see that the two never overlap.
    for k in range(len(line)):
        total[k] += line[k]


@kernel
def _sum_rows(
    sums: Floats, fine: Places, other: Places, value: Floats, herfindahl: Floats,
    price_level: float, alive: Flags, weight: Floats, cell: Groups, sector: Codes, form: Codes,
    profile: Codes, age: Floats, initial: Flags, staff_entry: Floats, staff: Floats, wage: Floats,
    volunteers: Floats, members: Floats, service: Floats, quality: Floats, overload: Floats,
    drift: Floats, vulnerable_share: Floats, dearness: Floats, layoffs: Floats,
    application_time: Floats, public: Floats, months: Floats, cash: Floats, restricted: Floats,
    receivable: Floats,
    loans: Floats, overdraft: Floats, bridge: Floats, quasi_equity: Floats, arrears: Floats,
    fallen: Floats, renewed: Floats, staff_down: Flags, staff_down_layoffs: Flags,
    service_down: Flags, strain: Floats, vacancy: Flags, revenue: Floats, cost: Floats,
    public_paid: Floats, revenue_year: Floats, cost_year: Floats, sales: Floats,
    memberships: Floats, gifts: Floats, corporate: Floats, foundations: Floats,
    volunteer_factor: Floats, membership_factor: Floats, paying_share: Floats,
    drift_vulnerable: Floats,
) -> None:  # fmt: skip
    rows, line = len(weight), np.zeros(_WIDTH)
    euros, kept, given = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    top_share, public_share = np.empty(BLOCK), np.empty(BLOCK)
    for first in range(0, rows, BLOCK):
        last = min(first + BLOCK, rows)
        place_in_fine(
            fine[first:last], alive[first:last], cell[first:last], revenue_year[first:last],
            price_level,
        )  # fmt: skip
        place_in_other(
            other[first:last], alive[first:last], form[first:last], profile[first:last],
            age[first:last],
        )  # fmt: skip
        _find_shares(
            top_share, public_share, given, revenue_year[first:last], public[GRANTS, first:last],
            public[CALLS, first:last], public[BOUGHT, first:last], public[LARGEST, first:last],
        )  # fmt: skip
        _deflate(euros, weight[first:last], price_level)
        # Unsigned, or each column asks whether the row counts from its end.
        begin, block = np.uint64(first), np.uint64(last - first)
        for k in range(block):
            i = begin + k
            kept[k] = 1.0 - clip(at(paying_share, i) * (dearness[i] - 1.0), 0.0, 1.0)
        for k in range(block):
            i = begin + k
            if fine[i] < 0:
                continue
            f, o = np.uint64(fine[i]), np.uint64(other[i])
            w = weight[i]
            served = w * service[i] * value[np.uint64(sector[i])]
            reached = vulnerable_share[i] * (1.0 - at(drift_vulnerable, i) * drift[i]) * kept[k]
            line[_ROWS] = 1.0
            line[_ORGANISATIONS] = w
            line[_COHORT] = w * initial[i]
            line[_COHORT_JOBS] = w * staff_entry[i] * initial[i]
            line[_JOBS] = w * staff[i]
            line[_VOLUNTEERS] = w * volunteers[i] * at(volunteer_factor, i)
            line[_MEMBERS] = w * members[i] * at(membership_factor, i)
            line[_SERVICE] = served
            line[_SERVICE_QUALITY] = served * quality[i]
            line[_SERVICE_VULNERABLE] = served * reached
            line[_CASH_BELOW_3] = w * (months[i] < 3.0)
            line[_DEFICIT] = w * (revenue_year[i] < cost_year[i])
            line[_QUALITY] = w * quality[i]
            line[_OVERLOAD] = w * staff[i] * overload[i]
            line[_TOP_SHARE] = w * top_share[k]
            line[_PUBLIC_SHARE] = w * public_share[k]
            add_line(sums[f, :_PART], line[:_PART])
            add_line(sums[o, :_PART], line[:_PART])
        # The rest by itself: half of the columns at a time stream faster from memory.
        for k in range(block):
            i = begin + k
            if fine[i] < 0:
                continue
            f, o = np.uint64(fine[i]), np.uint64(other[i])
            w, euro = weight[i], euros[k]
            line[_CONCENTRATION] = w * herfindahl[np.uint64(cell[i])]
            line[_CASH] = euro * cash[i]
            line[_RESTRICTED] = euro * restricted[i]
            line[_RECEIVABLES] = euro * receivable[i]
            line[_DEBT] = euro * (
                loans[i] + overdraft[i] + bridge[i] + quasi_equity[i] + arrears[i]
            )
            line[_AGREED] = euro * public[AGREED, i]
            line[_NOTIFIED] = euro * (public[GRANTS, i] + public[CALLS, i])
            line[_LAYOFFS] = w * layoffs[i]
            line[_FALLEN] = fallen[i]
            line[_RENEWED] = renewed[i]
            line[_STAFF_DOWN] = w * staff_down[i]
            line[_STAFF_DOWN_LAYOFFS] = w * staff_down_layoffs[i]
            line[_SERVICE_DOWN] = w * service_down[i]
            line[_STRAIN] = w * strain[i]
            line[_VACANT] = w * vacancy[i]
            line[_REVENUE] = euro * revenue[i]
            line[_COST] = euro * cost[i]
            line[_PUBLIC_CASH] = euro * public_paid[i]
            line[_SALES] = euro * sales[i] / 4.0
            line[_MEMBERSHIPS] = euro * memberships[i] / 4.0
            line[_GIFTS] = euro * (gifts[i] + corporate[i] + foundations[i]) / 4.0
            line[_PUBLIC_NOTIFIED] = euro * given[k] / 4.0
            line[_APPLICATION] = euro * application_time[i] * wage[i] * staff[i] / 4.0
            add_line(sums[f, _PART:_WIDTH], line[_PART:])
            add_line(sums[o, _PART:_WIDTH], line[_PART:])


# Few columns at a time, so that the compiler does several rows at once.
@kernel
def _find_shares(
    top_share: Floats, public_share: Floats, given: Floats, yearly: Floats, grants: Floats,
    calls: Floats, bought: Floats, largest: Floats,
) -> None:  # fmt: skip
    """Shares of the largest public funder and of all of them in the yearly budgets; what all give
    a year, (rows,)."""
    for i in range(len(yearly)):
        given[i] = grants[i] + calls[i] + bought[i]
        top_share[i] = clip(largest[i] / yearly[i], 0.0, 1.0) if yearly[i] > 0 else 0.0
        public_share[i] = clip(given[i] / max(yearly[i], 1.0), 0.0, 1.0)


@kernel
def _deflate(euros: Floats, weight: Floats, price_level: float) -> None:
    for i in range(len(weight)):
        euros[i] = weight[i] / price_level


@kernel
def flows_of(sums: Floats) -> Floats:
    """Money flows of the groups of both grids, (groups, MONEY_FLOWS)."""
    flows = np.empty((sums.shape[0], _N_FLOWS))
    for g in range(sums.shape[0]):
        for k in range(_N_FLOWS):
            flows[g, k] = sums[g, _FIRST_FLOW + k]
    return flows


@kernel
def trailing_year(
    sums: Floats, first: Floats, second: Floats, third: Floats, fourth: Floats
) -> None:
    """Put the flows of four quarters, the oldest first, in the place of those of the quarter."""
    for g in range(sums.shape[0]):
        for k in range(_N_FLOWS):
            year = first[g, k] + second[g, k] + third[g, k] + fourth[g, k]
            sums[g, _FIRST_FLOW + k] = year
