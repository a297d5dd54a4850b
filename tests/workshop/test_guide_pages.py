"""The guides name what is on screens, and lead to each other in both languages."""

from __future__ import annotations

import re
from html import unescape

import pytest

from dashboard.language import LANGUAGES, Language, catalogue
from dashboard.workshop.guide_pages import guide_html, guide_page
from dashboard.workshop.opening import MINUTES
from dashboard.workshop.views.entrance import GUIDE, ONE_PAGE
from simulator import verdicts
from tests.workshop.debriefed import parsed, plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [GUIDE, ONE_PAGE])
def test_guides_name_what_is_on_screens(address: str, language: Language) -> None:
    known = {french if language == "fr" else said for french, said in catalogue("en").items()}
    known |= {word[language] for word in verdicts.WORDS.values()}
    spoken = {plain(text).lower() for text in known}
    named = re.findall(r"<em>(.*?)</em>", guide_html(address, language), re.DOTALL)
    assert named
    for term in named:
        assert plain(unescape(term)).lower() in spoken, term


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_running_order_adds_up_to_three_hours(language: Language) -> None:
    """With the minutes that a room opens with, and thirty of debrief."""
    rows = re.findall(r"<td>(\d+)\smin</td>\n<td>(.*?)</td>\n<td>(.*?)</td>",
                      guide_html(GUIDE, language))  # fmt: skip
    assert sum(int(minutes) for minutes, _, _ in rows) == 180
    round_ = {phase: minutes for phase, minutes in MINUTES.items() if phase != "debrief"}
    rounds = [row for row in rows if re.search(r"20\d\d", row[1])]
    assert [int(minutes) for minutes, _, _ in rounds] == 3 * [sum(round_.values())]
    assert [int(number) for number in re.findall(r"\d+", rounds[0][2])] == list(round_.values())
    assert str(MINUTES["debrief"]) in [minutes for minutes, _, _ in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_guides_are_whole_pages_that_lead_to_each_other(language: Language) -> None:
    for address, other in ((GUIDE, ONE_PAGE), (ONE_PAGE, GUIDE)):
        page = parsed(guide_page(address, language))
        links = {given.get("href") for tag, given in page.seen if tag == "a"}
        assert f"{other}?lang={language}" in links
        assert f"{address}?lang={'en' if language == 'fr' else 'fr'}" in links


def test_both_languages_of_a_guide_have_the_same_parts() -> None:
    for address in (GUIDE, ONE_PAGE):
        first, second = (
            re.findall(r"<(h\d|li|tr|pre)\b", guide_html(address, one)) for one in LANGUAGES
        )
        assert first == second
