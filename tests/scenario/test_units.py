"""Quantities are read as people write them, and nothing else is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from simulator import units


@pytest.mark.parametrize(
    ("text", "value"),
    [("-30%", -0.3), ("+8%", 0.08), ("+8 %", 0.08), (-0.3, -0.3), (1, 1.0), ("0%", 0.0),
     ("-100%", -1.0), ("+12.5%", 0.125), ("-0.1%", -0.001)],
)  # fmt: skip
def test_changes_that_are_read(text: object, value: float) -> None:
    assert units.parse_change(text) == value


@pytest.mark.parametrize(
    "text", [-10, 1.01, "30%", "-101%", "+2000%", "-30", "", None, True, "nan%", "−30%", [], "--3%"]
)
def test_changes_that_are_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        units.parse_change(text)


@pytest.mark.parametrize(
    ("text", "euros"),
    [("120 M€", 120e6), ("40 k€", 40e3), ("1.5 Md€", 1.5e9), ("500 €", 500.0), ("40k€", 40e3),
     ("40\u00a0k€", 40e3)],
)  # fmt: skip
def test_money_that_is_read(text: str, euros: float) -> None:
    assert units.parse_money(text) == euros


@pytest.mark.parametrize("text", [120, "120", "120 M", "-3 M€", "1,5 M€", "2000 Md€", "M€", None])
def test_money_that_is_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        units.parse_money(text)


@pytest.mark.parametrize(("text", "value"), [("50%", 0.5), (0.5, 0.5), (0, 0.0), ("100%", 1.0)])
def test_shares_that_are_read(text: object, value: float) -> None:
    assert units.parse_share(text) == value


@pytest.mark.parametrize("text", ["-1%", "101%", 50, -0.1, "half", None])
def test_shares_that_are_refused(text: object) -> None:
    with pytest.raises(PydanticCustomError):
        units.parse_share(text)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [(units.parse_factor, "4x", 4.0), (units.parse_factor, "0.5 x", 0.5),
     (units.parse_points, "+10 pts", 0.1), (units.parse_points, "-5 pt", -0.05),
     (units.parse_rate, "2.1%", 0.021), (units.parse_quarter, "2027q3", "2027Q3"),
     (units.parse_moment, 2027, 2027), (units.parse_moment, "2027Q1", "2027Q1")],
)  # fmt: skip
def test_other_quantities(parse, text: object, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [(units.parse_factor, 4), (units.parse_factor, "-4x"), (units.parse_points, "10%"),
     (units.parse_rate, 2.1), (units.parse_quarter, "2027Q5"), (units.parse_quarter, 2027),
     (units.parse_year, "2027"), (units.parse_year, 12), (units.parse_moment, True)],
)  # fmt: skip
def test_other_quantities_refused(parse, text: object) -> None:
    with pytest.raises(PydanticCustomError):
        parse(text)


@given(st.floats(-1, 10))
def test_a_change_written_reads_as_itself(value: float) -> None:
    assert units.parse_change(units.write_change(value)) == value


@given(st.floats(0, 1e12))
def test_money_written_reads_as_itself(value: float) -> None:
    assert units.parse_money(units.write_money(value)) == value


@given(st.floats(0, 1000))
def test_a_factor_written_reads_as_itself(value: float) -> None:
    assert units.parse_factor(units.write_factor(value)) == value


@given(st.floats(-1, 1))
def test_points_written_read_as_themselves(value: float) -> None:
    assert units.parse_points(units.write_points(value)) == value


def test_a_year_spans_its_four_quarters() -> None:
    assert (units.first_quarter(2027), units.last_quarter(2027)) == (4, 7)
    assert units.first_quarter("2027Q3") == units.last_quarter("2027Q3") == 6
