"""Public money of the rows, all funder levels together, computed once in a quarter.

Six levels of four instruments are twenty-four columns, which lie far apart. What most processes ask
of them are a few sums: they are taken when the funders have decided, and again for the few rows
whose money moves afterwards.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_LEVELS
from simulator.compiled import kernel

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Rows = NDArray[np.int64]
BLOCK: Final = 2048  # rows
# Lines of `PublicMoney.lines`, euros a year: grants now and the year before, those of them under
# agreement, awards of calls, contracts and tariffs, and what the largest level gives of everything.
GRANTS, BEFORE, AGREED, CALLS, BOUGHT, LARGEST = range(6)
_LINES: Final = 6
# Numbers from one line of a block to the next. Not a power of two: a processor takes addresses that
# are equal in their last twelve bits for one and the same until it knows better.
_APART: Final = BLOCK + 72


class PublicMoney:
    """What public funders give each row a year, as the rows' columns say.

    Processes ask for `lines()`. Who changes grants, calls, contracts, tariffs or agreements of some
    rows names them (`changed`, `left`); who changes those of many forgets all. In a new quarter
    all are taken again. A process that a program put in the place of another has nothing to say:
    sums are `doubted` while it plays, and forgotten after it.
    """

    def __init__(self, model: EssModel) -> None:
        self._model = model
        self._lines = np.zeros((_LINES, 0))
        self._of: tuple[int, int] | None = None  # quarter and number of rows
        self._doubted = False

    def __getstate__(self) -> dict[str, Any]:
        """Nothing that can be computed again."""
        return {**vars(self), "_lines": np.zeros((_LINES, 0)), "_of": None}

    @contextlib.contextmanager
    def doubted(self) -> Iterator[None]:
        """While somebody may write anything at any time, sums are taken each time anew."""
        self._doubted = True
        try:
            yield
        finally:
            self._doubted, self._of = False, None

    def forget(self) -> None:
        """The sums are to be taken again where they are asked for next."""
        self._of = None

    @property
    def known(self) -> bool:
        """Whether the sums were taken this quarter, of as many rows as there are."""
        now = self._model.quarter, self._model.organisations.rows
        return self._of == now and not self._doubted

    def lines(self) -> Floats:
        """The lines named above, (6, rows), euros a year; not to be written to."""
        o = self._model.organisations
        if not self.known:
            if self._lines.shape[1] != o.rows:
                self._lines = np.empty((_LINES, o.rows))
            sum_levels(
                self._lines, o.grants, o.grants_last_year, o.calls, o.contracts, o.tariffs,
                o.agreement_years,
            )  # fmt: skip
            self._of = self._model.quarter, o.rows
        return self._lines

    def changed(self, rows: Rows) -> None:
        """Take the sums of some rows again."""
        o = self._model.organisations
        if self.known:
            sum_some(
                rows, self._lines, o.grants, o.grants_last_year, o.calls, o.contracts, o.tariffs,
                o.agreement_years,
            )  # fmt: skip

    def left(self, rows: Rows) -> None:
        """Rows that were freed have no money."""
        if self.known:
            empty(rows, self._lines)


@kernel
def sum_levels(
    lines: Floats, grants: Floats, before: Floats, calls: Floats, contracts: Floats,
    tariffs: Floats, agreement_years: Codes,
) -> None:  # fmt: skip
    """Put the sums of all rows into `lines`, (6, rows); what is summed has shape (6, rows)."""
    rows, block = grants.shape[1], np.empty(2 * _APART)
    for first in range(0, rows, BLOCK):
        last = min(first + BLOCK, rows)
        here, size = slice(first, last), last - first
        lines[GRANTS, here] = lines[BEFORE, here] = lines[CALLS, here] = lines[BOUGHT, here] = 0.0
        _add_levels(lines[GRANTS, here], grants, here)
        _add_levels(lines[BEFORE, here], before, here)
        _add_levels(lines[CALLS, here], calls, here)
        _add_levels(lines[BOUGHT, here], contracts, here)
        _add_levels(lines[BOUGHT, here], tariffs, here)
        # What was just read is in the cache.
        block[:] = 0.0
        for level in range(N_LEVELS):
            _compare_level(
                block, grants[level, here], calls[level, here], contracts[level, here],
                tariffs[level, here], agreement_years[level, here],
            )  # fmt: skip
        lines[AGREED, here], lines[LARGEST, here] = block[:size], block[_APART : _APART + size]


@kernel
def _add_levels(total: Floats, money: Floats, here: slice) -> None:
    _add_six(
        total, money[0, here], money[1, here], money[2, here], money[3, here], money[4, here],
        money[5, here],
    )  # fmt: skip


# Functions of their own, or the compiler does not see that what they write overlaps nothing.
@kernel
def _add_six(
    total: Floats, one: Floats, two: Floats, three: Floats, four: Floats, five: Floats, six: Floats
) -> None:
    for i in range(len(total)):
        total[i] += one[i] + two[i] + three[i] + four[i] + five[i] + six[i]


@kernel
def _compare_level(
    block: Floats, grants: Floats, calls: Floats, contracts: Floats, tariffs: Floats, years: Codes
) -> None:
    # One array for all that is written: fewer overlaps to rule out.
    for i in range(len(grants)):
        block[i] += grants[i] if years[i] > 0 else 0.0
        largest = block[_APART + i]
        block[_APART + i] = max(largest, grants[i] + calls[i] + contracts[i] + tariffs[i])


@kernel
def sum_some(
    rows: Rows, lines: Floats, grants: Floats, before: Floats, calls: Floats, contracts: Floats,
    tariffs: Floats, agreement_years: Codes,
) -> None:  # fmt: skip
    """The same for some rows, to the bit."""
    for row in rows:
        agreed = largest = 0.0
        granted, had, called, contracted, tariffed = 0.0, 0.0, 0.0, 0.0, 0.0
        for level in range(N_LEVELS):
            grant, call = grants[level, row], calls[level, row]
            contract, tariff = contracts[level, row], tariffs[level, row]
            granted, had, called = granted + grant, had + before[level, row], called + call
            contracted, tariffed = contracted + contract, tariffed + tariff
            agreed += grant if agreement_years[level, row] > 0 else 0.0
            largest = max(largest, grant + call + contract + tariff)
        lines[GRANTS, row], lines[BEFORE, row], lines[CALLS, row] = granted, had, called
        lines[BOUGHT, row] = contracted + tariffed
        lines[AGREED, row], lines[LARGEST, row] = agreed, largest


@kernel
def empty(rows: Rows, lines: Floats) -> None:
    """Zeros in all lines of some rows."""
    for line in range(len(lines)):
        for row in rows:
            lines[line, row] = 0.0


@kernel
def given(lines: Floats, row: int) -> float:
    """All that public funders give a row a year, euros, from `PublicMoney.lines`."""
    awarded: float = lines[GRANTS, row] + lines[CALLS, row]
    return awarded + lines[BOUGHT, row]
