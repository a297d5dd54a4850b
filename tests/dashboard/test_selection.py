"""The address is the state of the page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import read, written
from dashboard.selection import Choices, Selection, read_selection, selection_parts
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


def selected(query: str) -> tuple[Selection, list[str]]:
    return read_selection(read("/comparer", query), CHOICES)


def address_of(selection: Selection) -> str:
    return written(selection_parts(selection, CHOICES), selection.language)


@given(selections)
def test_an_address_reproduces_the_view(selection: Selection) -> None:
    assert selected(address_of(selection)) == (selection, [])


def test_the_first_view_has_no_query_and_starts_with_the_reference() -> None:
    selection, problems = selected("")
    assert (selection.reference, len(selection.scenarios), problems) == ("fil-de-l-eau", 5, [])
    assert address_of(selection) == ""


def test_the_first_scenario_is_the_reference_line() -> None:
    selection, _ = selected("?v=2&scenarios=tendance-2025,fil-de-l-eau,fusionner")
    assert selection.scenarios == ("tendance-2025", "fil-de-l-eau", "fusionner")
    old, _ = selected("?v=1&scenarios=fil-de-l-eau,fusionner&reference=tendance-2025")
    assert old == selection


def test_what_an_address_cannot_mean_is_told_and_left_out() -> None:
    address = "?scenarios=fusionner,perdu&region=99&sector=X&size=Y&indicator=z&results=c&v=7"
    selection, problems = selected(address)
    assert selection == Selection("a", ("fusionner",))
    for wrong in ("perdu", "99", "X", "Y", "z", "c", "7"):
        words = (f" {wrong}", f"({wrong})", f"«\xa0{wrong}\xa0»")
        assert any(word in problem for problem in problems for word in words), wrong


def test_a_sixth_scenario_is_left_out_and_told() -> None:
    selection, problems = selected(f"?scenarios={','.join(SCENARIOS)}")
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
