"""How each fact of `data/facts.yaml` is measured: pure functions of one baseline.

Stocks of a run are means over quarters 5 to 12, flows are yearly means over years 2 to 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.codes import FORMS, LEVELS, SIZES
from simulator.cohort_measures import (
    hazard_bulge,
    hollowing_out,
    loss_of_poorer_places,
    steepest_fall,
    steepest_fall_lag,
)
from simulator.evidence import AUSTERITY, BASELINE, STRESSED, Evidence, NotMeasured
from simulator.lifetimes import NEVER

Floats = NDArray[np.float64]

ASSOCIATION: Final = FORMS.index("ASSO")
COOPERATIVES: Final = ("SCOP", "SCIC")
LARGE_BUDGET: Final = 500_000.0
YOUNG_YEARS: Final = 3.0
# Entry 0 of a series is 2025Q4, entry t the end of quarter t.
STOCKS: Final = slice(5, 13)
FLOWS: Final = slice(5, 21)
FLOW_YEARS: Final = 4
FIRST_YEAR_END, SECOND_YEAR_END, FIFTH_YEAR_END = 4, 8, 20
TEN_YEARS: Final = 40

Measure = Callable[[Evidence], float]


# -- initial population -------------------------------------------------------------------


def _associations(evidence: Evidence) -> Any:
    table = evidence.population.organisations
    return table.take(np.asarray(table["form"]) == ASSOCIATION)


def _total(table: Any, *names: str) -> float:
    """Weighted total of columns (N,) or (6, N)."""
    return float(sum((table[name] * table["weight"]).sum() for name in names))


def weighted_median(values: Floats, weights: Floats) -> float:
    """The smallest value with at least half of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])


def tail_share(evidence: Evidence) -> float:
    table = _associations(evidence)
    large = table["budget"] >= LARGE_BUDGET
    return _total(table.take(large), "budget") / _total(table, "budget")


def population_total(evidence: Evidence, *names: str) -> float:
    return _total(_associations(evidence), *names)


def resource_share(evidence: Evidence, *names: str) -> float:
    table = _associations(evidence)
    return _total(table, *names) / _total(table, "budget")


def mean_budget(evidence: Evidence) -> float:
    table = _associations(evidence)
    return _total(table, "budget") / float(table["weight"].sum())


def median_budget(evidence: Evidence) -> float:
    table = _associations(evidence)
    return weighted_median(table["budget"], table["weight"])


def low_cash_at_start(evidence: Evidence) -> float:
    table = _associations(evidence)
    low = table["cash"] < 3 * table["cost"] / 12
    return float(table["weight"][low].sum() / table["weight"].sum())


def state_grant_spread(evidence: Evidence) -> float:
    """Mean over median of State grants among those who have one."""
    table = _associations(evidence)
    grants = table["grants"][LEVELS.index("etat")]
    held = grants > 0
    weights = table["weight"][held]
    mean = float((grants[held] * weights).sum() / weights.sum())
    return mean / weighted_median(grants[held], weights)


# -- runs ---------------------------------------------------------------------------------


def yearly_rate(evidence: Evidence, scenario: str, groups: Sequence[str], *events: str) -> float:
    """Events per organisation alive and year, years 2 to 5, over legal forms."""
    evidence.need(scenario, FLOWS.stop - 1)
    happened = sum(
        evidence.series(scenario, "form", group, event)[FLOWS].sum()
        for group in groups
        for event in events
    )
    alive = sum(
        evidence.series(scenario, "form", group, "organisations")[FLOWS].mean() for group in groups
    )
    return float(happened) / FLOW_YEARS / float(alive)


def low_cash(evidence: Evidence, scenario: str) -> float:
    evidence.need(scenario, STOCKS.stop - 1)
    low = evidence.series(scenario, "form", "ASSO", "cash_below_3")[STOCKS]
    alive = evidence.series(scenario, "form", "ASSO", "organisations")[STOCKS]
    return float((low / alive).mean())


