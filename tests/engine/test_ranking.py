"""Orders within groups, and who is drawn first, against a sort by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ranking import drawn_order, leaders_of_groups, within_groups

GROUPS = 5
# The ends of what a uniform draw may be, and few values between, so that many are equal.
DRAWS = (2.0**-54, 0.25, 0.5, 0.500001, 0.75, 1.0 - 2.0**-53)
ITEMS = st.lists(st.tuples(st.integers(0, GROUPS - 1), st.sampled_from(DRAWS)), max_size=60)


@given(ITEMS)
def test_equal_draws_keep_their_own_order(items: list[tuple[int, float]]) -> None:
    group = np.array([group for group, _ in items], dtype=np.int64)
    luck = np.array([luck for _, luck in items])
    order, start = drawn_order(group, luck, GROUPS)
    assert order.tolist() == np.lexsort((-luck, group)).tolist()
    assert start.tolist() == [int((group < code).sum()) for code in range(GROUPS + 1)]


@pytest.mark.parametrize("count", [1, 50, 20_000])
def test_draws_of_few_and_of_many(count: int) -> None:
    generator = np.random.default_rng(count)
    group, luck = generator.integers(0, GROUPS, count), generator.random(count)
    expected = np.lexsort((-luck, group))
    assert drawn_order(group, luck, GROUPS)[0].tolist() == expected.tolist()
    assert within_groups(group, luck).tolist() == expected.tolist()


def leading(group: np.ndarray, priority: np.ndarray, wanted: np.ndarray) -> list[list[int]]:
    """The wanted leaders of each group, by a sort of everything."""
    order, of = np.lexsort((-priority, group)), np.sort(group)
    return [order[of == code][:few].tolist() for code, few in enumerate(wanted)]


def led(group: np.ndarray, priority: np.ndarray, wanted: np.ndarray) -> list[list[int]]:
    order, start = leaders_of_groups(group, priority, wanted, 3.0)
    assert sorted(order.tolist()) == list(range(len(group)))
    return [order[start[code] : start[code + 1]][:few].tolist() for code, few in enumerate(wanted)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, GROUPS - 1),
            st.sampled_from((-1e300, -7.5, -0.0, 0.0, 4.0, 4.25, 9.0, 1e6, np.inf)),
        ),
        max_size=60,
    ),
    st.lists(st.integers(0, 9), min_size=GROUPS, max_size=GROUPS),
)
def test_leaders_are_those_of_a_full_sort(items: list[tuple[int, float]], few: list[int]) -> None:
    group = np.array([group for group, _ in items], dtype=np.int64)
    priority = np.array([priority for _, priority in items])
    assert led(group, priority, np.array(few)) == leading(group, priority, np.array(few))


@pytest.mark.parametrize("kind", ["usual", "one far above", "most alike"])
@pytest.mark.parametrize("share", [0.02, 0.4, 1.0])
def test_leaders_of_many_however_they_are_spread(kind: str, share: float) -> None:
    """Also where slots do not tell items apart and all of them are sorted instead."""
    generator = np.random.default_rng(3)
    group = generator.integers(0, GROUPS, 20_000)
    priority = 4.0 + 3.0 * generator.pareto(1.5, 20_000)
    if kind == "one far above":
        priority[7] = 1e12
    if kind == "most alike":
        priority = 4.0 + 1e-9 * generator.random(20_000)
    wanted = (share * np.bincount(group, minlength=GROUPS)).astype(np.int64)
    assert led(group, priority, wanted) == leading(group, priority, wanted)
