"""One organisation of the social economy: what it is, has and does by itself in a quarter.

Attributes keep the names of the engine's columns (docs/ODD.md, section 2), so that the two can be
compared one by one. Two are not kept but found from the others: what funders owe, as the sum of
what each owes, and own funds, as what the balance sheet leaves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from tests.reference.public_money import Grant, Line

if TYPE_CHECKING:
    from tests.reference.mesa_twin import TwinModel
    from tests.reference.rules import Place, Terms
    from tests.reference.territory import Cell

ASSOCIATION, COOPERATIVES, FIRST_COMPANY = 0, (3, 4), 3  # Scop, Scic, then companies
LARGE = 3  # size class L
RELEASE_RATE = 1.0 / 3.0
MEMORY = 1.0 - 1.0 / 8.0  # what a quarter leaves of the traces of a gap: eight quarters


class Organisation(mesa.Agent):
    """One row: as many equal organisations as its weight says."""

    model: TwinModel
    cell: Cell
    terms: Terms
    # Identity
    uid: int
    row: int  # place of its draws in the tables
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
    volunteers: float
    vacancy_recent: int
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
        self.see_rules()
        self.cell.members.append(self)

    @property
    def place(self) -> Place:
        """What levers and tables tell organisations apart by."""
        return (self.region, self.sector, self.form, self.size_entry)

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

    # --- the quarter ---
    def open_quarter(self) -> None:
        """P0: time passes, wages and sales follow their growth."""
        self.revenue = self.private_revenue = self.cost = self.layoffs = 0.0
        self.age += 0.25
        if self.dip:
            self.dip -= 1
        terms, prices = self.terms, self.model.price_growth
        self.sales_growth *= terms.sales_step
        self.wage *= terms.wage_step
        self.fundraising *= prices
        self.fundraising_new *= prices

    def accrue(self) -> None:
        """P4: the quarter's share of what is notified becomes a product that is owed."""
        model = self.model
        left = model.quarters_left
        earned = 0.0
        for level, grant in self.grants.items():
            if grant.due:
                waits = model.waits and self.cell.nodes[level].waits(model.quarter)
                earned += grant.accrue(waits or left)
        for line in self.contracts.values():
            if line.due:
                earned += line.accrue(left)
        if self.tariffs:
            quota = self.tariff_quota
            delivered = min(max(self.service / quota, 0.0), 1.0) if quota > 0 else 1.0
            for line in self.tariffs.values():
                earned += line.accrue(left, delivered)
        if self.due_restricted:
            # Awards of calls are given for a purpose: part waits until the work is done.
            kept = self.due_restricted / left
            self.due_restricted -= kept
            self.restricted += kept
            self.revenue -= kept
        self.revenue += earned

    def collect(self) -> None:
        """P5: funders pay, late."""
        grants, contracts, tariffs = self.terms.payment
        paid = 0.0
        for level, line in self.grants.items():
            paid += line.pay(grants[level])
        for level, line in self.contracts.items():
            paid += line.pay(contracts[level])
        for level, line in self.tariffs.items():
            paid += line.pay(tariffs[level])
        self.cash += paid

    def sell(self) -> None:
        """P6: sales to users and membership fees."""
        model, terms = self.model, self.terms
        noise = terms.revenue_noise_persistence * self.revenue_noise
        noise += terms.revenue_noise * self.noise_factor * model.own_sales[self.row]
        self.revenue_noise = noise
        price, quality = self.price * terms.price_factor, self.quality
        served = self.service / self.service_base if self.service_base > 0 else 0.0
        served *= self.need_entry / model.need_reference[self.sector]
        # Who shrinks gives up first what users do not pay for, unless it lives on them alone.
        follows = 1.0 - terms.sales_protection * (1.0 - self.commercial_base)
        scale = self.sales_growth * self.sales_scale
        sales = self.user_sales_base * scale * price * served**follows
        sales *= quality**terms.user_quality * math.exp(noise)
        self.sales = sales = sales + self.market_gain * scale
        if self.members:
            growth = (
                1.0
                + terms.membership_growth * 0.25
                - terms.membership_price * (price - self.previous_price)
                + terms.membership_quality * (quality - self.previous_quality)
            )
            self.members *= max(growth, 0.0)
        self.memberships = self.members * terms.membership_factor * model.fee
        self.previous_price, self.previous_quality = price, quality
        self.earn(0.25 * (sales + self.memberships))

    @property
    def sales_scale(self) -> float:
        """What prices and incomes beyond the reference did to sales."""
        scales, elasticity = self.model.sales_scales, self.terms.income_elasticity_users
        if elasticity not in scales:  # the same for many
            scales[elasticity] = self.model.relative_incomes**elasticity
        return self.model.relative_prices * scales[elasticity]

    def receive_aid(self) -> None:
        """P9: employment aid; jobs whose aid ends are kept only in part."""
        if self.model.quarters_left == 4:
            self._renew_aid()
        if self.employment_aid:
            aid = 0.25 * self.employment_aid * self.terms.employment_aid_factor
            self.earn(aid, private=False)

    def _renew_aid(self) -> None:
        terms = self.terms
        self.employment_aid *= 1.0 + self.cell.terms.grant_growth[0]
        factor = terms.employment_aid_factor
        fall = max(self.aid_factor - factor, 0.0)
        self.aid_factor, self.aid_lost = factor, self.aided_jobs * fall
        # The payroll that ends with the aid never exceeds the aid: losing it is no gain.
        ends = (1.0 - terms.aided_job_retention) * self.employment_aid * fall
        self.staff -= min(ends / max(self.wage, 1.0), 0.9 * self.staff)

    def pay_costs(self) -> None:
        """P9: staff, purchases, fixed costs, fundraising, assets, interest, tax."""
        terms = self.terms
        bought = (self.variable_cost * self.service + self.fixed_cost * 0.25) * (
            self.model.price_level
        )
        yearly = self.wage * self.staff + self.fundraising * terms.fundraising_effort
        yearly += self.fixed_assets * terms.depreciation_rate
        yearly += self.debts * (terms.interest_base + terms.interest_spread)
        spent = bought + 0.25 * yearly
        if self.restricted:
            # Restricted funds become products as the work is done.
            done = min(max(self.service / self.capacity, 0.0), 1.0) if self.capacity > 0 else 1.0
            released = self.restricted * RELEASE_RATE * done
            self.restricted -= released
            self.revenue += released
        if self.form >= FIRST_COMPANY:
            spent += terms.corporate_tax * max(self.revenue - self.cost - spent, 0.0)
        self.cost += spent
        self.cash -= spent

    def expect(self) -> None:
        """P11: the coming year's gap, where it comes from, and months of cash."""
        public = self.public_notified + self.core_funding
        public += self.employment_aid * self.aid_factor
        private = 0.5 * (self.private_year + 4.0 * self.private_revenue)
        cost = max(4.0 * self.cost, 1.0)
        self.gap = min(max((cost - public - private) / cost, -1.0), 1.0)
        self.cash_months = 12.0 * self.free_cash / cost
        if self.expected is not None:
            growth = self.model.price_growth  # inflation alone explains nothing
            public_before, private_before, cost_before = self.expected
            self.gap_public *= MEMORY
            self.gap_public += (growth * public_before - public) / cost
            self.gap_market *= MEMORY
            self.gap_market += (growth * private_before - private) / cost
            self.gap_cost *= MEMORY
            self.gap_cost += (cost - growth * cost_before) / cost
        self.expected = (public, private, cost)

    def remember(self) -> None:
        """The last four quarters."""
        self.years[self.model.quarter % 4] = (self.revenue, self.private_revenue, self.cost)
        (r0, p0, c0), (r1, p1, c1), (r2, p2, c2), (r3, p3, c3) = self.years
        self.revenue_year = r0 + r1 + r2 + r3
        self.private_year = p0 + p1 + p2 + p3
        self.cost_year = c0 + c1 + c2 + c3
