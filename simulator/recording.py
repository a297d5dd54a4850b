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
    FORMS,
    FUNDING_PROFILES,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    REGIONS,
    SECTORS,
    SIZES,
)
from simulator.finite import check_totals
from simulator.record_cells import sum_cells
from simulator.record_dimensions import N_SIMPLE, add_leavers, simple_sums, territory_columns
from simulator.record_exits import sum_exits
from simulator.record_medians import PLACES, cash_medians
from simulator.record_places import N_FINE, N_GROUPS, count_in_groups, places
from simulator.record_sums import (
    ROW_SUMS,
    SUM_NAMES,
    TERRITORY,
    flows_of,
    sum_rows,
    trailing_year,
)

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.processes.departures import Departures

Floats = NDArray[np.float64]
NEVER: Final = -(2**15)
BASE: Final = -1  # quarter that indices start from


_EUROS: Final = TERRITORY.index("public_euros")  # shown over the trailing four quarters
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
    # Quarter by quarter: simple dimensions laid end to end (N_SIMPLE, SUM_NAMES) and their medians
    # (N_SIMPLE,); crossings apart.
    _simple: list[Floats] = field(default_factory=list)
    _simple_medians: list[Floats] = field(default_factory=list)
    _crossed: dict[str, list[Floats]] = field(default_factory=dict)
    _crossed_medians: dict[str, list[Floats]] = field(default_factory=dict)
    _quarters: list[int] = field(default_factory=list)
    _window: deque[tuple[Floats, Floats]] = field(default_factory=lambda: deque(maxlen=4))
    _value: Floats = field(default_factory=lambda: np.zeros(N_SECTORS))
    _lives: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    # The ledger's flows of each quarter: (flow, source, target) → euros.
    _flows: list[tuple[int, dict[tuple[str, str, str], float]]] = field(default_factory=list)
    _now: Floats = field(default_factory=lambda: np.zeros((N_GROUPS, len(ROW_SUMS))))
    _left_cells: Floats | None = None

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
            model, o = self.model, self.model.organisations
            if budget is None:
                budget = o.revenue_year[rows]
            count_in_groups(
                self._now, ROW_SUMS.index(name), rows, amount, budget, model.price_level, o.cell,
                o.form, o.profile, o.age,
            )  # fmt: skip

    def record_exits(self, left: Departures, primary: NDArray[np.int8]) -> None:
        """Note exits before their rows are freed."""
        fine, other = places(self.model, left.rows, left.budget)
        self._left_cells = sum_exits(self.model, self._now, left, fine, other)
        exits = np.full(len(left.rows), self.model.quarter, np.int32)
        lives = self._live(left.rows, exits, left.cause, primary, left.absorber, left.staff)
        for name, value in lives.items():
            self._lives.setdefault(name, []).append(value)

    def record_entries(self, rows: NDArray[np.int64]) -> None:
        """Note entrants."""
        self.count("entries", rows)

    def left_this_quarter(self) -> Floats | None:
        """Staff, volunteers and sales of what left, weighted, by cell (3, 180); None if nobody."""
        return self._left_cells

    def _live(
        self, rows: NDArray[np.int64], exits: NDArray[np.int32], cause: NDArray[np.int8],
        primary: NDArray[np.int8], absorber: NDArray[np.uint64], staff: Floats,
    ) -> dict[str, NDArray[Any]]:  # fmt: skip
        """Columns of the lifetimes of some rows."""
        o = self.model.organisations
        values: tuple[NDArray[Any], ...] = (
            o.uid[rows], o.weight[rows], o.sector[rows], o.region[rows], o.size_entry[rows],
            o.form_entry[rows], o.profile[rows], o.budget_entry[rows], o.cash_months_entry[rows],
            o.public_share_entry[rows], o.top_share_entry[rows], o.age_entry[rows],
            o.staff_entry[rows], o.entry_quarter[rows], exits, cause, primary, absorber, staff,
        )  # fmt: skip
        return dict(zip(LIFETIME_COLUMNS, values, strict=True))

    def end_quarter(self) -> None:
        """Sum the state of the quarter into every dimension."""
        model = self.model
        cells = sum_cells(model)
        if model.quarter == BASE:
            total = cells.served.reshape(N_REGIONS, N_SECTORS).sum(axis=0)
            budgets = model.budget_by_sector
            self._value = np.divide(budgets, total, out=np.zeros(N_SECTORS), where=total > 0)
        sums = self._now
        cash = cells.paid  # leavers were paid too
        add_leavers(cash, sums, model.price_level)
        fine, other = sum_rows(model, sums, self._value, cells.herfindahl)
        territory = territory_columns(model, cells, cash, self._value)
        self._window.append((flows_of(sums), territory[..., _EUROS].copy()))
        self._flows.append((model.quarter, dict(model.ledger.flows)))
        if model.quarter < BASE:
            return
        trailing_year(sums, *(flows for flows, _ in self._window))
        territory[..., _EUROS] = sum(euros for _, euros in self._window)
        last = model.quarter % 4 == 3
        medians = cash_medians(model, fine, other, crossings=last)
        simple = simple_sums(sums, territory)
        check_totals(model, "record", SUM_NAMES, simple[0])
        self._quarters.append(model.quarter)
        self._simple.append(simple)
        self._simple_medians.append(medians[:N_SIMPLE])
        if last:
            for name in CROSSINGS:
                self._crossed.setdefault(name, []).append(_crossing(name, sums, territory))
                self._crossed_medians.setdefault(name, []).append(medians[PLACES[name]])

    def headline(self, code: str) -> float:
        """Headline indicator of the last quarter, whole population (for Mesa's reporters)."""
        from simulator import reporters

        now, base = self._simple[-1][0], self._simple[0][0]
        return reporters.value(
            code, dict(zip(SUM_NAMES, now, strict=True)), dict(zip(SUM_NAMES, base, strict=True)),
            self._simple_medians[-1][0],
        )  # fmt: skip

    def finish(self) -> RunRecord:
        """The record so far, in which survivors join the lifetimes; the run may go on."""
        o = self.model.organisations
        rows = np.flatnonzero(o.alive)
        none = np.full(len(rows), -1, np.int8)
        never = np.full(len(rows), NEVER, np.int32)
        nobody = np.zeros(len(rows), np.uint64)
        survivors = self._live(rows, never, none, none, nobody, o.staff[rows])
        booked = ((quarter, *key, x) for quarter, flows in self._flows for key, x in flows.items())
        flows = list(zip(*booked, strict=True))
        simple, medians = np.stack(self._simple), np.stack(self._simple_medians)
        sums = {name: simple[:, PLACES[name]].copy() for name in SIMPLE}
        every = np.array(self._quarters)
        times = dict.fromkeys(SIMPLE, every)
        times |= dict.fromkeys(self._crossed, every[every % 4 == 3])
        sums |= {name: np.stack(parts) for name, parts in self._crossed.items()}
        return RunRecord(
            SUM_NAMES,
            {name: (_labels(name), array) for name, array in sums.items()},
            times,
            {name: medians[:, PLACES[name]].copy() for name in SIMPLE}
            | {name: np.stack(parts) for name, parts in self._crossed_medians.items()},
            {
                name: np.concatenate([*self._lives.get(name, ()), last])
                for name, last in survivors.items()
            },
            {
                name: np.array(column)
                for name, column in zip(
                    ("quarter", "flow", "from", "to", "amount"), flows, strict=True
                )
            },
            dict(self.model.ledger.worst),
            dict(self.model.process_seconds),
        )


def _crossing(name: str, sums: Floats, territory: Floats) -> Floats:
    """Sums of a crossing, (groups, SUM_NAMES); see `record_dimensions.simple_sums`."""
    kept = name.split("_")
    fine = sums[:N_FINE].reshape(N_REGIONS, N_SECTORS, N_SIZES, len(ROW_SUMS))
    gone = tuple(axis for key, axis in _AXES.items() if key not in kept)
    table = (fine.sum(axis=gone) if gone else fine).reshape(-1, len(ROW_SUMS))
    found = np.empty((len(table), len(SUM_NAMES)))
    found[:, : len(ROW_SUMS)] = table
    if "size" in kept:
        found[:, len(ROW_SUMS) :] = np.nan
        found[:, SUM_NAMES.index("service")] = table[:, ROW_SUMS.index("service_index")]
        found[:, SUM_NAMES.index("public_euros")] = table[:, ROW_SUMS.index("public_cash")]
    else:
        found[:, len(ROW_SUMS) :] = territory.reshape(-1, len(TERRITORY))
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
