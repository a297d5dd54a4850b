"""What public funders owe and have promised each organisation: its open accounts, side by side.

An organisation has an account with few of the 18 payers (instrument × funder level): only these are
kept, in lists of `row`, `payer` and `euros`. Those of a row are one block, in the order of the
payers; a block that grows moves to the end and leaves zeros where it was. All are put in the order
of the rows again when promises are taken in. The block of a row that counts is its last one.

A set of payers is a whole number, bit by bit: 1 << payer for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import checking_kernel, kernel
from simulator.organisations import Column

if TYPE_CHECKING:
    from simulator.organisations import Organisations

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Owners = NDArray[np.int32]  # small numbers: the lists are read from end to end every quarter
Payers = NDArray[np.uint8]
BUCKETS: Final = 7  # quarters since accrual 0..6, each named in `pay`; the last one accumulates
DUE: Final = BUCKETS  # place of what is notified and has not accrued, behind the ages
WIDTH: Final = BUCKETS + 1
PAYERS: Final = 3 * N_LEVELS  # payer = instrument × 6 + level
# State variables that are kept here, by instrument; `PublicAccounts.due`.
DUE_COLUMNS: Final = {
    "due_grants": Column("euro", "notified this year, not yet accrued", levels=True),
    "due_contracts": Column("euro", "procurement of the year not yet accrued", levels=True),
    "due_tariffs": Column("euro", "tariffs of the year not yet accrued", levels=True),
}
_BLOCK: Final = 1024  # rows whose sets stay in the cache


class OpenAccounts:
    """Receivables of the rows by age, and what they are promised.

    first, many   where the accounts of a row are in the lists, shape (rows,)
    known         set of payers with whom a row has an account, shape (rows,)
    row, payer    of each account, (places,)
    euros         what it holds, (places, 8): by quarters since accrual, then what is notified and
                  has not accrued
    used          places in use, those of blocks that moved away included: these hold zero; what
                  lies behind them is arbitrary
    """

    def __init__(self, rows: int) -> None:
        self.first, self.many, self.known = (np.zeros(rows, np.int64) for _ in range(3))
        self.row, self.payer = np.zeros(0, np.int32), np.zeros(0, np.uint8)
        self.euros = np.zeros((0, WIDTH))
        self.used = 0
        self._spare = self.row, self.payer, self.euros
        self._promises: Floats | None = None  # (3, 6, rows), until they are taken in
        self._blank = np.zeros((0, 0))
        self._all_accrued = False  # nothing is promised: seen by `totals`, and not written since

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the memory that waits to be used."""
        self.take_in()
        row, payer, euros = (part.copy() for part in self.in_use)
        kept: dict[str, Any] = {"row": row, "payer": payer, "euros": euros}
        kept |= {"_spare": (row[:0], payer[:0], euros[:0]), "_blank": np.zeros((0, 0))}
        return {**vars(self), **kept}

    @property
    def held(self) -> Floats:
        """Euros of the places in use, (used, 8)."""
        return self.euros[: self.used]

    @property
    def in_use(self) -> tuple[Owners, Payers, Floats]:
        """Row, payer and euros of the places in use. A row has its accounts side by side; those
        that moved away or were closed hold zero."""
        return self.row[: self.used], self.payer[: self.used], self.held

    def grow(self, extra: int) -> None:
        """Add `extra` rows without accounts."""
        self.take_in()
        self.first, self.many, self.known = (
            np.pad(column, (0, extra)) for column in (self.first, self.many, self.known)
        )

    def table(self) -> Floats:
        """All accounts as an array (18, 8, rows), a copy."""
        before = np.cumsum(self.many) - self.many
        place = np.arange(self.many.sum()) + np.repeat(self.first - before, self.many)
        row = np.repeat(np.arange(len(self.many)), self.many)
        found = np.zeros((PAYERS, WIDTH, len(self.many)))
        found[self.payer[place], :, row] = self.euros[place]
        if self._promises is not None:
            found[:, DUE] = self._promises.reshape(PAYERS, -1)
        return found

    def replace(self, table: Floats) -> None:
        """Open accounts for what an array (18, 8, rows) holds, and close all others."""
        row, payer = np.nonzero((table != 0.0).any(axis=1).T)
        self.many = np.bincount(row, minlength=len(self.many))
        self.first = np.cumsum(self.many) - self.many
        self.known = np.zeros_like(self.many)
        np.bitwise_or.at(self.known, row, 1 << payer)
        self.row, self.payer = row.astype(np.int32), payer.astype(np.uint8)
        self.euros, self.used = table[payer, :, row], len(row)
        self._all_accrued = False

    def promises(self) -> Floats:
        """What is notified and has not accrued, (3, 6, rows): to be changed, and then taken in."""
        if self._promises is None:
            if self._blank.shape[1] != len(self.many):
                self._blank = np.empty((PAYERS, len(self.many)))
            self._blank[:] = 0.0
            if not self._all_accrued:
                put_out(self.first, self.many, self.payer, self.euros, self._blank)
            self._promises = self._blank.reshape(3, N_LEVELS, -1)
        return self._promises

    def take_in(self) -> None:
        """Bring what was promised into the accounts, and open one wherever there is none."""
        if self._promises is None:
            return
        self._promises.flags.writeable = False  # what is written later would be lost
        self._promises, self._all_accrued = None, False
        payers = np.zeros_like(self.known)
        new = promised_by(self._blank, self.known, payers)
        self._arrange(payers, self._blank, new)

    def make_room(self, rows: int) -> None:
        """Make sure that the blocks of so many rows can grow."""
        if self.used + rows * PAYERS > len(self.payer):
            self._arrange(np.zeros_like(self.known), np.zeros((PAYERS, 0)), rows * PAYERS)

    def _arrange(self, promised: Integers, promises: Floats, room: int) -> None:
        """Blocks in the order of the rows, of what holds money; see `arrange`."""
        old = self.first, self.many, self.known, self.payer, self.euros
        # The arrays of the time before are taken again: fresh memory costs more than the copy.
        before, spare = (self.row, self.payer, self.euros), self._spare
        if len(spare[0]) <= self.used + room:
            places = self.used + self.used // 16 + room + 1
            of_whom, by_whom = np.empty(places, np.int32), np.empty(places, np.uint8)
            spare = of_whom, by_whom, np.empty((places, WIDTH))
        (self.row, self.payer, self.euros), self._spare = spare, before
        self.first, self.many, self.known = (np.empty_like(self.known) for _ in range(3))
        self.used = arrange(
            *old, promised, promises, self.first, self.many, self.known, self.row, self.payer,
            self.euros,
        )  # fmt: skip

    def join(self, absorbed: Integers, absorber: Integers, ratio: Floats) -> None:
        """What is owed or promised to the absorbed becomes, times `ratio`, the absorbers'."""
        self.make_room(len(absorbed))
        self.used = join(
            absorbed, absorber, ratio, self.first, self.many, self.known, self.row, self.payer,
            self.euros, self.used,
        )  # fmt: skip

    def totals(self, o: Organisations) -> tuple[Floats, Floats, float]:
        """Owed and due by node, weighted, (3, 6 × 180) each; what rows miss most of it, euros.

        The last is the largest distance between the ages of a row and its `receivable`.
        """
        owed, due = np.zeros((2, PAYERS, N_CELLS))
        gap, promised = add_up(*self.in_use, o.weight, o.cell, o.receivable, owed, due)
        self._all_accrued = not promised
        return owed.reshape(3, -1), due.reshape(3, -1), gap


