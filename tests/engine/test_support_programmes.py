"""Support programmes: who is reached, what it costs, what is felt, and nothing when it is null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.accounts import SUPPLIERS
from simulator.codes import PAYERS, SECTORS, SUPPORT_PROGRAMMES
from simulator.model import EssModel
from simulator.parameters import SPECS
from simulator.population import Population
from simulator.processes.support_programmes import (
    CONSOLIDATION,
    CRISIS_ANTICIPATION,
    EFFECTS,
    SHORT_MONTHS,
    SUPPORT_QUARTERS,
    fill,
    in_turn,
    race,
)
from simulator.recording import RunRecord
from tests.engine.test_ensembles import ensemble, margin
from tests.engine.worlds import (
    differences,
    keep_only,
    parameters_of,
    play,
    record_of,
    scenario_of,
    series,
    start,
    tamper_after,
)

NO_EFFECT = dict.fromkeys(EFFECTS.values(), 0.0)
CUT: dict[str, Any] = {"lever": "public_funding", "change": "-20%"}


def lever(programme: str = "consolidation", **fields: Any) -> dict[str, Any]:
    """A support programme for the whole of this région's population, or as said."""
    return {
        "lever": "support_programme", "programme": programme, "capacity": 400,
        "where": {"region": ["PDL"]}, **fields,
    }  # fmt: skip


# --- what is assumed ---
@pytest.mark.parametrize("kind", SUPPORT_PROGRAMMES)
def test_the_prior_of_every_effect_holds_none_and_harm(kind: str) -> None:
    spec = SPECS[EFFECTS[kind]]
    assert spec.kind == "judgement" and spec.is_drawn and spec.distribution == "normal"
    assert spec.range is not None
    low, high = spec.range
    mean = float(np.asarray(spec.default))
    assert low < 0.0 < mean < high
    assert (low + high) / 2.0 == pytest.approx(mean), "the default is the mean of the prior"
    assert (low / mean, high / mean) == (pytest.approx(-0.5), pytest.approx(2.5))


# --- who is reached ---
@pytest.mark.parametrize("capacity", [7, 400, 100_000])
def test_capacity_is_never_exceeded(capacity: float, demo: Population) -> None:
    """In a quarter a quarter of the yearly capacity, exactly where enough can be reached."""
    record = record_of(scenario_of(lever(capacity=capacity), quarters=8), demo)
    reached, alive = series(record, "supported")[1:], series(record, "organisations")[:-1]
    assert (reached <= capacity / 4.0 * (1.0 + 1e-9)).all()
    if capacity < 1000:
        np.testing.assert_allclose(reached, capacity / 4.0, rtol=1e-9)
    else:
        assert reached[0] == pytest.approx(alive[0], rel=0.02), "everybody is reached, once"
        assert (reached[1:] < 0.1 * alive[1:]).all()


def test_a_population_of_one_region_has_its_share_of_national_places(demo: Population) -> None:
    national = {**lever(capacity=4000)}
    del national["where"]
    world = play(scenario_of(national, quarters=1), demo)
    reached = series(world.recorder.finish(), "supported")[-1]
    assert reached == pytest.approx(1000 * world.population_share, rel=1e-9)


def test_those_short_of_cash_come_first(demo: Population) -> None:
    world = start(scenario_of(lever(capacity=400), quarters=1), demo)
    months = world.cash_months.copy()
    world.step()
    o = world.organisations
    reached = o.support > 0
    assert reached.any() and (months[reached] < SHORT_MONTHS).all()
    # Once nobody short of cash is left out, the others have their turn.
    world = start(scenario_of(lever(capacity=100_000), quarters=1), demo)
    world.step()
    o = world.organisations
    assert (months[o.support > 0] >= SHORT_MONTHS).any()


