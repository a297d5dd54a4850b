"""What one organisation of the social economy does by itself in a quarter."""

from __future__ import annotations

import math

from tests.reference.organisation_state import State
from tests.reference.support import CONSOLIDATION

ASSOCIATION, COOPERATIVES, FIRST_COMPANY = 0, (3, 4), 3  # Scop, Scic, then companies
LARGE = 3  # size class L
RELEASE_RATE = 1.0 / 3.0
MEMORY = 1.0 - 1.0 / 8.0  # what a quarter leaves of the traces of a gap: eight quarters


class Organisation(State):
    """One row, process by process; contests and encounters stand in files of their own."""

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
                node = self.cell.nodes[level]
                waits = model.waits and node.waits(model.quarter)
                part = grant.accrue(waits or left)
                if waits:
                    node.instalments += self.weight * part
                earned += part
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
        bought = self.variable_cost * self.service + self.fixed_cost * 0.25
        bought *= self.model.price_level
        effort = self.fundraising * terms.fundraising_effort
        bought += 0.25 * (effort + self.fixed_assets * terms.depreciation_rate)
        payroll = 0.25 * self.wage * self.staff
        if self.support == CONSOLIDATION:
            # It saves a share of all charges, on what is bought.
            bought -= min(self.support_effect * (payroll + bought), bought)
        spent = payroll + bought
        spent += 0.25 * terms.decided_spending * max(self.revenue_year, 0.0)
        spent += 0.25 * self.debts * (terms.interest_base + terms.interest_spread)
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
        self.left_behind = (self.layoffs, self.staff)
        (r0, p0, c0), (r1, p1, c1), (r2, p2, c2), (r3, p3, c3) = self.years
        self.revenue_year = r0 + r1 + r2 + r3
        self.private_year = p0 + p1 + p2 + p3
        self.cost_year = c0 + c1 + c2 + c3
