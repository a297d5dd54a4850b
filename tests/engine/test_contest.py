"""The ranking that gives out calls, corporate gifts and foundation grants."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.processes.contest import fund_best

GROUPS = 3


@st.composite
def contests(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Pots of three groups and up to thirty applicants with distinct scores."""
    count = draw(st.integers(0, 30))
    of = lambda values: np.array(draw(st.lists(values, min_size=count, max_size=count)))  # noqa: E731
    scores = draw(st.permutations(range(count)))
    return {
        "pot": np.array(draw(st.lists(st.floats(0, 1e6), min_size=GROUPS, max_size=GROUPS))),
        "group": of(st.integers(0, GROUPS - 1)).astype(np.int64),
        "ask": of(st.floats(0.0, 1e5)).astype(float),
        "weight": of(st.floats(0.5, 30.0)).astype(float),
        "score": np.array(scores, dtype=float) / 7.0,
    }


def spent(contest: dict[str, np.ndarray], award: np.ndarray) -> np.ndarray:
    return np.bincount(contest["group"], contest["weight"] * award, GROUPS)


@given(contests())
def test_no_award_beyond_its_ask_and_no_group_beyond_its_pot(contest: dict[str, Any]) -> None:
    award = fund_best(**contest)
    assert award.shape == contest["ask"].shape
    assert (award >= 0.0).all()
    assert (award <= contest["ask"]).all()
    assert (spent(contest, award) <= contest["pot"] * (1 + 1e-12) + 1e-6).all()


@given(contests())
def test_a_pot_is_spent_to_the_last_euro_where_asks_suffice(contest: dict[str, Any]) -> None:
    award = fund_best(**contest)
    asked = np.bincount(contest["group"], contest["weight"] * contest["ask"], GROUPS)
    np.testing.assert_allclose(
        spent(contest, award), np.minimum(asked, contest["pot"]), rtol=1e-9, atol=1e-6
    )


@given(contests())
def test_nobody_is_served_before_a_better_score(contest: dict[str, Any]) -> None:
    """Within a group: full awards, at most one in part, then nothing."""
    award = fund_best(**contest)
    for group in range(GROUPS):
        rows = np.flatnonzero(contest["group"] == group)
        rows = rows[np.argsort(-contest["score"][rows])]
        asks, awards = contest["ask"][rows], award[rows]
        short = np.flatnonzero(awards < asks - 1e-6)
        if len(short):
            assert (awards[short[0] + 1 :] <= 1e-6).all()


@given(contests(), st.randoms(use_true_random=False))
def test_the_order_of_applicants_is_irrelevant(contest: dict[str, Any], luck: Any) -> None:
    award = fund_best(**contest)
    order = list(range(len(award)))
    luck.shuffle(order)
    other = {k: (v if k == "pot" else v[order]) for k, v in contest.items()}
    np.testing.assert_array_equal(fund_best(**other), award[order])


@given(contests(), st.floats(1.0, 3.0))
def test_a_larger_pot_never_takes_from_anyone(contest: dict[str, Any], factor: float) -> None:
    award = fund_best(**contest)
    more = fund_best(**{**contest, "pot": contest["pot"] * factor})
    assert (more >= award - 1e-6).all()


def test_an_example_by_hand() -> None:
    """A pot of 100: the best asks 30 for two organisations, the next gets the remaining 40."""
    award = fund_best(
        pot=np.array([100.0]),
        group=np.zeros(3, dtype=np.int64),
        ask=np.array([50.0, 30.0, 10.0]),
        weight=np.array([1.0, 2.0, 1.0]),
        score=np.array([0.5, 0.9, 0.1]),
    )
    np.testing.assert_allclose(award, [40.0, 30.0, 0.0])
