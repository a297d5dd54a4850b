"""Orders within groups, and who is drawn first, against a sort by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ranking import drawn_order, within_groups

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
