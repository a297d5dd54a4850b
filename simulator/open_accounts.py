"""What public funders owe and have promised each organisation: its open accounts, side by side.

An organisation has an account with few of the 18 payers (instrument × funder level): only these are
kept. Those of a row are one block of `payer` and `euros`, in the order of the payers; a block that
grows moves to the end, and all are put in the order of the rows again where accounts are opened.

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

    first, many   where the accounts of a row are in `payer` and `euros`, shape (rows,)
    known         set of payers with whom a row has an account, shape (rows,)
    payer, euros  of each account, (places,), and what it holds, (places, 8): euros by quarters
                  since accrual, then what is notified and has not accrued
    used          places in use, those of blocks that moved away included: these hold zero; what
                  lies behind them is arbitrary
    """

    def __init__(self, rows: int) -> None:
        self.first, self.many, self.known = (np.zeros(rows, np.int64) for _ in range(3))
        self.payer, self.euros = np.zeros(0, np.int64), np.zeros((0, WIDTH))
        self.used = 0
        self._spare = self.payer, self.euros
        self._promises: Floats | None = None  # (18, rows), until they are taken in
        self._blank = np.zeros((0, 0))

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the memory that waits to be used."""
        self.take_in()
        kept: dict[str, Any] = {"payer": self.payer[: self.used].copy(), "euros": self.held.copy()}
        kept |= {"_spare": (kept["payer"][:0], kept["euros"][:0]), "_blank": np.zeros((0, 0))}
        return {**vars(self), **kept}

    @property
    def held(self) -> Floats:
        """Euros of the places in use, (used, 8)."""
        return self.euros[: self.used]

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
        return found

    def replace(self, table: Floats) -> None:
        """Open accounts for what an array (18, 8, rows) holds, and close all others."""
        row, payer = np.nonzero((table != 0.0).any(axis=1).T)
        self.many = np.bincount(row, minlength=len(self.many))
        self.first = np.cumsum(self.many) - self.many
        self.known = np.zeros_like(self.many)
        np.bitwise_or.at(self.known, row, 1 << payer)
        self.payer, self.euros, self.used = payer.copy(), table[payer, :, row], len(row)

    def promises(self) -> Floats:
        """What is notified and has not accrued, (18, rows): to be changed, and then taken in."""
        if self._promises is None:
            if self._blank.shape[1] != len(self.many):
                self._blank = np.empty((PAYERS, len(self.many)))
            self._promises = self._blank
            self._promises[:] = 0.0
            put_out(self.first, self.many, self.payer, self.euros, self._promises)
        return self._promises

    def take_in(self) -> None:
        """Bring what was promised into the accounts, and open one wherever there is none."""
        if self._promises is None:
            return
        promises, self._promises = self._promises, None
        payers = np.zeros_like(self.known)
        if promised_by(promises, self.known, payers):
            self._arrange(payers, 0)
        put_in(self.first, self.many, self.payer, self.euros, promises)

    def make_room(self, rows: int) -> None:
        """Make sure that the blocks of so many rows can grow."""
        if self.used + rows * PAYERS > len(self.payer):
            self._arrange(np.zeros_like(self.known), rows * PAYERS)

    def _arrange(self, promised: Integers, room: int) -> None:
        """Blocks in the order of the rows, of what holds money or is promised any."""
        old = self.first, self.many, self.known, self.payer, self.euros
        known, places = still_open(*old, promised)
        # The arrays of the time before are taken again: fresh memory costs more than the copy.
        self.payer, self.euros = self._spare
        self._spare = old[3:]
        if len(self.payer) < places + room:
            self.payer = np.empty(places + places // 16 + room, np.int64)
            self.euros = np.empty((len(self.payer), WIDTH))
        self.first, self.many = np.empty_like(known), np.empty_like(known)
        arrange(*old, self.first, self.many, known, self.payer, self.euros)
        self.known, self.used = known, places

    def join(self, absorbed: Integers, absorber: Integers, ratio: Floats) -> None:
        """What is owed or promised to the absorbed becomes, times `ratio`, the absorbers'."""
        self.make_room(len(absorbed))
        self.used = join(
            absorbed, absorber, ratio, self.first, self.many, self.known, self.payer, self.euros,
            self.used,
        )  # fmt: skip

    def totals(self, o: Organisations) -> tuple[Floats, Floats, float]:
        """Owed and due by node, weighted, (3, 6 × 180) each; what rows miss most of it, euros.

        The last is the largest distance between the ages of a row and its `receivable`.
        """
        owed, due = np.zeros((2, PAYERS, N_CELLS))
        gap = add_up(
            self.first, self.many, self.payer, self.euros, o.weight, o.cell, o.receivable, owed, due
        )
        return owed.reshape(3, -1), due.reshape(3, -1), gap


