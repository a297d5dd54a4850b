"""Old links still work, and no link breaks a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import LONGEST, MIGRATIONS, VERSION, read, written

# Links of each published version, and what they say today.
PUBLISHED = [
    ("?v=1&scenarios=a,b&reference=c", {"scenarios": "c,a,b"}),
    ("?scenarios=a,b&reference=b", {"scenarios": "b,a,b"}),
    ("?v=1&reference=b", {"scenarios": "b,*"}),
    ("?v=1&scenarios=a,b", {"scenarios": ".,a,b"}),
    ("?v=1&sector=EDUC&indicator=unmet_need", {"sector": "EDUC", "indicator": "unmet_need"}),
    ("?v=2&scenarios=c,a,b", {"scenarios": "c,a,b"}),
]


@pytest.mark.parametrize("query, given_today", PUBLISHED)
def test_a_published_link_says_what_it_said(query: str, given_today: dict[str, str]) -> None:
    address = read("/comparer", query)
    assert (dict(address.given), address.problems) == (given_today, ())


def test_every_version_leads_to_the_next() -> None:
    assert set(MIGRATIONS) == set(range(1, VERSION))


parts = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=5), st.text(min_size=1, max_size=20), max_size=5
)


@given(parts, st.sampled_from(["fr", "en"]))
def test_what_is_written_is_what_is_read(given_parts: dict[str, str], language: str) -> None:
    address = read("/p", written(given_parts, language))  # type: ignore[arg-type]
    assert (dict(address.given), address.language, address.problems) == (given_parts, language, ())


@given(st.text(max_size=300))
def test_any_text_can_stand_behind_the_question_mark(query: str) -> None:
    read("/p", "?" + query)


@pytest.mark.parametrize("version", ["0", "3", "99", "x", "-1", "²", "1" * 5000])
def test_an_unknown_version_is_told(version: str) -> None:
    address = read("/p", f"?v={version}&region=52")
    assert len(address.problems) == 1 and len(address.problems[0]) < 120
    assert address.asked("region") == "52"


def test_a_link_without_end_is_cut_and_told() -> None:
    address = read("/p", "?region=52&x=" + "a" * 2 * LONGEST)
    assert address.asked("region") == "52"
    assert len(address.problems) == 1


def test_only_links_of_an_earlier_version_are_old() -> None:
    assert read("/p", "?v=1&region=52").is_old and read("/p", "?reference=b").is_old
    assert not any(read("/p", query).is_old for query in ("", "?region=52", "?v=2&a=b", "?v=9"))
