"""The recorder: looks at the model after each quarter, never changes it.

Rows are summed (weighted) into two grids: région × sector × size, and form × funding profile × age
class; the grids are added up to the dimensions of the results at once. Money is
deflated to 2025 euros. Service gets a common unit: a person served of sector s counts for the
2025 budget of the sector over the persons it served in 2025Q4, so that the sum over sectors is
the mean of sector indices weighted by 2025 budgets (persons of different sectors are never added).
"""

from __future__ import annotations

import functools
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    AGE_CLASSES,
    EXIT_CAUSES,
    FORMS,
    FUNDING_PROFILES,
    N_CELLS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    REGIONS,
    SECTORS,
    SIZES,
)
from simulator.finite import check_totals
from simulator.organisations import summed
from simulator.processes.territory import served_by_cell
from simulator.record_medians import cash_medians
from simulator.record_sums import (
    LEAVERS_FLOWS,
    MONEY_FLOWS,
    N_FINE,
    N_GROUPS,
    ROW_SUMS,
    SUM_NAMES,
    TERRITORY,
    add_up,
    count_rows,
    places,
    sum_rows,
    territory_columns,
)

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.processes.departures import Departures

Floats = NDArray[np.float64]
NEVER: Final = -(2**15)
BASE: Final = -1  # quarter that indices start from


def _columns(names: tuple[str, ...], of: tuple[str, ...]) -> list[int]:
    return [of.index(name) for name in names if name in of]


