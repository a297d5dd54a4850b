"""Territoires in a browser: the map, its table and its address say what the folder says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from simulator.codes import REGION_NAMES, REGIONS
from simulator.results import Results

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
MAP = "#panel-map .main-svg"


def rows(page: Page) -> dict[str, list[str]]:
    """Région → cells of the map's table."""
    page.locator("#panel-map details", has_text="Tableau des données").locator("summary").click()
    expect(page.locator("#map-table table")).to_be_visible()
    lines = page.locator("#map-table table").evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c => c.innerText))"
    )
    return {line[0]: line[1:] for line in lines}


def test_differences_on_the_page_are_those_of_the_folder(opened: Opened, results: Results) -> None:
    page = opened("?v=2&scenario=fusionner&show=volunteers_index", shown=MAP, path="territoires")
    found = results.compare("volunteers_index", by="region")
    found = found[found["scenario"] == "fusionner"].set_index("group").loc["52"]
    shown = rows(page)
    assert list(shown) == [REGION_NAMES[region] for region in REGIONS]
    written = shown["Pays de la Loire"]
    number = written[0].split()[0].replace(",", ".").replace("\N{MINUS SIGN}", "-")
    assert float(number.split("\N{NO-BREAK SPACE}")[0]) == pytest.approx(
        found["difference"], abs=0.051
    )
    assert written[-1] == str(round(found["rows"]))
    assert all("absente" in shown[REGION_NAMES[r]][0] for r in REGIONS if r != "52")
    expect(page.locator("#region-legend")).to_contain_text("Pays de la Loire")
    expect(page.locator("#synthetic")).to_contain_text("pas observées")
    names = page.locator("#panel-map .annotation-text").all_inner_texts()
    assert len(names) == 18 + 5 + 1  # a label each, a value in each square, the heading


def test_the_map_follows_its_controls_and_its_link(opened: Opened) -> None:
    page = opened("?lang=en", width=390, shown=MAP, path="territoires")
    page.select_option("#field-show", "poverty")
    page.wait_for_url("**show=poverty**")
    expect(page.locator("#map-title")).to_have_text("Published figure: Poverty rate")
    expect(page.locator("#region-legend")).to_contain_text("Île-de-France (16.1%)")
    expect(page.locator("#panel-map .badge-published")).to_be_visible()
    page.go_back()
    expect(page.locator("#map-title")).to_contain_text("Exposure")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    map_box = page.locator(MAP).first.bounding_box()
    assert map_box is not None and map_box["width"] <= 390
