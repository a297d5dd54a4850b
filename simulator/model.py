"""The agent-based model: `EssModel.step()` is the table of contents of a quarter."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator import initial, memories
from simulator.accounts import Ledger
from simulator.codes import LEVELS, N_REGIONS, N_SECTORS
from simulator.continuing import restore, state_of
from simulator.employment import direct_hours, payroll_by_sector
from simulator.finite import check_everything
from simulator.funders import Donors, Lenders, PublicAccounts, PublicBudget
from simulator.group_sums import weighted_sums
from simulator.moves import lines_moved
from simulator.parameters import Parameters
from simulator.plan import check_quarters, check_replicate, check_seed
from simulator.population import Population, load_population
from simulator.process_names import Process, replacements, telling
from simulator.processes.adaptation import adapt
from simulator.processes.allocation import allocate
from simulator.processes.cofunding import withdraw_cofunding
from simulator.processes.cooperation import cooperate
from simulator.processes.costs import receive_aid, remember_year, run_costs
from simulator.processes.demand import sell_to_users, share_demand
from simulator.processes.departures import Departures, settle_departures
from simulator.processes.entries import enter
from simulator.processes.exits import leave_or_stay
from simulator.processes.expectations import expect
from simulator.processes.giving import give
from simulator.processes.indices import update_indices
from simulator.processes.leadership import lead
from simulator.processes.legal_form import change_legal_form
from simulator.processes.liquidity import manage_liquidity
from simulator.processes.payment import accrue, pay
from simulator.processes.procurement import let_contracts
from simulator.processes.production import produce
from simulator.processes.support import pay_programmes
from simulator.processes.support_programmes import support_organisations
from simulator.processes.territory import follow_need
from simulator.processes.vote import vote
from simulator.programmes import Programmes
from simulator.public_money import PublicMoney
from simulator.randomness import Randomness
from simulator.recording import Recorder
from simulator.reporters import REPORTERS
from simulator.scenario import Scenario, scenario_of
from simulator.structures import DEFAULT, structure_named
from simulator.values import Values

if TYPE_CHECKING:
    from simulator.organisations import Organisations

Floats = NDArray[np.float64]
BURN_IN: Final = 4


def record(model: EssModel) -> None:
    """Roll the yearly memories, check the conservation laws, record the quarter."""
    remember_year(model)
    model.ledger.close_quarter()
    model.recorder.end_quarter()


# The quarter, in order. The first line of each docstring says what the process does.
SCHEDULE: Final = (
    update_indices,
    vote,
    allocate,
    let_contracts,
    withdraw_cofunding,
    accrue,
    pay,
    share_demand,
    sell_to_users,
    give,
    produce,
    receive_aid,
    run_costs,
    pay_programmes,
    support_organisations,
    manage_liquidity,
    expect,
    lead,
    adapt,
    cooperate,
    change_legal_form,
    leave_or_stay,
    settle_departures,
    enter,
    follow_need,
    record,
)


class EssModel(mesa.Model):
    """One world: a population of organisations, their funders and lenders, under a scenario.

    scenario: a `Scenario`, an id or a path. population: a name, a path or a `Population`.
    seed: None draws fresh entropy, kept in `entropy`. replicate: `EssModel(seed=s, replicate=r)`
    equals replicate r of `simulate(seed=s)`. parameters: default values if None.
    quarters: horizon instead of the scenario's own. collect: feed Mesa's data collector (the
    recorder works without it). structure: a name of `structures.STRUCTURES`. processes: name →
    function in place of a process (`process_names`). Raises InputError for bad input.
    """

    # What the processes keep between quarters (shapes: rows = (rows,), cells = (18, 10)).
    node: NDArray[np.int64]  # (6, rows) flat index of the public node of each row
    sales: Floats
    cash_months: Floats
    expected_cost: Floats
    staff_down: NDArray[np.bool_]
    staff_down_layoffs: NDArray[np.bool_]
    service_down: NDArray[np.bool_]
    opened: NDArray[np.bool_]  # rows with a subvention vote opened this quarter
    previous_price: Floats
    previous_quality: Floats
    previous_drift: Floats
    need: Floats
    need_base: Floats
    unmet: Floats
    unmet_base: Floats
    demand_base: Floats
    demand_cells: Floats
    budget_by_sector: Floats
    wage_by_sector: Floats
    volunteers_per_staff: Floats
    productivity_by_sector: Floats
    volunteers_2025: Floats
    organisations_2025: Floats
    entrant_weight: float
    mean_top_share: float

    def __init__(
        self,
        scenario: Scenario | str = "fil-de-l-eau",
        population: Population | str = "workshop",
        seed: int | None = None,
        replicate: int = 0,
        parameters: Parameters | None = None,
        quarters: int | None = None,
        rng: int | None = None,
        collect: bool = True,
        structure: str = DEFAULT,
        processes: Mapping[str, Process] | None = None,
    ) -> None:
        self._begin()
        if seed is None:
            seed = rng
        check_seed(seed)
        self.entropy = secrets.randbits(62) if seed is None else int(seed)
        check_replicate(replicate)
        check_quarters(quarters)
        self.replicate = int(replicate)
        # Not `scenario`: Mesa 3.5 keeps its own kind of scenario under that name.
        self.future = scenario_of(scenario)
        self.structure = structure_named(structure)
        values = Parameters.default() if parameters is None else parameters
        self.parameters = self.structure.settle(values)
        self.replaced = replacements(processes)
        self.population = (
            load_population(population, parameters=self.parameters)
            if isinstance(population, str)
            else population
        )
        self.horizon = int(self.future.horizon.quarters if quarters is None else quarters)
        self.effects = self.structure.keep(self.future.effects(self.horizon, self.parameters))
        self.draws = Randomness(self.entropy, self.replicate)
        self._build()
        for _ in range(BURN_IN):
            self._quarter()
        self.running = True
        self.datacollector = mesa.DataCollector(model_reporters=dict(REPORTERS))
        self._collects = collect

    def _begin(self) -> None:
        super().__init__()
        self._of_mesa = frozenset((*vars(self), "_of_mesa"))

    def __getstate__(self) -> dict[str, Any]:
        """Between quarters, the world without what is Mesa's own; see `continuing`."""
        return state_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._begin()
        restore(self, state)

    def _build(self) -> None:
        self.quarter = -BURN_IN
        self.price_level = self.price_reference = 1.0
        self.income = self.income_reference = 1.0
        self.price_growth = 1.0
        self.gift_index = 1.0
        self.need_trend = np.ones((N_REGIONS, N_SECTORS))
        self.need_reference = np.ones(N_SECTORS)
        self.tax_relief = 0.0
        # Budgets at entry, an exponent, and how it spreads the luck of each (`demand`).
        self.luck_by_size = np.zeros(0), math.nan, np.zeros(0)
        self.payment_odds: dict[tuple[bytes, ...], tuple[Floats, NDArray[np.int64]]] = {}
        self.leaving: list[Departures] = []
        # Rows that the last settlement of departures freed.
        self.freed = np.empty(0, np.int64)
        self.crisis = np.zeros(N_REGIONS, dtype=np.int64)
        self.carved_paths: dict[
            int, tuple[float, dict[tuple[int, int], Floats], NDArray[np.uint64]]
        ] = {}
        # What rows expected the quarter before: public money, other resources, costs.
        self.expectation = np.zeros((3, 0))
        self.process_seconds = {process.__name__: 0.0 for process in SCHEDULE}
        self.organisations: Organisations = initial.organisations_of(self.population)
        o = self.organisations
        self.grants_fallen = np.zeros(o.rows)
        self.grants_renewed = np.zeros(o.rows)
        self._aid_factor = np.ones(o.rows)
        self.core_funding = np.zeros(o.rows)
        self.opened = np.zeros(o.rows, dtype=bool)
        self.values = Values(self.parameters, self.effects.modifiers, o, self.draws)
        self.values.start(self.quarter)
        self.public = PublicAccounts(o.rows)
        self.public_money = PublicMoney(self)
        self.lenders = Lenders(self)
        self.programmes = Programmes(self, self.effects.programmes)
        self.ledger = Ledger(self)
        self.recorder = Recorder(self)
        initial.set_up(self)
        effort = self.values.scalar("gift_contest_elasticity")
        self.donors = Donors(self, o, o.fundraising**effort * o.reputation)
        self.budgets = [
            PublicBudget(self, level, region)
            for level in range(len(LEVELS))
            for region in range(N_REGIONS)
        ]
        self.population_share = self._share_of_france()

    def step(self) -> None:
        """Simulate one quarter."""
        self._quarter()
        if self._collects:
            self.datacollector.collect(self)
        self.running = self.quarter < self.horizon

    def _quarter(self) -> None:
        self.recorder.start_quarter()
        self.programmes.start()
        started = time.perf_counter()
        with telling(self.replaced):
            for process in SCHEDULE:
                name = process.__name__
                played = self.replaced.get(name, process)
                if played is process:
                    played(self)
                else:
                    with self.public_money.doubted():
                        played(self)
                    check_everything(self, name)
                if process is not record:
                    self.ledger.after(name, lines_moved(played))
                ended = time.perf_counter()
                self.process_seconds[name] += ended - started
                started = ended
        self.quarter += 1

    def release(self) -> None:
        """Give back the memory of a world that is done with; an empty Mesa model is left.

        Mesa 3.3 counts agents by model, for ever; and what looks at the model holds it in a circle
        that Python's collector, which counts objects and not their size, may leave for hours.
        """
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        for name in set(vars(self)) - self._of_mesa:
            delattr(self, name)

    # --- quantities that several processes need ---
    def overhead_staff(self, rows: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """Staff that runs the organisation, FTE, of some rows."""
        o = self.organisations
        fixed, share = self.by_row("overhead_fixed", rows), self.by_row("overhead_share", rows)
        return np.asarray(np.minimum(fixed + share * o.staff[rows], 0.5 * o.staff[rows]))

    def by_row(self, name: str, rows: NDArray[np.int64] | slice) -> Floats:
        """Value of a parameter for some rows, shape (1,) where it is the same for all."""
        column = self.values.column(name)
        return column if len(column) == 1 else column[rows]

    def hours_of(self, rows: NDArray[np.int64]) -> Floats:
        """Full-time equivalents that reach users, without burdens, of some rows."""
        o, values = self.organisations, self.values
        return direct_hours(
            rows, o.staff, o.volunteers, values.column("overhead_fixed"),
            values.column("overhead_share"), values.scalar("volunteer_span"),
            values.scalar("volunteer_productivity"),
        )  # fmt: skip

    def top_funder_share(self) -> Floats:
        """Largest public funder's share of yearly resources, shape (rows,)."""
        o = self.organisations
        largest = (o.grants + o.calls + o.contracts + o.tariffs).max(axis=0)
        share = np.divide(largest, o.revenue_year, out=np.zeros(o.rows), where=o.revenue_year > 0)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def set_reputation(self, rows: NDArray[np.int64]) -> None:
        """Reputation such that fundraising^φ × reputation reproduces the gifts (real euros)."""
        o = self.organisations
        power = self.values.scalar("gift_contest_elasticity")
        pull = (o.fundraising[rows] / self.price_level) ** power
        o.reputation[rows] = np.divide(
            o.gifts[rows] / self.price_level, pull, out=np.zeros(len(rows)), where=pull > 0
        )

    def sales_scale(self) -> Floats:
        """What prices and incomes beyond the reference did to sales, shape (1,) or (rows,)."""
        prices = self.price_level / self.price_reference
        incomes = self.income / self.income_reference
        return np.asarray(prices * incomes ** self.values.column("income_elasticity_users"))

    def wage_index(self) -> Floats:
        """Wages of the quarter over those of 2025, by sector (10,)."""
        o = self.organisations
        payroll, staff = payroll_by_sector(o.sector, o.weight, o.staff, o.wage)
        mean = np.divide(payroll, staff, out=self.wage_by_sector.copy(), where=staff > 0)
        return np.asarray(mean / self.wage_by_sector)

    def aid_factor(self, rows: int) -> Floats:
        """Employment aid in force, as a share of its full level, shape (rows,)."""
        return self._aid_factor[:rows]

    def remember_aid_factor(self, factor: Floats) -> None:
        """Keep the factor of the year, to know which aided jobs end next year."""
        self._aid_factor = np.array(factor, dtype=float)

    def public_aside(self) -> float:
        """Public euros of the quarter that do not reach organisations as receipts."""
        return sum(
            amount
            for (flow, source, target), amount in self.ledger.flows.items()
            if flow.startswith("programme") and source in LEVELS and target != "organisations"
        )

    def profile_of(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Funding profile of some rows."""
        return initial.funding_profile(self.organisations, rows)

    def _share_of_france(self) -> float:
        """Share of national ESS budgets in this population: 1 where all régions are present."""
        o = self.organisations
        present = weighted_sums(o.region, o.weight, o.alive, N_REGIONS) > 0
        if present.all():
            return 1.0
        people = self.population.population_by_region
        return float(people[present].sum() / people.sum())

    # --- rows that come and go ---
    def enter_rows(self, rows: NDArray[np.int64]) -> None:
        """Indexes of new rows."""
        o, values = self.organisations, self.values
        memories.begin(
            rows, o.cell, o.user_sales_base, o.cost_year, values.column("employment_aid_factor"),
            values.column("price_factor"), values.scalar("entrant_cash_months"), self._aid_factor,
            self.core_funding, self.opened, self.expectation, self.node, self.sales,
            self.previous_price, self.previous_quality, self.previous_drift, self.cash_months,
            self.expected_cost,
        )  # fmt: skip

    def forget(self, rows: NDArray[np.int64]) -> None:
        """Clear what the model keeps about rows that left."""
        memories.end(
            rows, self.sales, self.cash_months, self.grants_fallen, self.grants_renewed,
            self.previous_drift, self.expectation,
        )  # fmt: skip

    def grow(self, extra: int) -> None:
        """Add free rows everywhere."""
        self.organisations.grow(extra)
        self.public.grow(extra)
        self.node = np.pad(self.node, ((0, 0), (0, extra)))
        for name in (
            "sales", "cash_months", "expected_cost", "previous_price", "previous_quality",
            "previous_drift", "grants_fallen", "grants_renewed", "_aid_factor", "core_funding",
            "opened",
        ):  # fmt: skip
            setattr(self, name, np.pad(getattr(self, name), (0, extra)))
        if self.expectation.size:
            self.expectation = np.pad(self.expectation, ((0, 0), (0, extra)))
        self.values.start(self.quarter)