@kernel
def places_of(row: int, first: Integers, many: Integers) -> range:
    """Places of the accounts of a row, unsigned: an index that may be negative costs more."""
    start = np.uint64(first[row])
    return range(start, start + np.uint64(many[row]))


@kernel
def place_of(row: int, other: int, first: Integers, many: Integers, payer: Payers) -> int:
    """Place of the account of a row with a payer; −1 where there is none."""
    for place in range(first[row], first[row] + many[row]):
        if payer[place] == other:
            return place
    return -1


@kernel
def promised_by(promises: Floats, known: Integers, payers: Integers) -> int:
    """Add to the set of each row, (rows,), the payers with an amount in their line.

    Returns how many of them are not known to their row.
    """
    unknown = 0
    for start in range(0, len(known), _BLOCK):
        here = payers[start : start + _BLOCK]
        for payer in range(len(promises)):
            line = promises[payer, start : start + _BLOCK]
            bit = 1 << payer
            for i in range(len(here)):
                here[i] |= bit if line[i] != 0.0 else 0
        there = known[start : start + _BLOCK]
        for i in range(len(here)):
            more = here[i] & ~there[i]
            while more:
                unknown += 1
                more &= more - 1
    return unknown


@kernel
def put_out(
    first: Integers, many: Integers, payer: Payers, euros: Floats, promises: Floats
) -> None:
    """What each account is promised, into (18, rows) that hold zero."""
    for row in range(len(first)):
        for place in places_of(row, first, many):
            if euros[place, DUE] != 0.0:
                promises[payer[place], row] = euros[place, DUE]


