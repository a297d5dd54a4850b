"""What a scenario's levers cost or take, in euros, before anything is run.

Euros are of 2025 and compare with the money of 2025 carried on; what depends on behaviour (how
many mergers are supported, say) is not known before the run and is said so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import codes
from simulator.codes import FIRST_YEAR, INSTRUMENTS, LEVELS
from simulator.levers.pot import pot_selector
from simulator.parameters import SPECS

if TYPE_CHECKING:
    from simulator.levers.effects import Effects, Modifier, Programme, VoteChange
    from simulator.levers.selection import Selector
    from simulator.parameters import Parameters
    from simulator.population import Population
    from simulator.scenario import Scenario

_COLUMN: Final = {"subvention": "grants", "commande": "contracts", "tarification": "tariffs"}
_PAID_BY: Final = {"employment_aid_factor": ("employment_aid", "etat")}
_DECIDED: Final = "decided_spending"
_RATES: Final = frozenset({
    "inflation", "wage_growth", "income_growth", "grant_growth", "procurement_growth",
    "tariff_growth", "indexation_grants", "indexation_procurement", "indexation_tariffs",
    "agreement_indexation", "user_growth", "membership_growth", "gift_growth",
})  # fmt: skip


@dataclass(frozen=True)
class LeverCost:
    """Euros of one lever and payer.

    change: year → euros of 2025 a year more (or less) than without the lever; infinite where
    the payer sets no limit. modelled: what the selection amounts to in the population, euros a
    year; published: the same in published figures, or None where no figure covers just that.
    open_ended: the amount depends on what organisations do.
    """

    scenario: str
    lever: str
    sentence: dict[str, str]
    nature: str
    kind: str
    payer: str
    change: dict[int, float]
    modelled: float | None
    published: float | None
    open_ended: bool = False

    def as_dict(self) -> dict[str, object]:
        """For JSON: years as text."""
        return {
            **{name: getattr(self, name) for name in (
                "scenario", "lever", "sentence", "nature", "kind", "payer", "modelled", "published",
                "open_ended")},
            "change": {str(year): euros for year, euros in self.change.items()},
        }  # fmt: skip


def idle_levers(
    scenario: Scenario, population: Population, parameters: Parameters
) -> list[dict[str, str]]:
    """Levers whose selection holds no organisation of the population, as sentences."""
    table, idle = population.organisations, []
    for lever in scenario.levers:
        effects = lever.compile(scenario.horizon.quarters, parameters)
        parts = (*effects.votes, *effects.modifiers, *effects.programmes)
        reached = [np.any(part.selector.of_table(table)) for part in parts]
        if parts and not any(reached):
            idle.append({language: lever.sentence(language) for language in ("fr", "en")})
    return idle


def scenario_costs(
    scenario: Scenario, population: Population, parameters: Parameters, quarters: int | None = None
) -> list[LeverCost]:
    """Costs of every lever of a scenario that moves euros, in the order of the levers.

    Each lever is told beside the 2025 money, not beside what the levers before it left, over the
    `quarters` that are run (the scenario's own if None).
    """
    length = quarters or scenario.horizon.quarters
    compiled = [lever.compile(length, parameters) for lever in scenario.levers]
    # What a freeze in current euros is measured against.
    inflation = yearly(inflation_path(compiled, parameters, length))
    costs: list[LeverCost] = []
    for lever, effects in zip(scenario.levers, compiled, strict=True):
        sentence = {language: lever.sentence(language) for language in ("fr", "en")}
        found = effect_costs(scenario.id, effects, population, inflation)
        costs += [replace(cost, sentence=sentence) for cost in found]
    return costs


def inflation_path(
    compiled: Iterable[Effects], parameters: Parameters, quarters: int
) -> np.ndarray:
    """(quarters,) inflation a year of a scenario, from the effects of its levers in order."""
    path = np.full(quarters, float(np.mean(parameters["inflation"])))
    for effects in compiled:
        for modifier in effects.modifiers:
            if modifier.name != "inflation":
                continue
            if modifier.operation == "set":
                path = np.where(np.isnan(modifier.path), path, modifier.path)
            else:
                path = path + modifier.path if modifier.operation == "add" else path * modifier.path
    return np.clip(path, *SPECS["inflation"].domain)


def effect_costs(
    scenario: str, effects: Effects, population: Population, inflation: dict[int, float]
) -> list[LeverCost]:
    """Costs of compiled effects: votes, programmes, employment aids."""
    costs = [
        cost
        for vote in effects.votes
        for cost in _vote_costs(scenario, vote, population, inflation)
    ]
    costs += [_programme_cost(scenario, programme, population) for programme in effects.programmes]
    for modifier in effects.modifiers:
        if modifier.name in _PAID_BY:
            costs.append(_aid_cost(scenario, modifier, population))
        elif modifier.name == _DECIDED:
            costs.append(_decided_cost(scenario, modifier, population))
    return costs


def rates_changed_from(effects: Effects) -> int | None:
    """First year in which effects change how fast prices or payments grow; None where never.

    The euros build up over the run, so that no cost beside the money of 2025 tells them.
    """
    quarters = [
        int(np.argmin(modifier.neutral))
        for modifier in effects.modifiers
        if modifier.name in _RATES and not modifier.neutral.all()
    ]
    return FIRST_YEAR + min(quarters) // 4 if quarters else None


def yearly(path: np.ndarray) -> dict[int, float]:
    """Mean of each year of a quarterly path that starts in the first quarter of 2026."""
    padded = list(path[: len(path) // 4 * 4].reshape(-1, 4).mean(axis=1))
    if len(path) % 4:
        padded.append(path[len(path) // 4 * 4 :].mean())
    return {FIRST_YEAR + i: float(mean) for i, mean in enumerate(padded)}


def real_factor(vote: VoteChange, inflation: dict[int, float]) -> dict[int, float]:
    """Year → what is voted over what would have been, in constant euros.

    The reference keeps its real level, so a whole nominal growth g is (1 + g)/(1 + inflation).
    """
    cumulated, factors = 1.0, {}
    for index, (year, factor) in enumerate(yearly(vote.factor).items()):
        growth = vote.growth[index] if index < len(vote.growth) else np.nan
        if not np.isnan(growth):
            cumulated *= (1.0 + growth) / (1.0 + inflation[year])
        factors[year] = factor * cumulated
    return factors


def _vote_costs(
    scenario: str, vote: VoteChange, population: Population, inflation: dict[int, float]
) -> Iterable[LeverCost]:
    factors = real_factor(vote, inflation)
    levels = sorted(vote.selector.funder) if vote.selector.funder is not None else range(6)
    for level in levels:
        modelled = sum(
            selected_euros(population, vote, level, instrument) for instrument in vote.instruments
        )
        if modelled == 0:
            continue
        yield LeverCost(
            scenario,
            vote.lever,
            {},
            vote.nature,
            "public_funding",
            LEVELS[level],
            {year: modelled * (factor - 1.0) for year, factor in factors.items()},
            modelled,
            _published(vote, level) if covers_france(population) else None,
        )


def selected_euros(population: Population, vote: VoteChange, level: int, instrument: int) -> float:
    """Euros a year that a level pays by an instrument to the organisations selected."""
    column = population.organisations[_COLUMN[INSTRUMENTS[instrument]]][level]
    return _weighted(population, vote.selector, column)


def _weighted(population: Population, selector: Selector, column: np.ndarray) -> float:
    """Weighted sum of a column over the organisations selected; a share counts in the mean."""
    table = population.organisations
    mask = selector.of_table(table)
    share = 1.0 if selector.share is None else selector.share
    return share * float(np.sum(table["weight"] * column * mask))


def _programme_cost(scenario: str, programme: Programme, population: Population) -> LeverCost:
    change = yearly(programme.amount)
    open_ended = not np.any(programme.amount) or bool(np.isinf(programme.amount).any())
    modelled = None
    if programme.kind == "mutualisation_subsidy" and not np.any(programme.amount):
        levels = programme.selector.funder_mask()
        grants = population.organisations["grants"][levels].sum(axis=0)
        modelled = _weighted(population, programme.selector, grants)
        change = {year: share * modelled for year, share in yearly(programme.share).items()}
        open_ended = False
    elif programme.of_pot is not None:
        modelled = _pot(programme, population)
        change = {year: share * modelled for year, share in yearly(programme.of_pot).items()}
        open_ended = False
    return LeverCost(
        scenario, programme.lever, {}, programme.nature, programme.kind, programme.payer,
        {year: euros for year, euros in change.items() if euros}, modelled, None, open_ended,
    )  # fmt: skip


def _aid_cost(scenario: str, modifier: Modifier, population: Population) -> LeverCost:
    column, payer = _PAID_BY[modifier.name]
    modelled = _weighted(population, modifier.selector, population.organisations[column])
    change = {year: modelled * (factor - 1.0) for year, factor in yearly(modifier.path).items()}
    return LeverCost(
        scenario, modifier.lever, {}, modifier.nature, column, payer, change, modelled, None
    )


def _pot(programme: Programme, population: Population) -> float:
    """Grants of the payer that a programme is taken from, euros a year."""
    table, selector = population.organisations, pot_selector(programme)
    if selector.funder is None:
        return _weighted(population, selector, table["foundation_grants"])
    return _weighted(population, selector, table["grants"][selector.funder_mask()].sum(axis=0))


def _decided_cost(scenario: str, modifier: Modifier, population: Population) -> LeverCost:
    """What organisations spend of their own budgets by decision."""
    modelled = _weighted(population, modifier.selector, population.organisations["budget"])
    change = {year: share * modelled for year, share in yearly(modifier.path).items() if share}
    return LeverCost(
        scenario, modifier.lever, {}, modifier.nature, _DECIDED, "organisations", change, modelled,
        None,
    )  # fmt: skip


def covers_france(population: Population) -> bool:
    """Whether the population has organisations in all régions, as published totals do."""
    return len(np.unique(population.organisations["region"])) == codes.N_REGIONS


@cache
def _published_subventions() -> dict[str, float]:
    """Funder level → published subventions to associations, euros a year."""
    path = files("simulator") / "data" / "level_totals.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["level"]: float(row["subventions_billion"]) * 1e9 for row in rows}


def _published(vote: VoteChange, level: int) -> float | None:
    """National figures by level exist for subventions only, over all régions and sectors."""
    if vote.selector.restricts_rows or vote.instruments != {INSTRUMENTS.index("subvention")}:
        return None
    return _published_subventions().get(LEVELS[level])
