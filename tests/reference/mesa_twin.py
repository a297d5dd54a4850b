"""A plain Mesa twin of the engine: a `mesa.Agent` per organisation, funder and lender, no arrays.

The engine keeps organisations as columns. This twin writes the same quarter the way a Mesa model
usually is, from docs/ODD.md, so that it can say two things: whether the columns compute what each
organisation, funder and lender would compute for itself (`test_twin.py`), and how much time the
columns save (`penser-demain benchmark`).

Its quarter has the engine's processes, under the same names and in the same order, all but the
keeping of books: the ledger with its laws, the accounts of public nodes that nobody reads, and the
recorder. Each process stands in a file of its own. Draws are the engine's, computed ahead in a
table (`draws.py`); parameters and levers are read anew (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from tests.reference.adaptation import adapt, change_legal_form
from tests.reference.allocation import allocate
from tests.reference.cofunding import withdraw_cofunding
from tests.reference.cooperation import cooperate
from tests.reference.credit import manage_liquidity
from tests.reference.departures import settle_departures
from tests.reference.draws import DrawTable
from tests.reference.entries import enter
from tests.reference.exits import leave_or_stay
from tests.reference.funders import vote
from tests.reference.giving import give
from tests.reference.leadership import lead
from tests.reference.procurement import let_contracts
from tests.reference.production import produce
from tests.reference.programmes import pay_programmes
from tests.reference.rules import Rules, lots_of
from tests.reference.start import take_over
from tests.reference.support import support_organisations
from tests.reference.territory import follow_need, share_demand

if TYPE_CHECKING:
    from simulator.model import EssModel
    from simulator.parameters import Parameters
    from simulator.population.table import EntrantProfile
    from tests.reference.credit import Bank, GuaranteeFund
    from tests.reference.departures import Departure
    from tests.reference.funders import Chosen, Funder, Node
    from tests.reference.giving import Donors, Patrons
    from tests.reference.organisation import Organisation
    from tests.reference.territory import Cell


class TwinModel(mesa.Model):
    """The world of an engine as agents, from its present state on."""

    quarter: int
    price_level: float
    price_reference: float
    income: float
    income_reference: float
    gift_index: float
    need_reference: list[float]  # by sector
    crisis: list[int]  # quarters left, by région
    guarantee_fund: GuaranteeFund
    # What entrants are made of, and other things that never change.
    entrants: EntrantProfile
    entrant_weight: float
    wage_by_sector: list[float]
    volunteers_per_staff: list[float]
    productivity_by_sector: list[float]
    volunteers_2025: list[float]
    mean_top_share: float
    population_share: float

    def __init__(
        self,
        engine: EssModel,
        parameters: Parameters | None = None,
        draws: DrawTable | None = None,
    ) -> None:
        """`parameters`: instead of the engine's; `draws`: a table of the same world, reused."""
        super().__init__()
        self.effects = engine.effects
        self.rules = Rules(parameters or engine.parameters, engine.effects.modifiers)
        self.draws = DrawTable(engine.draws) if draws is None else draws
        self.additive = engine.structure.additive_hazard
        self.lots = lots_of(engine.effects)
        self.spent_of_pots: dict[int, float] = {}
        self.organisations: dict[Organisation, None] = {}  # in order of entry
        self.cells: list[Cell] = []
        self.nodes: list[Node] = []
        self.funders: list[Funder] = []
        self.donors: list[Donors] = []
        self.companies: list[Patrons] = []
        self.foundations: list[Patrons] = []
        self.banks: list[Bank] = []
        self.chosen: dict[int, Chosen] = {}
        self.leaving: list[Departure] = []
        self.left_now: list[Departure] = []
        self.departures: list[tuple[Departure, int]] = []
        take_over(self, engine)

    def step(self) -> None:
        """One quarter."""
        for process in QUARTER:
            process(self)
        self.quarter += 1

    def release(self) -> None:
        """Give the memory back: Mesa 3.3 keeps every model that had agents, and agents hold it."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        for cell in self.cells:
            cell.members.clear()
        vars(self).clear()


def update_indices(model: TwinModel) -> None:
    """Prices, wages, incomes and need advance; the quarter's accounts open."""
    model.spent_of_pots = {}
    if model.rules.open(model.quarter):
        model.terms = model.rules.at()
        for cell in model.cells:
            cell.terms = model.rules.at((cell.region, cell.sector, None, None, frozenset()))
        for org in model.organisations:
            org.see_rules()
    terms, usual = model.terms, model.rules.usual
    model.price_growth = (1.0 + terms.inflation) ** 0.25
    model.price_level *= model.price_growth
    model.price_reference *= (1.0 + usual("inflation")) ** 0.25
    model.income *= (1.0 + terms.income_growth) ** 0.25
    model.income_reference *= (1.0 + usual("income_growth")) ** 0.25
    model.gift_index *= (1.0 + terms.gift_growth) ** 0.25
    # What prices and incomes beyond the reference do to sales and gifts.
    model.relative_prices = model.price_level / model.price_reference
    model.relative_incomes = model.income / model.income_reference
    model.sales_scales = {}
    model.quarters_left = 4 - model.quarter % 4
    model.fee = terms.membership_fee * model.price_level
    reference = model.rules.parameters["need_growth"].tolist()
    for sector, growth in enumerate(reference):
        model.need_reference[sector] *= (1.0 + growth) ** 0.25
    for cell in model.cells:
        cell.need_trend *= (1.0 + cell.terms.need_growth) ** 0.25
    for org in model.organisations:
        org.open_quarter()


def accrue(model: TwinModel) -> None:
    """Notified money becomes product and receivable."""
    model.waits = any(node.waits(model.quarter) for node in model.nodes)
    for org in model.organisations:
        org.accrue()


def pay(model: TwinModel) -> None:
    """Public funders pay."""
    for org in model.organisations:
        org.collect()


def sell_to_users(model: TwinModel) -> None:
    """Sales and membership fees."""
    model.own_sales = model.draws.column("own sales", model.quarter)
    for org in model.organisations:
        org.sell()


def receive_aid(model: TwinModel) -> None:
    """Employment aid."""
    for org in model.organisations:
        org.receive_aid()


def run_costs(model: TwinModel) -> None:
    """Charges of the quarter."""
    for org in model.organisations:
        org.pay_costs()


def expect(model: TwinModel) -> None:
    """Expectations for the coming year."""
    for org in model.organisations:
        org.expect()


def remember_year(model: TwinModel) -> None:
    """Yearly memories roll on."""
    for org in model.organisations:
        org.remember()


QUARTER = (
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
    remember_year,
)
