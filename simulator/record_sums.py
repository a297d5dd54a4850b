"""What is summed in a quarter: weighted columns of the rows, and accounts of the territory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    AGE_CLASSES,
    EXIT_CAUSES,
    FUNDING_PROFILES,
    N_CELLS,
    N_FORMS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    age_class,
    size_class,
)
from simulator.organisations import summed
from simulator.processes.territory import desert_share

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Groups = NDArray[np.int64]

# Weighted sums over the living organisations of a group, in the order of the last axis of
# `RunRecord.sums`. Names marked * below are flows over the trailing four quarters.
STOCKS: Final = (
    "rows", "organisations", "cohort", "cohort_jobs", "jobs_fte", "volunteers", "members",
    "service_index", "service_quality_index", "service_vulnerable", "cash_below_3", "deficit",
    "quality", "overload", "top_funder_share", "public_share", "concentration", "cash",
    "restricted", "receivables", "debt", "grants_under_agreement", "grants_notified",
    "layoffs", "grants_fallen", "grants_renewed", "staff_down", "staff_down_layoffs",
    "service_down",
)  # fmt: skip
MONEY_FLOWS: Final = (
    "revenue", "cost", "public_cash", "user_sales", "memberships", "gifts", "public_notified",
    "application_cost",
)  # fmt: skip
COUNTS: Final = (
    *(f"exits_{cause}" for cause in EXIT_CAUSES), "exits", "procedures", "entries",
)  # fmt: skip
# Known by région and sector only.
TERRITORY: Final = (
    "need", "served", "population", "desert_population", "voted", "committed", "unallocated",
    "calls_pot", "cofunding_withdrawn", "public_euros", "service",
)  # fmt: skip

ROW_SUMS: Final = (*STOCKS, *MONEY_FLOWS, *COUNTS)
SUM_NAMES: Final = (*ROW_SUMS, *TERRITORY)
# Flows of the quarter that leavers had before their rows were freed: sum → column.
LEAVERS_FLOWS: Final = {"revenue": "revenue", "cost": "cost", "public_cash": "public_paid"}
# Four grids of groups, laid end to end; all end with the sector but the first.
GRIDS: Final = {
    "region_sector_size": (N_REGIONS, N_SECTORS, N_SIZES),
    "form": (N_FORMS, N_SECTORS),
    "funding_profile": (len(FUNDING_PROFILES), N_SECTORS),
    "age": (len(AGE_CLASSES), N_SECTORS),
}
OFFSETS: Final = tuple(np.cumsum([0, *(int(np.prod(shape)) for shape in GRIDS.values())]).tolist())
N_GROUPS: Final = OFFSETS[-1]


def places(
    model: EssModel, rows: NDArray[np.int64] | slice, budget: Floats | None = None
) -> Groups:
    """Group of rows in each grid, (rows, 4); size and age are current.

    `budget`: nominal yearly budgets, those of the rows if None.
    """
    o = model.organisations
    if budget is None:
        budget = o.revenue_year[rows]
    sector = o.sector[rows].astype(np.int64)
    found = np.empty((len(sector), len(GRIDS)), dtype=np.int64)
    found[:, 0] = o.cell[rows] * N_SIZES + size_class(budget / model.price_level)
    found[:, 1] = o.form[rows].astype(np.int64) * N_SECTORS + sector + OFFSETS[1]
    found[:, 2] = o.profile[rows].astype(np.int64) * N_SECTORS + sector + OFFSETS[2]
    found[:, 3] = age_class(o.age[rows]).astype(np.int64) * N_SECTORS + sector + OFFSETS[3]
    return found


def row_columns(model: EssModel, table: Floats) -> None:
    """Fill `table`, (rows, STOCKS and MONEY_FLOWS), with the weighted columns."""
    o, values = model.organisations, model.values
    w = o.weight
    months = model.cash_months
    service = w * o.service
    excluded = values.rows("vulnerable_paying_share") * (
        (o.price * values.rows("price_factor")) ** values.rows("vulnerable_price_elasticity") - 1.0
    )
    vulnerable = o.vulnerable_share * (1.0 - values.rows("drift_vulnerable") * o.drift)
    vulnerable = vulnerable * (1.0 - np.clip(excluded, 0.0, 1.0))
    initial = w * o.initial
    agreed = (o.grants * (o.agreement_years > 0)).sum(axis=0)
    notified = (o.grants + o.calls).sum(axis=0)
    public = notified + (o.contracts + o.tariffs).sum(axis=0)
    found = {
        "rows": o.alive.astype(float),
        "organisations": w,
        "cohort": initial,
        "cohort_jobs": initial * o.staff_entry,
        "jobs_fte": w * o.staff,
        "volunteers": w * o.volunteers * values.rows("volunteer_factor"),
        "members": w * o.members * values.rows("membership_factor"),
        "service_index": service,
        "service_quality_index": service * o.quality,
        "service_vulnerable": service * vulnerable,
        "cash_below_3": w * (months < 3.0),
        "deficit": w * (o.revenue_year < o.cost_year),
        "quality": w * o.quality,
        "overload": w * o.staff * o.overload,
        "top_funder_share": w * model.top_funder_share(),
        "public_share": w * np.clip(public / np.maximum(o.revenue_year, 1.0), 0.0, 1.0),
        "concentration": w * _concentration(model),
        "cash": w * o.cash,
        "restricted": w * o.restricted,
        "receivables": w * o.receivable,
        "debt": w * (o.loans + o.overdraft + o.bridge + o.quasi_equity + o.arrears),
        "grants_under_agreement": w * agreed,
        "grants_notified": w * notified,
        "layoffs": w * o.layoffs,
        "grants_fallen": model.grants_fallen,
        "grants_renewed": model.grants_renewed,
        "staff_down": w * model.staff_down,
        "staff_down_layoffs": w * model.staff_down_layoffs,
        "service_down": w * model.service_down,
        "revenue": w * o.revenue,
        "cost": w * o.cost,
        "public_cash": w * o.public_paid,
        "user_sales": w * model.sales / 4.0,
        "memberships": w * o.memberships / 4.0,
        "gifts": w * (o.gifts + o.corporate_gifts + o.foundation_grants) / 4.0,
        "public_notified": w * public / 4.0,
        "application_cost": w * (o.application_time * o.wage * o.staff) / 4.0,
    }
    for i, name in enumerate((*STOCKS, *MONEY_FLOWS)):
        table[:, i] = found[name]


def _concentration(model: EssModel) -> Floats:
    """Herfindahl index of the budgets of real organisations in the row's cell."""
    o = model.organisations
    cell, budget = o.cell, np.maximum(o.revenue_year, 0.0)
    total = summed(cell, o.weight * budget, N_CELLS)
    share = np.divide(budget, total[cell], out=np.zeros(o.rows), where=total[cell] > 0)
    return summed(cell, o.weight * share**2, N_CELLS)[cell]


