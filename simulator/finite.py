"""No number that is none: NaN and infinity stop a run, with the column and the organisation.

Cash and balance sheets are checked after every process that moves any, since the ledger adds them
up (`accounts`). At the close of a quarter one pass goes over the columns that nobody adds up;
totals tell of the others at no cost. `check_everything` finds who is behind a total that is not a
number; the model calls it after a process that was replaced, tests after every process.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.codes import quarter_label
from simulator.compiled import kernel
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import BALANCE_SHEET, RINGS, columns, layout, lines_of

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
# Columns whose total tells: the recorder adds them up (`record_sums`), or a law of the ledger.
_ADDED_UP: Final = (
    "weight", "staff", "wage", "volunteers", "members", "service", "quality", "overload", "drift",
    "vulnerable_share", "layoffs", "application_time", "revenue", "cost", "public_paid",
    "memberships", "gifts", "corporate_gifts", "foundation_grants", "private_revenue",
)  # fmt: skip
# What other columns were, quarters ago.
_MEMORIES: Final = (*RINGS, "grants_last_year")
# What the model keeps about rows, (rows,), and about the world, of any shape.
_OF_ROWS: Final = (
    "sales", "cash_months", "expected_cost", "previous_price", "previous_quality",
    "previous_drift", "grants_fallen", "grants_renewed", "core_funding",
)  # fmt: skip
_OF_THE_WORLD: Final = ("need", "unmet", "demand_cells", "price_level", "income", "gift_index")
_OF_FUNDERS: Final = ("voted", "committed", "notified", "unallocated", "pending", "calls_pot")


class NotFinite(RuntimeError):
    """A quantity is not a number, or infinite: the run stops.

    process: the one that made it; `record` where it was found at the close of the quarter.
    organisation: its identity; None where the quantity belongs to none.
    """

    def __init__(
        self, quarter: int, process: str, column: str, organisation: int | None, value: float
    ) -> None:
        self.quarter, self.process, self.column = quarter, process, column
        self.organisation, self.value = organisation, value
        whose = "" if organisation is None else f" of organisation {organisation}"
        where = "close of the quarter" if process == "record" else f"process '{process}'"
        super().__init__(f"{quarter_label(quarter)}, {where}: {column}{whose} is {value}")


@kernel
def first_of(amounts: Floats, lines: Rows) -> tuple[int, int]:
    """Line and row of the first number of `amounts`, (lines, rows), that is none; −1, −1 if all
    are finite."""
    for line in lines:
        found = 0
        for row in range(amounts.shape[1]):
            found += amounts[line, row] - amounts[line, row] != 0.0
        if found:
            for row in range(amounts.shape[1]):
                if amounts[line, row] - amounts[line, row] != 0.0:
                    return line, row
    return -1, -1


@functools.cache
def _lines() -> tuple[Rows, Rows]:
    """Lines of all columns of real numbers, and of those that no total covers."""
    real = [name for name, column in columns().items() if column.dtype == "float64"]
    covered = {*BALANCE_SHEET, *_ADDED_UP, *_MEMORIES}
    return lines_of((*real, *RINGS)), lines_of(name for name in real if name not in covered)


def check_close(model: EssModel, process: str) -> None:
    """Raise NotFinite for a column that no total covers, or for months of cash.

    Before 2026 for everything: these quarters are not recorded.
    """
    line, _ = first_of(model.organisations.amounts, _lines()[1])
    if line >= 0 or model.quarter < 0 or not np.isfinite(model.cash_months).all():
        check_everything(model, process)


def check_totals(model: EssModel, process: str, names: tuple[str, ...], totals: Floats) -> None:
    """Raise NotFinite where a recorded total, (names,), is none, for what made it so if known."""
    if not np.isfinite(totals).all():
        check_everything(model, process)
        for name, total in zip(names, totals, strict=True):
            _check(model, process, f"the total of {name}", total, of_rows=False)


def check_everything(model: EssModel, process: str) -> None:
    """Raise NotFinite for the first thing that a row, the world or its funders hold."""
    o = model.organisations
    line, row = first_of(o.amounts, _lines()[0])
    if line >= 0:
        value = float(o.amounts[line, row])
        raise NotFinite(model.quarter, process, _column_of(line), int(o.uid[row]), value)
    for name in _OF_ROWS:
        _check(model, process, name, getattr(model, name), of_rows=True)
    if not np.isfinite(model.public.accounts.held).all():
        _check(model, process, "receivable by age", model.public.buckets, of_rows=True)
        for name, due in zip(DUE_COLUMNS, model.public.due, strict=True):
            _check(model, process, name, due, of_rows=True)
    for name in _OF_THE_WORLD:
        _check(model, process, name, getattr(model, name), of_rows=False)
    for name in _OF_FUNDERS:
        _check(model, process, name, getattr(model.public, name), of_rows=False)
    held = [bank.held for bank in model.lenders.banks]
    _check(model, process, "loans held", held, of_rows=False)


def _column_of(line: int) -> str:
    """Name of the column of real numbers that a line belongs to."""
    for name, place in layout().places.items():
        if place.size == 8 and place.first <= line < place.first + place.lines:
            return name
    raise AssertionError(f"no column has line {line}")


def _check(model: EssModel, process: str, name: str, quantity: ArrayLike, *, of_rows: bool) -> None:
    """The same for an array; its last axis is that of the rows if `of_rows`."""
    array = np.asarray(quantity)
    if not np.isfinite(array).all():
        place = tuple(np.argwhere(~np.isfinite(array))[0])
        whose = int(model.organisations.uid[place[-1]]) if of_rows else None
        raise NotFinite(model.quarter, process, name, whose, float(array[place]))
