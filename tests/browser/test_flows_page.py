"""Flux in a browser: payers, ribbons and lists say what the folder says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dashboard.money import year_of_money
from simulator.results import Results

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
RIBBONS = "#panel-flows .main-svg"
SPACES = re.compile("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} ]")


def rows(page: Page, key: str) -> list[list[str]]:
    page.locator(f"#panel-{key} details", has_text="Tableau des données").locator("summary").click()
    table = page.locator(f"#{key}-table table")
    expect(table).to_be_visible()
    found: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(c => c.innerText))"
    )
    return found


def millions(text: str) -> float:
    return float(SPACES.sub("", text).removesuffix("M€").replace(",", ".").replace("−", "-"))


def test_flows_on_the_page_are_those_of_the_folder(opened: Opened, results: Results) -> None:
    page = opened("?v=2&scenario=choc-regional&year=2027", shown=RIBBONS, path="flux")
    money = year_of_money(results, "choc-regional", 2027)
    means = dict(zip(money.flows, money.euros.mean(axis=0), strict=True))
    lines = rows(page, "flows")
    for payer, kind, flow in (
        ("Régions", "Subventions", ("subvention", "region", "organisations")),
        ("Ménages", "Ventes aux usagers", ("user_sales", "households", "organisations")),
        ("Organisations de l'ESS", "Salaires nets", ("net_wages", "organisations", "households")),
    ):
        line = next(line for line in lines if line[0] == payer and line[2] == kind)
        assert millions(line[3]) == pytest.approx(means[flow] / 1e6, abs=0.051)
    headings = page.locator("#panel-flows h4").all_inner_texts()
    assert headings == ["Choc régional", "Référence\N{NO-BREAK SPACE}: Au fil de l'eau"]
    expect(page.locator("#decisions")).to_contain_text("La Région réduit ses subventions")
    expect(page.locator("#hypotheses")).to_contain_text("ne suppose rien de plus")
    expect(page.locator("#who-pays")).to_contain_text("Par décision, en 2027")


def test_year_and_scenario_are_in_the_address(opened: Opened) -> None:
    page = opened("?lang=en", width=390, shown=RIBBONS, path="flux")
    expect(page.locator("#who-title")).to_have_text(
        "Who pays less in “A regional shock”, and who pays instead?"
    )
    page.select_option("#field-year", "2026")
    page.wait_for_url("**year=2026**")
    expect(page.locator("#payers-title")).to_contain_text("2026")
    page.select_option("#field-scenario", "fusionner")
    page.wait_for_url("**scenario=fusionner**")
    expect(page.locator("#who-title")).to_contain_text("Merg")
    expect(page.locator("#field-year")).to_have_value("2026")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
