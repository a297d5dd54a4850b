"""Organisations alike in a browser: numbers of the folder, help first, ways out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from simulator.results import Results

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
FIGURES = "#panel-causes .main-svg"


def test_the_page_says_what_the_folder_holds(opened: Opened, results: Results) -> None:
    page = opened(path="organisations", shown=FIGURES)
    page.locator("#field-sector").select_option("CULTURE")
    expect(page.locator("#described")).to_contain_text("Culture")
    assert "sector=CULTURE" in page.url
    rows = results.lifetimes
    rows = rows[(rows["entry_quarter"] == "2025Q4") & (rows["sector"] == "CULTURE")]
    own = rows[rows["scenario"] == "choc-regional"]
    share = np.mean([
        np.average(world["exit_quarter"].isna(), weights=world["weight"])
        for _, world in own.groupby("replicate")
    ])  # fmt: skip
    expect(page.locator("#rows")).to_contain_text(f"{len(own) // 3} fiches")
    sentence = page.locator("#outcomes-sentence")
    expect(sentence).to_contain_text(f"{round(100 * share)} (de ")
    page.locator("#panel-outcomes details summary").first.click()
    expect(page.locator("#outcomes-table")).to_contain_text(f"{round(100 * share)} (de ")


def test_short_of_cash_help_comes_first_and_rates_on_request(opened: Opened) -> None:
    page = opened("?v=2&cash=0-3", path="organisations", shown="#years-not-months")
    expect(page.locator("#contacts")).to_contain_text("Prev'Asso")
    expect(page.locator("#panel-outcomes")).to_have_count(0)
    page.locator("#ask-rates").click()
    page.wait_for_selector("#panel-outcomes .main-svg")
    assert "rates=1" in page.url
    expect(page.locator("#years-not-months")).to_be_visible()


def test_too_few_rows_lead_to_more(opened: Opened) -> None:
    page = opened(
        "?v=2&sector=ENV&size=XXL&lang=en", path="organisations", width=390, shown="#refusal"
    )
    expect(page.locator("#refusal")).to_contain_text("30 are needed")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#widen a").first.click()
    page.wait_for_selector("#described")
    assert "sector=" not in page.url and "size=XXL" in page.url
