"""What the recorder keeps adds up, begins at 100, and counts every life and every euro once."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.codes import EXIT_CAUSES, LEVELS, N_REGIONS, N_SECTORS, N_SIZES
from simulator.indicator import Index, Kept
from simulator.indicators import HEADLINES, INDICATORS
from simulator.model import EssModel
from simulator.population import Population
from simulator.record_medians import PLACES, cash_medians
from simulator.record_places import N_FINE, N_GROUPS
from simulator.record_sums import COUNTS, MONEY_FLOWS, STOCKS, TERRITORY
from simulator.recording import NEVER, RunRecord
from tests.engine.worlds import play, record_of, series, start, tamper_after

QUARTERS = 9
ADDED = (*STOCKS, *MONEY_FLOWS, *COUNTS)


@pytest.fixture(scope="module")
def record(workshop: Population) -> RunRecord:
    """All régions, a merger scenario: every kind of exit happens."""
    return record_of("fusionner", workshop, quarters=QUARTERS)


def table(record: RunRecord, dimension: str, names: tuple[str, ...]) -> np.ndarray:
    columns = [record.sum_names.index(name) for name in names]
    return np.asarray(record.sums[dimension][1][..., columns])


@pytest.mark.parametrize(
    "dimension", ["region", "sector", "size", "form", "funding_profile", "age"]
)
def test_groups_add_up_to_all(record: RunRecord, dimension: str) -> None:
    whole, parts = table(record, "all", ADDED)[:, 0], table(record, dimension, ADDED).sum(axis=1)
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("dimension", ["region", "sector"])
def test_territories_add_up_to_all(record: RunRecord, dimension: str) -> None:
    whole = table(record, "all", TERRITORY)[:, 0]
    parts = table(record, dimension, TERRITORY).sum(axis=1)
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(
    ("crossing", "shape", "kept", "margin"),
    [
        ("region_sector", (N_REGIONS, N_SECTORS), 0, "region"),
        ("region_sector", (N_REGIONS, N_SECTORS), 1, "sector"),
        ("region_size", (N_REGIONS, N_SIZES), 1, "size"),
        ("sector_size", (N_SECTORS, N_SIZES), 0, "sector"),
        ("region_sector_size", (N_REGIONS, N_SECTORS, N_SIZES), 2, "size"),
        ("region_sector_size", (N_REGIONS, N_SECTORS, N_SIZES), 0, "region"),
    ],
)
def test_crossings_add_up_to_their_margins(
    record: RunRecord, crossing: str, shape: tuple[int, ...], kept: int, margin: str
) -> None:
    quarters = record.quarters[crossing]
    assert list(quarters) == [-1, 3, 7]
    cells = table(record, crossing, ADDED)
    cells = cells.reshape(len(quarters), *shape, len(ADDED))
    gone = tuple(1 + axis for axis in range(len(shape)) if axis != kept)
    expected = table(record, margin, ADDED)[np.isin(record.quarters[margin], quarters)]
    np.testing.assert_allclose(cells.sum(axis=gone), expected, rtol=1e-9, atol=1e-6)


def test_quarters_are_the_base_and_the_horizon(record: RunRecord) -> None:
    assert list(record.quarters["all"]) == list(range(-1, QUARTERS))


def test_indices_begin_at_a_hundred(demo: Population) -> None:
    world = start("fil-de-l-eau", demo, quarters=4)
    indices = [c for c in HEADLINES if isinstance(INDICATORS[c].formula, Index)]
    kept = [c for c in HEADLINES if isinstance(INDICATORS[c].formula, Kept)]
    assert indices
    assert kept
    for code in indices:
        assert world.recorder.headline(code) == pytest.approx(100.0)
    for code in kept:
        assert world.recorder.headline(code) == pytest.approx(1.0)


def test_recorded_sums_are_those_of_the_columns(demo: Population) -> None:
    """The recorder against plain sums over the organisations, after the last quarter."""
    world = play("fil-de-l-eau", demo, quarters=5)
    o = world.organisations
    alive = o.alive.astype(float)
    expected = {
        "rows": alive.sum(),
        "organisations": o.total(alive),
        "jobs_fte": o.total(o.staff * alive),
        "volunteers": o.total(o.volunteers * alive),
        "cohort": o.total(alive * o.initial),
        "cohort_jobs": o.total(alive * o.initial * o.staff_entry),
        "cash": o.total(o.cash) / world.price_level,
        "receivables": o.total(o.receivable) / world.price_level,
        "deficit": o.total(alive * (o.revenue_year < o.cost_year)),
    }
    record = world.recorder.finish()
    for name, value in expected.items():
        assert series(record, name)[-1] == pytest.approx(value, rel=1e-9), name


# --- lives ---
def test_every_organisation_has_one_life(record: RunRecord, workshop: Population) -> None:
    lives = record.lifetimes
    assert len(np.unique(lives["organisation"])) == len(lives["organisation"])
    initial = lives["entry_quarter"] == -1
    assert set(lives["organisation"][initial]) == set(workshop.organisations["uid"])
    entered = lives["entry_quarter"][~initial]
    assert entered.min() >= 0
    assert entered.max() < QUARTERS
    cohort = lives["weight"][initial].sum()
    assert series(record, "cohort")[0] == pytest.approx(cohort)
    assert cohort == pytest.approx(workshop.organisations["weight"].sum())


def test_exits_are_counted_once_by_quarter_and_cause(record: RunRecord) -> None:
    lives = record.lifetimes
    gone = lives["exit_quarter"] != NEVER
    assert gone.any()
    assert ((lives["exit_cause"] >= 0) == gone).all()
    assert ((lives["primary_cause"] >= 0) == gone).all()
    for cause, name in enumerate(EXIT_CAUSES):
        rows = gone & (lives["exit_cause"] == cause)
        by_quarter = np.bincount(lives["exit_quarter"][rows], lives["weight"][rows], QUARTERS)
        counted = series(record, f"exits_{name}")[1:]
        np.testing.assert_allclose(by_quarter, counted, rtol=1e-9, atol=1e-9)
        assert by_quarter.sum() > 0, name
    total = sum(series(record, f"exits_{name}") for name in EXIT_CAUSES)
    np.testing.assert_allclose(series(record, "exits"), total, rtol=1e-12)


def test_those_who_are_there_are_those_who_came_less_those_who_left(record: RunRecord) -> None:
    change = np.diff(series(record, "organisations"))
    moves = series(record, "entries")[1:] - series(record, "exits")[1:]
    np.testing.assert_allclose(change, moves, rtol=1e-9, atol=1e-6)
    lives = record.lifetimes
    alive = lives["exit_quarter"] == NEVER
    assert series(record, "organisations")[-1] == pytest.approx(lives["weight"][alive].sum())


def test_who_absorbed_whom(record: RunRecord) -> None:
    """Every absorber has a life of its own, begun before and ended later than the absorption."""
    lives = record.lifetimes
    place = {int(uid): row for row, uid in enumerate(lives["organisation"])}
    absorbed = lives["exit_cause"] == EXIT_CAUSES.index("absorbed")
    assert absorbed.any()
    assert ((lives["absorbed_by"] != 0) == absorbed).all()
    for row in np.flatnonzero(absorbed):
        absorber = place[int(lives["absorbed_by"][row])]
        assert absorber != row
        assert lives["entry_quarter"][absorber] < lives["exit_quarter"][row]
        left = lives["exit_quarter"][absorber]
        assert left == NEVER or left >= lives["exit_quarter"][row]


# --- money ---
def test_flows_of_public_money_are_the_public_cash_received(demo: Population) -> None:
    """What funders pay to organisations in the flow matrix is what the recorder calls public
    cash, in every quarter, those included that left before its end."""
    prices = dict.fromkeys(range(-4, 0), 1.0)
    world = play(
        "fusionner", demo, lambda w: prices.update({w.quarter - 1: w.price_level}), quarters=6
    )
    record = world.recorder.finish()
    flows = record.flows
    public = np.isin(flows["from"], LEVELS) & (flows["to"] == "organisations")
    public &= flows["flow"] != "capital"  # shares in a Scic are no receipt
    trailing = series(record, "public_cash")
    for index, quarter in enumerate(record.quarters["all"]):
        window = [q for q in range(quarter - 3, quarter + 1)]
        expected = sum(
            flows["amount"][public & (flows["quarter"] == q)].sum() / prices[q] for q in window
        )
        assert trailing[index] == pytest.approx(expected, rel=1e-6), quarter


def test_flows_balance_the_cash_of_organisations(demo: Population) -> None:
    """Inflows less outflows of the organisations' column are the change of their cash."""
    cash: dict[int, float] = {}
    world = start("choc-regional", demo, quarters=5)
    cash[-1] = world.organisations.total(world.organisations.cash)
    while world.running:
        world.step()
        cash[world.quarter - 1] = world.organisations.total(world.organisations.cash)
    flows = world.recorder.finish().flows
    for quarter in range(5):
        now = flows["quarter"] == quarter
        inflow = flows["amount"][now & (flows["to"] == "organisations")].sum()
        outflow = flows["amount"][now & (flows["from"] == "organisations")].sum()
        assert inflow - outflow == pytest.approx(cash[quarter] - cash[quarter - 1], rel=1e-6)