def test_the_order_is_cash_then_lot_and_never_the_place_of_a_row() -> None:
    ids = np.array([11, 12, 13, 14, 15], dtype=np.uint64)
    months, governance = np.array([9.0, 1.0, 2.0, 0.0, 5.0]), np.full(5, 0.5)
    key = np.uint64(99)

    def names(order: np.ndarray) -> list[int]:
        rows = np.arange(5)
        turn = in_turn(rows, ids[order], months[order], governance, 1.0, 0.5, key)
        return ids[order][turn].tolist()

    usual = names(np.arange(5))
    assert set(usual[:3]) == {12, 13, 14}
    assert names(np.array([4, 2, 0, 3, 1])) == usual


def test_the_better_governed_have_a_head_start() -> None:
    rows = np.arange(4000)
    ids = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    governance = np.where(rows % 2 == 0, 0.9, 0.1)
    for selection, odds in ((0.0, 1.0), (1.0, np.exp(0.8)), (3.0, np.exp(2.4))):
        waits = race(rows, ids, governance, selection, 0.5, np.uint64(5))
        first = rows[np.argsort(waits)[:200]]
        share = float((first % 2 == 0).mean())
        assert share == pytest.approx(odds / (1.0 + odds), abs=0.08)


def test_the_last_row_has_the_places_that_are_left() -> None:
    rows, part = fill(np.array([2, 0, 1]), np.array([30.0, 25.0, 30.0]), 45.0)
    assert rows.tolist() == [2, 0]
    assert part.tolist() == [1.0, 0.5]
    rows, part = fill(np.array([1]), np.array([30.0, 25.0]), 2.5)
    assert part.tolist() == [0.1], "a row stands for more organisations than there are places"


def test_where_is_respected(demo: Population) -> None:
    world = play(
        scenario_of(lever(where={"region": ["PDL"], "sector": ["CULTURE"]}), quarters=3), demo
    )
    o = world.organisations
    assert set(o.sector[o.support > 0].tolist()) == {SECTORS.index("CULTURE")}


def test_one_programme_at_a_time_until_it_ends(demo: Population) -> None:
    """The first lever takes in everybody, who stay in it until its effect has lasted."""
    everybody = [lever("governance", capacity=1e6), lever("dla", capacity=1e6)]
    governance = 1 + SUPPORT_PROGRAMMES.index("governance")
    lag = int(np.asarray(SPECS["support_lag"].default)[governance - 1])
    seen: list[tuple[int, float]] = []

    def look(world: EssModel) -> None:
        o = world.organisations
        old = o.alive & o.initial & (o.recovery == 0)
        seen.append((int((o.support[old] != governance).sum()), float(o.support_clock[old].max())))

    play(scenario_of(*everybody, quarters=lag + SUPPORT_QUARTERS + 1), demo, look)
    assert seen[0][0] == 0, "nobody is left for the second"
    assert [clock for _, clock in seen[: lag + SUPPORT_QUARTERS]] == list(
        range(lag + SUPPORT_QUARTERS)
    )


def test_the_effect_grows_over_the_lag_then_lasts_and_ends(demo: Population) -> None:
    once = lever("governance", capacity=400, **{"from": "2026Q1", "until": "2026Q1"})
    felt: list[float] = []
    lag = 4
    play(
        scenario_of(once, quarters=lag + SUPPORT_QUARTERS + 1), demo,
        lambda world: felt.append(float(world.organisations.support_effect.max())),
    )  # fmt: skip
    full = float(np.asarray(SPECS["support_effect_governance"].default))
    expected = [full * (quarter + 1) / (lag + 1) for quarter in range(lag)]
    expected += [full] * SUPPORT_QUARTERS + [0.0]
    np.testing.assert_allclose(felt, expected)


# --- what it costs ---
@pytest.mark.parametrize("payer", PAYERS)
def test_the_payer_pays_those_who_run_the_programme(payer: str, demo: Population) -> None:
    world = play(scenario_of(lever(payer=payer), quarters=5), demo)
    flows = {
        (source, target): amount
        for (flow, source, target), amount in world.ledger.flows.items()
        if flow == "programme: support_consolidation"
    }
    cost = float(np.asarray(SPECS["support_cost"].default)[CONSOLIDATION - 1])
    assert flows == {(payer, SUPPLIERS): pytest.approx(100 * cost * world.price_level)}
    record = world.recorder.finish()
    assert series(record, "support_euros")[-1] == pytest.approx(100 * cost)
    assert max(record.laws.values()) < 1e-9