@kernel
def place_of(row: int, other: int, first: Integers, many: Integers, payer: Integers) -> int:
    """Place of the account of a row with a payer; −1 where there is none."""
    for place in range(first[row], first[row] + many[row]):
        if payer[place] == other:
            return place
    return -1


@kernel
def promised_by(promises: Floats, known: Integers, payers: Integers) -> bool:
    """Add to the set of each row, (rows,), the payers with an amount in their line.

    True where one of them is not known to its row.
    """
    unknown = False
    for start in range(0, len(known), _BLOCK):
        here = payers[start : start + _BLOCK]
        for payer in range(len(promises)):
            line = promises[payer, start : start + _BLOCK]
            bit = 1 << payer
            for i in range(len(here)):
                here[i] |= bit if line[i] != 0.0 else 0
        there, more = known[start : start + _BLOCK], 0
        for i in range(len(here)):
            more |= here[i] & ~there[i]
        unknown |= more != 0
    return unknown


@kernel
def put_out(
    first: Integers, many: Integers, payer: Integers, euros: Floats, promises: Floats
) -> None:
    """What each account is promised, into (18, rows) that hold zero."""
    for row in range(len(first)):
        for place in range(first[row], first[row] + many[row]):
            if euros[place, DUE] != 0.0:
                promises[payer[place], row] = euros[place, DUE]


@kernel
def put_in(
    first: Integers, many: Integers, payer: Integers, euros: Floats, promises: Floats
) -> None:
    """What each account is promised takes the place of what it was."""
    for row in range(len(first)):
        for place in range(first[row], first[row] + many[row]):
            euros[place, DUE] = promises[payer[place], row]


@kernel
def still_open(
    first: Integers, many: Integers, known: Integers, payer: Integers, euros: Floats,
    promised: Integers,
) -> tuple[Integers, int]:  # fmt: skip
    """Payers that owe a row money or have promised it some, (rows,), and their number in all."""
    found, places = promised.copy(), 0
    for row in range(len(first)):
        for place in range(first[row], first[row] + many[row]):
            held = 0.0
            for k in range(WIDTH):
                held += abs(euros[place, k])
            found[row] |= np.int64(held != 0.0) << payer[place]
        if found[row] == known[row]:
            places += many[row]
        else:
            for other in range(PAYERS):
                places += (found[row] >> other) & 1
    return found, places


@kernel
def arrange(
    first: Integers, many: Integers, known: Integers, payer: Integers, euros: Floats,
    new_first: Integers, new_many: Integers, new_known: Integers, new_payer: Integers,
    new_euros: Floats,
) -> None:  # fmt: skip
    """Copy the accounts of the payers that are still known; the new ones are empty."""
    end = 0
    for row in range(len(first)):
        place = first[row]
        new_first[row] = end
        if new_known[row] == known[row]:
            for old in range(place, place + many[row]):
                new_payer[end] = payer[old]
                for k in range(WIDTH):
                    new_euros[end, k] = euros[old, k]
                end += 1
        else:
            for other in range(PAYERS):
                had, has = (known[row] >> other) & 1, (new_known[row] >> other) & 1
                if has:
                    new_payer[end] = other
                    if had:
                        new_euros[end] = euros[place]
                    else:
                        new_euros[end] = 0.0
                    end += 1
                place += had
        new_many[row] = end - new_first[row]


@kernel
def join(
    absorbed: Integers, absorber: Integers, ratio: Floats, first: Integers, many: Integers,
    known: Integers, payer: Integers, euros: Floats, used: int,
) -> int:  # fmt: skip
    """See `OpenAccounts.join`; returns the places in use. A block that grows moves to the end."""
    for i in range(len(absorbed)):
        a, b = absorbed[i], absorber[i]
        if known[a] & ~known[b]:
            old, first[b] = first[b], used
            for other in range(PAYERS):
                if ((known[a] | known[b]) >> other) & 1:
                    payer[used], euros[used] = other, 0.0
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
    first: Integers, many: Integers, payer: Integers, euros: Floats, weight: Floats,
    cell: Integers, receivable: Floats, owed: Floats, due: Floats,
) -> float:  # fmt: skip
    """See `OpenAccounts.totals`."""
    worst = 0.0
    for row in range(len(weight)):
        here, times, held = cell[row], weight[row], 0.0
        for place in range(first[row], first[row] + many[row]):
            other, one = payer[place], 0.0
            for age in range(BUCKETS):
                one += euros[place, age]
            held += one
            owed[other, here] += times * one
            due[other, here] += times * euros[place, DUE]
        gap = abs(receivable[row] - held)
        # What is not a number is the worst of all, and stays.
        if not gap <= worst and not np.isnan(worst):
            worst = gap
    return worst
