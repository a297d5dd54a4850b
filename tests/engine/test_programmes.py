"""Programmes: who pays, how much at most, and that every euro paid is a euro received."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.accounts import COLUMNS, ORGANISATIONS
from simulator.codes import PAYERS, SECTORS
from simulator.model import SCHEDULE, EssModel
from simulator.population import Population
from tests.engine.worlds import play, scenario_of, start, tamper_after

EMERGENCY: dict[str, Any] = {"lever": "emergency_fund", "amount": "2000 M€"}
PROGRAMMES: dict[str, dict[str, Any]] = {
    "emergency_fund": EMERGENCY,
    "core_funding": {"lever": "multi_year_agreements", "amount": "300 M€"},
    "guarantee": {"lever": "bridge_credit", "amount": "300 M€"},
    "mutualisation_subsidy": {
        "lever": "mutualisation", "amount": "300 M€", "encouragement": "10x",
    },
    "merger_support": {
        "lever": "mergers", "integration_support": "50%", "encouragement": "10x",
    },
    "market_support": {
        "lever": "market_activity", "support": "50%", "attempts": "5x",
    },
}  # fmt: skip


def paid(world: EssModel, kind: str) -> dict[tuple[str, str], float]:
    """Euros of a programme in the last quarter, by payer and payee."""
    return {
        (source, target): amount
        for (flow, source, target), amount in world.ledger.flows.items()
        if flow == f"programme: {kind}"
    }


@pytest.mark.parametrize("kind", PROGRAMMES)
def test_a_programme_pays_and_at_most_its_amount(kind: str, demo: Population) -> None:
    """Euros of 2025 a year for France: this population's share of them, at today's prices."""
    scenario = scenario_of(PROGRAMMES[kind], quarters=8)
    yearly = np.zeros(2)

    def add(world: EssModel) -> None:
        real = sum(paid(world, kind).values()) / world.price_level
        yearly[(world.quarter - 1) // 4] += real

    world = play(scenario, demo, add)
    assert yearly.sum() > 0.0
    amount = float(scenario.effects().programmes[0].amount[0])
    if amount:
        assert (yearly <= amount * world.population_share * 1.01).all()
    if kind in ("core_funding", "guarantee"):
        assert yearly == pytest.approx(amount * world.population_share, rel=0.01)


@pytest.mark.parametrize(
    ("kind", "process"),
    [
        ("core_funding", "pay_programmes"),
        ("mutualisation_subsidy", "cooperate"),
        ("market_support", "adapt"),
    ],
)
def test_what_the_payer_gives_the_organisations_receive(
    kind: str, process: str, demo: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payer's flow is the rise of the organisations' public receipts, to the cent."""
    world = start(scenario_of(PROGRAMMES[kind], quarters=8), demo)
    receipts: list[float] = []

    def before(w: EssModel) -> None:
        receipts.append(w.organisations.total(w.organisations.public_paid))

    names = [step.__name__ for step in SCHEDULE]
    tamper_after(monkeypatch, names[names.index(process) - 1], before)
    tamper_after(monkeypatch, process, before)
    given = 0.0
    for _ in range(8):
        receipts.clear()
        world.step()
        amount = sum(paid(world, kind).values())
        given += amount
        assert receipts[1] - receipts[0] == pytest.approx(amount, rel=1e-6, abs=1e-2)
    assert given > 0.0


@pytest.mark.parametrize("payer", PAYERS)
def test_any_payer_of_the_list_can_pay(payer: str, demo: Population) -> None:
    world = play(scenario_of({**PROGRAMMES["core_funding"], "payer": payer}, quarters=2), demo)
    found = paid(world, "core_funding")
    assert payer in COLUMNS
    if payer != ORGANISATIONS:
        assert set(found) == {(payer, ORGANISATIONS)}


def test_the_funder_of_where_pays_unless_another_is_named(demo: Population) -> None:
    lever = {**PROGRAMMES["core_funding"], "where": {"funder": "region"}}
    world = play(scenario_of(lever, quarters=1), demo)
    assert set(paid(world, "core_funding")) == {("region", ORGANISATIONS)}


def test_an_amount_for_a_region_is_taken_whole(demo: Population) -> None:
    lever = {**PROGRAMMES["core_funding"], "amount": "10 M€", "where": {"region": ["PDL"]}}
    world = play(scenario_of(lever, quarters=1), demo)
    euros = sum(paid(world, "core_funding").values())
    assert euros == pytest.approx(10e6 / 4 * world.price_level, rel=1e-6)


def test_a_programme_reaches_those_it_selects_only(demo: Population) -> None:
    lever = {**PROGRAMMES["core_funding"], "where": {"sector": ["EDUC", "SPORT"]}}
    base = play("fil-de-l-eau", demo, quarters=1).organisations
    with_programme = play(scenario_of(lever, quarters=1), demo).organisations
    gained = with_programme.public_paid - base.public_paid
    chosen = np.isin(base.sector, [SECTORS.index(s) for s in ("EDUC", "SPORT")])
    assert gained[chosen].max() > 0.0
    assert np.abs(gained[~chosen]).max() == pytest.approx(0.0, abs=1e-3)


def test_an_emergency_fund_reaches_those_short_of_cash(demo: Population) -> None:
    """Of sound organisations that end a quarter with less than a month of cash, some are helped."""
    short, helped = [], []

    def look(world: EssModel) -> None:
        o = world.organisations
        yearly = np.maximum(o.cost_year, 1.0)
        sound = (o.revenue_year - o.cost_year) / yearly > -0.05
        waiting = o.alive & sound & (12.0 * o.free_cash < yearly)
        short.append(o.total(waiting.astype(float)))
        helped.append(sum(paid(world, "emergency_fund").values()))

    play(scenario_of(EMERGENCY, quarters=4), demo, look)
    assert min(short) > 0.0
    assert min(helped) > 0.0


def test_a_programme_ends_with_its_lever(demo: Population) -> None:
    lever = {**PROGRAMMES["core_funding"], "from": "2026Q2", "until": "2026Q3"}
    euros = []
    play(
        scenario_of(lever, quarters=4), demo,
        lambda world: euros.append(sum(paid(world, "core_funding").values())),
    )  # fmt: skip
    assert [amount > 0.0 for amount in euros] == [False, True, True, False]


def test_quasi_equity_is_lent_not_given(demo: Population) -> None:
    """What a programme brings as quasi-equity is a debt of the organisations."""
    lever = {"lever": "quasi_equity", "amount": "50000 M€"}
    delays = {"lever": "payment_delay", "quarters": 4}
    base = play(scenario_of(delays, quarters=6), demo)
    world = play(scenario_of(delays, lever, quarters=6), demo)
    o, p = world.organisations, base.organisations
    assert o.total(o.quasi_equity) > p.total(p.quasi_equity)
    assert world.lenders.quasi_equity.subscribed >= o.total(o.quasi_equity) - 1e-6
