"""Results of a single world have no intervals: every figure is drawn all the same."""

from __future__ import annotations

import json

import pytest

import simulator
from dashboard.address import read
from dashboard.page import Page
from dashboard.pages.registry import PAGES
from dashboard.reading import Library

QUERIES = ("", "?sector=CULTURE", "?show=jobs_fte", "?show=population", "?lang=en")


@pytest.fixture(scope="module")
def one_world() -> Library:
    return Library(
        {
            "seul": simulator.simulate(
                ["rabot-20", "fusionner"], population="demo", replicates=1, quarters=8, workers=1
            )
        }
    )


@pytest.mark.parametrize("site_page", PAGES, ids=lambda one: one.path.strip("/"))
def test_every_figure_is_json_that_a_browser_reads(one_world: Library, site_page: Page) -> None:
    for query in QUERIES:
        for made in site_page.panels(one_world, read(site_page.path, query)).values():
            for drawing in made().drawings:
                assert json.dumps(drawing.figure, allow_nan=False)


def test_bars_stand_without_their_intervals(one_world: Library) -> None:
    flows = next(page for page in PAGES if page.path == "/flux")
    payers = flows.panels(one_world, read("/flux", ""))["payers"]()
    (bars,) = payers.drawings[0].figure["data"]
    assert len(bars["x"]) > 3 and "error_x" not in bars