@pytest.mark.parametrize(("payer", "public"), [("region", True), ("foundations", False)])
def test_public_euros_count_what_public_payers_pay(
    payer: str, public: bool, demo: Population
) -> None:
    parameters = parameters_of(**NO_EFFECT)
    base = series(record_of("fil-de-l-eau", demo, quarters=8, parameters=parameters),
                  "public_euros")  # fmt: skip
    world = play(scenario_of(lever(payer=payer), quarters=8), demo, parameters=parameters)
    more = series(world.recorder.finish(), "public_euros") - base
    spent = 400.0 * float(np.asarray(SPECS["support_cost"].default)[CONSOLIDATION - 1])
    assert more[-1] == pytest.approx(spent if public else 0.0, rel=1e-3, abs=1.0)


def test_cost_is_that_of_the_world(demo: Population) -> None:
    """A draw of the parameters, or an expert's lever, changes what a place costs."""
    halved = parameters_of().with_("support_cost", multiply=0.5)
    expert = {"lever": "parameter", "name": "support_cost", "multiply": "0.5x"}
    usual = series(record_of(scenario_of(lever(), quarters=2), demo), "support_euros")[-1]
    for scenario, parameters in (
        (scenario_of(lever(), quarters=2), halved), (scenario_of(lever(), expert, quarters=2), None)
    ):  # fmt: skip
        found = series(record_of(scenario, demo, parameters=parameters), "support_euros")[-1]
        assert found == pytest.approx(usual / 2.0)


# --- what it does ---
ACCOUNTS_OF_SUPPORT = ("supported", "support_euros", "public_euros")


@pytest.mark.parametrize("kind", SUPPORT_PROGRAMMES)
def test_without_effect_only_the_cost_differs(kind: str, demo: Population) -> None:
    """To the last bit: nobody's fate, nobody's euro but the payer's."""
    parameters = parameters_of(**NO_EFFECT)
    base = record_of(scenario_of(CUT, quarters=10), demo, parameters=parameters)
    scenario = scenario_of(CUT, lever(kind, capacity=20_000), quarters=10)
    with_support = record_of(scenario, demo, parameters=parameters)
    felt = [d for d in differences(base, with_support) if not d.startswith(("sums", "flows"))]
    assert felt == []
    kept = [i for i, name in enumerate(base.sum_names) if name not in ACCOUNTS_OF_SUPPORT]
    first, second = (r.sums["all"][1][..., kept] for r in (base, with_support))
    assert first.tobytes() == second.tobytes()
    paid = np.array([flow.startswith("programme:") for flow in with_support.flows["flow"]])
    assert paid.any()
    for name in ("flow", "amount"):
        np.testing.assert_array_equal(with_support.flows[name][~paid], base.flows[name])


def test_a_null_capacity_is_no_lever(small: Population) -> None:
    base = record_of("fil-de-l-eau", small, quarters=4)
    null = record_of(scenario_of(lever(capacity=0), quarters=4), small)
    assert differences(base, null) == []


def strength(kind: str, factor: float) -> dict[str, float]:
    """The mean effect assumed, so many times."""
    return {EFFECTS[kind]: factor * float(np.asarray(SPECS[EFFECTS[kind]].default))}


