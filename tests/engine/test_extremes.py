"""Legal but extreme worlds end with numbers that make sense, and settings that should not matter
do not: the horizon, the room kept for entrants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator import initial
from simulator.divergence import compare
from simulator.model import EssModel
from simulator.parameters import SPECS, Parameters
from simulator.population import Population
from simulator.processes.departures import leave, settle_departures
from simulator.record_sums import ROW_SUMS, SUM_NAMES
from simulator.scenario import Scenario
from tests.engine.worlds import (
    CheckedModel,
    assert_sane,
    parameters_of,
    play,
    record_of,
    scenario_of,
    subset,
)

EXTREMES: dict[str, list[dict[str, Any]]] = {
    "public_funding -100%": [{"lever": "public_funding", "change": "-100%"}],
    "public_funding -100% for a year": [
        {"lever": "public_funding", "change": "-100%", "until": 2026},
    ],
    "public_funding -100% of some sizes, then back": [
        {
            "lever": "public_funding", "change": "-100%", "until": 2026,
            "where": {"size": ["S", "M", "L"]},
        },
    ],
    "public_funding doubled": [{"lever": "public_funding", "change": "+100%"}],
    "all grants become procurement": [{"lever": "grants_to_procurement", "share": "100%"}],
    "all grants become calls": [
        {"lever": "grants_to_calls", "share": "100%", "application_cost": "3x"},
    ],
    "no employment aid": [{"lever": "employment_aid", "change": "-100%"}],
    "paid early": [{"lever": "payment_delay", "quarters": -2}],
    "voted and paid late": [
        {"lever": "payment_delay", "quarters": 4}, {"lever": "late_vote", "quarters": 3},
    ],
    "paid in advance": [{"lever": "advance_payment", "share": "100%"}],
    "no demand": [{"lever": "demand", "change": "-100%"}],
    "no volunteers": [{"lever": "volunteers", "change": "-100%"}],
    "no gifts": [{"lever": "philanthropy", "pool": "-100%"}],
    "no fundraising": [{"lever": "fundraising_effort", "change": "-100%"}],
    "no members": [{"lever": "membership", "change": "-100%"}],
    "prices doubled": [{"lever": "prices", "change": "+100%"}],
    "inflation": [{"lever": "wages_and_prices", "inflation": "20%", "wages": "20%"}],
    "deflation": [{"lever": "wages_and_prices", "inflation": "-5%", "wages": "-5%"}],
    "everybody a Scic": [{"lever": "scic", "encouragement": "200x"}],
    "everybody merges": [{"lever": "mergers", "encouragement": "10x"}],
    "everybody pools": [{"lever": "mutualisation", "encouragement": "40x", "subsidy": "100%"}],
    "everybody withdraws": [
        {"lever": "cofunding", "withdrawal": "100%", "max_rate": "1%"},
        {"lever": "public_funding", "change": "-30%"},
    ],
    "promises beyond the vote": [
        {"lever": "multi_year_agreements", "share": "90%"},
        {"lever": "late_vote", "quarters": 3, "years": [2027]},
        {"lever": "public_funding", "change": {2027: "-60%"}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def tiny(demo: Population) -> Population:
    return subset(demo, np.arange(0, demo.organisations.rows, 5))


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_levers_make_no_nonsense(name: str, tiny: Population) -> None:
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        world = play(scenario_of(*EXTREMES[name], quarters=13), tiny, kind=CheckedModel)
    assert world.quarter == 13
    assert_sane(world)
    record = world.recorder.finish()
    known_of_rows = [
        *range(len(ROW_SUMS)),
        SUM_NAMES.index("service"),
        SUM_NAMES.index("public_euros"),
    ]
    for dimension, (_, array) in record.sums.items():
        territorial = dimension in ("all", "region", "sector", "region_sector")
        known = array if territorial else array[..., known_of_rows]
        assert np.isfinite(known).all(), dimension


@pytest.mark.parametrize("draw", range(1, 7))
def test_parameters_drawn_from_their_ranges_make_no_nonsense(draw: int, tiny: Population) -> None:
    parameters = Parameters.draw(draw, seed=7, how="ranges")
    assert_sane(play("tempete-parfaite", tiny, quarters=8, parameters=parameters))


@pytest.mark.parametrize("end", [0, 1], ids=["lowest", "highest"])
@pytest.mark.parametrize(
    "name",
    [
        "withdrawal_base", "multi_year_share", "grant_same_share", "ask_share",
        "application_cost", "restricted_share", "gift_pool_expansion", "overflow_share",
        "volunteer_productivity", "attrition", "layoff_rate", "severance_months", "price_cap",
        "leadership_vacancy", "merger_completion", "mutualisation_rate", "exit_hazard",
        "recovery_success", "entry_rate", "restructuring_share", "need_spill", "mission_drift",
        "loss_given_default", "overdraft_limit",
    ],
)  # fmt: skip
def test_any_value_of_its_domain_is_possible(name: str, end: int, tiny: Population) -> None:
    """What the domain of a parameter calls possible runs, and ends in a world that makes sense."""
    value = SPECS[name].domain[end]
    world = play("fil-de-l-eau", tiny, quarters=5, parameters=parameters_of(**{name: value}))
    assert_sane(world)


# --- what must not matter ---
def test_the_horizon_changes_nothing_before_it(tiny: Population) -> None:
    short = record_of("tempete-parfaite", tiny, quarters=4)
    long = record_of("tempete-parfaite", tiny, quarters=9)
    for dimension, (_, array) in short.sums.items():
        np.testing.assert_array_equal(array, long.sums[dimension][1][: len(array)])
    in_time = long.flows["quarter"] < 4
    np.testing.assert_array_equal(short.flows["amount"], long.flows["amount"][in_time])


def test_levers_end_when_they_say_in_a_longer_run(tiny: Population) -> None:
    """A run longer than the scenario's own horizon follows its levers to their end."""
    lever = {"lever": "public_funding", "change": "-50%", "until": 2028}

    def votes(scenario: Scenario | str) -> np.ndarray:
        found: list[float] = []

        def look(world: EssModel) -> None:
            if world.quarter % 4 == 1:
                found.append(float(world.public.voted[0].sum()))

        play(scenario, tiny, look, quarters=16)
        return np.array(found)

    ratio = votes(scenario_of(lever, quarters=8)) / votes("fil-de-l-eau")
    np.testing.assert_allclose(ratio[:3], 0.5, rtol=0.05)
    assert ratio[3] == pytest.approx(1.0, rel=0.05)


