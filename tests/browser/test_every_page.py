"""What every page of the registry keeps to: nothing for axe to say, the keyboard alone, any width.

A page added later is tested as soon as it is in the registry.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dashboard.pages.registry import PAGES
from tests.browser.conftest import Watch

pytestmark = pytest.mark.browser

DRAWN = """() => {
  const figures = [...document.querySelectorAll("[data-figure]")];
  return figures.every(figure => figure.querySelector(".main-svg"));
}"""
# Rows are alike: eight of each table are enough, and quicker.
UNFOLDED = """async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (let turn = 0; turn < 100; turn++) {
    const places = [...document.querySelectorAll("details[data-table] [data-place]")];
    if (places.every(place => place.dataset.shows)) break;
    await new Promise(done => setTimeout(done, 50));
  }
  for (const row of document.querySelectorAll("tbody tr:nth-child(n + 9)")) row.remove();
}"""
RULES = {"rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2, off unless asked for
PLOTLY_INSIDES = [[".js-plotly-plot .svg-container"]]  # said in words beside it


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.path)
def page(request: pytest.FixtureRequest, url: str, browser: Browser) -> Iterator[Page]:
    """One page, drawn and with everything unfolded; it asked nothing from elsewhere."""
    context = browser.new_context(reduced_motion="reduce")
    watch = Watch(url, context)
    made = context.new_page()
    watch.follow(made)
    made.set_viewport_size({"width": 1280, "height": 900})
    made.goto(url.rstrip("/") + request.param.path)
    made.wait_for_function(DRAWN, timeout=60_000)
    yield made
    watch.close()
    context.close()


def test_its_words_stand_in_order(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("h1").count() == 1
    assert page.title().endswith("– Penser demain")
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    for said in page.locator("[role=status], [role=alert], [aria-live]").all_inner_texts():
        assert len(said) <= 150, said
    assert page.locator("script:not([src])").count() == 0


FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  at.dataset.visited = String(Number(at.dataset.visited || 0) + 1);
  const all = [...document.querySelectorAll("*")];
  return {
    name: at.outerHTML.slice(0, 120), place: all.indexOf(at), times: Number(at.dataset.visited),
    seen: drawn && box.width > 0 && box.height > 0
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


def test_the_keyboard_goes_through_it(page: Page) -> None:
    """In the order of the page, from the skip link to the end, each stop visible, none twice."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    stops: list[dict[str, Any]] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["times"] > 1:
            break
        stops.append(stop)
    assert "skip-link" in stops[0]["name"]
    assert len(stops) > 5
    assert [s["name"] for s in stops if not s["seen"]] == []
    places = [s["place"] for s in stops]
    assert places == sorted(places)
    reachable = page.evaluate(
        """() => [...document.querySelectorAll(
            "a[href], button:not([disabled]), select, input, textarea, summary, [tabindex='0']")]
            .filter(e => e.checkVisibility() && !e.closest("[hidden]") && e.tabIndex >= 0)
            .filter(e => !e.matches("input[type=radio]:not(:checked)"))
            .filter(e => !e.dataset.visited).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert reachable == []


@pytest.mark.parametrize("width", [320, 390, 640, 1280, 1920])
def test_nothing_sticks_out(page: Page, width: int) -> None:
    """640 is a screen of 1280 at 200 %, 320 at 400 %."""
    page.set_viewport_size({"width": width, "height": 900})
    fits = "({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth"
    for _ in range(100):  # figures follow a moment later
        if page.locator("html").evaluate(fits):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{width}: something sticks out")


def test_every_drawing_leaves_as_an_image_that_says_what_it_is(page: Page) -> None:
    for panel in page.locator("[data-words]:has([data-image=svg])").all():
        with page.expect_download() as begun:
            panel.locator("[data-image=svg]").click()
        svg = begun.value.path().read_text(encoding="utf-8")
        texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
        said = html.unescape(" ".join(texts)).replace("\N{NO-BREAK SPACE}", " ")
        title = panel.locator(".panel-title").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        for expected in (title, "Source ("):
            assert expected in said, (title, expected)
        link = page.evaluate("window.lastingLink()")  # may be broken in two lines
        assert link.startswith(page.url.split("?")[0]), link
        assert link in said.replace(" ", ""), (title, link)
        if "Source (simulation)" in said:
            assert "Simulation conditionnelle, pas une prévision." in said, title
        assert svg.count("main-svg") >= panel.locator(".js-plotly-plot").count() > 0, title


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate(UNFOLDED)
    found = Axe().run(page, context={"exclude": PLOTLY_INSIDES}, options=RULES)
    told = [
        (
            violation["id"],
            violation["nodes"][0]["html"][:200],
            violation["nodes"][0]["failureSummary"],
        )
        for violation in found.response["violations"]
    ]
    assert told == [], json.dumps(told, indent=1, ensure_ascii=False)
