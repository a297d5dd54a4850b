"""The organisations, as columns: one array per state variable, one position per row.

A row stands for `weight` real organisations; every balance is that of *one* represented
organisation, so a sum over France is `weight @ column`. Money is nominal euros. Arrays marked
`levels` have shape (6, rows): one line per funder level. A row that has left is zeroed and its
position is free for an entrant; the identity `uid`, never the position, decides its draws.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_LEVELS
from simulator.compiled import kernel

Lines = NDArray[Any]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """Unit and meaning of a state variable; `levels`: one line per funder level."""

    unit: str
    meaning: str
    dtype: str = "float64"
    levels: bool = False
    empty: float = 0.0  # value of a free row


def _money(meaning: str) -> Column:
    return Column("euro", meaning)


def _yearly(meaning: str, levels: bool = False) -> Column:
    return Column("euro/year", meaning, levels=levels)


def _quarterly(meaning: str) -> Column:
    return Column("euro/quarter", meaning)


class Organisations:
    """State of all rows. The annotations below are the list of state variables (ODD element 2)."""

    # Identity
    uid: Annotated[
        NDArray[np.uint64], Column("-", "immutable identity, key of all draws", "uint64")
    ]
    alive: Annotated[Flags, Column("-", "the organisation exists and employs", "bool")]
    weight: Annotated[Floats, Column("organisations", "real organisations that the row stands for")]
    region: Annotated[Codes, Column("code", "région", "int8")]
    sector: Annotated[Codes, Column("code", "sector", "int8")]
    cell: Annotated[NDArray[np.int64], Column("code", "région × 10 + sector", "int64")]
    form: Annotated[Codes, Column("code", "legal form", "int8")]
    form_entry: Annotated[Codes, Column("code", "legal form at entry", "int8")]
    size_entry: Annotated[Codes, Column("code", "size class at entry", "int8")]
    profile: Annotated[Codes, Column("code", "funding profile at entry", "int8")]
    entry_quarter: Annotated[NDArray[np.int32], Column("quarter", "entry; −1 initial", "int32")]
    initial: Annotated[Flags, Column("-", "belongs to the initial cohort", "bool")]
    age: Annotated[Floats, Column("year", "years since creation")]
    tie_x: Annotated[Floats, Column("-", "first coordinate in the graph of ties")]
    tie_y: Annotated[Floats, Column("-", "second coordinate in the graph of ties")]
    mutual_group: Annotated[NDArray[np.uint64], Column("-", "mutualisation group", "uint64")]
    vulnerable_share: Annotated[Floats, Column("share", "vulnerable people among those served")]
    budget_entry: Annotated[Floats, Column("euro of 2025/year", "yearly budget at entry")]
    staff_entry: Annotated[Floats, Column("FTE", "salaried staff at entry")]
    cash_months_entry: Annotated[Floats, Column("month", "months of cash at entry")]
    public_share_entry: Annotated[Floats, Column("share", "public share of resources at entry")]
    top_share_entry: Annotated[Floats, Column("share", "largest funder's share at entry")]
    age_entry: Annotated[Floats, Column("year", "age at entry in the simulation")]

    # Public resources
    grants: Annotated[Floats, _yearly("base grant, renewed or under agreement", True)]
    calls: Annotated[Floats, _yearly("award of calls for projects, one year", True)]
    contracts: Annotated[Floats, _yearly("public procurement running", True)]
    tariffs: Annotated[Floats, _yearly("regulated tariffs notified", True)]
    grants_last_year: Annotated[Floats, _yearly("base grant of the year before", True)]
    agreement_years: Annotated[Codes, Column("year", "votes left under agreement", "int8", True)]
    withdrew: Annotated[Flags, Column("-", "funder withdrew this year", "bool", True)]
    withdrew_private: Annotated[Flags, Column("-", "foundations withdrew this year", "bool")]
    due_restricted: Annotated[Floats, _money("restricted part of the awards not yet accrued")]
    receivable: Annotated[Floats, _money("owed by public funders, all instruments")]
    tariff_quota: Annotated[Floats, Column("persons/quarter", "activity that tariffs pay for")]
    employment_aid: Annotated[Floats, _yearly("employment aid at full level")]
    aided_jobs: Annotated[Floats, Column("FTE", "jobs linked to employment aid")]

    # Private resources
    user_sales_base: Annotated[Floats, _yearly("sales to users at start conditions")]
    sales_growth: Annotated[Floats, Column("index", "growth of sales since entry", empty=1.0)]
    need_entry: Annotated[Floats, Column("index", "reference need of the cell at entry", empty=1.0)]
    memberships: Annotated[Floats, _yearly("membership fees")]
    members: Annotated[Floats, Column("members", "members")]
    gifts: Annotated[Floats, _yearly("gifts")]
    corporate_gifts: Annotated[Floats, _yearly("corporate gifts running")]
    foundation_grants: Annotated[Floats, _yearly("foundation grants running")]
    fundraising: Annotated[Floats, _yearly("fundraising spending")]
    fundraising_new: Annotated[Floats, _yearly("fundraising not yet productive")]
    reputation: Annotated[Floats, Column("scale", "reputation among donors")]
    market_gain: Annotated[Floats, _yearly("sales won by diversification")]
    commercial_base: Annotated[Floats, Column("share", "market share of resources at entry")]
    revenue_noise: Annotated[Floats, Column("log", "own shock to sales, autoregressive")]

    # People, capacity, service
    staff: Annotated[Floats, Column("FTE", "salaried staff")]
    wage: Annotated[Floats, Column("euro/FTE/year", "cost per FTE, charges included")]
    volunteers: Annotated[Floats, Column("FTE", "volunteers")]
    quality: Annotated[Floats, Column("index", "service quality, 0.4–1.2")]
    overload: Annotated[Floats, Column("index", "staff overload, 0–2")]
    drift: Annotated[Floats, Column("share", "mission drift, 0–1")]
    vacancy: Annotated[Flags, Column("-", "leadership vacant", "bool")]
    vacancy_recent: Annotated[Codes, Column("quarter", "quarters since vacancy counts", "int8")]
    strain: Annotated[Floats, Column("share", "leadership strain, 0–1")]
    governance: Annotated[Floats, Column("share", "governance capacity, 0–1, for life")]
    taboo: Annotated[Floats, Column("share", "taboo of closing, 0–1, for life")]
    pace: Annotated[Floats, Column("factor", "speed of adaptation over the usual", empty=1.0)]
    openness: Annotated[Floats, Column("factor", "odds of a partnership over usual", empty=1.0)]
    support: Annotated[Codes, Column("code", "support programme under way, 0 none", "int8")]
    support_clock: Annotated[Codes, Column("quarter", "quarters since support began", "int8")]
    support_part: Annotated[Floats, Column("share", "part of the row that support reaches")]
    support_effect: Annotated[Floats, Column("unit of the kind", "effect of support now")]
    price: Annotated[Floats, Column("index", "real user price, 1 at start", empty=1.0)]
    productivity: Annotated[Floats, Column("persons/FTE/quarter", "service per effective FTE")]
    capacity: Annotated[Floats, Column("persons/quarter", "service that staff can give")]
    demand: Annotated[Floats, Column("persons/quarter", "service asked for")]
    service: Annotated[Floats, Column("persons/quarter", "service given")]
    service_base: Annotated[Floats, Column("persons/quarter", "service at entry")]
    layoffs: Annotated[Floats, Column("FTE", "laid off this quarter")]
    application_time: Annotated[Floats, Column("share", "staff time spent on applications")]
    dip: Annotated[Codes, Column("quarter", "quarters left of integration dip", "int8")]

    # Costs
    variable_cost: Annotated[Floats, Column("euro of 2025/person", "purchases per person served")]
    fixed_cost: Annotated[Floats, Column("euro of 2025/year", "fixed costs")]
    saving_left: Annotated[Floats, Column("euro of 2025/quarter", "merger saving to come")]
    saving_quarters: Annotated[Codes, Column("quarter", "quarters of saving left", "int8")]

    # Balance sheet
    cash: Annotated[Floats, _money("cash, restricted funds included")]
    restricted: Annotated[Floats, _money("fonds dédiés: received for a purpose, unspent")]
    fixed_assets: Annotated[Floats, _money("net fixed assets")]
    loans: Annotated[Floats, _money("term loans")]
    overdraft: Annotated[Floats, _money("overdraft")]
    bridge: Annotated[Floats, _money("bridge credit on receivables (Dailly)")]
    guaranteed: Annotated[Floats, _money("part of the bridge credit under guarantee")]
    quasi_equity: Annotated[Floats, _money("titres associatifs and the like")]
    arrears: Annotated[Floats, _money("supplier and social arrears")]
    equity: Annotated[Floats, _money("fonds propres, a stock of its own")]

    # Flows of the quarter and their memory
    revenue: Annotated[Floats, _quarterly("products of the quarter")]
    private_revenue: Annotated[Floats, _quarterly("products other than notified public money")]
    cost: Annotated[Floats, _quarterly("charges of the quarter")]
    public_paid: Annotated[Floats, _quarterly("public cash received")]
    revenue_year: Annotated[Floats, _yearly("products, trailing four quarters")]
    private_year: Annotated[Floats, _yearly("private products, trailing four quarters")]
    cost_year: Annotated[Floats, _yearly("charges, trailing four quarters")]

    # Expectations and projects
    gap: Annotated[Floats, Column("share", "expected cost above expected revenue")]
    gap_public: Annotated[Floats, Column("share", "public part of the fall behind the gap")]
    gap_market: Annotated[Floats, Column("share", "own-revenue part of the gap")]
    gap_cost: Annotated[Floats, Column("share", "cost part of the gap")]
    insolvent: Annotated[Flags, Column("-", "cannot pay after all credit", "bool")]
    recovery: Annotated[Codes, Column("quarter", "quarters left in redressement", "int8")]
    project_clock: Annotated[Codes, Column("quarter", "age of diversification project", "int8")]
    project_gain: Annotated[Floats, _yearly("sales that the project will bring")]
    project_ramp: Annotated[Codes, Column("quarter", "quarters of gain left to ramp", "int8")]
    mutual_clock: Annotated[Codes, Column("quarter", "quarters until mutualisation pays", "int8")]
    drift_guard: Annotated[Floats, Column("share", "governance guard against drift")]
    applications: Annotated[Floats, _money("euros asked in calls this year")]
    failed_calls: Annotated[Flags, Column("-", "applied this year and won nothing", "bool")]
    aid_lost: Annotated[Floats, Column("FTE", "aided jobs lost this year")]

    # Rings of the last four quarters, (4, rows)
    ring_revenue: Floats
    ring_private: Floats
    ring_cost: Floats
    ring_staff: Floats
    ring_service: Floats
    ring_layoffs: Floats

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._blocks = {
            size: np.repeat(empty[:, None], rows, axis=1) for size, empty in layout().empty.items()
        }
        self._name_lines()

    def __getstate__(self) -> tuple[int, dict[int, Lines]]:
        """The blocks alone: columns are views of them, and have to be so again."""
        return self.rows, self._blocks

    def __setstate__(self, state: tuple[int, dict[int, Lines]]) -> None:
        self.rows, self._blocks = state
        self._name_lines()

    def _name_lines(self) -> None:
        """Every column is a view of its lines; the balance sheet is one block, (10, rows)."""
        for name, place in layout().places.items():
            lines = self._blocks[place.size][place.first : place.first + place.lines]
            setattr(
                self, name, lines.view(place.dtype) if place.block else lines[0].view(place.dtype)
            )
        self.balance = self._blocks[8][: len(BALANCE_SHEET)]

    @property
    def amounts(self) -> Floats:
        """The block of all columns of real numbers, (lines, rows); see `lines_of`."""
        return self._blocks[8]

    # --- movements that keep the balance sheet of every row closed ---
    def earn(self, amount: Floats, *, private: bool = True) -> None:
        """Products received in cash, euros per organisation, shape (rows,)."""
        self.revenue += amount
        if private:
            self.private_revenue += amount
        self.equity += amount
        self.cash += amount

    def spend(self, amount: Floats) -> None:
        """Charges paid in cash, euros per organisation, shape (rows,)."""
        self.cost += amount
        self.equity -= amount
        self.cash -= amount

    def spend_some(self, rows: NDArray[np.int64], amount: Floats) -> float:
        """The same for some rows, each named once: amounts (len(rows),), weighted total."""
        self.cost[rows] += amount
        self.equity[rows] -= amount
        self.cash[rows] -= amount
        return dot(self.weight[rows], amount)

    def total(self, amount: Floats) -> float:
        """Weighted total of a column, (rows,), over all represented organisations."""
        return dot(self.weight, amount)

    @property
    def free_cash(self) -> Floats:
        """Cash less restricted funds, euros, shape (rows,)."""
        return self.cash - self.restricted

    @property
    def public_notified(self) -> Floats:
        """Yearly public money notified, all levels and instruments, shape (rows,)."""
        total = self.grants.sum(axis=0)
        total += self.calls.sum(axis=0)
        total += self.contracts.sum(axis=0)
        total += self.tariffs.sum(axis=0)
        return total

    def zero(self, rows: NDArray[np.int64]) -> None:
        """Free the given positions: every column to its empty value."""
        for size, empty in layout().empty.items():
            clear(self._blocks[size], empty, rows)

    def settle_in(self, newcomers: Organisations, rows: NDArray[np.int64]) -> None:
        """Give newcomers the given positions; nothing stays of what was written there before."""
        for size, block in self._blocks.items():
            copy_into(block, newcomers._blocks[size], rows)

    def grow(self, extra: int) -> None:
        """Add `extra` free positions at the end."""
        for size, empty in layout().empty.items():
            free = np.repeat(empty[:, None], extra, axis=1)
            self._blocks[size] = np.concatenate([self._blocks[size], free], axis=1)
        self.rows += extra
        self._name_lines()


@kernel
def clear(block: Lines, empty: Lines, rows: NDArray[np.int64]) -> None:
    """Every line of a block to its empty value in the given rows."""
    for line in range(block.shape[0]):
        for row in rows:
            block[line, row] = empty[line]


@kernel
def copy_into(block: Lines, source: Lines, rows: NDArray[np.int64]) -> None:
    """Lines of `source`, (lines, len(rows)), into the given rows of a block."""
    for line in range(block.shape[0]):
        for i in range(len(rows)):
            block[line, rows[i]] = source[line, i]


def dot(first: Floats, second: Floats) -> float:
    """Sum of products that does not depend on the number of threads (BLAS would)."""
    return float(np.add.reduce(first * second))


# Assets, then liabilities; `accounts.Ledger` weighs them with +1 and −1.
BALANCE_SHEET = (
    "cash", "fixed_assets", "receivable", "equity", "restricted", "loans", "overdraft", "bridge",
    "quasi_equity", "arrears",
)  # fmt: skip
ASSETS = 3
RINGS = (
    "ring_revenue", "ring_private", "ring_cost", "ring_staff", "ring_service", "ring_layoffs",
)  # fmt: skip


@functools.cache
def columns() -> dict[str, Column]:
    """Name → unit and meaning of every state variable, in the order of the class body."""
    found = {}
    for name, hint in get_type_hints(Organisations, include_extras=True).items():
        notes = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Column)]
        if notes:
            found[name] = notes[0]
    return found


@dataclass(frozen=True)
class Place:
    """Where a column lies: `lines` lines from `first` on, in the block of its item size."""

    size: int
    first: int
    lines: int
    dtype: np.dtype[Any]
    block: bool  # shape (lines, rows) rather than (rows,)


@dataclass(frozen=True)
class Layout:
    """Columns of one item size share a block, (lines, rows): what all have in common is done at
    once. `empty`: item size → value of a free row, (lines,); only real numbers are not 0."""

    places: dict[str, Place]
    empty: dict[int, Lines]


_BLOCK_TYPES = {8: "float64", 4: "int32", 1: "int8"}


@functools.cache
def layout() -> Layout:
    """Places of all columns and rings; the balance sheet comes first, in its own order."""
    known = columns()
    places: dict[str, Place] = {}
    empty: dict[int, list[float]] = {size: [] for size in _BLOCK_TYPES}
    for name in dict.fromkeys((*BALANCE_SHEET, *known, *RINGS)):
        column = known.get(name, Column("", ""))
        dtype = np.dtype(column.dtype)
        lines = 4 if name in RINGS else N_LEVELS if column.levels else 1
        values = empty[dtype.itemsize]
        places[name] = Place(dtype.itemsize, len(values), lines, dtype, lines > 1)
        values += [column.empty] * lines
    return Layout(
        places, {size: np.array(values, _BLOCK_TYPES[size]) for size, values in empty.items()}
    )


def lines_of(names: Iterable[str]) -> NDArray[np.int64]:
    """Lines of some columns of real numbers in `Organisations.amounts`."""
    found: list[int] = []
    for name in names:
        place = layout().places[name]
        found += range(place.first, place.first + place.lines)
    return np.array(found)
