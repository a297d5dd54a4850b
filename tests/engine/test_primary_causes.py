"""The primary cause of an exit: the documented rule, one constructed case for each of its lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from simulator.codes import EXIT_CAUSES, PRIMARY_CAUSES
from simulator.model import EssModel
from simulator.population import Population
from simulator.processes.departures import ORDERLY_MONTHS, STRAIN_ODDS, leave, primary_cause
from tests.engine.worlds import parameters_of, start


@dataclass(frozen=True)
class Leaver:
    """How an organisation leaves, and what led there; at rest unless said."""

    exit: str = "dissolution"
    solvent: bool = False
    gap: float = 0.2
    months: float = 0.0
    vacancy: bool = False
    strain: float = 0.0
    public: float = 0.0
    market: float = 0.0
    cost: float = 0.0


CASES = {
    # Absorbed while solvent: a choice, whatever else.
    "a choice": (Leaver("absorbed", True, vacancy=True, strain=1.0), "absorbed_by_choice"),
    "absorbed in distress": (Leaver("absorbed", False, public=0.3), "funder_loss"),
    # The leader is gone: before money is asked for.
    "leader gone, by choice": (Leaver(solvent=True, months=5.0, vacancy=True), "governance"),
    "leader gone, insolvent": (Leaver("liquidation", vacancy=True, market=0.5), "governance"),
    # By choice with a month of cash or more.
    "closed in time": (Leaver(solvent=True, months=ORDERLY_MONTHS, public=0.3), "orderly_closure"),
    "stopped employing in time": (
        Leaver("stopped_employing", True, gap=0.0, months=2.0), "orderly_closure",
    ),
    # … but the accounts allowed to go on and the leaders did not.
    "worn out": (Leaver(solvent=True, gap=0.0, months=4.0, strain=0.9), "governance"),
    "worn out in a gap": (
        Leaver(solvent=True, gap=0.2, months=4.0, strain=0.9), "orderly_closure",
    ),
    "worn out without cash": (
        Leaver(solvent=True, gap=0.0, months=0.5, strain=0.9, market=0.1), "market",
    ),
    "tired as usual": (Leaver(solvent=True, gap=0.0, months=4.0, strain=0.17), "orderly_closure"),
    # Insolvent although resources cover costs: only cash was missing.
    "cash": (Leaver("liquidation", gap=0.0, public=0.3), "cash"),
    # Otherwise the largest part of the gap.
    "a funder": (Leaver("liquidation", public=0.3, market=0.2, cost=0.1), "funder_loss"),
    "the market": (Leaver("liquidation", public=0.1, market=0.3, cost=0.2), "market"),
    "costs": (Leaver("liquidation", public=0.1, market=0.2, cost=0.3), "costs"),
    "by choice, without cash": (
        Leaver(solvent=True, months=0.5, public=0.1, market=0.3), "market",
    ),
}  # fmt: skip


def cause_of(leaver: Leaver, world: EssModel) -> str:
    o = world.organisations
    row = int(np.flatnonzero(o.alive)[0])
    o.gap[row], world.cash_months[row] = leaver.gap, leaver.months
    o.vacancy[row], o.strain[row] = leaver.vacancy, leaver.strain
    o.gap_public[row], o.gap_market[row], o.gap_cost[row] = (
        leaver.public, leaver.market, leaver.cost,
    )  # fmt: skip
    leave(world, np.array([row]), leaver.exit, solvent=np.array([leaver.solvent]))
    assert world.leaving[0].cause[0] == EXIT_CAUSES.index(leaver.exit)
    (found,) = primary_cause(world, world.leaving[0])
    return PRIMARY_CAUSES[found]


@pytest.mark.parametrize("case", CASES)
def test_each_line_of_the_rule(case: str, small: Population) -> None:
    leaver, expected = CASES[case]
    assert cause_of(leaver, start("fil-de-l-eau", small)) == expected


def test_every_cause_has_a_case() -> None:
    assert {expected for _, expected in CASES.values()} == set(PRIMARY_CAUSES)


def test_strain_names_no_cause_where_it_moves_nothing(small: Population) -> None:
    world = start("fil-de-l-eau", small, parameters=parameters_of(exit_strain_sensitivity=0.0))
    leaver, _ = CASES["worn out"]
    assert cause_of(leaver, world) == "orderly_closure"


def test_the_threshold_is_a_factor_on_the_odds_of_leaving(small: Population) -> None:
    world = start("fil-de-l-eau", small)
    slope = float(world.values.column("exit_strain_sensitivity")[0])
    limit = world.values.scalar("strain_usual") + np.log(STRAIN_ODDS) / slope
    for strain, expected in ((limit + 1e-6, "governance"), (limit - 1e-6, "orderly_closure")):
        leaver = Leaver(solvent=True, gap=0.0, months=4.0, strain=strain)
        assert cause_of(leaver, start("fil-de-l-eau", small)) == expected
