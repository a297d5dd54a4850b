"""Building a scenario, simulating it and finding it again, as a reader does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from dashboard.scenarios.draft import packed, unpacked
from dashboard.scenarios.sought import BLANK
from simulator.results import Results
from simulator.scenario import parse_scenario

pytestmark = pytest.mark.browser
LONG = 120_000
SHORT = BLANK.replace("quarters: 40", "quarters: 8")


@pytest.fixture
def page(url: str, context: BrowserContext) -> Iterator[Page]:
    """A page; an error of a script is a failure."""
    made, errors = context.new_page(), list[str]()
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.set_default_timeout(60_000)
    yield made
    made.close()
    assert errors == []


def draft(page: Page) -> str:
    found = re.search(r"[?&]y=([^&]+)", page.url)
    assert found is not None
    return unpacked(found[1])


def test_a_scenario_is_built_simulated_and_compared(page: Page, url: str, results: Results) -> None:
    page.goto(f"{url}scenarios?v=2&population=demo&source=default&y={packed(SHORT)}")
    page.fill('[id="title.fr"]', "Coupe à moi")
    page.select_option("#new_lever", "public_funding")
    page.click('[data-action="add"]')
    change = page.locator('[id="levers[0].change"]')
    change.fill("10 %")
    change.press("Tab")
    fault = page.locator('[id="fault-levers[0].change"]')
    expect(fault).to_contain_text("n'a pas de signe", timeout=LONG)
    expect(change).to_have_value("10 %")
    change.fill("−10 %")
    change.press("Tab")
    expect(fault).to_be_empty(timeout=LONG)
    expect(page.locator("#scenario-title")).to_have_text("Coupe à moi", timeout=LONG)
    scenario = parse_scenario(draft(page))
    assert scenario.sentences("fr")[0].replace("\u00a0", " ") in (
        page.locator(".sentence").first.inner_text().replace("\u00a0", " ")
    )
    page.click("#simulate")
    detail = page.locator("#live-run a", has_text="Comparer en détail")
    expect(detail).to_be_visible(timeout=LONG)
    name = re.search(r"results=(essai-[0-9a-f]+)", detail.get_attribute("href") or "")
    assert name is not None and results.folder is not None
    kept = Results.load(results.folder.parent / "essais" / "runs" / name[1])
    assert kept.scenario_ids[1] == scenario.id and len(kept.units) == 20
    jobs = kept.rows("all", ["jobs_fte"])
    end = jobs[jobs["quarter"] == kept.quarters[-1]].pivot_table(
        "jobs_fte", "replicate", "scenario", observed=True
    )
    difference = (end[scenario.id] - end["fil-de-l-eau"]).mean()
    expected = f"{abs(difference) / 1e3:.1f}".replace(".", ",")
    lines = page.locator("#live-run .run-lines").inner_text()
    assert expected in lines or f"{abs(difference):.0f}" in lines.replace("\u202f", "")
    detail.click()
    expect(page.locator("#panel-difference .main-svg").first).to_be_visible(timeout=LONG)


def test_a_run_is_followed_over_failures_and_cancelled_after_a_reload(page: Page, url: str) -> None:
    page.goto(f"{url}scenarios?v=2&population=demo&draws=200&y={packed(BLANK)}")
    page.select_option("#new_lever", "public_funding")
    page.click('[data-action="add"]')
    page.locator('[id="levers[0].change"]').fill("−7 %")
    page.locator('[id="levers[0].change"]').press("Tab")
    page.click("#simulate")
    expect(page.locator("#run-words")).to_be_visible(timeout=LONG)
    page.route("**/essais/regard**", lambda route: answered(route, 404))
    expect(page.locator("#live-run .problem")).to_have_text("erreur 404", timeout=LONG)
    page.unroute("**/essais/regard**")
    failing = [500, 429, 503]
    page.route("**/essais/regard**", lambda route: answered(route, failing.pop(0))
               if failing else route.continue_())  # fmt: skip
    page.reload()
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#live-run")).to_contain_text("Simulation annulée", timeout=LONG)
    assert failing == [], "looks that failed were followed by others"


def answered(route: Route, status: int) -> None:
    route.fulfill(status=status, json={"message": f"erreur {status}"})


def test_going_back_gives_the_draft_before(page: Page, url: str) -> None:
    page.goto(f"{url}scenarios?v=2&y={packed(SHORT)}")
    title = page.locator('[id="title.fr"]')
    title.fill("Premier")
    title.press("Tab")
    expect(page.locator("#scenario-title")).to_have_text("Premier", timeout=LONG)
    title.fill("Second")
    title.press("Tab")
    expect(page.locator("#scenario-title")).to_have_text("Second", timeout=LONG)
    page.go_back()
    expect(page.locator("#scenario-title")).to_have_text("Premier", timeout=LONG)
    assert "Premier" in draft(page)


def test_two_tabs_do_not_disturb_each_other(page: Page, url: str, context: BrowserContext) -> None:
    other = context.new_page()
    for one, name in ((page, "Une"), (other, "Autre")):
        one.goto(f"{url}scenarios?v=2&y={packed(SHORT)}")
        one.fill('[id="title.fr"]', name)
        one.press('[id="title.fr"]', "Tab")
    for one, name in ((page, "Une"), (other, "Autre")):
        expect(one.locator("#scenario-title")).to_have_text(name, timeout=LONG)
        assert name in draft(one)
    other.close()


@pytest.mark.parametrize(
    "content, words",
    [
        (b"id: caf\xe9\n", "UTF-8"),
        (b"x" * 300_000, "256 ko"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(
    page: Page, url: str, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "essai.yaml").write_bytes(content)
    page.goto(f"{url}scenarios?v=2&y={packed(SHORT)}")
    page.click(".draft-text summary")
    before = page.url
    page.set_input_files("#draft-file", tmp_path / "essai.yaml")
    expect(page.locator(".draft-text [data-answer]")).to_contain_text(words)
    assert page.url == before


def test_a_pasted_text_with_faults_stays_as_it_was_written(page: Page, url: str) -> None:
    page.goto(f"{url}scenarios?v=2&y={packed(SHORT)}")
    page.click(".draft-text summary")
    broken = "id: un\nid: deux\n"
    page.fill("#draft-text", broken)
    page.click("[data-read-text]")
    expect(page.locator(".builder-faults")).to_contain_text("écrite deux fois", timeout=LONG)
    expect(page.locator("#draft-text")).to_have_value(broken)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("query", ["", "?s=contrat-de-confiance", f"?y={packed(SHORT)}"])
def test_pages_fit_their_width(page: Page, url: str, width: int, query: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{url}scenarios{query}")
    page.wait_for_selector("#new_lever" if "y=" in query else "#results h2:not(.visually-hidden)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