def stressed_share(evidence: Evidence, scenario: str, numerator: str, denominator: str) -> float:
    """Share in the sector EDUC, mean of the ends of the first two years."""
    evidence.need(scenario, SECOND_YEAR_END)
    ends = [FIRST_YEAR_END, SECOND_YEAR_END]
    part = evidence.series(scenario, "sector", "EDUC", numerator)[ends]
    whole = evidence.series(scenario, "sector", "EDUC", denominator)[ends]
    if not whole.all():
        raise NotMeasured(f"aucun cas de « {denominator} »", f"no case of {denominator}")
    return float((part / whole).mean())


def yearly_growth(evidence: Evidence, scenario: str, *names: str) -> float:
    """Growth per year of a sum over associations, end of year 1 to end of year 5."""
    evidence.need(scenario, FIFTH_YEAR_END)
    total = np.sum([evidence.series(scenario, "form", "ASSO", name) for name in names], axis=0)
    years = (FIFTH_YEAR_END - FIRST_YEAR_END) / 4
    return float((total[FIFTH_YEAR_END] / total[FIRST_YEAR_END]) ** (1 / years) - 1)


def nominal_gifts_growth(evidence: Evidence, scenario: str) -> float:
    from simulator.parameters import Parameters

    real = yearly_growth(evidence, scenario, "gifts")
    return (1 + real) * (1 + Parameters.default().number("inflation")) - 1


def concentration_change(evidence: Evidence, scenario: str) -> float:
    """Change of the share of budgets above €500k in revenue, year 1 to year 5."""
    evidence.need(scenario, FIFTH_YEAR_END)
    by_size = {size: evidence.series(scenario, "size", size, "revenue") for size in SIZES}
    share = (by_size["L"] + by_size["XL"] + by_size["XXL"]) / np.sum(list(by_size.values()), axis=0)
    return float(share[FIFTH_YEAR_END] - share[FIRST_YEAR_END])


def _survival(lives: Mapping[str, NDArray[Any]], chosen: NDArray[np.bool_], quarters: int) -> float:
    """Weighted share of the chosen alive after `quarters`."""
    left = lives["exit_quarter"][chosen]
    weight = lives["weight"][chosen]
    return float(weight @ ((left == NEVER) | (left >= quarters)) / weight.sum())


def survival_by_size(
    evidence: Evidence, scenario: str, quarters: int = TEN_YEARS
) -> dict[str, float]:
    """Share of the initial cohort alive after `quarters`, by size at the start."""
    evidence.need(scenario, quarters)
    lives = evidence.lifetimes(scenario)
    found = {}
    for code, size in enumerate(SIZES):
        chosen = lives["size"] == code
        if chosen.any():
            found[size] = _survival(lives, chosen, quarters)
    return found


def smallest_gain_with_size(evidence: Evidence, scenario: str, quarters: int = TEN_YEARS) -> float:
    """Smallest rise of survival from a class to the next, XS to XL."""
    survival = survival_by_size(evidence, scenario, quarters)
    ladder = [survival[size] for size in SIZES[:5] if size in survival]
    if len(ladder) < 2:
        raise NotMeasured("une seule classe de taille", "a single size class")
    return float(np.diff(ladder).min())


def cooperative_survival(evidence: Evidence, scenario: str) -> float:
    """5-year survival of cooperatives that were young at the start."""
    evidence.need(scenario, 20)
    lives = evidence.lifetimes(scenario)
    cooperative = np.isin(lives["form"], [FORMS.index(form) for form in COOPERATIVES])
    young = cooperative & (lives["age_0"] < YOUNG_YEARS)
    if not young.any():
        raise NotMeasured("aucune coopérative récente", "no young cooperative in the population")
    return _survival(lives, young, 20)


