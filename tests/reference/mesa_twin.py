"""A plain Mesa twin of a part of the engine: one `mesa.Agent` per organisation, no arrays.

The engine keeps organisations as columns. This twin writes the same rules the way a Mesa model is
usually written, so that it can say two things: whether the columns compute what one organisation
would compute for itself (`test_twin.py`), and how much time the columns save (`make benchmark`).

What both sides run, in this order, quarter by quarter:

- prices, wages, reference need; the yearly notification of public money: that of the year before,
  grown like the public votes (the vote and its allocation are left out);
- accrual of the notified money, restricted funds, and payment by age with the payment kernels;
- sales to users with the organisation's own autoregressive noise, and membership fees;
- employment aid; payroll, purchases, fixed costs, fundraising, replacement of assets, interest,
  release of restricted funds, corporate tax of cooperatives and companies;
- expected resources and costs, the gap between them, months of cash; leadership vacancies;
- the hazard of closing (size, age, gap, low cash, vacancy), and the settlement of who leaves:
  restricted funds returned, assets sold, lenders and suppliers paid, the rest kept, given to the
  cooperative movement, or inherited by a living association of the same cell.

What both leave out: everything in which organisations compete or answer (votes, calls, contracts,
demand, gifts, capacity, credit, staff and price decisions, mergers, entries, unmet need). Service,
quality, price and staff therefore stay what they are when the twin starts. No lever acts on it.
The ledger, the accounts of public nodes and the recorder belong to the engine alone; they are
another book of the same movements, and the twin holds none.

Draws come from the engine's own hash, in one table that both read (`reduced_engine.DrawTable`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import mesa
import numpy as np

from simulator.codes import AGE_BOUNDS, FORMS, N_LEVELS
from simulator.funders import BUCKETS, TARIFICATION
from simulator.processes.costs import FIRST_COMPANY_FORM, RELEASE_RATE
from tests.reference.twin_terms import Terms

if TYPE_CHECKING:
    from tests.reference.reduced_engine import ReducedEngine

ASSOCIATION = FORMS.index("ASSO")
COOPERATIVES = (FORMS.index("SCOP"), FORMS.index("SCIC"))
VACANCY_QUARTERS = 4


class PublicMoney:
    """What one funder level gives one organisation under one instrument."""

    __slots__ = ("calls", "due", "instrument", "odds", "owed", "yearly")

    def __init__(
        self, instrument: int, yearly: float, calls: float, due: float, owed: list[float],
        odds: tuple[float, ...],
    ) -> None:  # fmt: skip
        self.instrument = instrument
        self.yearly = yearly  # euros a year, calls for projects not included
        self.calls = calls  # euros a year awarded in calls for projects
        self.due = due  # notified, not yet accrued
        # Where everything is paid at some age, nothing grows older: later ages are not kept.
        ages = odds.index(1.0) + 1 if 1.0 in odds else BUCKETS
        if any(owed[ages:]):
            raise ValueError("money is owed beyond the age at which all is paid")
        self.owed = owed[:ages]  # accrued and not yet paid, by age in quarters
        self.odds = odds[:ages]  # payment odds by age

    def notify(self, growth: float) -> None:
        """A new year: the same money as last year, grown."""
        self.yearly *= growth
        self.calls *= growth
        self.due = self.yearly + self.calls

    def accrue(self, quarters_left: int) -> float:
        """The quarter's instalment."""
        instalment = self.due / quarters_left
        self.due -= instalment
        return instalment

    def pay(self) -> float:
        """Cash of the quarter; what is left grows a quarter older, the last age accumulates."""
        owed = self.owed
        paid = older = 0.0
        for age, odds in enumerate(self.odds):
            amount = owed[age]
            part = amount * odds
            paid += part
            owed[age] = older
            older = amount - part
        owed[-1] += older
        return paid