def test_entrants_start_without_a_past(tiny: Population) -> None:
    """Nothing of the free row that an entrant is put on is left: no noise, no projects, no debt."""
    crowd = parameters_of(entry_rate=0.4)
    past = (
        "revenue_noise", "market_gain", "project_clock", "project_gain", "project_ramp",
        "overload", "drift", "loans", "overdraft", "bridge", "guaranteed", "arrears", "restricted",
        "recovery", "mutual_group", "mutual_clock", "vacancy_recent", "dip", "saving_left",
        "gap_public", "gap_market", "gap_cost", "agreement_years", "withdrew", "layoffs",
    )  # fmt: skip
    seen = 0

    def look(world: EssModel) -> None:
        nonlocal seen
        o = world.organisations
        new = o.alive & (o.entry_quarter == world.quarter - 1)
        seen += int(new.sum())
        for name in past:
            assert not getattr(o, name)[..., new].any(), name

    play("tempete-parfaite", tiny, look, quarters=8, parameters=crowd)
    assert seen > 40


def test_entrants_keep_nothing_that_a_process_of_ones_own_wrote_on_free_rows(
    tiny: Population,
) -> None:
    def settle_and_scribble(world: EssModel) -> None:
        settle_departures(world)
        world.organisations.revenue_noise[~world.organisations.alive] = 0.5

    world = EssModel(
        "tempete-parfaite", tiny, seed=3, quarters=4, parameters=parameters_of(entry_rate=0.4),
        collect=False, processes={"settle_departures": settle_and_scribble},
    )  # fmt: skip
    seen = 0
    while world.running:
        world.step()
        o = world.organisations
        new = o.alive & (o.entry_quarter == world.quarter - 1)
        seen += int(new.sum())
        assert not o.revenue_noise[new].any()
    assert seen > 20


def test_room_for_entrants_does_not_matter(
    tiny: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrays that must grow for entrants give the lives of arrays that need not."""
    crowd = parameters_of(entry_rate=0.4)
    records, rows = [], []
    for slack in (0.0, 3.0):
        monkeypatch.setattr(initial, "SLACK", slack)
        world = EssModel("tempete-parfaite", tiny, seed=3, quarters=8, parameters=crowd,
                         collect=False)  # fmt: skip
        rows.append([world.organisations.rows])
        while world.running:
            world.step()
        rows[-1].append(world.organisations.rows)
        records.append(world.recorder.finish())
    assert rows[0][1] > rows[0][0], "the arrays had to grow"
    assert rows[1][1] == rows[1][0], "the arrays had room"
    found = compare(records[0], records[1])
    assert found.verdict in ("identical", "same fates"), str(found)
    assert found.largest < 1e-9


def test_levers_together_stay_in_what_is_possible(small: Population) -> None:
    """Three levers that each take much ask for more than there is."""
    asked = [
        {"lever": "parameter", "name": name, "add": amount}
        for name, amount in (("restricted_share_private", -0.3), ("project_share", 0.5))
        for _ in range(3)
    ]
    world = play(scenario_of(*asked, quarters=3), small)
    assert world.values.scalar("restricted_share_private") == 0.0
    assert np.max(world.values.rows("project_share")) <= SPECS["project_share"].domain[1]
    assert (world.organisations.restricted >= 0.0).all()


def test_rows_freed_between_quarters_keep_nothing_of_what_was_written_since() -> None:
    """Indices go on over free rows: entrants of the next quarter start without them."""
    world = EssModel(
        "fil-de-l-eau", "demo", seed=9, collect=False,
        parameters=parameters_of(entry_rate=0.4, exit_hazard=0.0, merger_minimum=20.0),
    )  # fmt: skip
    world.step()
    o = world.organisations
    rows = np.flatnonzero(o.alive)[:40]
    leave(world, rows, "stopped_employing", solvent=np.ones(40, dtype=bool))
    settle_departures(world)
    world.step()
    entered = rows[o.alive[rows]]
    assert len(entered)
    assert (o.sales_growth[entered] == 1.0).all()
