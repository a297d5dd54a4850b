"""Numbers, refusals and what happened in a room, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

import pytest

from dashboard.language import LANGUAGES, Language, texts_in
from dashboard.workshop.outcome import Interval
from dashboard.workshop.room import events
from dashboard.workshop.room.assumptions import ASSUMPTIONS
from dashboard.workshop.room.decide import Reason, Refused
from dashboard.workshop.views import refusal, told
from dashboard.workshop.views.assumption_words import questions
from dashboard.workshop.views.figure import ticks
from dashboard.workshop.views.quantities import difference_unit, natural
from tests.workshop.sample_rooms import seen_at

FRENCH = texts_in("fr")


@pytest.mark.parametrize(
    ("mean", "low", "high", "said"),
    [
        (0.03, 0.01, 0.05, "3 de plus sur 100 (entre +1 et +5)"),
        (-0.004, -0.007, -0.001, "4 de moins sur 1 000 (entre −7 et −1)"),
        (0.0, -0.02, 0.02, "pas d'écart visible sur 100 (entre −2 et +2)"),
        (0.0, 0.0, 0.0, "pas d'écart visible sur 10 000 (entre 0 et 0)"),
    ],
)
def test_a_difference_of_shares_is_told_in_whole_organisations(
    mean: float, low: float, high: float, said: str
) -> None:
    written = natural(Interval(mean, low, high, 20), FRENCH)
    assert re.sub(r"[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]", " ", written) == said


def test_small_parts_of_roles_are_told_so_that_they_differ() -> None:
    """Half an organisation in a thousand is no zero; where one part is large, so is its unit."""
    small = [Interval(mean, mean - 0.001, mean + 0.001, 20) for mean in (0.0005, -0.0007, 0.0)]
    unit = difference_unit("survival", small, FRENCH)
    assert [unit.difference(FRENCH, one.mean) for one in small] == [
        "+5",
        "−7",
        "0",
    ]
    assert unit.factor == 10_000
    large = [*small, Interval(0.09, 0.05, 0.12, 20)]
    assert difference_unit("survival", large, FRENCH).factor == 100


def test_ticks_are_round_and_inside() -> None:
    assert ticks(0.0, 10.0) == [0.0, 5.0, 10.0]
    assert ticks(-3.2, 4.1) == [-2.0, 0.0, 2.0, 4.0]
    assert ticks(7.0, 7.0) == [7.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: Language) -> None:
    room = seen_at("decide").room
    about = {"card": "o9-fusionner", "required": "o2-geler-les-recrutements"}
    said = {
        refusal(Refused(reason, **about), room, texts_in(language)) for reason in get_args(Reason)
    }
    assert len(said) == len(get_args(Reason))


def test_the_trace_tells_that_a_table_predicted_and_not_what() -> None:
    room = seen_at("predict").room
    values: Mapping[str, float] = {"survival": 0.31, "quality_adjusted_service_index": 47.0}
    said = told(events.Predicted(table="table-1", round=0, values=dict(values)), room, FRENCH)
    assert said is not None and "Table 1" in said
    assert "31" not in said and "47" not in said


def test_every_assumption_is_a_question() -> None:
    asked = questions(FRENCH)
    assert set(asked) == set(ASSUMPTIONS)
    for name, question in asked.items():
        assert question.end(name, "low") != question.end(name, "high")
