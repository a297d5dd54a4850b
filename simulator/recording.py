"""The recorder: looks at the model after each quarter, never changes it.

Rows are summed (weighted) into four grids: région × sector × size, and form, funding profile and
age class × sector. `finish` adds the grids up to the dimensions of the results, deflates money to
2025 euros, and gives service a common unit: a person served of sector s counts for the 2025
budget of the sector over the persons it served in 2025Q4, so that the sum over sectors is the
mean of sector indices weighted by 2025 budgets (persons of different sectors are never added).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from simulator.codes import (
    AGE_CLASSES,
    EXIT_CAUSES,
    FORMS,
    FUNDING_PROFILES,
    N_CELLS,
    N_FORMS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    REGIONS,
    SECTORS,
    SIZES,
    age_class,
    size_class,
)
from simulator.organisations import summed
from simulator.processes.territory import desert_share

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.processes.departures import Departures

Floats = NDArray[np.float64]
NEVER: Final = -(2**15)

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
SUM_NAMES: Final = (*STOCKS, *MONEY_FLOWS, *COUNTS, *TERRITORY)
_ROW_SUMS: Final = (*STOCKS, *MONEY_FLOWS, *COUNTS)
_DEFLATED: Final = {
    "cash", "restricted", "receivables", "debt", "grants_under_agreement", "grants_notified",
    *MONEY_FLOWS, "voted", "committed", "unallocated", "calls_pot", "cofunding_withdrawn",
    "public_euros",
}  # fmt: skip
_VALUED: Final = (
    "service_index", "service_quality_index", "service_vulnerable", "need", "served", "service",
)  # fmt: skip
_TRAILING: Final = (*MONEY_FLOWS, "public_euros")
# Flows of the quarter that leavers had before their rows were freed.
_LEAVERS_FLOWS: Final = {"revenue": "revenue", "cost": "cost", "public_cash": "public_paid"}
_GRIDS: Final = {
    "region_sector_size": (N_REGIONS, N_SECTORS, N_SIZES),
    "form": (N_FORMS, N_SECTORS),
    "funding_profile": (len(FUNDING_PROFILES), N_SECTORS),
    "age": (len(AGE_CLASSES), N_SECTORS),
}
_CODES: Final = {"region": REGIONS, "sector": SECTORS, "size": SIZES}
_OTHER: Final = {"form": FORMS, "funding_profile": FUNDING_PROFILES, "age": AGE_CLASSES}
_CROSSINGS: Final = ("region_sector", "region_size", "sector_size", "region_sector_size")
LIFETIME_COLUMNS: Final = (
    "organisation", "weight", "sector", "region", "size", "form", "funding_profile", "budget_0",
    "cash_months_0", "public_share_0", "top_funder_share_0", "age_0", "jobs_0", "entry_quarter",
    "exit_quarter", "exit_cause", "primary_cause", "absorbed_by",
)  # fmt: skip


@dataclass
class RunRecord:
    """What one run leaves behind.

    sums      dimension → (labels, array (quarters, groups, SUM_NAMES)); crossings keep the base
              quarter and fourth quarters
    quarters  dimension → quarter indices of the first axis (−1 is 2025Q4)
    medians   dimension → weighted median of the months of cash (quarters, groups)
    lifetimes, flows: columns; laws: worst relative error of each law; process_seconds: by name
    """

    sum_names: tuple[str, ...]
    sums: dict[str, tuple[list[str | tuple[str, ...]], Floats]]
    quarters: dict[str, NDArray[np.int64]]
    medians: dict[str, Floats]
    lifetimes: dict[str, NDArray[Any]]
    flows: dict[str, NDArray[Any]]
    laws: dict[str, float]
    process_seconds: dict[str, float]


@dataclass
class _Quarter:
    grids: dict[str, Floats]
    territory: Floats  # (18, 10, TERRITORY)
    medians: dict[str, Floats]
    deflator: float


@dataclass
class Recorder:
    """Observes one world."""

    model: EssModel
    _quarters: list[_Quarter] = field(default_factory=list)
    _labels: list[int] = field(default_factory=list)
    _lives: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    _flows: list[tuple[int, str, str, str, float]] = field(default_factory=list)
    _table: Floats | None = None
    _left_cells: tuple[Floats, Floats, Floats] | None = None
    _national_cache: dict[int, dict[str, Floats]] = field(default_factory=dict)

    def start_quarter(self) -> None:
        """Zero the counters of events."""
        self._left_cells = None
        shapes = {name: int(np.prod(shape)) for name, shape in _GRIDS.items()}
        self._counts = {
            grid: {name: np.zeros(size) for name in (*COUNTS, *_LEAVERS_FLOWS)}
            for grid, size in shapes.items()
        }

    def _groups(
        self, rows: NDArray[np.int64] | slice, budget: Floats | None = None
    ) -> dict[str, NDArray[np.int64]]:
        """Flat group index of rows in each grid; size and age are current.

        `budget`: nominal yearly budgets, those of the rows if None.
        """
        o = self.model.organisations
        if budget is None:
            budget = o.revenue_year[rows]
        sector = o.sector[rows].astype(np.int64)
        return {
            "region_sector_size": o.cell[rows] * N_SIZES
            + size_class(budget / self.model.price_level),
            "form": o.form[rows] * N_SECTORS + sector,
            "funding_profile": o.profile[rows] * N_SECTORS + sector,
            "age": age_class(o.age[rows]) * N_SECTORS + sector,
        }

    def _count(self, event: str, groups: dict[str, NDArray[np.int64]], weight: Floats) -> None:
        for grid, group in groups.items():
            counter = self._counts[grid][event]
            counter += summed(group, weight, len(counter))

    def count(self, event: str, rows: NDArray[np.int64]) -> None:
        """Count an event of COUNTS, weighted, in the groups of the rows."""
        if len(rows):
            self._count(event, self._groups(rows), self.model.organisations.weight[rows])

    def record_exits(self, left: Departures, primary: NDArray[np.int8]) -> None:
        """Note exits before their rows are freed."""
        weight = self.model.organisations.weight[left.rows]
        groups = self._groups(left.rows, left.budget)
        self._count("exits", groups, weight)
        for index, cause in enumerate(EXIT_CAUSES):
            self._count(f"exits_{cause}", groups, weight * (left.cause == index))
        for name, column in _LEAVERS_FLOWS.items():
            amount = getattr(self.model.organisations, column)[left.rows]
            self._count(name, groups, weight * amount)
        cell = self.model.organisations.cell[left.rows]
        # What an absorbed organisation had is with its absorber.
        weight = weight * (left.cause != EXIT_CAUSES.index("absorbed"))
        self._left_cells = (
            summed(cell, weight * left.staff, N_CELLS),
            summed(cell, weight * left.volunteers, N_CELLS),
            summed(cell, weight * left.sales, N_CELLS),
        )
        exits = np.full(len(left.rows), self.model.quarter, np.int32)
        self._live(left.rows, exits, left.cause, primary, left.absorber)

    def record_entries(self, rows: NDArray[np.int64]) -> None:
        """Note entrants."""
        self.count("entries", rows)

    def left_this_quarter(self) -> tuple[Floats, Floats, Floats] | None:
        """Staff, volunteers and sales of what left, weighted, by cell (180,); None if nobody."""
        return self._left_cells

    def _live(
        self, rows: NDArray[np.int64], exits: NDArray[np.int32], cause: NDArray[np.int8],
        primary: NDArray[np.int8], absorber: NDArray[np.uint64],
    ) -> None:  # fmt: skip
        o = self.model.organisations
        values: tuple[NDArray[Any], ...] = (
            o.uid[rows], o.weight[rows], o.sector[rows], o.region[rows], o.size_entry[rows],
            o.form_entry[rows], o.profile[rows], o.budget_entry[rows], o.cash_months_entry[rows],
            o.public_share_entry[rows], o.top_share_entry[rows], o.age_entry[rows],
            o.staff_entry[rows], o.entry_quarter[rows], exits, cause, primary, absorber,
        )  # fmt: skip
        for name, value in zip(LIFETIME_COLUMNS, values, strict=True):
            self._lives.setdefault(name, []).append(value.copy())

    def end_quarter(self) -> None:
        """Sum the state of the quarter."""
        model = self.model
        prices = model.price_level
        # Free rows weigh nothing, so that sums need no selection.
        grids = _sum_groups(self._groups(slice(None)), self._columns())
        for grid, counters in self._counts.items():
            for name, counter in counters.items():
                grids[grid][_ROW_SUMS.index(name)] += counter
        self._quarters.append(_Quarter(grids, self._territory(grids), self._medians(), prices))
        self._labels.append(model.quarter)
        for (flow, source, target), amount in model.ledger.flows.items():
            self._flows.append((model.quarter, flow, source, target, amount))

    def _columns(self) -> Floats:
        """Weighted columns of STOCKS and MONEY_FLOWS, (rows, sums)."""
        model = self.model
        o, values = model.organisations, model.values
        w = o.weight
        months = model.cash_months
        service = w * o.service
        excluded = values.rows("vulnerable_paying_share") * (
            (o.price * values.rows("price_factor")) ** values.rows("vulnerable_price_elasticity")
            - 1.0
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
            "concentration": w * self._concentration(),
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
        if self._table is None or len(self._table) != o.rows:
            self._table = np.empty((o.rows, len(STOCKS) + len(MONEY_FLOWS)))
        for i, name in enumerate((*STOCKS, *MONEY_FLOWS)):
            self._table[:, i] = found[name]
        return self._table

    def _concentration(self) -> Floats:
        """Herfindahl index of the budgets of real organisations in the row's cell."""
        o = self.model.organisations
        cell, budget = o.cell, np.maximum(o.revenue_year, 0.0)
        total = summed(cell, o.weight * budget, N_CELLS)
        share = np.divide(budget, total[cell], out=np.zeros(o.rows), where=total[cell] > 0)
        return summed(cell, o.weight * share**2, N_CELLS)[cell]

    def _territory(self, grids: dict[str, Floats]) -> Floats:
        model = self.model
        public, o = model.public, model.organisations
        shape = (N_REGIONS, N_SECTORS)
        served = summed(o.cell, o.weight * o.service, N_CELLS).reshape(shape)
        need = model.need
        present = (model.need_base.sum(axis=1) > 0)[:, None]
        people = (
            np.broadcast_to(model.population.population_by_region[:, None] / N_SECTORS, shape)
            * present
        )
        cash = grids["region_sector_size"][_ROW_SUMS.index("public_cash")]
        cash = cash.reshape(N_CELLS, N_SIZES).sum(axis=1)
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

    def _medians(self) -> dict[str, Floats]:
        """Weighted median months of cash of every group of every dimension."""
        model = self.model
        o = model.organisations
        rows = np.flatnonzero(o.alive)
        ranked = rows[np.argsort(model.cash_months[rows])]
        value, weight = model.cash_months[ranked], o.weight[ranked]
        region, sector = o.region[ranked].astype(np.int16), o.sector[ranked].astype(np.int16)
        size = size_class(o.revenue_year[ranked] / model.price_level).astype(np.int16)
        keys = {
            "all": (np.zeros(len(ranked), np.int16), 1),
            "region": (region, N_REGIONS),
            "sector": (sector, N_SECTORS),
            "size": (size, N_SIZES),
            "form": (o.form[ranked].astype(np.int16), N_FORMS),
            "funding_profile": (o.profile[ranked].astype(np.int16), len(FUNDING_PROFILES)),
            "age": (age_class(o.age[ranked]).astype(np.int16), len(AGE_CLASSES)),
        }
        if self.model.quarter % 4 == 3:
            keys["region_sector"] = (o.cell[ranked].astype(np.int16), N_CELLS)
            keys["region_size"] = (region * N_SIZES + size, N_REGIONS * N_SIZES)
            keys["sector_size"] = (sector * N_SIZES + size, N_SECTORS * N_SIZES)
            keys["region_sector_size"] = (
                o.cell[ranked].astype(np.int16) * N_SIZES + size, N_CELLS * N_SIZES,
            )  # fmt: skip
        counts = [count for _, count in keys.values()]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        group = np.concatenate(
            [key.astype(np.int32) + offset for (key, _), offset in zip(keys.values(), offsets[:-1],
                                                                      strict=True)]
        )  # fmt: skip
        repeats = len(keys)
        found = grouped_median(
            np.tile(value, repeats), np.tile(weight, repeats), group.astype(np.int16),
            int(offsets[-1]),
        )  # fmt: skip
        return {name: found[offsets[i] : offsets[i + 1]] for i, name in enumerate(keys)}

    def headline(self, code: str) -> float:
        """Headline indicator of the last quarter, whole population (for Mesa's reporters)."""
        from simulator import reporters

        last = len(self._quarters) - 1
        now, base = self._national(last), self._national(self._labels.index(-1))
        return reporters.value(code, now, base, self._quarters[last].medians["all"][0])

    def _national(self, index: int) -> dict[str, Floats]:
        """Sums of the whole population in one quarter, as `finish` computes them."""
        base = self._labels.index(-1)
        value = self._service_value(
            self._quarters[base].territory[..., TERRITORY.index("service")].sum(axis=0)
        )
        if index not in self._national_cache:
            found: dict[str, Floats] = {}
            window = self._quarters[max(index - 3, 0) : index + 1]
            for name in SUM_NAMES:
                quarters = window if name in _TRAILING else window[-1:]
                total = 0.0
                for quarter in quarters:
                    if name in TERRITORY:
                        by_sector = quarter.territory[..., TERRITORY.index(name)].sum(axis=0)
                    else:
                        grid = quarter.grids["region_sector_size"][_ROW_SUMS.index(name)]
                        by_sector = grid.reshape(N_REGIONS, N_SECTORS, N_SIZES).sum(axis=(0, 2))
                    if name in _VALUED:
                        by_sector = by_sector * value
                    scale = quarter.deflator if name in _DEFLATED else 1.0
                    total += float(by_sector.sum()) / scale
                found[name] = np.asarray(total)
            self._national_cache[index] = found
        return self._national_cache[index]

    def finish(self) -> RunRecord:
        """Close the run: survivors join the lifetimes, grids become dimensions."""
        o = self.model.organisations
        rows = np.flatnonzero(o.alive)
        none = np.full(len(rows), -1, np.int8)
        never = np.full(len(rows), NEVER, np.int32)
        self._live(rows, never, none, none, np.zeros(len(rows), np.uint64))
        grids = {
            name: np.stack([quarter.grids[name] for quarter in self._quarters]).reshape(
                len(self._quarters), len(_ROW_SUMS), *shape
            )
            for name, shape in _GRIDS.items()
        }
        territory = np.stack([quarter.territory for quarter in self._quarters])
        base = self._labels.index(-1)
        self._deflate(grids, territory)
        self._value_service(grids, territory, base)
        for name in _TRAILING:
            for grid in grids.values():
                if name in _ROW_SUMS:
                    _trail(grid[:, _ROW_SUMS.index(name)])
            if name in TERRITORY:
                _trail(territory[..., TERRITORY.index(name)])
        sums, quarters = self._dimensions(grids, territory, base)
        medians = {
            name: np.stack(
                [q.medians[name] for q, t in self._kept(name, base)]
            )
            for name in sums
        }  # fmt: skip
        flows = list(zip(*self._flows, strict=True))
        return RunRecord(
            SUM_NAMES,
            sums,
            quarters,
            medians,
            {name: np.concatenate(parts) for name, parts in self._lives.items()},
            {
                name: np.array(column)
                for name, column in zip(
                    ("quarter", "flow", "from", "to", "amount"), flows, strict=True
                )
            },
            dict(self.model.ledger.worst),
            dict(self.model.process_seconds),
        )

    def _kept(self, dimension: str, base: int) -> list[tuple[_Quarter, int]]:
        """Quarters that a dimension keeps: from the base on; crossings at fourth quarters."""
        pairs = list(zip(self._quarters, self._labels, strict=True))[base:]
        return [(q, t) for q, t in pairs if dimension not in _CROSSINGS or t % 4 == 3]

    def _deflate(self, grids: dict[str, Floats], territory: Floats) -> None:
        deflator = np.array([quarter.deflator for quarter in self._quarters])
        for name in _DEFLATED:
            if name in TERRITORY:
                territory[..., TERRITORY.index(name)] /= deflator[:, None, None]
            else:
                for grid in grids.values():
                    index = _ROW_SUMS.index(name)
                    grid[:, index] /= deflator.reshape(-1, *[1] * (grid.ndim - 2))

    def _service_value(self, served: Floats) -> Floats:
        """2025 budget of each sector over the persons it served in 2025Q4, (10,)."""
        budgets = self.model.budget_by_sector
        return np.divide(budgets, served, out=np.zeros(N_SECTORS), where=served > 0)

    def _value_service(self, grids: dict[str, Floats], territory: Floats, base: int) -> None:
        """Weigh persons served by their sector's 2025 budget per person served in 2025Q4."""
        value = self._service_value(territory[base, :, :, TERRITORY.index("service")].sum(axis=0))
        for name in ("service_index", "service_quality_index", "service_vulnerable"):
            index = _ROW_SUMS.index(name)
            grids["region_sector_size"][:, index] *= value[None, None, :, None]
            for grid in ("form", "funding_profile", "age"):
                grids[grid][:, index] *= value[None, None, :]
        for name in ("need", "served", "service"):
            territory[..., TERRITORY.index(name)] *= value[None, None, :]

    def _dimensions(
        self, grids: dict[str, Floats], territory: Floats, base: int
    ) -> tuple[dict[str, tuple[list[str | tuple[str, ...]], Floats]], dict[str, NDArray[np.int64]]]:
        fine = np.moveaxis(grids["region_sector_size"], 1, -1)  # (T, 18, 10, 6, sums)
        kept_quarters = [i for i in range(len(self._labels)) if i >= base]
        every_year = [i for i in kept_quarters if self._labels[i] % 4 == 3]
        kept_fine = {False: fine[base:], True: fine[every_year]}
        axes = {"region": 1, "sector": 2, "size": 3}
        sums, quarters = {}, {}
        names: tuple[str, ...] = (
            "all", "region", "sector", "size", "form", "funding_profile", "age", *_CROSSINGS,
        )  # fmt: skip
        for name in names:
            picks = every_year if name in _CROSSINGS else kept_quarters
            labels: list[str | tuple[str, ...]]
            if name in _OTHER:
                table = np.moveaxis(grids[name], 1, -1)[picks].sum(axis=2)
                labels = list(_OTHER[name])
                territorial = np.zeros((*table.shape[:-1], len(TERRITORY)))
            else:
                kept = [] if name == "all" else name.split("_")
                gone = tuple(axis for key, axis in axes.items() if key not in kept)
                table = kept_fine[name in _CROSSINGS].sum(axis=gone)
                table = table.reshape(len(picks), -1, table.shape[-1])
                labels = _names(kept)
                if "size" in kept:
                    territorial = np.zeros((*table.shape[:-1], len(TERRITORY)))
                else:
                    missing = tuple(axis for axis in gone if axis < 3)
                    territorial = territory[picks].sum(axis=missing)
                    territorial = territorial.reshape(len(picks), -1, len(TERRITORY))
            full = np.concatenate([table, territorial], axis=-1)
            if name in _OTHER or "size" in name:
                # Outside régions and sectors, service and public cash still come from the rows.
                own = SUM_NAMES.index
                full[..., own("service")] = full[..., own("service_index")]
                full[..., own("public_euros")] = full[..., own("public_cash")]
            sums[name] = (labels, full)
            quarters[name] = np.array([self._labels[i] for i in picks])
        return sums, quarters


