"""The engine's columns against organisations that compute for themselves, one by one.

The twin starts from the engine's state at the end of 2025 and reads the same draws. After every
quarter both must have the same organisations, with the same cash, the same money from every funder
level and the same everything else, and the same exits with their causes and absorbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.codes import SUPPORT_PROGRAMMES
from simulator.model import EssModel
from simulator.parameters import Parameters
from simulator.population import Population
from simulator.scenario import load_scenario
from simulator.structures import STRUCTURES
from tests.engine.worlds import scenario_of
from tests.reference.comparison import differences, picture
from tests.reference.mesa_twin import TwinModel
from tests.reference.worlds import BASELINE, few_organisations, play


@pytest.fixture(scope="module")
def few() -> Population:
    return few_organisations()


@pytest.mark.parametrize("seed", [2026, 1, 31])
def test_twin_lives_like_the_engine(few: Population, seed: int) -> None:
    outcome = play(BASELINE, few, seed=seed, quarters=12)
    assert outcome, outcome.found
    # The agreement says something: every way to leave was taken.
    assert min(outcome.exits[cause] for cause in CAUSES) > 0
    assert outcome.exits.total() > 40


CAUSES = ("liquidation", "dissolution", "stopped_employing", "absorbed")


def test_twin_lives_like_the_engine_for_ten_years(few: Population) -> None:
    outcome = play(BASELINE, few, seed=5, quarters=40)
    assert outcome, outcome.found


CUT = {"lever": "public_funding", "instrument": "subvention", "change": {2026: "-25%"}}


@pytest.mark.parametrize("seed", [2026, 8])
def test_twin_follows_a_cut_and_its_cascade(few: Population, seed: int) -> None:
    cut = scenario_of(CUT, quarters=12)
    outcome = play(cut, few, seed=seed, quarters=12)
    assert outcome, outcome.found
    alone = Parameters.default().with_("cofunding_withdrawal_public", set=0.0)
    without = play(cut, few, seed=seed, quarters=12, parameters=alone, beside=False)
    assert outcome.cash != without.cash


LATE = (
    {"lever": "late_vote", "quarters": 1, "years": [2026, 2028],
     "where": {"funder": ["etat", "region"]}},
    {"lever": "late_vote", "quarters": 3, "years": [2026],
     "where": {"funder": ["bloc_communal"], "region": ["PDL"]}},
    {"lever": "payment_delay", "quarters": 2.5, "where": {"funder": ["departement"]},
     "until": "2027Q2"},
    {"lever": "advance_payment", "share": "40%", "where": {"sector": ["SOCIAL", "CULTURE"]}},
)  # fmt: skip
PUSH = (
    {"lever": "mergers", "encouragement": "8x", "funder_haircut": "15%",
     "integration_support": "50%", "payer": "organisations"},
    {"lever": "mutualisation", "encouragement": "6x", "subsidy": "1%"},
)  # fmt: skip
PROGRAMMES = (
    {"lever": "emergency_fund", "amount": "300 M€", "where": {"size": ["XS", "S", "M"]}},
    {"lever": "multi_year_agreements", "share": "50%", "by": 2027, "amount": "100 M€",
     "payer": "region"},
    {"lever": "bridge_credit", "guarantee": "80%", "amount": "50 M€"},
    {"lever": "bridge_credit", "acceptance": "60%", "loan_to_receivable": "90%",
     "where": {"sector": ["SOCIAL", "EDUC", "IAE"]}},
    {"lever": "quasi_equity", "amount": "200 M€", "payer": "banks"},
    {"lever": "market_activity", "attempts": "3x", "support": "40%", "where": {"form": ["ASSO"]}},
    {"lever": "scic", "encouragement": "50x"},
)  # fmt: skip
CHOSEN = (
    {"lever": "public_funding", "change": {2026: "-100%"}, "until": 2027,
     "where": {"form": ["ASSO"], "size": ["XS", "S"], "sector": ["SPORT", "CULTURE", "EDUC"]}},
    {"lever": "public_funding", "change": {2027: "+20%"}, "where": {"form": ["SCOP", "FOND"]}},
    {"lever": "public_funding", "change": {2026: "+5%", 2028: "+4%"}, "mode": "nominal_growth",
     "where": {"size": ["L", "XL"], "sector": ["EDUC", "MEDSOC"]}},
    {"lever": "employment_aid", "change": {2026: "-60%", 2027: "-20%"},
     "where": {"size": ["S", "M"]}},
)  # fmt: skip
SUPPORT = (
    *({"lever": "support_programme", "programme": kind, "capacity": 6000}
      for kind in SUPPORT_PROGRAMMES),
    {"lever": "support_programme", "programme": "orderly_closure", "capacity": 12000,
     "where": {"region": ["PDL", "BRE"], "size": ["XS", "S", "M"]}, "payer": "foundations"},
)  # fmt: skip
POTS = (
    {"lever": "emergency_fund", "pot_share": "5%", "payer": "foundations"},
    {"lever": "administration", "pot_share": "3%", "payer": "foundations"},
    {"lever": "mergers", "integration_support": "60%", "pot_share": "0.01%",
     "payer": "foundations"},
)  # fmt: skip
DRAWN = (
    {"lever": "prices", "change": "+10%", "where": {"share": "60%"}, "until": "2026Q3"},
    {"lever": "fundraising_effort", "change": "+80%", "where": {"share": "40%", "draw": "a"}},
    {"lever": "membership", "change": "+20%", "where": {"share": "60%", "draw": "b"}},
    {"lever": "parameter", "name": "decided_layoffs", "add": 0.1, "until": "2026Q2",
     "where": {"share": "30%", "draw": "a"}},
)  # fmt: skip
LEVERS: dict[str, tuple[dict[str, Any], ...]] = {
    "late votes and payments": LATE,
    "mergers and pooling encouraged": PUSH,
    "programmes": PROGRAMMES,
    "some organisations only": CHOSEN,
    "support programmes": SUPPORT,
    "paid out of pots": POTS,
    "who follows is drawn": DRAWN,
}


@pytest.mark.parametrize("name", LEVERS)
@pytest.mark.parametrize("seed", [3, 14])
def test_twin_follows_levers(few: Population, name: str, seed: int) -> None:
    outcome = play(scenario_of(*LEVERS[name], quarters=12), few, seed=seed, quarters=12)
    assert outcome, outcome.found


def test_mergers_encouraged_are_absorptions(few: Population) -> None:
    pushed = play(scenario_of(*PUSH, quarters=8), few, seed=3, quarters=8, beside=False)
    usual = play(BASELINE, few, seed=3, quarters=8, beside=False)
    assert pushed.exits["absorbed"] > 2 * usual.exits["absorbed"]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_twin_follows_the_structures(few: Population, structure: str) -> None:
    outcome = play(BASELINE, few, seed=7, quarters=8, structure=structure)
    assert outcome, outcome.found


SCENARIOS = (
    "fusionner", "mutualiser", "contrat-de-confiance", "tout-appel-a-projets", "bascule-scic",
    "choc-de-la-demande", "usager-et-adherent", "fin-des-aides-a-l-emploi", "egal-garantie",
    "accompagner", "fermer-a-temps", "annee-blanche", "rabot-10", "rabot-40", "tempete-parfaite",
    "rebond-organise",
)  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_twin_follows_the_scenarios(few: Population, name: str) -> None:
    outcome = play(load_scenario(name), few, seed=6, quarters=8)
    assert outcome, outcome.found


VARIATIONS: dict[str, Callable[[Parameters], Parameters]] = {
    "inflation": lambda p: p.with_("inflation", set=0.06),
    "prices double": lambda p: p.with_("inflation", set=1.0),
    "indexed agreements": lambda p: p.with_("agreement_indexation", set=1.0),
    # Who seeks a partner would also be one.
    "merger thresholds overlap": lambda p: p.with_("merger_seeker_cash_months", set=24.0).with_(
        "merger_partner_gap", set=0.5
    ),
    "hazard": lambda p: p.with_("exit_hazard", multiply=2.0),
    "late payment": lambda p: p.with_("payment_kernel", add=1.5),
    "noise": lambda p: p.with_("revenue_noise", multiply=2.0),
    "cascade": lambda p: p.with_("cofunding_withdrawal_public", set=0.8),
    "mergers": lambda p: p.with_("merger_completion", set=0.5),
    "few formal procedures": lambda p: p.with_("formal_procedure_share", multiply=0.2),
    "little inertia": lambda p: p.with_("inertia", set=0.5),
    "short of credit": lambda p: p.with_("overdraft_limit", set=0.005),
}


@pytest.mark.parametrize("name", VARIATIONS)
def test_twin_follows_other_parameters(few: Population, name: str) -> None:
    changed = VARIATIONS[name](Parameters.default())
    outcome = play(BASELINE, few, seed=5, quarters=8, parameters=changed)
    assert outcome, outcome.found
    usual = play(BASELINE, few, seed=5, quarters=8, beside=False)
    assert outcome.cash != usual.cash


def test_one_cent_is_noticed(few: Population) -> None:
    """The tolerance is far below what an ordinary organisation would see."""
    engine = EssModel(BASELINE, few, seed=3, collect=False)
    twin = TwinModel(engine)
    assert not differences(picture(engine), twin)
    ranked = sorted(twin.organisations, key=lambda agent: agent.cash)
    ranked[len(ranked) // 2].cash += 0.01
    found = [difference.split(":")[0] for difference in differences(picture(engine), twin)]
    assert found == ["cash", "equity"]