_TERRITORY_DEFLATED = np.array(
    [name in ("voted", "committed", "unallocated", "calls_pot", "cofunding_withdrawn",
              "public_euros") for name in TERRITORY]
)  # fmt: skip
_TERRITORY_VALUED = _columns(("need", "served", "service"), TERRITORY)
_FLOWS: Final = _columns(MONEY_FLOWS, ROW_SUMS)  # shown over the trailing four quarters
_EUROS: Final = TERRITORY.index("public_euros")  # likewise
_CODES: Final = {"region": REGIONS, "sector": SECTORS, "size": SIZES}
_OTHER: Final = {"form": FORMS, "funding_profile": FUNDING_PROFILES, "age": AGE_CLASSES}
_AXES: Final = {"region": 0, "sector": 1, "size": 2}
SIMPLE: Final = ("all", "region", "sector", "size", "form", "funding_profile", "age")
CROSSINGS: Final = ("region_sector", "region_size", "sector_size", "region_sector_size")
LIFETIME_COLUMNS: Final = (
    "organisation", "weight", "sector", "region", "size", "form", "funding_profile", "budget_0",
    "cash_months_0", "public_share_0", "top_funder_share_0", "age_0", "jobs_0", "entry_quarter",
    "exit_quarter", "exit_cause", "primary_cause", "absorbed_by", "jobs_end",
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
class Recorder:
    """Observes one world."""

    model: EssModel
    _sums: dict[str, list[Floats]] = field(default_factory=dict)
    _medians: dict[str, list[Floats]] = field(default_factory=dict)
    _quarters: dict[str, list[int]] = field(default_factory=dict)
    _window: deque[tuple[Floats, Floats]] = field(default_factory=lambda: deque(maxlen=4))
    _value: Floats = field(default_factory=lambda: np.zeros(N_SECTORS))
    _lives: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    _flows: list[tuple[int, str, str, str, float]] = field(default_factory=list)
    _now: Floats = field(default_factory=lambda: np.zeros((N_GROUPS, len(ROW_SUMS))))
    _left_cells: tuple[Floats, Floats, Floats] | None = None

    def start_quarter(self) -> None:
        """Zero the sums and the counters of events."""
        self._left_cells = None
        self._now[:] = 0.0

    def count(self, event: str, rows: NDArray[np.int64]) -> None:
        """Count an event of COUNTS, weighted, in the groups of the rows."""
        self.tally(event, rows, self.model.organisations.weight[rows])

    def tally(
        self, name: str, rows: NDArray[np.int64], amount: Floats, budget: Floats | None = None
    ) -> None:
        """Add weighted amounts, (rows,), to a sum of COUNTS, in the groups of the rows.

        `budget`: nominal yearly budgets, where those of the rows are no more what they were.
        """
        if len(rows):
            fine, other = places(self.model, rows, budget)
            count_rows(self._now, ROW_SUMS.index(name), fine, other, amount)

    def record_exits(self, left: Departures, primary: NDArray[np.int8]) -> None:
        """Note exits before their rows are freed."""
        o = self.model.organisations
        weight = o.weight[left.rows]
        fine, other = places(self.model, left.rows, left.budget)
        counted = {"exits": weight}
        for index, cause in enumerate(EXIT_CAUSES):
            counted[f"exits_{cause}"] = weight * (left.cause == index)
        for name, column in LEAVERS_FLOWS.items():
            counted[name] = weight * getattr(o, column)[left.rows] / self.model.price_level
        for name, amount in counted.items():
            count_rows(self._now, ROW_SUMS.index(name), fine, other, amount)
        # What an absorbed organisation had is with its absorber.
        gone = weight * (left.cause != EXIT_CAUSES.index("absorbed"))
        cell = o.cell[left.rows]
        self._left_cells = (
            summed(cell, gone * left.staff, N_CELLS),
            summed(cell, gone * left.volunteers, N_CELLS),
            summed(cell, gone * left.sales, N_CELLS),
        )
        exits = np.full(len(left.rows), self.model.quarter, np.int32)
        self._live(left.rows, exits, left.cause, primary, left.absorber, left.staff)

    def record_entries(self, rows: NDArray[np.int64]) -> None:
        """Note entrants."""
        self.count("entries", rows)

    def left_this_quarter(self) -> tuple[Floats, Floats, Floats] | None:
        """Staff, volunteers and sales of what left, weighted, by cell (180,); None if nobody."""
        return self._left_cells

    def _live(
        self, rows: NDArray[np.int64], exits: NDArray[np.int32], cause: NDArray[np.int8],
        primary: NDArray[np.int8], absorber: NDArray[np.uint64], staff: Floats,
    ) -> None:  # fmt: skip
        o = self.model.organisations
        values: tuple[NDArray[Any], ...] = (
            o.uid[rows], o.weight[rows], o.sector[rows], o.region[rows], o.size_entry[rows],
            o.form_entry[rows], o.profile[rows], o.budget_entry[rows], o.cash_months_entry[rows],
            o.public_share_entry[rows], o.top_share_entry[rows], o.age_entry[rows],
            o.staff_entry[rows], o.entry_quarter[rows], exits, cause, primary, absorber, staff,
        )  # fmt: skip
        for name, value in zip(LIFETIME_COLUMNS, values, strict=True):
            self._lives.setdefault(name, []).append(value.copy())

    def end_quarter(self) -> None:
        """Sum the state of the quarter into every dimension."""
        model = self.model
        o = model.organisations
        served = served_by_cell(model)
        if model.quarter == BASE:
            total = served.sum(axis=0)
            budgets = model.budget_by_sector
            self._value = np.divide(budgets, total, out=np.zeros(N_SECTORS), where=total > 0)
        cash = summed(o.cell, o.weight * o.public_paid, N_CELLS)
        sums = self._now
        # Leavers were paid too.
        left = sums[:N_FINE, ROW_SUMS.index("public_cash")].reshape(N_CELLS, N_SIZES).sum(axis=1)
        cash += left * model.price_level
        fine, other = sum_rows(model, sums, self._value)
        territory = territory_columns(model, served, cash)
        territory /= np.where(_TERRITORY_DEFLATED, model.price_level, 1.0)
        territory[..., _TERRITORY_VALUED] *= self._value[:, None]
        self._window.append((sums[:, _FLOWS].copy(), territory[..., _EUROS].copy()))
        for (flow, source, target), amount in model.ledger.flows.items():
            self._flows.append((model.quarter, flow, source, target, amount))
        if model.quarter < BASE:
            return
        sums[:, _FLOWS] = sum(flows for flows, _ in self._window)
        territory[..., _EUROS] = sum(euros for _, euros in self._window)
        last = model.quarter % 4 == 3
        medians = cash_medians(model, fine, other, crossings=last)
        found = _dimensions(sums, territory, crossings=last)
        check_totals(model, "record", SUM_NAMES, found["all"][0])
        for name, result in found.items():
            self._sums.setdefault(name, []).append(result)
            self._medians.setdefault(name, []).append(medians[name])
            self._quarters.setdefault(name, []).append(model.quarter)

    def headline(self, code: str) -> float:
        """Headline indicator of the last quarter, whole population (for Mesa's reporters)."""
        from simulator import reporters

        now, base = self._sums["all"][-1][0], self._sums["all"][0][0]
        return reporters.value(
            code, dict(zip(SUM_NAMES, now, strict=True)), dict(zip(SUM_NAMES, base, strict=True)),
            self._medians["all"][-1][0],
        )  # fmt: skip

    def finish(self) -> RunRecord:
        """Close the run: survivors join the lifetimes."""
        o = self.model.organisations
        rows = np.flatnonzero(o.alive)
        none = np.full(len(rows), -1, np.int8)
        never = np.full(len(rows), NEVER, np.int32)
        self._live(rows, never, none, none, np.zeros(len(rows), np.uint64), o.staff[rows])
        flows = list(zip(*self._flows, strict=True))
        return RunRecord(
            SUM_NAMES,
            {name: (_labels(name), np.stack(parts)) for name, parts in self._sums.items()},
            {name: np.array(quarters) for name, quarters in self._quarters.items()},
            {name: np.stack(parts) for name, parts in self._medians.items()},
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


def _dimensions(sums: Floats, territory: Floats, *, crossings: bool) -> dict[str, Floats]:
    """Sums of every dimension, (groups, SUM_NAMES); crossings only where asked."""
    found = {name: np.zeros((len(_labels(name)), len(SUM_NAMES))) for name in SIMPLE}
    tables = {name: np.zeros((len(array), len(ROW_SUMS))) for name, array in found.items()}
    add_up(sums, *tables.values())
    if crossings:
        fine = sums[:N_FINE].reshape(N_REGIONS, N_SECTORS, N_SIZES, len(ROW_SUMS))
        for name in CROSSINGS:
            gone = tuple(axis for key, axis in _AXES.items() if key not in name.split("_"))
            tables[name] = fine.sum(axis=gone).reshape(-1, len(ROW_SUMS))
            found[name] = np.zeros((len(tables[name]), len(SUM_NAMES)))
    for name, result in found.items():
        table = tables[name]
        result[:, : len(ROW_SUMS)] = table
        kept = [] if name == "all" else name.split("_")
        if name in _OTHER or "size" in kept:
            # Outside régions and sectors needs and votes are not known; service and public cash
            # still come from the rows.
            result[:, len(ROW_SUMS) :] = np.nan
            result[:, SUM_NAMES.index("service")] = table[:, ROW_SUMS.index("service_index")]
            result[:, SUM_NAMES.index("public_euros")] = table[:, ROW_SUMS.index("public_cash")]
        else:
            gone = tuple(axis for key, axis in _AXES.items() if key not in kept and axis < 2)
            result[:, len(ROW_SUMS) :] = territory.sum(axis=gone).reshape(-1, len(TERRITORY))
    return found


@functools.cache
def _labels(name: str) -> list[str | tuple[str, ...]]:
    """Groups of a dimension, in order: codes, or tuples of codes for crossings."""
    if name in _OTHER:
        return list(_OTHER[name])
    if name == "all":
        return ["all"]
    kept = name.split("_")
    if len(kept) == 1:
        return list(_CODES[name])
    labels: list[tuple[str, ...]] = [()]
    for key in kept:
        labels = [(*label, code) for label in labels for code in _CODES[key]]
    return list(labels)
