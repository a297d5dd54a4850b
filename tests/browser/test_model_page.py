"""The page about the model in a browser: tables that unfold, a filter, a download."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from simulator.parameters import SPECS

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
FIGURES = "#panel-calibration .main-svg"


def test_parameters_unfold_are_filtered_and_downloaded(opened: Opened) -> None:
    page = opened(path="modele", shown=FIGURES)
    page.locator("#field-kind").focus()
    page.locator("#field-kind").select_option("published")
    published = [spec for spec in SPECS.values() if spec.kind == "published"]
    expect(page.locator("#status")).to_contain_text(f"{len(published)} paramètres")
    assert page.evaluate("document.activeElement.id") == "field-kind"
    first = published[0]
    page.locator("#families summary").first.click()
    table = page.locator("#families table").first
    expect(table).to_contain_text(first.name)
    expect(table.locator("caption")).to_have_count(1)
    with page.expect_download() as download:
        page.locator('a[href^="/modele/parameters.csv"]').last.click()
    with open(download.value.path(), encoding="utf-8") as file:
        assert [line["name"] for line in csv.DictReader(file)] == list(SPECS)


def test_it_reads_on_a_phone_in_english(opened: Opened) -> None:
    page = opened("?v=2&lang=en", path="modele", width=390, shown=FIGURES)
    expect(page.locator("#panel-facts")).to_contain_text("Held out: they alone validate anything")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
