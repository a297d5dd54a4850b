"""Numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cli.numbers import significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (130_812.4, "130,812"),
        (43.2149, "43.21"),
        (-0.000123456, "−0.000123"),
        (3e-15, "< 0.000001"),
        (-3e-15, "> −0.000001"),
        (0.0, "0"),
        (float("nan"), "–"),
    ],
)
def test_four_digits_that_say_something(value: float, text: str) -> None:
    assert significant(value) == text


@given(st.floats(1e-3, 1e12))
def test_nothing_is_lost_but_what_rounding_takes(value: float) -> None:
    text = significant(value)
    assert "e" not in text
    assert float(text.replace(",", "")) == pytest.approx(value, rel=5.1e-4)