def test_flows_name_each_pair_once_a_quarter(record: RunRecord) -> None:
    flows = record.flows
    keys = Counter(
        zip(*(flows[n].tolist() for n in ("quarter", "flow", "from", "to")), strict=True)
    )
    assert set(keys.values()) == {1}


def test_need_is_split_into_served_and_unmet(record: RunRecord) -> None:
    need, served = series(record, "need", "sector"), series(record, "served", "sector")
    assert (served <= need * (1 + 1e-9)).all()
    assert (served >= 0).all()


def test_the_recorder_never_changes_the_world(
    demo: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.organisations import columns

    states: list[dict[str, bytes]] = []

    def keep(world: EssModel) -> None:
        o = world.organisations
        state = {name: getattr(o, name).tobytes() for name in columns()}
        public = {"due": world.public.due.tobytes(), "owed": world.public.buckets.tobytes()}
        states.append(state | public)

    world = start("fil-de-l-eau", demo, quarters=2)
    tamper_after(monkeypatch, "follow_need", keep)
    world.step()
    keep(world)
    before, after = states
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"revenue_year", "private_year", "cost_year"}, "only the yearly memories roll"


@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6, allow_subnormal=False) | st.sampled_from([0.0, -0.0, 2.5, 2.5001]),
            st.sampled_from([1.0, 3.0, 17.25]) | st.floats(0.01, 100),
            st.integers(-1, N_FINE - 1),
            st.integers(N_FINE, N_GROUPS - 1),
        ),
        max_size=80,
    )
)
def test_medians_are_those_of_a_sort(rows: list[tuple[float, float, int, int]]) -> None:
    months, weight, fine, other = (np.array([row[k] for row in rows]) for k in range(4))
    world = SimpleNamespace(
        cash_months=months.astype(float), organisations=SimpleNamespace(weight=weight.astype(float))
    )
    found = cash_medians(
        cast("EssModel", world), fine.astype(np.int16), other.astype(np.int16), crossings=True
    )
    cell, size = fine // N_SIZES, fine % N_SIZES
    for name, group in (
        ("all", 0 * fine), ("region", cell // N_SECTORS), ("size", size),
        ("sector_size", cell % N_SECTORS * N_SIZES + size), ("region_sector_size", fine),
    ):  # fmt: skip
        for code, median in enumerate(found[PLACES[name]]):
            inside = np.flatnonzero((fine >= 0) & (group == code))
            order = inside[np.argsort(months[inside], kind="stable")]
            reached = np.cumsum(weight[order])
            # Just below half is half, up to rounding.
            wanted = order[reached >= 0.5 * (1 - 1e-12) * reached[-1]][:1] if len(order) else order
            assert np.array_equal(months[wanted], [median] if len(wanted) else [])
            assert len(wanted) or np.isnan(median)
