"""A comparison on paper and in a file of its own, opened as those who receive it do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from simulator.results import Results

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "query, first, last",
    [
        ("", "Simulation conditionnelle, pas une prévision", "Ce que ces chiffres ne disent pas"),
        ("?v=2&by=region&lang=en", "Conditional simulation, not a forecast", "Provenance"),
    ],
    ids=["fr", "en"],
)
def test_four_sheets_of_paper(
    url: str, context: BrowserContext, query: str, first: str, last: str
) -> None:
    page = context.new_page()
    page.goto(f"{url}comparer/imprimer{query}")
    page.wait_for_selector("[data-chart=difference][data-drawn]")
    sheets = page.locator(".sheet")
    expect(sheets).to_have_count(4)
    expect(sheets.first).to_contain_text(first)
    expect(sheets.last).to_contain_text(last)
    for text in ("2026", "demo" if "lang=en" in query else "démonstration", "comparer"):
        expect(sheets.last).to_contain_text(text)
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 4
    page.close()


def test_a_file_opens_without_server_or_network(
    front: Page, context: BrowserContext, results: Results, tmp_path: Path
) -> None:
    with front.expect_download() as begun:
        front.click("#handover a[download]")
    path = tmp_path / begun.value.suggested_filename
    begun.value.save_as(path)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(re.compile("^(?!file:|data:)"), lambda route: route.abort())
    page.goto(path.as_uri())
    expect(page.locator("[data-chart=level] svg")).to_be_visible()
    assert asked == [path.as_uri()]
    link = page.locator(".sheet").last.locator("a")
    # Not what is shown first: that may be something else tomorrow.
    expect(link).to_have_attribute(
        "href", re.compile("results=.*scenarios=fil-de-l-eau,choc-regional,fusionner")
    )
    compared = results.compare("unmet_need", by="sector").set_index(["scenario", "group"])
    page.get_by_label("Indicateur", exact=True).select_option("unmet_need")
    name = "Éducation, formation, éducation populaire"
    page.get_by_label("Organisations", exact=True).select_option(name)
    row = page.locator("#ends tr", has_text="Choc régional")
    shown = row.locator("td").nth(1).inner_text().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    difference = 100 * compared.loc[("choc-regional", "EDUC"), "difference"]
    assert float(shown.split()[0].replace("pt", "")) == pytest.approx(difference, abs=0.051)
    page.get_by_label("C Fusionner").uncheck()
    expect(page.locator("#ends")).not_to_contain_text("Fusionner")
    # The reference cannot be taken away, nor its band.
    assert page.locator("[data-scenario='0']").count() == 0
    expect(page.locator("#ends")).to_contain_text("Au fil de l'eau")
    assert page.locator("[data-chart=level] polygon").count() == 2
    expect(page.locator(".banner")).to_have_text("Simulation conditionnelle, pas une prévision")
    # On a phone letters keep their size, and nothing is wider than the screen.
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.querySelector('.letter').getBoundingClientRect().height > 12")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_long_titles_and_many_groups_still_make_four_sheets(
    url: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{url}comparer/imprimer")
    page.wait_for_selector("[data-chart=difference][data-drawn]")
    page.locator(".key li").evaluate_all(
        "lines => lines.forEach(line => line.append(' – conventions pluriannuelles de quatre ans'))"
    )
    page.locator("#ends th[scope=row], .dense th").evaluate_all(
        "cells => cells.forEach(cell => cell.append(' – conventions pluriannuelles de quatre ans'))"
    )
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 4
    page.close()