def grants_down(evidence: Evidence, scenario: str) -> float:
    """Share of the grants of the year before that fell or were lost, first year."""
    evidence.need(scenario, FIRST_YEAR_END)
    year = slice(1, FIRST_YEAR_END + 1)
    held = evidence.series(scenario, "all", "all", "grants_renewed")[year]
    down = evidence.series(scenario, "all", "all", "grants_fallen")[year]
    return float(down.sum() / held.sum())


EXITS: Final = (
    "exits_liquidation", "exits_dissolution", "exits_stopped_employing", "exits_absorbed",
)  # fmt: skip

MEASURES: Final[Mapping[str, Measure]] = {
    "V1": tail_share,
    "V2": lambda e: population_total(e, "budget"),
    "V3.mean": mean_budget,
    "V3.median": median_budget,
    "V4.fte": lambda e: population_total(e, "staff"),
    "V5.users": lambda e: resource_share(e, "user_sales"),
    "V5.procurement": lambda e: resource_share(e, "contracts", "tariffs"),
    "V5.grants": lambda e: resource_share(e, "grants"),
    "V5.memberships": lambda e: resource_share(e, "memberships"),
    "V5.gifts": lambda e: resource_share(e, "gifts", "corporate_gifts"),
    "V6.public_flows": lambda e: population_total(
        e, "grants", "contracts", "tariffs", "employment_aid"
    ),
    "V7.start": low_cash_at_start,
    "V7": partial(low_cash, scenario=BASELINE),
    "V8": lambda e: stressed_share(e, STRESSED, "deficit", "organisations"),
    "V9.payroll": lambda e: stressed_share(e, STRESSED, "staff_down", "organisations"),
    "V9.layoffs": lambda e: stressed_share(e, STRESSED, "staff_down_layoffs", "staff_down"),
    "V9.activity": lambda e: stressed_share(e, STRESSED, "service_down", "organisations"),
    "V10": lambda e: yearly_rate(e, BASELINE, ["ASSO"], *EXITS),
    "V11": lambda e: yearly_rate(e, BASELINE, ["ASSO"], "procedures"),
    "V13.lag": lambda e: steepest_fall_lag(e, STRESSED, BASELINE),
    "V13.depth": lambda e: steepest_fall(e, STRESSED, BASELINE),
    "V14.employers": lambda e: yearly_growth(e, BASELINE, "organisations"),
    "V14.budgets": lambda e: yearly_growth(e, BASELINE, "revenue"),
    "V14.concentration": partial(concentration_change, scenario=BASELINE),
    "V15": partial(hazard_bulge, scenario=BASELINE),
    "V16": partial(smallest_gain_with_size, scenario=BASELINE),
    "V17.survival": partial(cooperative_survival, scenario=BASELINE),
    "V17.exits": lambda e: yearly_rate(e, BASELINE, COOPERATIVES, *EXITS),
    "V18": state_grant_spread,
    "V19": lambda e: yearly_rate(e, BASELINE, ["ASSO"], "exits_absorbed"),
    "V20": partial(nominal_gifts_growth, scenario=BASELINE),
    "V21.size": lambda e: hollowing_out(e, AUSTERITY, BASELINE),
    "V21.places": lambda e: loss_of_poorer_places(e, AUSTERITY, BASELINE),
    "V22": partial(grants_down, scenario=STRESSED),
}

# What a run of five years of the baseline and two of the stressed scenario shows as well: size
# already orders survival at five years.
SHORT_RUNS: Final[Mapping[str, int]] = {BASELINE: FIFTH_YEAR_END, STRESSED: SECOND_YEAR_END}
SHORT_MEASURES: Final[Mapping[str, Measure]] = {
    **{id_: measure for id_, measure in MEASURES.items()
       if not id_.startswith(("V13", "V15", "V21"))},
    "V16": partial(smallest_gain_with_size, scenario=BASELINE, quarters=FIFTH_YEAR_END),
}  # fmt: skip
