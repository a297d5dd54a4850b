"""Rules changed on purpose: the comparison of engine and twin must see each of them.

Engines live through a scenario in which everything happens: late votes, mergers and pooling
encouraged, programmes, failures, support. From the same start live twins, each with one rule or
one parameter changed, until they differ. Where nothing is changed, they never do.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.codes import SUPPORT_PROGRAMMES
from simulator.model import EssModel
from simulator.parameters import Parameters, process_groups
from simulator.population import Population
from simulator.problems import InputError
from tests.engine.worlds import scenario_of
from tests.reference.comparison import differences, picture
from tests.reference.draws import DrawTable
from tests.reference.mesa_twin import TwinModel
from tests.reference.mutations import RULES
from tests.reference.worlds import few_organisations

ROWS = 240
QUARTERS = 12
SEEDS = (10, 5, 6)  # what does not happen in one world happens in another
STORM = (
    {"lever": "public_funding", "change": {2026: "-40%"},
     "where": {"region": ["REU"], "size": ["M", "L", "XL", "XXL"]}},
    {"lever": "late_vote", "quarters": 1, "years": [2026, 2028],
     "where": {"funder": ["etat", "region"]}},
    {"lever": "payment_delay", "quarters": 2.5, "where": {"funder": ["departement", "etat"]}},
    {"lever": "mergers", "encouragement": "4x", "integration_support": "50%"},
    {"lever": "mutualisation", "encouragement": "6x", "subsidy": "1%"},
    {"lever": "emergency_fund", "amount": "100 M€", "where": {"size": ["XS", "S"]}},
    {"lever": "emergency_fund", "pot_share": "3%", "payer": "bloc_communal"},
    {"lever": "administration", "pot_share": "2%", "payer": "bloc_communal"},
    *({"lever": "support_programme", "programme": kind, "capacity": 4000,
       "payer": "organisations"} for kind in SUPPORT_PROGRAMMES),
    {"lever": "parameter", "name": "decided_layoffs", "add": 0.1,
     "where": {"share": "20%", "draw": "plan"}, "until": "2026Q1"},
    {"lever": "multi_year_agreements", "share": "50%", "by": 2027, "amount": "100 M€"},
    {"lever": "bridge_credit", "amount": "50 M€"},
    {"lever": "quasi_equity", "amount": "200 M€", "payer": "banks", "where": {"region": ["PDL"]}},
    {"lever": "market_activity", "attempts": "10x", "support": "40%"},
    {"lever": "scic", "encouragement": "50x"},
    {"lever": "employment_aid", "change": {2026: "-60%"}},
    {"lever": "philanthropy", "tax_relief": "+10 pts"},
    {"lever": "demand", "change": "+30%", "where": {"sector": ["SOCIAL", "IAE"]}},
    *({"lever": "parameter", "name": name, "multiply": factor} for name, factor in (
        ("inflation", 2.0), ("wage_growth", 2.0), ("income_growth", 2.0), ("revenue_noise", 4.0),
        ("overdraft_limit", 0.2), ("merger_sector_distance", 0.2), ("entry_rate", 4.0),
        ("quasi_equity_rate", 200.0), ("quasi_equity_high", 0.05), ("price_speed", 4.0),
        ("diversification_dependence", 0.5), ("aided_exit", 3.0), ("leadership_vacancy", 2.0),
        ("credit_acceptance", 2.0), ("cofunding_withdrawal_public", 2.0),
        ("cofunding_withdrawal_private", 3.0), ("withdrawal_base", 10.0),
    )),
    {"lever": "parameter", "name": "volunteer_growth", "add": 0.2},
    {"lever": "parameter", "name": "cofunding_max_rate", "multiply": 0.06,
     "where": {"funder": ["bloc_communal"]}},
    {"lever": "parameter", "name": "project_share", "multiply": 10.0,
     "where": {"sector": ["SPORT", "CULTURE", "EDUC"]}},
)  # fmt: skip
# What no process of a quarter reads: it makes the population, the need of 2025, or the records.
NOT_READ = (
    "vulnerable_price_elasticity", "vulnerable_paying_share", "corporate_tax_relief_rate",
    "service_productivity", "need_poverty", "unmet_base", "desert_threshold", "drift_vulnerable",
    "score_need",  # the same for all who are ranked together: it moves nobody
)  # fmt: skip
# Where twice as much would change nothing in these worlds, or only years later.
CHANGES = {
    "late_vote_quarters": {"add": 1.0},
    "rescue_factor": {"multiply": 0.0},
    "volunteer_span": {"multiply": 0.1},
    "quasi_equity_years": {"multiply": 0.2},
    "diversification_cash": {"add": 5.0},
    "diversification_support": {"add": 5.0},
    "diversification_intercept": {"add": 3.0},
    "diversification_size": {"add": 3.0},
    "merger_seeker_gap": {"add": -0.5},
    "merger_sector_distance": {"add": 19.0},
    "merger_drift_distance": {"add": 19.0},
    "merger_minimum": {"add": 5.0},
    "scic_minimum_staff": {"multiply": 0.1},
    "entry_unmet": {"add": 15.0},
    "entry_growth": {"add": 15.0},
}
NAMES = [
    name
    for group in process_groups()
    if group.section.startswith("P")
    for name in group.parameters
    if name not in NOT_READ
]


def changed(name: str) -> Parameters:
    """The defaults with one parameter well away from where it was."""
    defaults = Parameters.default()
    usual = ({"multiply": 2.0}, {"multiply": 0.5}, {"add": 0.5}, {"add": -0.5})
    for change in (CHANGES[name],) if name in CHANGES else usual:
        try:
            found = defaults.with_(name, **change)
        except InputError:
            continue  # outside the domain of the parameter
        if found != defaults:
            return found
    raise AssertionError(name)


class World:
    """An engine at the start, what it looks like after each quarter, and its draws."""

    def __init__(self, people: Population, seed: int) -> None:
        storm = scenario_of(*STORM, quarters=QUARTERS)
        self.start, engine = (
            EssModel(storm, people, seed=seed, quarters=QUARTERS, collect=False) for _ in range(2)
        )
        self.pictures = []
        while engine.running:
            engine.step()
            self.pictures.append(picture(engine))
        engine.release()
        self.draws = DrawTable(self.start.draws)

    def first_difference(self, parameters: Parameters | None = None) -> list[str]:
        """What differs first between the engine and a twin with these parameters, if anything."""
        twin = TwinModel(self.start, parameters, self.draws)
        found: list[str] = []
        for expected in self.pictures:
            twin.step()
            found = differences(expected, twin)
            if found:
                break
        twin.release()
        return found


@pytest.fixture(scope="module")
def worlds() -> Iterator[list[World]]:
    indebted = few_organisations(Parameters.default().with_("loans_share", set=1.0), ROWS)
    found = [World(indebted, seed) for seed in SEEDS]
    yield found
    for world in found:
        world.start.release()


def seen(worlds: list[World], parameters: Parameters | None = None) -> bool:
    """Whether a change makes a difference in one of the worlds."""
    return any(world.first_difference(parameters) for world in worlds)


def test_unchanged_twin_agrees(worlds: list[World]) -> None:
    assert [world.first_difference() for world in worlds] == [[]] * len(SEEDS)


@pytest.mark.parametrize("rule", RULES)
def test_changed_rule_is_noticed(
    worlds: list[World], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*RULES[rule])
    assert seen(worlds)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_changed_parameter_is_noticed(worlds: list[World], name: str) -> None:
    assert seen(worlds, changed(name))
