"""One organisation of the social economy: what it is and has.

Attributes keep the names of the engine's columns (docs/ODD.md, section 2), so that the two can be
compared one by one. Two are not kept but found from the others: what funders owe, as the sum of
what each owes, and own funds, as what the balance sheet leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from tests.reference.public_money import Grant, Line

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.rules import Lot, Place, Terms
    from tests.reference.territory import Cell


class State(mesa.Agent):
    """One row: as many equal organisations as its weight says."""

    model: TwinModel
    cell: Cell
    terms: Terms
    # Identity
    uid: int
    row: int  # place of its draws in the tables
    lots: frozenset[Lot]  # draws of levers that fell on it, for the whole run
    weight: float
    region: int
    sector: int
    form: int
    size_entry: int
    age: float
    tie_x: float
    tie_y: float
    mutual_group: int
    vulnerable_share: float
    budget_entry: float
    entry_quarter: int
    # Resources
    grants: dict[int, Grant]  # by funder level
    contracts: dict[int, Line]
    tariffs: dict[int, Line]
    due_restricted: float
    tariff_quota: float
    employment_aid: float
    aid_factor: float
    aided_jobs: float
    aid_lost: float
    core_funding: float
    user_sales_base: float
    sales: float
    sales_growth: float
    need_entry: float
    members: float
    memberships: float
    gifts: float
    corporate_gifts: float
    foundation_grants: float
    withdrew_private: bool
    fundraising: float
    fundraising_new: float
    reputation: float
    market_gain: float
    commercial_base: float
    revenue_noise: float
    applications: float
    application_time: float
    failed_calls: bool
    # People and service
    staff: float
    wage: float
    layoffs: float
    left_behind: tuple[float, float]  # layoffs and staff of the quarter before
    volunteers: float
    vacancy_recent: int
    strain: float
    governance: float
    taboo: float
    pace: float  # speed of adaptation over the usual
    openness: float  # odds of a partnership over the usual
    support: int  # kind of the programme under way, 0 if none
    support_clock: int
    support_part: float
    support_effect: float
    quality: float
    previous_quality: float
    overload: float
    drift: float
    previous_drift: float
    drift_guard: float
    price: float
    previous_price: float
    productivity: float
    capacity: float
    demand: float
    service: float
    service_base: float
    dip: int
    # Costs and balance sheet
    variable_cost: float
    fixed_cost: float
    saving_left: float
    saving_quarters: int
    cash: float
    restricted: float
    fixed_assets: float
    loans: float
    overdraft: float
    bridge: float
    guaranteed: float
    quasi_equity: float
    arrears: float
    # Flows of the quarter, and their memory
    revenue: float
    private_revenue: float
    cost: float
    revenue_year: float
    private_year: float
    cost_year: float
    years: list[tuple[float, float, float]]  # products, private products, charges of 4 quarters
    # Expectations and projects
    expected: tuple[float, float, float] | None  # public, private, cost: of the quarter before
    cash_months: float
    gap: float
    gap_public: float
    gap_market: float
    gap_cost: float
    insolvent: bool
    recovery: int
    project_clock: int
    project_gain: float
    project_ramp: int
    mutual_clock: int
    gone: bool = False

    def __init__(self, model: TwinModel, state: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(state)
        self.row = model.draws.row_of(self.uid)
        self.lots = frozenset(
            (draw, share)
            for draw, share in model.lots
            if model.draws.column(f"drawn: {draw}", 0)[self.row] < share
        )
        self.see_rules()
        self.cell.members.append(self)

    @property
    def place(self) -> Place:
        """What levers and tables tell organisations apart by."""
        return (self.region, self.sector, self.form, self.size_entry, self.lots)

    def see_rules(self) -> None:
        """Look up what the parameters are at this place."""
        self.terms = self.model.rules.at(self.place)
        size = max(self.budget_entry, 1_000.0) / 200_000.0
        self.noise_factor = size**self.terms.revenue_noise_size

    # --- what others and itself know of it ---
    @property
    def free_cash(self) -> float:
        """Cash less restricted funds."""
        return self.cash - self.restricted

    @property
    def receivable(self) -> float:
        """Owed by public funders."""
        return sum([sum(line.owed) for line in self.public_lines()])

    @property
    def equity(self) -> float:
        """Own funds: what assets leave after debts and restricted funds."""
        assets = self.fixed_assets + self.receivable + self.cash
        return assets - self.restricted - self.debts - self.arrears

    @property
    def debts(self) -> float:
        """Owed to lenders."""
        return self.loans + self.overdraft + self.bridge + self.quasi_equity

    @property
    def vacancy(self) -> bool:
        """Whether the departure of the leader still weighs."""
        return self.vacancy_recent > 0

    @property
    def overhead_staff(self) -> float:
        """Staff that runs the organisation."""
        terms = self.terms
        return min(terms.overhead_fixed + terms.overhead_share * self.staff, 0.5 * self.staff)

    @property
    def real_price(self) -> float:
        """Price that users pay, levers included."""
        return self.price * self.terms.price_factor

    def public_lines(self) -> list[Line]:
        """Everything that public funders give."""
        return [*self.grants.values(), *self.contracts.values(), *self.tariffs.values()]

    @property
    def public_notified(self) -> float:
        """Public money of the year, all funders."""
        total = 0.0
        for grant in self.grants.values():
            total += grant.yearly + grant.calls
        for lines in (self.contracts, self.tariffs):
            for line in lines.values():
                total += line.yearly
        return total

    @property
    def largest_funder(self) -> float:
        """What the first funder level gives a year."""
        given = {level: grant.yearly + grant.calls for level, grant in self.grants.items()}
        for lines in (self.contracts, self.tariffs):
            for level, line in lines.items():
                given[level] = given.get(level, 0.0) + line.yearly
        return max(given.values(), default=0.0)

    @property
    def dependence(self) -> float:
        """Share of the first funder in resources, over its mean of 2025."""
        if self.revenue_year <= 0:
            return 0.0
        share = min(max(self.largest_funder / self.revenue_year, 0.0), 1.0)
        return share / self.model.mean_top_share

    @property
    def grants_lost(self) -> float:
        """Base grants of last year less those of this year."""
        return sum([grant.last_year - grant.yearly for grant in self.grants.values()])

    def grant_from(self, level: int) -> Grant:
        """The grant of a level, opened if there is none yet."""
        if level not in self.grants:
            self.grants[level] = Grant()
        return self.grants[level]

    def contract_with(self, level: int) -> Line:
        """The contracts of a level, opened if there are none yet."""
        if level not in self.contracts:
            self.contracts[level] = Line()
        return self.contracts[level]

    # --- movements ---
    def earn(self, amount: float, *, private: bool = True) -> None:
        """Products received in cash."""
        self.revenue += amount
        self.cash += amount
        if private:
            self.private_revenue += amount

    def spend(self, amount: float) -> None:
        """Charges paid in cash."""
        self.cost += amount
        self.cash -= amount
