"""From a specification to a population, in the order in which things depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.population import tables
from simulator.population.agreements import agreement_years
from simulator.population.draws import Draws, identities
from simulator.population.finance import finance
from simulator.population.forms import draw_forms, form_rates, number_of_organisations
from simulator.population.parameters import InitialParameters
from simulator.population.people import ages, sector_wages, volunteers, wages
from simulator.population.placement import place
from simulator.population.resource_targets import entrant_table, resource_table
from simulator.population.resources import by_level, organisation_resources
from simulator.population.sectors import fit_sector_odds, sector_odds
from simulator.population.size import SizeLaw
from simulator.population.spec import PopulationSpec
from simulator.population.table import EntrantProfile, OrganisationTable, Population
from simulator.population.territory import region_given_sector
from simulator.population.ties import tie_radius
from simulator.population.weights import Slices, rates_for_rows, slices

Floats = NDArray[np.float64]

# One aided job brings about this much a year (judgement; about 63,000 jobs and more than €1bn
# were lost together in 2017).
EUROS_PER_AIDED_JOB = 12_000.0
# No organisation holds more than this share of the resources of a population (judgement).
_LARGEST_SHARE = 0.03
# At most this share of staff is aided.
_AIDED_STAFF_LIMIT = 0.95


@dataclass(frozen=True)
class Country:
    """The size law of the whole country and what depends on it."""

    budgets: Floats  # (M,) every organisation, decreasing
    sector_coefficients: tuple[Floats, Floats]
    odds: Floats  # (M, 10)
    form_rates: Floats  # (6, 10)


@lru_cache(maxsize=8)
def country(law: SizeLaw, employing_associations: float) -> Country:
    """Budgets, sector odds and form rates of the country."""
    budgets = law.ranked(number_of_organisations(employing_associations))
    coefficients = fit_sector_odds(budgets, tables.sector_mix())
    odds = sector_odds(budgets, coefficients)
    for array in (budgets, odds):
        array.setflags(write=False)
    return Country(budgets, coefficients, odds, form_rates(budgets, odds))


@lru_cache(maxsize=4)
def build(spec: PopulationSpec, parameters: InitialParameters) -> Population:
    """Synthesise the population; deterministic in its arguments."""
    law = SizeLaw(
        parameters.body_median, parameters.body_spread,
        parameters.tail_share, parameters.tail_exponent,
    )  # fmt: skip
    whole = country(law, parameters.employing_associations)
    regions = np.where(spec.region_mask(), region_given_sector(), 0.0)
    kept = np.where(spec.sector_mask(), regions.sum(axis=1), 0.0)
    rows = _rows(whole, kept, spec)
    odds = sector_odds(rows.budget, whole.sector_coefficients) * kept
    odds /= odds.sum(axis=1, keepdims=True)
    shares = np.divide(
        regions, regions.sum(axis=1, keepdims=True), out=np.zeros_like(regions),
        where=regions.sum(axis=1, keepdims=True) > 0,
    )  # fmt: skip
    sector, region = place(rows, odds, shares, spec.seed)
    uid = identities(spec.seed, rows.stratum)
    form = draw_forms(rows.budget, rows.weight, sector, rows.stratum, whole.form_rates, spec.seed)
    draws = Draws(spec.seed, uid, rows.stratum)
    mix = resource_table(None if spec.resources is None else spec.resources.shares())
    organisations = _organisations(rows, uid, sector, region, form, mix, parameters, draws)
    return Population(
        name=spec.id,
        spec=spec,
        organisations=organisations,
        population_by_region=tables.region_population(),
        poverty=tables.region_poverty(),
        tie_radius=tie_radius(region, sector, parameters.tie_degree),
        entrant_profile=_entrants(parameters, mix),
    )


def _rows(whole: Country, kept: Floats, spec: PopulationSpec) -> Slices:
    """Rows of the part of the country whose sectors are kept with probability `kept` (10,)."""
    budgets = whole.budgets
    if not np.allclose(kept, 1.0):
        chance = np.einsum("ij,j->i", whole.odds, kept)
        total = max(1, round(chance.sum()))
        position = np.concatenate([[0.0], np.cumsum(chance)]) * (total / chance.sum())
        euros = np.concatenate([[0.0], np.cumsum(chance * budgets)]) * (total / chance.sum())
        budgets = np.diff(np.interp(np.arange(total + 1), position, euros))
    budgets = _establishments(budgets)
    rates = spec.weights.rates()
    if spec.rows is not None:
        rates = rates_for_rows(budgets, rates, spec.rows)
    return slices(budgets, rates)


def _establishments(budgets: Floats) -> Floats:
    """Split what is too large for the part of the country into equal parts; decreasing again.

    A nationwide organisation stands in a région as its establishments: without this, one row
    would be a tenth of a région. The whole country has none that large.
    """
    parts = np.ceil(budgets / (_LARGEST_SHARE * budgets.sum())).astype(np.int64)
    if parts.max() == 1:
        return budgets
    return np.sort(np.repeat(budgets / parts, parts))[::-1]


def _organisations(
    rows: Slices, uid: NDArray[np.uint64], sector: NDArray[np.int8], region: NDArray[np.int8],
    form: NDArray[np.int8], mix: Floats, parameters: InitialParameters, draws: Draws,
) -> OrganisationTable:  # fmt: skip
    weight = rows.weight
    resources = organisation_resources(
        rows.budget, weight, sector, form, mix, parameters.resource_spread, draws
    )
    private = dict(zip(tables.PRIVATE, resources[:, : len(tables.PRIVATE)].T.copy(), strict=True))
    grants = by_level(resources, tables.SUBVENTION)
    contracts = by_level(resources, tables.COMMANDE)
    tariffs = by_level(resources, tables.TARIFICATION)
    budget = sum(private.values()) + (grants + contracts + tariffs).sum(axis=0)
    money = finance(budget, private["gifts"], grants.sum(axis=0), sector, parameters, draws)
    wage = wages(sector, parameters.wage_mean, draws)
    staff = money.staff_cost / wage
    return OrganisationTable({
        "uid": uid,
        "weight": weight,
        "region": region,
        "sector": sector,
        "form": form,
        "age": ages(parameters.age_mean, draws),
        "budget": budget,
        "cost": money.cost,
        "grants": grants,
        "contracts": contracts,
        "tariffs": tariffs,
        "user_sales": private["users"],
        "memberships": private["memberships"],
        "gifts": private["gifts"],
        "corporate_gifts": private["corporate_gifts"],
        "foundation_grants": private["foundation_grants"],
        "employment_aid": private["employment_aid"],
        "aided_jobs": np.minimum(
            private["employment_aid"] / EUROS_PER_AIDED_JOB, _AIDED_STAFF_LIMIT * staff
        ),
        "cash": money.cash,
        "restricted": money.restricted,
        "fixed_assets": money.fixed_assets,
        "loans": money.loans,
        "arrears": money.arrears,
        "fundraising": money.fundraising,
        "staff": staff,
        "wage": wage,
        "volunteers": volunteers(staff, weight, sector, draws),
        "members": private["memberships"] / parameters.membership_fee,
        "variable_cost": money.variable_cost,
        "fixed_cost": money.fixed_cost,
        "agreement_years": agreement_years(
            grants, weight, parameters.multi_year_share, parameters.agreement_threshold, draws
        ),
        "vulnerable_share": np.array(parameters.vulnerable_share)[sector],
        "tie_x": draws.uniform("tie x"),
        "tie_y": draws.uniform("tie y"),
    })  # fmt: skip


def _entrants(parameters: InitialParameters, mix: Floats) -> EntrantProfile:
    shares = entrant_table(mix).T
    sectors = shares.shape[1]
    staff, fixed = parameters.staff_cost_share, parameters.fixed_cost_share
    return EntrantProfile(
        user_sales=shares[0], memberships=shares[1], gifts=shares[2], corporate_gifts=shares[3],
        foundation_grants=shares[4],
        staff_cost=np.full(sectors, staff),
        variable_cost=np.full(sectors, 1 - staff - fixed),
        fixed_cost=np.full(sectors, fixed),
        wage=sector_wages(parameters.wage_mean),
    )  # fmt: skip
