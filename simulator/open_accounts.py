"""What public funders owe each organisation, by age: its open accounts, side by side.

An organisation has an account with few of the 18 payers (instrument × funder level): only these are
kept. Those of a row are one block of `payer` and `ages`, in the order of the payers; a block that
grows moves to the end, and all are put in the order of the rows again where accounts are opened.

A set of payers is a whole number, bit by bit: 1 << payer for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_CELLS, N_LEVELS
from simulator.compiled import checking_kernel, kernel
from simulator.organisations import lines_of

if TYPE_CHECKING:
    from simulator.organisations import Organisations

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BUCKETS: Final = 7  # quarters since accrual 0..6, each named in `pay`; the last one accumulates
PAYERS: Final = 3 * N_LEVELS  # payer = instrument × 6 + level
DUE_LINES: Final = lines_of(("due_grants", "due_contracts", "due_tariffs"))
_BLOCK: Final = 1024  # rows whose sets stay in the cache


class OpenAccounts:
    """Receivables of the rows by age.

    first, many  where the accounts of a row are in `payer` and `ages`, shape (rows,)
    known        set of payers with whom a row has an account, shape (rows,)
    payer, ages  of each account, (places,), and euros by quarters since accrual, (places, 7)
    used         places in use, those of blocks that moved away included: these hold zero; what
                 lies behind them is arbitrary
    """

    def __init__(self, rows: int) -> None:
        self.first, self.many, self.known = (np.zeros(rows, np.int64) for _ in range(3))
        self.payer, self.ages = np.zeros(0, np.int64), np.zeros((0, BUCKETS))
        self.used = 0
        self._spare = self.payer, self.ages

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the places that wait to be used."""
        kept = {"payer": self.payer[: self.used].copy(), "ages": self.held.copy()}
        return {**vars(self), **kept, "_spare": (np.zeros(0, np.int64), np.zeros((0, BUCKETS)))}

    @property
    def held(self) -> Floats:
        """Euros of the places in use, by quarters since accrual, (used, 7)."""
        return self.ages[: self.used]

    def grow(self, extra: int) -> None:
        """Add `extra` rows without accounts."""
        self.first, self.many, self.known = (
            np.pad(column, (0, extra)) for column in (self.first, self.many, self.known)
        )

    def by_age(self) -> Floats:
        """All accounts as an array (3, 6, 7, rows), a copy."""
        before = np.cumsum(self.many) - self.many
        place = np.arange(self.many.sum()) + np.repeat(self.first - before, self.many)
        found = np.zeros((PAYERS, BUCKETS, len(self.many)))
        found[self.payer[place], :, np.repeat(np.arange(len(self.many)), self.many)] = self.ages[
            place
        ]
        return found.reshape(3, N_LEVELS, BUCKETS, -1)

    def replace(self, owed: Floats) -> None:
        """Open accounts for what an array (3, 6, 7, rows) holds, and close all others."""
        owed = np.reshape(owed, (PAYERS, BUCKETS, len(self.many)))
        row, payer = np.nonzero((owed != 0.0).any(axis=1).T)
        self.many = np.bincount(row, minlength=len(self.many))
        self.first = np.cumsum(self.many) - self.many
        self.known = np.zeros_like(self.many)
        np.bitwise_or.at(self.known, row, 1 << payer)
        self.payer, self.ages, self.used = payer.copy(), owed[payer, :, row], len(row)

    def open_for_due(self, o: Organisations) -> None:
        """Open an account wherever money is due; if one is new, close those with none."""
        promised = np.zeros_like(self.known)
        if promised_by(o.amounts, DUE_LINES, self.known, promised):
            self._arrange(promised, 0)

    def make_room(self, rows: int) -> None:
        """Make sure that the blocks of so many rows can grow."""
        if self.used + rows * PAYERS > len(self.payer):
            self._arrange(np.zeros_like(self.known), rows * PAYERS)

    def _arrange(self, promised: Integers, room: int) -> None:
        """Blocks in the order of the rows, of what holds money or is promised any."""
        old = self.first, self.many, self.known, self.payer, self.ages
        known, places = still_open(*old, promised)
        # The arrays of the time before are taken again: fresh memory costs more than the copy.
        self.payer, self.ages = self._spare
        self._spare = old[3:]
        if len(self.payer) < places + room:
            self.payer = np.empty(places + places // 16 + room, np.int64)
            self.ages = np.empty((len(self.payer), BUCKETS))
        self.first, self.many = np.empty_like(known), np.empty_like(known)
        arrange(*old, self.first, self.many, known, self.payer, self.ages)
        self.known, self.used = known, places

    def join(self, absorbed: Integers, absorber: Integers, ratio: Floats) -> None:
        """What is owed to the absorbed becomes, times `ratio`, owed to the absorbers."""
        self.make_room(len(absorbed))
        self.used = join(
            absorbed, absorber, ratio, self.first, self.many, self.known, self.payer, self.ages,
            self.used,
        )  # fmt: skip

    def totals(self, o: Organisations) -> tuple[Floats, Floats, float]:
        """Owed and due by node, weighted, (3, 6 × 180) each; what rows miss most of it, euros.

        The last is the largest distance between the ages of a row and its `receivable`.
        """
        owed, due = np.zeros((2, PAYERS, N_CELLS))
        promised = np.zeros_like(self.known)
        promised_by(o.amounts, DUE_LINES, self.known, promised)
        gap = add_up(
            self.first, self.many, self.known, self.payer, self.ages, o.amounts, DUE_LINES,
            promised, o.weight, o.cell, o.receivable, owed, due,
        )  # fmt: skip
        return owed.reshape(3, -1), due.reshape(3, -1), gap


@kernel
def promised_by(amounts: Floats, lines: Integers, known: Integers, promised: Integers) -> bool:
    """Add to the set of each row, (rows,), the payers with an amount in their line.

    True where one of them is not known to its row.
    """
    unknown = False
    for start in range(0, len(known), _BLOCK):
        here = promised[start : start + _BLOCK]
        for payer in range(len(lines)):
            line = amounts[lines[payer], start : start + _BLOCK]
            bit = 1 << payer
            for i in range(len(here)):
                here[i] |= bit if line[i] != 0.0 else 0
        there, more = known[start : start + _BLOCK], 0
        for i in range(len(here)):
            more |= here[i] & ~there[i]
        unknown |= more != 0
    return unknown


@kernel
def still_open(
    first: Integers, many: Integers, known: Integers, payer: Integers, ages: Floats,
    promised: Integers,
) -> tuple[Integers, int]:  # fmt: skip
    """Payers that owe a row money or have promised it some, (rows,), and their number in all."""
    found, places = promised.copy(), 0
    for row in range(len(first)):
        for place in range(first[row], first[row] + many[row]):
            holds = False
            for age in range(BUCKETS):
                holds |= ages[place, age] != 0.0
            found[row] |= holds << payer[place]
        if found[row] == known[row]:
            places += many[row]
        else:
            for other in range(PAYERS):
                places += (found[row] >> other) & 1
    return found, places


@kernel
def arrange(
    first: Integers, many: Integers, known: Integers, payer: Integers, ages: Floats,
    new_first: Integers, new_many: Integers, new_known: Integers, new_payer: Integers,
    new_ages: Floats,
) -> None:  # fmt: skip
    """Copy the accounts of the payers that are still known; the new ones are empty."""
    end = 0
    for row in range(len(first)):
        place = first[row]
        new_first[row] = end
        if new_known[row] == known[row]:
            for old in range(place, place + many[row]):
                new_payer[end] = payer[old]
                for age in range(BUCKETS):
                    new_ages[end, age] = ages[old, age]
                end += 1
        else:
            for other in range(PAYERS):
                had, has = (known[row] >> other) & 1, (new_known[row] >> other) & 1
                if has:
                    new_payer[end] = other
                    if had:
                        new_ages[end] = ages[place]
                    else:
                        new_ages[end] = 0.0
                    end += 1
                place += had
        new_many[row] = end - new_first[row]


@kernel
def join(
    absorbed: Integers, absorber: Integers, ratio: Floats, first: Integers, many: Integers,
    known: Integers, payer: Integers, ages: Floats, used: int,
) -> int:  # fmt: skip
    """See `OpenAccounts.join`; returns the places in use. A block that grows moves to the end."""
    for i in range(len(absorbed)):
        a, b = absorbed[i], absorber[i]
        if known[a] & ~known[b]:
            old, first[b] = first[b], used
            for other in range(PAYERS):
                if ((known[a] | known[b]) >> other) & 1:
                    payer[used], ages[used] = other, 0.0
                    if (known[b] >> other) & 1:
                        ages[used] = ages[old]
                        ages[old] = 0.0
                        old += 1
                    used += 1
            many[b] = used - first[b]
            known[b] |= known[a]
        there = first[b]
        for place in range(first[a], first[a] + many[a]):
            while payer[there] != payer[place]:
                there += 1
            for age in range(BUCKETS):
                ages[there, age] += ages[place, age] * ratio[i]
                ages[place, age] = 0.0
        many[a] = known[a] = 0
    return used


@checking_kernel
def add_up(
    first: Integers, many: Integers, known: Integers, payer: Integers, ages: Floats,
    amounts: Floats, lines: Integers, promised: Integers, weight: Floats, cell: Integers,
    receivable: Floats, owed: Floats, due: Floats,
) -> float:  # fmt: skip
    """See `OpenAccounts.totals`. Money due by a payer unknown to the row is counted too."""
    worst = 0.0
    for row in range(len(weight)):
        here, times, held = cell[row], weight[row], 0.0
        for place in range(first[row], first[row] + many[row]):
            other, one = payer[place], 0.0
            for age in range(BUCKETS):
                one += ages[place, age]
            held += one
            owed[other, here] += times * one
            due[other, here] += times * amounts[lines[other], row]
        unknown = promised[row] & ~known[row]
        if unknown:
            for other in range(PAYERS):
                if (unknown >> other) & 1:
                    due[other, here] += times * amounts[lines[other], row]
        gap = abs(receivable[row] - held)
        # What is not a number is the worst of all, and stays.
        if not gap <= worst and not np.isnan(worst):
            worst = gap
    return worst