def test_consolidation_saves_its_share_of_all_charges(
    small: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_only(monkeypatch, "update_indices", "run_costs")
    costs = {}
    for effect in (0.0, 0.02, -0.02):
        world = start("fil-de-l-eau", small)
        o = world.organisations
        o.support[:], o.support_effect[:] = CONSOLIDATION, effect
        tax = o.form >= 3
        world.step()
        costs[effect] = o.cost[o.alive & ~tax].copy()
    interest = costs[0.0] - (costs[0.0] - costs[0.02]) / 0.02
    assert (costs[0.02] < costs[0.0]).all() and (costs[-0.02] > costs[0.0]).all()
    # Two per cent of payroll and purchases; interest is not saved.
    assert (interest >= -1e-6 * costs[0.0]).all() and interest.sum() < 0.1 * costs[0.0].sum()


def test_a_cash_plan_seeks_credit_sooner(demo: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {}
    for effect in (0.0, 0.75):
        world = start("fil-de-l-eau", demo)
        o = world.organisations

        def plan(w: EssModel, effect: float = effect) -> None:
            w.organisations.support[:] = CRISIS_ANTICIPATION
            w.organisations.support_effect[:] = effect

        with monkeypatch.context() as patch:
            tamper_after(patch, "support_organisations", plan)
            world.step()
        drawn[effect] = o.total(o.overdraft + o.bridge)
    assert drawn[0.75] > drawn[0.0]


@pytest.mark.parametrize("kind", ["rethinking", "dla"])
def test_advice_helps_projects_to_succeed(kind: str, demo: Population) -> None:
    """Market projects won, everybody supported and many trying; harm where the effect is harm."""

    def gains(record: RunRecord) -> float:
        return float(series(record, "user_sales")[-1])

    trying = {"lever": "market_activity", "attempts": "16x"}
    scenario = scenario_of(CUT, trying, lever(kind, capacity=1e6), quarters=12)
    found = [
        ensemble(scenario, demo, [gains], quarters=12, parameters=parameters_of(
            **strength(kind, factor), diversification_dependence=0.0, diversification_gap=0.0,
            diversification_cash_months=0.0))
        for factor in (-8.0, 0.0, 8.0)
    ]  # fmt: skip
    for worse, better in ((found[0], found[1]), (found[1], found[2])):
        rise = better - worse
        assert (rise.mean(axis=-1) - margin(rise) > 0.0).all()


def test_alliances_bring_partnerships(demo: Population) -> None:
    def absorbed(record: RunRecord) -> float:
        return float(series(record, "exits_absorbed").sum())

    lag = int(np.asarray(SPECS["support_lag"].default)[SUPPORT_PROGRAMMES.index("alliances")])
    full = slice(1 + lag, 1 + lag + SUPPORT_QUARTERS)  # after the base quarter

    def meanwhile(record: RunRecord) -> float:
        return float(series(record, "exits_absorbed")[full].sum())

    scenario = scenario_of(CUT, lever("alliances", capacity=1e6), quarters=12)
    none, some, harm = (
        ensemble(scenario, demo, [absorbed, meanwhile], quarters=12,
                 parameters=parameters_of(**strength("alliances", factor)))
        for factor in (0.0, 2.0, -1.0)
    )  # fmt: skip
    for fewer, more in ((none, some), (harm, none)):
        rise = more - fewer
        assert (rise.mean(axis=-1) - margin(rise) > 0.0).all()
    assert harm[1].sum() == 0.0 < none[1].sum(), "all are refused while the harm is full"


def test_speaking_of_closing_brings_closures_before_failures(demo: Population) -> None:
    """More dissolve while money is left, fewer go to court; harm puts closures off."""
    measures = [
        lambda r: float(series(r, "exits_dissolution").sum()),
        lambda r: float(series(r, "procedures").sum()),
    ]
    scenario = scenario_of(CUT, lever("orderly_closure", capacity=1e6), quarters=12)
    none, some, harm = (
        ensemble(scenario, demo, measures, quarters=12,
                 parameters=parameters_of(**strength("orderly_closure", factor)))
        for factor in (0.0, 2.0, -2.0)
    )  # fmt: skip
    change = some - none
    mean, noise = change.mean(axis=-1), margin(change)
    assert mean[0] - noise[0] > 0.0 and mean[1] + noise[1] < 0.0
    assert (harm - none).mean(axis=-1)[0] + margin(harm - none)[0] < 0.0
