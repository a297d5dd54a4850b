"""P14 and P14b: insolvency, court, the hazard of closing, settlement, primary causes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.codes import EXIT_CAUSES, FORMS, PRIMARY_CAUSES, SIZES
from simulator.funders import SUBVENTION
from simulator.model import EssModel
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.processes.departures import leave, settle_departures
from simulator.processes.exits import PLAN_WRITE_OFF, RECOVERY_QUARTERS, leave_or_stay
from tests.equations.few import ETAT, HERE, at_rest, column, living, put, sized, uniform, with_cash

NO_HAZARD = {"exit_hazard": 0.0, "merger_completion": 0.0}


def lives(few: Population, **parameters: Any) -> EssModel:
    world = at_rest(few, **{**NO_HAZARD, **parameters})
    with_cash(world, 1e6)
    o = world.organisations
    for money in (o.grants, o.calls, o.contracts, o.tariffs, world.public.promises[SUBVENTION]):
        money[:] = 0.0
    put(world, weight=1.0, staff=10.0, revenue_year=1e6, age=20.0, grants=0.0)
    world.cash_months[living(world)] = 5.0
    return world


def causes(world: EssModel) -> list[str]:
    """Exit cause of each of the six rows, `stays` where it is still there."""
    found = ["stays"] * 6
    for left in world.leaving:
        for row, cause in zip(left.rows, left.cause, strict=True):
            found[int(row)] = EXIT_CAUSES[cause]
    return found


# --- insolvency ---
@pytest.mark.parametrize("size", ["XS", "M", "XXL"])
def test_the_insolvent_go_to_court_or_dissolve_by_size(size: str, few: Population) -> None:
    world = lives(few)
    sized(world, size)
    put(world, insolvent=np.array([True] * 5 + [False]))
    share = {name: float(np.asarray(SPECS[name].default)[SIZES.index(size)])
             for name in ("formal_procedure_share", "recovery_share")}  # fmt: skip
    formal = uniform(world, "formal procedure") < share["formal_procedure_share"]
    protected = uniform(world, "redressement") < share["recovery_share"]
    rows = living(world)
    leave_or_stay(world)
    expected = np.where(formal, np.where(protected, "stays", "liquidation"), "dissolution")
    expected[5] = "stays"
    assert causes(world) == expected.tolist()
    recovering = world.organisations.recovery[rows] > 0
    assert (recovering == (formal & protected & (np.arange(6) < 5))).all()


def test_under_protection_staff_falls_and_suppliers_carry_what_is_missing(few: Population) -> None:
    world = lives(few, formal_procedure_share=1.0, recovery_share=1.0, recovery_staff_cut=0.25)
    with_cash(world, -3e3)
    put(world, insolvent=True)
    leave_or_stay(world)
    assert (column(world, "recovery") == RECOVERY_QUARTERS).all()
    assert column(world, "staff") == pytest.approx(7.5)
    assert column(world, "layoffs") == pytest.approx(2.5)
    assert column(world, "arrears") == pytest.approx(3e3)
    assert column(world, "cash") == pytest.approx(0.0)


def test_a_plan_ends_in_debt_given_up_or_in_liquidation(few: Population) -> None:
    world = lives(few, recovery_success=0.45)
    with_cash(world, 1e5, arrears=4e3, overdraft=2e3, bridge=1e3, loans=5e3)
    put(world, recovery=np.array([1, 1, 1, 1, 1, 3]))
    bank = world.lenders.banks[HERE[0]]
    bank.held, lost = 1e9, bank.lost_this_year
    succeeds = uniform(world, "plan") < 0.45
    assert 0 < succeeds[:5].sum() < 5
    rows = living(world)
    leave_or_stay(world)
    o = world.organisations
    assert causes(world) == ["stays" if s else "liquidation" for s in succeeds[:5]] + ["stays"]
    kept = 1.0 - PLAN_WRITE_OFF * succeeds
    kept[5] = 1.0
    assert o.arrears[rows] == pytest.approx(4e3 * kept)
    assert o.overdraft[rows] == pytest.approx(2e3 * kept)
    assert o.loans[rows] == pytest.approx(5e3)
    given = PLAN_WRITE_OFF * 3e3 * succeeds[:5].sum()
    assert bank.lost_this_year - lost == pytest.approx(given)
    assert o.recovery[rows[5]] == 2


@pytest.mark.parametrize(("debt", "rescued"), [(1e3, True), (9e5, False)])
def test_rescue_is_tried_first_by_a_partner_that_stays_solvent(
    debt: float, rescued: bool, few: Population
) -> None:
    world = lives(few, merger_completion=0.4, rescue_factor=2.5, formal_procedure_share=0.0,
                  merger_partner_cash_months=4.0, merger_partner_gap=0.03)  # fmt: skip
    with_cash(world, np.array([-debt, 1e5, 1e5, 1e5, 1e5, 5e5]))
    put(world, insolvent=np.array([True] + [False] * 5), revenue_year=np.array([4e5] + [1e6] * 5))
    world.cash_months[living(world)] = np.array([0, 2, 2, 2, 2, 6.0])
    leave_or_stay(world)
    assert causes(world) == (["absorbed"] if rescued else ["dissolution"]) + ["stays"] * 5


# --- choice ---
@pytest.mark.parametrize("structure", ["default", "hazard_additive"])
def test_the_hazard_rises_with_the_gap_low_cash_and_vacancy(
    structure: str, few: Population
) -> None:
    from dataclasses import replace

    world = lives(few, exit_hazard=0.9, age_factor=1.0, exit_gap_sensitivity=2.0,
                  exit_low_cash_sensitivity=0.55, exit_vacancy_sensitivity=0.4,
                  dissolution_share=0.5)  # fmt: skip
    additive = structure == "hazard_additive"
    world.structure = replace(world.structure, additive_hazard=additive)
    gap = np.array([-0.5, 0.0, 0.2, 0.4, 0.9, 0.0])
    months, vacancy = np.array([5, 0.9, 5, 0.9, 5, 5]), np.array([0, 0, 1, 1, 0, 0], bool)
    put(world, gap=gap, vacancy=vacancy)
    world.cash_months[living(world)] = months
    strain = 2.0 * np.clip(gap, -0.1, 0.4) + 0.55 * (months < 1) + 0.4 * vacancy
    hazard = 0.9 * (np.maximum(1 + strain, 0) if additive else np.exp(strain)) / 4
    leaves = uniform(world, "hazard") < 1.0 - np.exp(-hazard)
    dissolves = uniform(world, "dissolves") < 0.5
    leave_or_stay(world)
    expected = np.where(leaves, np.where(dissolves, "dissolution", "stopped_employing"), "stays")
    assert 0 < leaves.sum() < 6
    assert causes(world) == expected.tolist()


@pytest.mark.parametrize("public", [0.0, 0.5, 1.0])
def test_the_factor_of_age_fades_with_public_money(public: float, few: Population) -> None:
    world = lives(few, exit_hazard=0.9, exit_gap_sensitivity=0.0, exit_low_cash_sensitivity=0.0,
                  exit_vacancy_sensitivity=0.0)  # fmt: skip
    factors = np.asarray(SPECS["age_factor"].default)
    age = np.array([1.0, 2.9, 3.0, 9.9, 10.0, 40.0])
    put(world, age=age)
    world.organisations.grants[ETAT, living(world)] = public * 1e6
    factor = 1.0 + (factors[[0, 0, 1, 1, 2, 2]] - 1.0) * (1.0 - public)
    leaves = uniform(world, "hazard") < 1.0 - np.exp(-0.9 * factor / 4)
    leave_or_stay(world)
    assert [cause != "stays" for cause in causes(world)] == leaves.tolist()


def test_employers_whose_aided_jobs_end_may_stop_employing(few: Population) -> None:
    world = lives(few, aided_exit=0.9)
    put(world, aid_lost=np.array([0.0, 1.0, 5.0, 10.0, 20.0, 90.0]), staff=10.0)
    lost = np.array([0.0, 1.0, 5.0, 10.0, 20.0, 90.0])
    stops = uniform(world, "aid exit") < 0.9 * lost / (10.0 + lost)
    assert 0 < stops.sum() < 6
    leave_or_stay(world)
    assert causes(world) == np.where(stops, "stopped_employing", "stays").tolist()


# --- settlement ---
def settled(few: Population, cause: str, form: str = "ASSO", **sheet: Any) -> EssModel:
    """The first row leaves with this balance sheet; the others stay."""
    world = lives(few, loss_given_default=0.6, guarantee_share=0.5)
    with_cash(world, sheet.pop("cash"), **sheet)
    o, rows = world.organisations, living(world)
    put(world, form=FORMS.index("ASSO"), foundation_grants=0.0)
    o.form[rows[0]] = FORMS.index(form)
    o.grants[ETAT, rows[0]] = 1e4
    bank = world.lenders.banks[HERE[0]]
    bank.held = 1e9
    world.ledger.open_quarter()
    leave(world, rows[:1], cause, solvent=np.ones(1, dtype=bool))
    settle_departures(world)
    return world


def flow(world: EssModel, name: str) -> float:
    return sum(euros for (kind, _, _), euros in world.ledger.flows.items() if kind == name)


def test_in_liquidation_assets_sell_low_and_lenders_come_first(few: Population) -> None:
    world = settled(few, "liquidation", cash=0.0, fixed_assets=1e5, loans=3e4, bridge=2e4,
                    arrears=9e3)  # fmt: skip
    assert flow(world, "asset_sales") == pytest.approx(4e4)  # 40 % of their value
    assert flow(world, "debt_repaid_at_exit") == pytest.approx(4e4)
    assert flow(world, "arrears") == pytest.approx(0.0)
    assert world.lenders.banks[HERE[0]].lost_this_year == pytest.approx(1e4)


def test_else_assets_sell_at_their_value_and_the_rest_is_devolved(few: Population) -> None:
    world = settled(few, "dissolution", cash=2e4, restricted=5e3, fixed_assets=1e5, loans=3e4,
                    arrears=9e3)  # fmt: skip
    left = 2e4 - 5e3 + 1e5 - 3e4 - 9e3
    assert flow(world, "restricted_returned") == pytest.approx(5e3)
    assert flow(world, "arrears") == pytest.approx(9e3)
    assert flow(world, "boni") == pytest.approx(left)
    assert column(world, "cash").sum() == pytest.approx(5 * 2e4 + left)


def test_cooperatives_devolve_to_their_movement(few: Population) -> None:
    world = settled(few, "dissolution", form="SCOP", cash=2e4)
    assert flow(world, "boni_to_movement") == pytest.approx(2e4)


def test_who_stops_employing_keeps_its_money(few: Population) -> None:
    world = settled(few, "stopped_employing", cash=2e4)
    assert flow(world, "kept_by_volunteer_association") == pytest.approx(2e4)


def test_the_guarantee_fund_bears_its_share_while_it_has_money(few: Population) -> None:
    world = settled(few, "liquidation", cash=0.0, bridge=1e4, guaranteed=8e3, receivable=0.0)
    bank = world.lenders.banks[HERE[0]]
    assert bank.lost_this_year == pytest.approx(1e4 - 0.5 * 8e3)


def test_receivables_go_back_to_their_nodes(few: Population) -> None:
    world = lives(few)
    o, public, rows = world.organisations, world.public, living(world)
    owed = np.zeros_like(public.buckets)
    owed[SUBVENTION, ETAT, 1, rows[0]] = 7e3
    public.buckets = owed
    public.total_cancelled[:] = 0.0
    with_cash(world, 1e4, receivable=np.array([7e3, 0, 0, 0, 0, 0]))
    leave(world, rows[:1], "dissolution", solvent=np.ones(1, dtype=bool))
    settle_departures(world)
    assert public.total_cancelled[SUBVENTION, ETAT][HERE] == pytest.approx(7e3)
    assert o.receivable[rows[0]] == 0.0


# --- primary causes ---
REASONS = [
    ("absorbed", True, {}, 5.0, "absorbed_by_choice"),
    ("dissolution", True, {"vacancy": True}, 5.0, "governance"),
    ("dissolution", True, {}, 1.0, "orderly_closure"),
    ("liquidation", False, {"gap": 0.02, "gap_public": 0.9}, 0.0, "cash"),
    ("liquidation", False, {"gap": 0.2, "gap_public": 0.3, "gap_market": 0.1}, 0.0, "funder_loss"),
    ("stopped_employing", True, {"gap": 0.2, "gap_public": 0.1, "gap_market": 0.3}, 0.5, "market"),
    ("dissolution", False, {"gap": 0.2, "gap_market": 0.3, "gap_cost": 0.4}, 0.5, "costs"),
]


@pytest.mark.parametrize(("cause", "solvent", "columns", "months", "primary"), REASONS)
def test_the_primary_cause_is_named_in_order(
    cause: str, solvent: bool, columns: dict[str, Any], months: float, primary: str, few: Population
) -> None:
    world = lives(few, gap_tolerance=0.03)
    put(world, **columns)
    world.cash_months[living(world)] = months
    rows = living(world)
    into = rows[5:] if cause == "absorbed" else None
    leave(world, rows[:1], cause, solvent=np.array([solvent]), into=into)
    settle_departures(world)
    lives_seen = world.recorder.finish().lifetimes
    named = lives_seen["primary_cause"][lives_seen["exit_cause"] >= 0]
    assert PRIMARY_CAUSES[int(named[-1])] == primary
