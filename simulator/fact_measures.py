"""How each fact of `data/facts.yaml` is measured: pure functions of what a baseline gives.

Stocks of a run are means over quarters 5 to 12, flows are yearly means over years 2 to 5. A value
of a run is the median over its units (draw and replicate).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.codes import FORMS, LEVELS, SIZES, quarter_index
from simulator.indicators import sum_columns

if TYPE_CHECKING:
    from simulator.population import Population

Floats = NDArray[np.float64]

ASSOCIATION: Final = FORMS.index("ASSO")
COOPERATIVES: Final = ("SCOP", "SCIC")
LARGE_BUDGET: Final = 500_000.0
YOUNG_YEARS: Final = 3.0
# Column 0 of a series is 2025Q4, column t the end of quarter t.
STOCKS: Final = slice(5, 13)
FLOWS: Final = slice(5, 21)
FLOW_YEARS: Final = 4
FIRST_YEAR_END, SECOND_YEAR_END, FIFTH_YEAR_END = 4, 8, 20
_KEYS: Final = ["draw", "structure", "replicate"]


class NotMeasured(Exception):
    """The evidence cannot show a fact; says why in French and in English."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en


class Results(Protocol):
    """What facts need of `simulator.results.Results`."""

    @property
    def scenario_ids(self) -> list[str]: ...

    @property
    def lifetimes(self) -> pd.DataFrame: ...

    def rows(self, dimension: str, columns: Sequence[str] | None = None) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Evidence:
    """An initial population, and runs that started from it."""

    population: Population
    results: Results | None = None
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def series(self, scenario: str, dimension: str, group: str, name: str) -> Floats:
        """(units, quarters + 1) weighted sum `name` of a group, from 2025Q4 on."""
        column = sum_columns([name])[name]
        frame = self._frame(scenario, dimension)
        if column not in frame.columns:
            raise NotMeasured(f"« {name} » n'est pas enregistré", f"{name} is not recorded")
        chosen = frame[(frame["scenario"] == scenario) & (frame["group"] == group)]
        table = chosen.assign(time=chosen["quarter"].astype(str).map(quarter_index)).pivot_table(
            index=_KEYS, columns="time", values=column, observed=True, sort=True
        )
        return table.to_numpy(dtype=np.float64)

    def lifetimes(self, scenario: str) -> pd.DataFrame:
        """One row per organisation of the initial cohort, draw and replicate."""
        self._check(scenario)
        assert self.results is not None
        table = self.results.lifetimes
        return table[(table["scenario"] == scenario) & (table["entry_quarter"] == "2025Q4")]

    def horizon(self, scenario: str) -> int:
        """Quarters run."""
        return self.series(scenario, "all", "all", "organisations").shape[1] - 1

    def _frame(self, scenario: str, dimension: str) -> pd.DataFrame:
        self._check(scenario)
        assert self.results is not None
        if dimension not in self._frames:
            self._frames[dimension] = self.results.rows(dimension)
        return self._frames[dimension]

    def _check(self, scenario: str) -> None:
        if self.results is None or scenario not in self.results.scenario_ids:
            raise NotMeasured(
                f"le scénario {scenario} n'a pas été simulé", f"scenario {scenario} was not run"
            )


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


def _median(values: Floats) -> float:
    return float(np.median(values))


def _long_enough(evidence: Evidence, scenario: str, quarters: int) -> None:
    if evidence.horizon(scenario) < quarters:
        raise NotMeasured(
            f"il faut simuler {quarters} trimestres", f"needs a run of {quarters} quarters"
        )


def yearly_rate(evidence: Evidence, scenario: str, groups: Sequence[str], *events: str) -> float:
    """Events per organisation alive and year, years 2 to 5, over legal forms."""
    _long_enough(evidence, scenario, FLOWS.stop - 1)
    numerator = sum(
        evidence.series(scenario, "form", group, event)[:, FLOWS].sum(axis=1)
        for group in groups
        for event in events
    )
    alive = sum(
        evidence.series(scenario, "form", group, "organisations")[:, FLOWS].mean(axis=1)
        for group in groups
    )
    return _median(np.asarray(numerator) / FLOW_YEARS / np.asarray(alive))


def low_cash(evidence: Evidence, scenario: str) -> float:
    _long_enough(evidence, scenario, STOCKS.stop - 1)
    low = evidence.series(scenario, "form", "ASSO", "cash_below_3")[:, STOCKS]
    alive = evidence.series(scenario, "form", "ASSO", "organisations")[:, STOCKS]
    return _median((low / alive).mean(axis=1))


def stressed_share(evidence: Evidence, scenario: str, numerator: str, denominator: str) -> float:
    """Share in the sector EDUC, mean of the ends of the first two years."""
    _long_enough(evidence, scenario, SECOND_YEAR_END)
    ends = [FIRST_YEAR_END, SECOND_YEAR_END]
    part = evidence.series(scenario, "sector", "EDUC", numerator)[:, ends]
    whole = evidence.series(scenario, "sector", "EDUC", denominator)[:, ends]
    return _median((part / whole).mean(axis=1))


