"""The address is the state of the page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.callbacks.compare import chosen_address
from dashboard.components.controls import control_values
from dashboard.reading import Library
from dashboard.selection import Choices, Selection, read_address, write_address
from simulator.codes import REGIONS, SECTORS, SIZES
from simulator.indicators import RECORDED

SCENARIOS = ("fil-de-l-eau", "tendance-2025", "choc-regional", "fusionner", "mutualiser", "gel")
CHOICES = Choices({"a": SCENARIOS, "b": SCENARIOS[:3]}, {"a": "fil-de-l-eau", "b": "fil-de-l-eau"})

selections = st.sampled_from(["a", "b"]).flatmap(
    lambda results: st.builds(
        Selection,
        results=st.just(results),
        scenarios=st.permutations(CHOICES.scenarios[results]).map(lambda s: tuple(s[:3])),
        region=st.none() | st.sampled_from(REGIONS),
        sector=st.none() | st.sampled_from(SECTORS),
        size=st.none() | st.sampled_from(SIZES),
        indicator=st.sampled_from(RECORDED),
        language=st.sampled_from(["fr", "en"]),
    )
)


@given(selections)
def test_an_address_reproduces_the_view(selection: Selection) -> None:
    assert read_address(write_address(selection, CHOICES), CHOICES) == (selection, [])


def test_the_first_view_has_no_query_and_starts_with_the_reference() -> None:
    selection, problems = read_address("", CHOICES)
    assert (selection.reference, len(selection.scenarios), problems) == ("fil-de-l-eau", 5, [])
    assert write_address(selection, CHOICES) == ""


def test_any_scenario_can_be_the_reference_line() -> None:
    selection, _ = read_address(
        "?scenarios=fil-de-l-eau,fusionner&reference=tendance-2025", CHOICES
    )
    assert selection.scenarios == ("tendance-2025", "fil-de-l-eau", "fusionner")


def test_what_an_address_cannot_mean_is_told_and_left_out() -> None:
    address = "?scenarios=fusionner,perdu&region=99&sector=X&size=Y&indicator=z&results=c&v=7"
    selection, problems = read_address(address, CHOICES)
    assert selection == Selection("a", ("fil-de-l-eau", "fusionner"))
    for wrong in ("perdu", "99", "X", "Y", "z", "c", "7"):
        assert any(f" {wrong}" in problem or f"({wrong})" in problem for problem in problems), wrong


def test_a_sixth_scenario_is_left_out_and_told() -> None:
    selection, problems = read_address(f"?scenarios={','.join(SCENARIOS)}", CHOICES)
    assert len(selection.scenarios) == 5
    assert len(problems) == 1


def test_the_dimension_names_the_crossing() -> None:
    selection = Selection("a", SCENARIOS[:2], region="52", size="S")
    assert (selection.dimension, selection.group) == ("region_size", "52|S")
    assert selection.is_crossing
    assert (Selection("a", SCENARIOS[:2]).dimension, Selection("a", SCENARIOS[:2]).group) == (
        "all",
        "all",
    )


def test_controls_write_the_address_that_sets_them(library: Library) -> None:
    for address in ("", "?v=1&sector=SPORT&indicator=unmet_need&lang=en", "?v=1&region=52&size=S"):
        selection, _ = read_address(address, library.choices)
        assert chosen_address(library, address, control_values(selection)) == address