def _sum_groups(groups: dict[str, NDArray[np.int64]], columns: Floats) -> dict[str, Floats]:
    """Sums by group of every grid at once, (sums, groups): one sparse product; COUNTS are 0."""
    sizes = [int(np.prod(_GRIDS[grid])) for grid in groups]
    offsets = np.r_[0, np.cumsum(sizes)]
    places = np.stack(
        [group + offset for group, offset in zip(groups.values(), offsets, strict=False)], axis=1
    )
    count, width = places.shape
    membership = csc_array(
        (np.ones(count * width), places.ravel(), np.arange(0, count * width + 1, width)),
        shape=(int(offsets[-1]), count),
    )
    table = np.zeros((len(_ROW_SUMS), int(offsets[-1])))
    table[: columns.shape[1]] = (membership @ columns).T
    return {grid: table[:, offsets[i] : offsets[i + 1]] for i, grid in enumerate(groups)}


def _names(kept: list[str]) -> list[str | tuple[str, ...]]:
    if not kept:
        return ["all"]
    if len(kept) == 1:
        return list(_CODES[kept[0]])
    labels: list[tuple[str, ...]] = [()]
    for key in kept:
        labels = [(*label, code) for label in labels for code in _CODES[key]]
    return list(labels)


def _trail(series: Floats) -> None:
    """Replace each quarter by the sum of the last four, in place (first axis)."""
    total = np.cumsum(series, axis=0)
    series[:] = total
    series[4:] -= total[:-4]


def grouped_median(value: Floats, weight: Floats, group: NDArray[np.int16], count: int) -> Floats:
    """Weighted median of each group; NaN where a group is empty.

    `value` must be sorted inside every group, in the order of the rows.
    """
    if count == 1:
        order, ranked, total = None, group, np.cumsum(weight)
    else:
        order = np.argsort(group, kind="stable")
        ranked, total = group[order], np.cumsum(weight[order])
    sizes = np.bincount(ranked, minlength=count)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    before = np.where(starts > 0, total[np.maximum(starts, 1) - 1], 0.0)
    full = sizes > 0
    half = np.zeros(count)
    half[full] = before[full] + 0.5 * (total[ends[full] - 1] - before[full])
    at = np.searchsorted(total, half[full], side="left")
    at = np.clip(at, starts[full], ends[full] - 1)
    result = np.full(count, np.nan)
    result[full] = value[at if order is None else order[at]]
    return result