def yearly_growth(evidence: Evidence, scenario: str, *names: str) -> float:
    """Growth per year of a sum over associations, end of year 1 to end of year 5."""
    _long_enough(evidence, scenario, FIFTH_YEAR_END)
    total = np.asarray(sum(evidence.series(scenario, "form", "ASSO", name) for name in names))
    years = (FIFTH_YEAR_END - FIRST_YEAR_END) / 4
    return _median((total[:, FIFTH_YEAR_END] / total[:, FIRST_YEAR_END]) ** (1 / years) - 1)


def nominal_gifts_growth(evidence: Evidence, scenario: str) -> float:
    from simulator.parameters import Parameters

    real = yearly_growth(evidence, scenario, "gifts")
    return (1 + real) * (1 + Parameters.default().number("inflation")) - 1


def concentration_change(evidence: Evidence, scenario: str) -> float:
    """Change of the share of budgets above €500k in revenue, year 1 to year 5."""
    _long_enough(evidence, scenario, FIFTH_YEAR_END)
    by_size = {size: evidence.series(scenario, "size", size, "revenue") for size in SIZES}
    share = (by_size["L"] + by_size["XL"] + by_size["XXL"]) / np.sum(list(by_size.values()), axis=0)
    return _median(share[:, FIFTH_YEAR_END] - share[:, FIRST_YEAR_END])


def _kept(table: pd.DataFrame, quarters: int) -> pd.Series:
    """True for organisations alive after so many quarters."""
    left = table["exit_quarter"].astype("string")
    exit_time = left.map(quarter_index, na_action="ignore").astype("Float64").fillna(np.inf)
    return exit_time >= quarters


def _survival(table: pd.DataFrame, quarters: int) -> pd.Series:
    """Weighted share alive after `quarters`, by unit."""
    alive = table["weight"] * _kept(table, quarters).astype(float)
    units = [table[key] for key in _KEYS]
    return (
        alive.groupby(units, observed=True).sum()
        / table["weight"].groupby(units, observed=True).sum()
    )


def survival_by_size(evidence: Evidence, scenario: str, quarters: int = 40) -> dict[str, float]:
    """Share of the initial cohort alive after `quarters`, by size at the start."""
    _long_enough(evidence, scenario, quarters)
    table = evidence.lifetimes(scenario)
    return {
        size: _median(_survival(table[table["size"] == size], quarters).to_numpy(np.float64))
        for size in SIZES
    }


def smallest_gain_with_size(evidence: Evidence, scenario: str) -> float:
    """Smallest rise of 10-year survival from a class to the next, XS to XL."""
    survival = survival_by_size(evidence, scenario)
    ladder = [survival[size] for size in SIZES[:5]]
    return float(np.diff(ladder).min())


def cooperative_survival(evidence: Evidence, scenario: str) -> float:
    """5-year survival of cooperatives that were young at the start."""
    _long_enough(evidence, scenario, 20)
    table = evidence.lifetimes(scenario)
    young = table[table["form"].isin(COOPERATIVES) & (table["age_0"] < YOUNG_YEARS)]
    if young.empty:
        raise NotMeasured("aucune coopérative récente", "no young cooperative in the population")
    return _median(_survival(young, 20).to_numpy(np.float64))


def grants_down(evidence: Evidence, scenario: str) -> float:
    """Share of the grants of the year before that fell or were lost, first year."""
    held = evidence.series(scenario, "all", "all", "grants_renewed")[:, 1 : FIRST_YEAR_END + 1]
    down = evidence.series(scenario, "all", "all", "grants_fallen")[:, 1 : FIRST_YEAR_END + 1]
    return _median(down.sum(axis=1) / held.sum(axis=1))


BASELINE: Final = "fil-de-l-eau"
STRESSED: Final = "tendance-2025"
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
    "V14.employers": lambda e: yearly_growth(e, BASELINE, "organisations"),
    "V14.budgets": lambda e: yearly_growth(e, BASELINE, "revenue"),
    "V14.concentration": partial(concentration_change, scenario=BASELINE),
    "V16": partial(smallest_gain_with_size, scenario=BASELINE),
    "V17.survival": partial(cooperative_survival, scenario=BASELINE),
    "V17.exits": lambda e: yearly_rate(e, BASELINE, COOPERATIVES, *EXITS),
    "V18": state_grant_spread,
    "V19": lambda e: yearly_rate(e, BASELINE, ["ASSO"], "exits_absorbed"),
    "V20": partial(nominal_gifts_growth, scenario=BASELINE),
    "V22": partial(grants_down, scenario=STRESSED),
}