@kernel
def arrange(
    first: Integers, many: Integers, known: Integers, payer: Payers, euros: Floats,
    promised: Integers, promises: Floats, new_first: Integers, new_many: Integers,
    new_known: Integers, new_row: Owners, new_payer: Payers, new_euros: Floats,
) -> int:  # fmt: skip
    """Copy the accounts that hold something, and open those of `promised` payers, (rows,).

    `promises`, (18, rows), takes the place of what was promised before; (18, 0) changes nothing.
    There must be a place more than accounts. Returns the places in use.
    """
    end = 0
    for row in range(len(first)):
        place, open_now = first[row], 0
        new_first[row] = end
        unknown = promised[row] & ~known[row]
        if not unknown:
            for old in places_of(row, first, many):
                due = promises[payer[old], row] if promises.shape[1] else euros[old, DUE]
                kept = _move(end, payer[old], due, euros[old], new_payer, new_euros)
                new_row[end] = row
                open_now |= int(kept << np.int64(payer[old]))
                end += kept
        else:
            for other in range(PAYERS):
                if (known[row] >> other) & 1:
                    due = promises[other, row] if promises.shape[1] else euros[place, DUE]
                    kept = _move(end, other, due, euros[place], new_payer, new_euros)
                    new_row[end] = row
                    open_now |= kept << other
                    end += kept
                    place += 1
                elif (unknown >> other) & 1:
                    new_row[end], new_payer[end], new_euros[end, :BUCKETS] = row, other, 0.0
                    new_euros[end, DUE] = promises[other, row]
                    open_now |= 1 << other
                    end += 1
        new_many[row], new_known[row] = end - new_first[row], open_now
    return end


@kernel
def _move(
    place: int, whose: int, due: float, old: Floats, new_payer: Payers, new_euros: Floats
) -> int:
    """Copy an account; 1 if it holds anything, 0 if the next one is to be written over it.

    A number instead of a branch, which would be guessed wrongly too often.
    """
    a0, a1, a2, a3, a4, a5, a6 = old[0], old[1], old[2], old[3], old[4], old[5], old[6]
    new_payer[place], new_euros[place, DUE] = whose, due
    new_euros[place, 0], new_euros[place, 1], new_euros[place, 2] = a0, a1, a2
    new_euros[place, 3], new_euros[place, 4] = a3, a4
    new_euros[place, 5], new_euros[place, 6] = a5, a6
    young, old_ones = (abs(a0) + abs(a1)) + (abs(a2) + abs(a3)), abs(a4) + abs(a5)
    return int(young + (old_ones + (abs(a6) + abs(due))) != 0.0)


@kernel
def join(
    absorbed: Integers, absorber: Integers, ratio: Floats, first: Integers, many: Integers,
    known: Integers, row: Owners, payer: Payers, euros: Floats, used: int,
) -> int:  # fmt: skip
    """See `OpenAccounts.join`; returns the places in use. A block that grows moves to the end."""
    for i in range(len(absorbed)):
        a, b = absorbed[i], absorber[i]
        if known[a] & ~known[b]:
            old, first[b] = first[b], used
            for other in range(PAYERS):
                if ((known[a] | known[b]) >> other) & 1:
                    row[used], payer[used], euros[used] = b, other, 0.0
                    if (known[b] >> other) & 1:
                        euros[used] = euros[old]
                        euros[old] = 0.0
                        old += 1
                    used += 1
            many[b] = used - first[b]
            known[b] |= known[a]
        there = first[b]
        for place in range(first[a], first[a] + many[a]):
            while payer[there] != payer[place]:
                there += 1
            for k in range(WIDTH):
                euros[there, k] += euros[place, k] * ratio[i]
                euros[place, k] = 0.0
        many[a] = known[a] = 0
    return used


@checking_kernel
def add_up(
    row: Owners, payer: Payers, euros: Floats, weight: Floats, cell: Integers,
    receivable: Floats, owed: Floats, due: Floats,
) -> tuple[float, bool]:  # fmt: skip
    """See `OpenAccounts.totals`; and whether anything is promised to anybody."""
    held, promised = np.zeros(len(weight)), False
    of, total = np.uint64(len(weight)), 0.0
    for place in range(np.uint64(len(row))):
        here, other, one = np.uint64(row[place]), np.uint64(payer[place]), 0.0
        node, times = np.uint64(cell[here]), weight[here]
        for age in range(BUCKETS):
            one += euros[place, age]
        owed[other, node] += times * one
        due[other, node] += times * euros[place, DUE]
        promised |= euros[place, DUE] != 0.0
        total = one + (total if here == of else 0.0)
        held[here], of = total, here
    worst = 0.0
    for i in range(len(weight)):
        gap = abs(receivable[i] - held[i])
        # What is not a number is the worst of all, and stays.
        if not gap <= worst and not np.isnan(worst):
            worst = gap
    return worst, promised
