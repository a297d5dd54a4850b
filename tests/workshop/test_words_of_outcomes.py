"""What a room is told of a difference whose mean and most of whose worlds disagree."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.language import texts_in
from dashboard.workshop.outcome import Measured
from dashboard.workshop.views.quantities import verdict_words
from dashboard.workshop.worlds.outcomes import Asked, Pairs, outcome_of
from dashboard.workshop.worlds.reading import Reading
from simulator.indicators import HEADLINES
from tests.workshop.conftest import opening


def jobs(shares: list[float]) -> Measured:
    """Jobs of ten draws, apart by these shares of 1,000."""
    settings = opening(rounds=("2026Q4",), source="accepted", worlds=10).settings
    still = {code: np.full(5, 1000.0) for code in HEADLINES}
    reference = [Reading(still, {}, {}) for _ in shares]
    played = [
        Reading({**still, "jobs_fte": np.full(5, 1000.0 * (1 + share))}, {}, {}) for share in shares
    ]
    units = [(draw, "default", 0) for draw in range(1, 11)]
    bare = settings.model_copy(update={"roles": ()})
    outcome = outcome_of(Asked(bare, 0, False, ()), Pairs(units, played, reference))
    return outcome.indicators["jobs_fte"]


@pytest.mark.parametrize("sign", [1, -1])
def test_no_word_is_said_of_most_worlds_beside_a_mean_against_them(sign: int) -> None:
    measured = jobs([-0.02 * sign] * 7 + [0.07 * sign] * 3)
    assert measured.difference.mean * sign > 0
    assert measured.verdict is None and measured.withheld == "signs_differ"
    assert "la plupart des mondes" in verdict_words(measured, texts_in("fr"))
    assert "most worlds" in verdict_words(measured, texts_in("en"))


def test_the_word_is_said_where_they_agree() -> None:
    assert jobs([-0.02] * 7 + [0.01] * 3).verdict == "likely"