class Organisation(mesa.Agent):
    """One organisation of the social economy."""

    model: TwinModel
    age: float
    weight: float
    employment_aid: float
    user_sales_base: float
    members: float
    fundraising: float
    market_gain: float
    commercial_base: float
    sales_growth: float
    need_entry: float
    revenue_noise: float
    staff: float
    wage: float
    price: float
    quality: float
    service: float
    service_base: float
    capacity: float
    variable_cost: float
    fixed_cost: float
    cash: float
    restricted: float
    fixed_assets: float
    loans: float
    overdraft: float
    bridge: float
    quasi_equity: float
    arrears: float
    due_restricted: float
    revenue_year: float
    private_year: float
    cost_year: float

    def __init__(self, model: TwinModel, engine: ReducedEngine, row: int) -> None:
        super().__init__(model)
        o = engine.organisations
        self.row = row
        self.uid = int(o.uid[row])
        self.cell = int(o.cell[row])
        self.form = int(o.form[row])
        self.size = int(o.size_entry[row])
        for name in COLUMNS:
            setattr(self, name, float(getattr(o, name)[row]))
        self.sector = int(o.sector[row])
        self.aid_factor = float(engine.aid_factor(o.rows)[row])
        self.recovering = bool(o.recovery[row] > 0)
        self.vacancy_left = int(o.vacancy_recent[row])
        rings = (o.ring_revenue[:, row], o.ring_private[:, row], o.ring_cost[:, row])
        self.years = list(zip(*(ring.tolist() for ring in rings), strict=True))
        self.gap = float(o.gap[row])
        self.cash_months = float(engine.cash_months[row])
        self.previous_price = float(engine.previous_price[row])
        self.previous_quality = float(engine.previous_quality[row])
        quota = float(o.tariff_quota[row])
        self.delivered = min(max(self.service / quota, 0.0), 1.0) if quota > 0 else 1.0
        self.public = self._public_money(engine, row)
        terms = model.terms
        size = max(float(o.budget_entry[row]), 1_000.0) / 200_000.0
        self.sigma = terms.noise * size**terms.noise_size
        # Who lives on its users alone cannot give up first what users do not pay for.
        self.follows = 1.0 - terms.sales_protection * (1.0 - self.commercial_base)
        self.public_yearly = 0.0
        self.revenue = self.private_revenue = self.cost = 0.0

    def _public_money(self, engine: ReducedEngine, row: int) -> list[PublicMoney]:
        o, found = engine.organisations, []
        yearlies = (o.grants, o.contracts, o.tariffs)
        dues = (o.due_grants, o.due_contracts, o.due_tariffs)
        for instrument, (yearly, due) in enumerate(zip(yearlies, dues, strict=True)):
            for level in range(N_LEVELS):
                calls = float(o.calls[level, row]) if instrument == 0 else 0.0
                owed = engine.public.buckets[instrument][level, :, row].tolist()
                amounts = (float(yearly[level, row]), calls, float(due[level, row]))
                if any(amounts) or any(owed):
                    odds = self.model.terms.odds[instrument][level]
                    found.append(PublicMoney(instrument, *amounts, owed, odds))
        return found

    # --- the quarter ---
    def step(self) -> None:
        """One quarter, up to the decision to close."""
        self.revenue = self.private_revenue = self.cost = 0.0
        self.age += 0.25
        self.wage *= self.model.wage_growth
        self.fundraising *= self.model.price_growth
        self.sales_growth *= self.model.user_growth
        self.receive_public_money()
        self.sell()
        self.receive_aid()
        self.pay_costs()
        self.expect()
        self.lead()

    def earn(self, amount: float) -> None:
        """Private products received in cash."""
        self.revenue += amount
        self.private_revenue += amount
        self.cash += amount

    def spend(self, amount: float) -> None:
        """Charges paid in cash."""
        self.cost += amount
        self.cash -= amount

    def receive_public_money(self) -> None:
        """Notified money accrues by quarter and is paid with delay."""
        model = self.model
        quarters_left = model.quarters_left
        for money in self.public:
            if quarters_left == 4:
                money.notify(model.public_growth[money.instrument])
                self.due_restricted += money.calls * model.terms.restricted_share
            earned = money.accrue(quarters_left)
            if money.instrument == TARIFICATION:
                earned *= self.delivered
            money.owed[0] += earned
            self.revenue += earned
            self.cash += money.pay()
        # Awards of calls are given for a purpose: part waits until the work is done.
        kept = self.due_restricted / quarters_left
        self.due_restricted -= kept
        self.restricted += kept
        self.revenue -= kept

    def sell(self) -> None:
        """Sales to users and membership fees."""
        model = self.model
        terms = model.terms
        self.revenue_noise *= terms.noise_persistence
        self.revenue_noise += self.sigma * model.own_sales[self.row]
        served = self.service / self.service_base if self.service_base > 0 else 0.0
        served = (served * self.need_entry / model.need[self.sector]) ** self.follows
        scale = self.sales_growth * model.sales_scale
        sales = self.user_sales_base * scale * self.price * served
        sales *= self.quality**terms.user_quality * math.exp(self.revenue_noise)
        sales += self.market_gain * scale
        self.earn(sales * 0.25)
        growth = (
            1.0
            + terms.membership_growth * 0.25
            - terms.membership_price * (self.price - self.previous_price)
            + terms.membership_quality * (self.quality - self.previous_quality)
        )
        self.members *= max(growth, 0.0)
        self.earn(self.members * model.fee * 0.25)
        self.previous_price, self.previous_quality = self.price, self.quality

    def receive_aid(self) -> None:
        """Employment aid."""
        if self.model.quarters_left == 4:
            self.employment_aid *= 1.0 + self.model.terms.aid_growth
        aid = self.employment_aid * self.aid_factor * 0.25
        self.revenue += aid
        self.cash += aid

    def pay_costs(self) -> None:
        """Staff, purchases, fixed costs, fundraising, assets, interest; restricted funds; tax."""
        model = self.model
        terms, prices = model.terms, model.price_level
        self.spend(self.wage * self.staff * 0.25)
        self.spend(
            self.variable_cost * self.service * prices
            + self.fixed_cost * 0.25 * prices
            + self.fundraising * 0.25
            + self.fixed_assets * (terms.depreciation * 0.25)
        )
        debt = self.loans + self.overdraft + self.bridge + self.quasi_equity
        self.spend(debt * (terms.interest * 0.25))
        done = min(max(self.service / self.capacity, 0.0), 1.0) if self.capacity > 0 else 1.0
        released = self.restricted * (RELEASE_RATE * done)
        self.restricted -= released
        self.revenue += released
        result = self.revenue - self.cost
        if result > 0 and self.form >= FIRST_COMPANY_FORM:
            self.spend(result * terms.corporate_tax)

    def expect(self) -> None:
        """Expected gap of the coming year, and months of cash."""
        self.public_yearly = sum([money.yearly + money.calls for money in self.public])
        public = self.public_yearly + self.employment_aid * self.aid_factor
        private = 0.5 * (self.private_year + 4.0 * self.private_revenue)
        cost = max(4.0 * self.cost, 1.0)
        self.gap = min(max((cost - public - private) / cost, -1.0), 1.0)
        self.cash_months = 12.0 * (self.cash - self.restricted) / cost

    def lead(self) -> None:
        """A leader may leave; the vacancy weighs for a year."""
        model = self.model
        self.vacancy_left = max(self.vacancy_left - 1, 0)
        if model.vacancies[self.row] < model.terms.vacancy / 4.0:
            self.vacancy_left = VACANCY_QUARTERS

    def closes(self) -> bool:
        """Choice to close or to stop employing: size, age, gap, low cash, vacancy."""
        if self.recovering:
            return False
        model = self.model
        terms = model.terms
        public = self.public_yearly / self.revenue_year if self.revenue_year > 0 else 0.0
        first, second = AGE_BOUNDS
        age = terms.age_factor[(self.age >= first) + (self.age >= second)]
        age = 1.0 + (age - 1.0) * (1.0 - min(max(public, 0.0), 1.0))
        strain = terms.gap_sensitivity * min(max(self.gap, -0.1), 0.4)
        if self.cash_months < 1.0:
            strain += terms.low_cash_sensitivity
        if self.vacancy_left > 0:
            strain += terms.vacancy_sensitivity
        hazard = terms.exit_hazard[self.size] * age * math.exp(strain) / 4.0
        return model.hazards[self.row] < 1.0 - math.exp(-hazard)

    def settle(self) -> float:
        """Pay whom the organisation owes, in the order of the law; what heirs may have."""
        self.cash -= min(max(self.cash, 0.0), self.restricted)
        self.cash += self.fixed_assets
        for debt in (self.bridge, self.overdraft, self.loans, self.quasi_equity, self.arrears):
            self.cash -= min(max(self.cash, 0.0), debt)
        left, self.cash = max(self.cash, 0.0), 0.0
        dissolves = self.model.dissolves[self.row] < self.model.terms.dissolution_share[self.size]
        # Who only stops employing lives on as a volunteer association, with its money.
        return left if dissolves and self.form not in COOPERATIVES else 0.0

    def remember(self) -> None:
        """The last four quarters."""
        self.years[self.model.quarter % 4] = (self.revenue, self.private_revenue, self.cost)
        (r0, p0, c0), (r1, p1, c1), (r2, p2, c2), (r3, p3, c3) = self.years
        self.revenue_year = r0 + r1 + r2 + r3
        self.private_year = p0 + p1 + p2 + p3
        self.cost_year = c0 + c1 + c2 + c3