def territory_columns(model: EssModel, cash: Floats) -> Floats:
    """Accounts of the territory, (18, 10, TERRITORY); `cash`: public cash of the cells (180,)."""
    public, o = model.public, model.organisations
    shape = (N_REGIONS, N_SECTORS)
    served = summed(o.cell, o.weight * o.service, N_CELLS).reshape(shape)
    need = model.need
    present = (model.need_base.sum(axis=1) > 0)[:, None]
    people = (
        np.broadcast_to(model.population.population_by_region[:, None] / N_SECTORS, shape) * present
    )
    # Public money that does not pass through organisations' public receipts: tax relief, and
    # programmes paid to lenders; shared between cells like gifts, or like budgets.
    total = max(float(cash.sum()), 1e-9)
    euros = cash * (1.0 + (model.tax_relief + model.public_aside()) / total)
    found = {
        "need": need,
        "served": np.minimum(served, need),
        "population": people,
        "desert_population": people * desert_share(model),
        "voted": public.voted.sum(axis=(0, 1)),
        "committed": (public.committed + public.notified).sum(axis=(0, 1)),
        "unallocated": public.unallocated.sum(axis=(0, 1)),
        "calls_pot": public.calls_pot.sum(axis=0),
        "cofunding_withdrawn": public.cofunding_withdrawn.sum(axis=0),
        "public_euros": euros.reshape(shape),
        "service": served,
    }
    return np.stack([found[name] for name in TERRITORY], axis=-1)
