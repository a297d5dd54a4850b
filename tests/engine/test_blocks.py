"""Kernels that work on blocks of rows say what their rule says, row by row, past a block's end."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulator.compiled import alike, part, picks, uniform_all
from simulator.group_sums import sums_of
from simulator.processes import adaptation, cofunding, hazard, leadership, procurement
from simulator.public_money import BLOCK, BOUGHT, CALLS, GRANTS, sum_levels

Floats = NDArray[np.float64]
ROWS = 2 * BLOCK + 5
KEY, OTHER = np.uint64(11), np.uint64(12)


def public(**money: Floats) -> Floats:
    """What `PublicMoney.lines` holds of some yearly money, (6, rows); what is not named is none."""
    lines, nothing = np.empty((6, ROWS)), np.zeros((6, ROWS))
    names = ("grants", "before", "calls", "contracts", "tariffs")
    years = np.zeros((6, ROWS), np.int8)
    sum_levels(lines, *(money.get(name, nothing) for name in names), years)
    return lines


def people(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def arguments(kernel: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(getattr(kernel, "py_func", kernel)).parameters)


@given(flags=st.lists(st.booleans(), max_size=80), spare=st.integers(0, 30))
def test_flags_that_are_set_are_found_in_order(flags: list[bool], spare: int) -> None:
    size = -(-(len(flags) + spare) // 8) * 8
    padded = np.ones(size, np.bool_)  # what lies behind the rows is arbitrary
    padded[: len(flags)] = flags
    found = np.empty(size, np.int64)
    count = picks(padded, len(flags), found)
    assert found[:count].tolist() == np.flatnonzero(flags).tolist()


@pytest.mark.parametrize("values", [[2.5], [1.0, 2.0, 3.0, 4.0]])
def test_a_part_of_a_column_is_one_value_or_those_of_the_rows(values: list[float]) -> None:
    column = np.array(values)
    found = part(column, alike(column, 3), 1, 3)
    assert found.tolist() == np.broadcast_to(column, 4)[1:3].tolist()


@given(groups=st.lists(st.integers(0, 3), max_size=30), data=st.data())
def test_sums_of_some_rows_are_those_of_their_amounts(groups: list[int], data: Any) -> None:
    rows = np.array(sorted(data.draw(st.sets(st.sampled_from(range(30))))), np.int64)
    rows = rows[rows < len(groups)]
    weight, amount = people().random((2, len(groups)))
    found = sums_of(rows, np.array(groups, np.int64), weight, amount, 4)
    plain = np.zeros(4)
    for row in rows:
        plain[groups[row]] += weight[row] * amount[row]
    assert found.tolist() == plain.tolist()


# --- what is one for all, or the same for each, means the same ---
def adapting(names: list[str]) -> dict[str, Any]:
    """Random rows for the kernels of adaptation; parameters as single values."""
    draw = people()
    given: dict[str, Any] = {name: draw.random(ROWS) for name in names}
    given.update(
        alive=draw.random(ROWS) < 0.9, gap=draw.uniform(-0.3, 0.5, ROWS),
        months=draw.uniform(-2.0, 8.0, ROWS), cash=draw.uniform(-1.0, 4.0, ROWS),
        opened=draw.random(ROWS) < 0.5, money=draw.random((6, ROWS)),
        revenue_year=draw.uniform(0.0, 50.0, ROWS),
    )  # fmt: skip
    numbers = {
        "layoff_gap_share": 0.5, "severance_months": 2.0, "hiring_gap": 0.02, "hiring_months": 3.0,
        "tolerance": 0.03, "attrition": 0.02, "stickiness_down": 0.4, "layoff_months": 1.5,
        "layoff_rate": 0.1, "overdraft_limit": 0.1, "ceiling": 6.0, "hiring_cap": 0.05,
        "stickiness_up": 0.3, "overload_layoff": 0.5, "quality_layoff": 0.5, "decided": 0.01,
        "wide_gap": 0.05, "cut": 0.05, "cap": 0.1, "speed": 0.02, "response": 0.2, "mirror": 0.14,
    }  # fmt: skip
    floats = ("layoff_gap_share", "severance_months", "hiring_gap", "hiring_months")
    for name in set(numbers) & set(names):
        given[name] = numbers[name] if name in floats else np.array([numbers[name]])
    return {name: given[name] for name in names}


@pytest.mark.parametrize("name", ["_change_staff", "_change_prices_and_effort"])
def test_a_parameter_for_all_is_the_same_for_each(name: str) -> None:
    kernel = getattr(adaptation, name)
    played = []
    for spread in (False, True):
        given = adapting(arguments(kernel))
        if spread:
            for key, value in given.items():
                if isinstance(value, np.ndarray) and value.shape == (1,):
                    given[key] = np.full(ROWS, value[0])
        before = {key: np.copy(value) for key, value in given.items()}
        total = kernel(*given.values())
        moved = {k for k, v in given.items() if np.shape(v) and (v != before[k]).any()}
        played.append((total, moved, [np.sum(given[key]) for key in sorted(moved)], given))
    (total, moved, sums, one), (other_total, other_moved, other_sums, other) = played
    assert (total, moved, sums) == (other_total, other_moved, other_sums)
    assert len(moved) >= 3
    assert all((one[key] == other[key]).all() for key in moved)


# --- bounds lose nobody ---
def exposed(additive: bool, each: bool, slope: float) -> dict[str, Any]:
    """Random rows for the hazard of leaving, some of them at the ends of every range."""
    draw = people()

    def ends(low: float, high: float) -> Floats:
        return np.clip(draw.uniform(2 * low - high, 2 * high - low, ROWS), low, high)

    def column(value: float) -> Floats:
        return np.full(ROWS, value) if each else np.array([value])

    flags = draw.random((2, ROWS)) < 0.5
    return {
        "uid": np.arange(ROWS, dtype=np.uint64), "alive": draw.random(ROWS) < 0.95,
        "recovery": (draw.random(ROWS) < 0.02).astype(np.int8), "vacancy": flags[0],
        "strain": ends(0.0, 1.0), "taboo": ends(0.0, 1.0), "support": np.zeros(ROWS, np.int8),
        "support_effect": np.zeros(ROWS), "age": ends(0.0, 30.0), "gap": ends(-1.0, 1.0),
        "months": ends(-1.0, 12.0), "revenue_year": np.full(ROWS, 100.0),
        "money": public(**{name: 8.0 * flags[1] * draw.random((6, ROWS))
                           for name in ("grants", "calls", "contracts", "tariffs")}),
        "usual_strain": 0.2, "usual_taboo": 0.5, "tolerance": column(0.03),
        "base": draw.uniform(0.1, 0.6, ROWS), "age_factor": np.array([1.35, 1.05, 0.9]),
        "gap_slope": column(slope), "cash_slope": column(0.5), "vacancy_slope": column(0.4),
        "strain_slope": column(0.4), "taboo_slope": column(1.0), "dissolution_share": column(0.6),
        "hazard_key": KEY, "dissolution_key": OTHER, "additive": additive,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("additive", "each", "slope"),
    list(itertools.product((False, True), (False, True), (2.0, -3.0, 0.0))),
)
def test_nobody_leaves_or_stays_against_the_hazard(
    additive: bool, each: bool, slope: float
) -> None:
    x = exposed(additive, each, slope)
    dissolved, stopped = hazard.close_or_cease(*x.values())
    tension = (
        slope * np.clip(x["gap"], -0.1, 0.4) + 0.5 * (x["months"] < 1.0) + 0.4 * x["vacancy"]
        + 0.4 * (x["strain"] - 0.2)
    )  # fmt: skip
    pressed = np.maximum(1.0 + tension, 0.0) if additive else np.exp(tension)
    young = x["age_factor"][np.searchsorted(hazard.AGE_BOUNDS, x["age"], side="right")] - 1.0
    money = x["money"][[GRANTS, CALLS, BOUGHT]].sum(axis=0)
    rate = x["base"] * (1.0 + young * (1.0 - np.clip(money / 100.0, 0.0, 1.0))) * pressed / 4.0
    waits = (x["gap"] > 0.03) & (x["months"] >= hazard.ORDERLY_MONTHS)
    spoken = np.where(waits, np.exp(-(x["taboo"] - 0.5)), 1.0)
    rate *= 0.4 + 0.6 * spoken
    closing = 0.6 * spoken / (0.4 + 0.6 * spoken)
    leaves = x["alive"] & (x["recovery"] == 0) & (uniform_all(KEY, x["uid"]) < -np.expm1(-rate))
    closes = uniform_all(OTHER, x["uid"]) < closing
    assert dissolved.tolist() == np.flatnonzero(leaves & closes).tolist()
    assert stopped.tolist() == np.flatnonzero(leaves & ~closes).tolist()
    assert min(len(dissolved), len(stopped)) > 50


def test_leaders_leave_by_their_draw() -> None:
    draw = people()
    uid, strain = np.arange(ROWS, dtype=np.uint64), draw.random(ROWS)
    alive, recent = draw.random(ROWS) < 0.9, draw.integers(0, 5, ROWS).astype(np.int8)
    vacancy, before = np.zeros(ROWS, np.bool_), recent.copy()
    leadership.lose_leaders(
        uid, alive, vacancy, recent, strain, np.zeros(ROWS, np.int8), np.zeros(ROWS),
        np.array([0.4]), np.array([1.5]), 0.2, KEY,
    )  # fmt: skip
    left = alive & (uniform_all(KEY, uid) < 0.1 * np.exp(1.5 * (strain - 0.2)))
    expected = np.where(left, leadership.VACANCY_QUARTERS, np.maximum(before - 1, 0))
    assert recent.tolist() == expected.tolist()
    assert vacancy.tolist() == (expected > 0).tolist()


def test_every_funder_that_may_leave_is_looked_at() -> None:
    """So many that the lists of a block must grow: all levels of most rows are exposed."""
    draw = people()
    now, before = draw.random((2, 6, ROWS)) * np.array([0.4, 1.0])[:, None, None]
    alive, years = draw.random(ROWS) < 0.9, (draw.random((6, ROWS)) < 0.1).astype(np.int8)
    withdrew = draw.random((6, ROWS)) < 0.1
    free = ~withdrew & (years == 0)
    uid, keys = np.arange(ROWS, dtype=np.uint64), np.arange(1, 7, dtype=np.uint64)
    foundations, budget = 1.0 * (draw.random(ROWS) < 0.3), np.full(ROWS, 1.5)
    rows, total, total_before, levels, leavers, cuts = cofunding._follow(
        alive, now, before, public(grants=now, before=before), budget, 0.02, years, withdrew,
        foundations, np.array([0.85]), np.full((6, 1), 0.5), uid, keys,
    )  # fmt: skip
    fallen = alive & (now.sum(axis=0) < before.sum(axis=0))
    kept = np.clip((now.sum(axis=0) - now) / (before.sum(axis=0) - before), 0.0, 1.0)
    weight = np.clip(now.max(axis=0) / budget, 0.0, 1.0) / 0.02
    luck = np.array([uniform_all(key, uid) for key in keys])
    leaves = fallen & free & (kept < 0.85) & (luck < 0.5 * 0.5 * (0.85 - kept) / 0.85 * weight)
    found = set(zip(levels.tolist(), leavers.tolist(), strict=True))
    assert found == set(zip(*(axis.tolist() for axis in np.nonzero(leaves)), strict=True))
    assert len(found) > 6 * BLOCK
    assert (withdrew == (leaves | ~free & (years == 0) | withdrew & (years > 0))).all()
    assert cuts == pytest.approx(now[levels, leavers] * (1.0 - kept[levels, leavers]))
    assert rows.tolist() == np.flatnonzero(fallen & (foundations > 0.0)).tolist()
    assert total == pytest.approx(now.sum(axis=0)[rows])
    assert total_before == pytest.approx(before.sum(axis=0)[rows])


def test_contracts_end_and_are_lost_by_their_draws() -> None:
    draw = people()
    held = np.where(draw.random((6, ROWS)) < 0.3, draw.random((6, ROWS)), 0.0)
    contracts, uid = held.copy(), np.arange(ROWS, dtype=np.uint64)
    ends, losses = np.arange(1, 7, dtype=np.uint64), np.arange(11, 17, dtype=np.uint64)
    base, voted = np.full((2, 6, 180), 1e6)
    procurement._expire(
        np.full((6, 180), 0.02), 0.25, np.array([0.4]), np.array([0.5]), np.ones(ROWS),
        draw.integers(0, 180, ROWS), uid, ends, losses, contracts, base, voted,
    )  # fmt: skip
    lost = np.array([
        (uniform_all(end, uid) < 0.25) & (uniform_all(loss, uid) < 0.4)
        for end, loss in zip(ends, losses, strict=True)
    ])  # fmt: skip
    assert (contracts == np.where(lost, 0.0, held * 1.02)).all()
    gone = 0.5 * 1.02 * (held * lost).sum()
    assert 6 * 180 * 1e6 - voted.sum() == pytest.approx(gone, rel=1e-6)
    assert math.isclose(base.sum(), voted.sum())