# Columns that an organisation takes over under the same name.
COLUMNS = tuple(name for name, kind in Organisation.__annotations__.items() if kind == "float")


class TwinModel(mesa.Model):
    """The organisations of a reduced engine as agents, from its present state on."""

    def __init__(self, engine: ReducedEngine, agent: type[Organisation] = Organisation) -> None:
        super().__init__()
        self.terms = Terms.of(engine)
        self.table = engine.draws
        self.quarter = engine.quarter
        self.price_level, self.income = engine.price_level, engine.income
        self.price_reference, self.income_reference = (
            engine.price_reference,
            engine.income_reference,
        )
        self.price_growth = (1.0 + self.terms.inflation) ** 0.25
        self.user_growth = (1.0 + self.terms.user_growth) ** 0.25
        self.need = engine.need_reference.tolist()
        self.need_growth = [(1.0 + growth) ** 0.25 for growth in self.terms.need_growth]
        self.wage_growth = (1.0 + self.terms.wage_growth) ** 0.25
        self.public_growth = tuple(1.0 + growth for growth in self.terms.public_growth)
        for row in np.flatnonzero(engine.organisations.alive).tolist():
            agent(self, engine, row)

    def step(self) -> None:
        """One quarter."""
        self._open()
        self.agents.do("step")
        leavers = [agent for agent in self.agents if agent.closes()]
        if leavers:
            self._settle(leavers)
        self.agents.do("remember")
        self.quarter += 1

    def _open(self) -> None:
        terms = self.terms
        self.quarters_left = 4 - self.quarter % 4
        self.price_level *= self.price_growth
        self.price_reference *= (1.0 + terms.usual_inflation) ** 0.25
        self.income *= (1.0 + terms.income_growth) ** 0.25
        self.income_reference *= (1.0 + terms.usual_income_growth) ** 0.25
        self.need = [need * g for need, g in zip(self.need, self.need_growth, strict=True)]
        # What prices and incomes beyond the reference do to sales.
        incomes = self.income / self.income_reference
        self.sales_scale = self.price_level / self.price_reference
        self.sales_scale *= incomes**terms.income_elasticity
        self.fee = terms.membership_fee * self.price_level
        read = self.table.column
        self.own_sales = read("own sales", self.quarter)
        self.vacancies = read("vacancy", self.quarter)
        self.hazards = read("hazard", self.quarter)
        self.dissolves = read("dissolves", self.quarter)

    def _settle(self, leavers: list[Organisation]) -> None:
        """Who leaves is paid out; a living association of the cell, drawn by lot, inherits."""
        inheritance: dict[int, float] = defaultdict(float)
        for leaver in leavers:
            inheritance[leaver.cell] += leaver.weight * leaver.settle()
            leaver.remove()
        luck = self.table.column("boni", self.quarter)
        heirs: dict[int, Organisation] = {}
        for agent in self.agents:
            if agent.form == ASSOCIATION and agent.cell in inheritance:
                best = heirs.get(agent.cell)
                if best is None or luck[agent.row] < luck[best.row]:
                    heirs[agent.cell] = agent
        for cell, heir in heirs.items():
            heir.cash += inheritance[cell] / heir.weight
