"""Reports, sheets and guides as a browser sets them: pages of A4, nothing wider than a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from dashboard.language import Language, texts_in
from dashboard.workshop.debrief import report, sheets
from dashboard.workshop.guide_pages import guide_page
from dashboard.workshop.room.settings import Role, Seat
from dashboard.workshop.views.entrance import GUIDE, ONE_PAGE
from tests.workshop.conftest import ROLES
from tests.workshop.debriefed import Journal, debrief, journal

LONG = "Associations culturelles de la métropole"
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def pages(page: Page) -> int:
    """Pages of A4 that it prints on."""
    sizes = re.findall(
        rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True)
    )
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} <= {
        (595, 842), (595, 841),
    }  # fmt: skip
    return len(sizes)


def longest() -> Journal:
    """Eight rounds with the longest names: as much as a sheet may have to hold."""
    roles = tuple(
        Role(**{**role.model_dump(), "name": f"{LONG[:38]} {n}"}) for n, role in enumerate(ROLES)
    )
    seats = tuple(
        Seat(id=f"table-{n}", name=f"{LONG[:38]} {n}", role=role.id)
        for n, role in enumerate(ROLES, 1)
    )
    ends = tuple(f"{2026 + number}Q4" for number in range(8))
    return journal(8, rounds=ends, roles=roles, tables=seats, title=2 * LONG)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_table_has_one_page(browser: Browser, language: Language) -> None:
    opened = browser.new_page()
    try:
        for made, tables in ((journal(), 6), (longest(), 4), (journal(0), 6)):
            opened.set_content(sheets(debrief(made), texts_in(language)))
            assert pages(opened) == tables
            opened.emulate_media(media="print")
            opened.set_viewport_size({"width": 680, "height": 1000})  # A4 without its margins
            held = "all => all.filter(one => one.scrollHeight > one.clientHeight).length"
            assert opened.eval_on_selector_all(".sheet", held) == 0
    finally:
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_participants_page_is_one_page(browser: Browser, language: Language) -> None:
    opened = browser.new_page()
    try:
        opened.set_content(guide_page(ONE_PAGE, language))
        assert pages(opened) == 1
    finally:
        opened.close()


@pytest.mark.browser
def test_nothing_is_wider_than_a_phone_or_asks_for_anything(browser: Browser) -> None:
    found = debrief(longest(), journal(2).room)
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    try:
        for html in (report(found, texts_in("fr")), sheets(found, texts_in("fr")),
                     guide_page(GUIDE, "fr"), guide_page(ONE_PAGE, "en")):  # fmt: skip
            opened.set_content(html)
            assert opened.evaluate("document.documentElement.scrollWidth") == 390
        assert not [one for one in asked if not one.startswith("data:")]
        assert not said
    finally:
        opened.close()
