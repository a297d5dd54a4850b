"""What pages look like, beside how they looked when somebody last looked at them.

References are small: each of their pixels is the mean of a square of the page. After a change that
is meant, look at the pages, then write the references anew: `PENSER_DEMAIN_SCREENSHOTS=write pytest
tests/browser/test_screenshots.py`. The letters are those of one font, so that every machine breaks
lines at the same words.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import Watch
from tests.browser.test_every_page import DRAWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REFERENCES = Path(__file__).parent / "screenshots"
WRITES = os.environ.get("PENSER_DEMAIN_SCREENSHOTS") == "write"
WIDTHS = (390, 1280, 1920)
SHOWN = ("comparer", "territoires", "flux", "organisations", "scenarios", "experiences", "modele")
HEIGHT = 2400  # pixels of a page, from its top
SQUARE = 10  # pixels of the page for one of a reference
DARKER = 12.0  # of 255: a square that differs by more is another one
MOST = 0.005  # share of the squares that may differ
FONT = """
@font-face { font-family: Reference; src: url(/reference-400.ttf); font-weight: 400; }
@font-face { font-family: Reference; src: url(/reference-700.ttf); font-weight: 600 900; }
*, svg text { font-family: Reference !important; }
"""
FILES = {"400": "DejaVuSans.ttf", "700": "DejaVuSans-Bold.ttf"}
Draws = Callable[[str, int], np.ndarray]


@pytest.fixture(scope="module")
def page(url: str, browser: Browser) -> Iterator[Page]:
    """A page that draws letters with a font of ours, and moves nothing."""
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True, locale="fr-FR")
    for weight, name in FILES.items():
        font = Path(matplotlib.get_data_path(), "fonts", "ttf", name)
        context.route(f"**/reference-{weight}.ttf", partial(_give, font))
    watch = Watch(url, context)
    made = context.new_page()
    watch.follow(made)
    yield made
    watch.close()
    context.close()


def _give(font: Path, route: Route) -> None:
    route.fulfill(path=font)


@pytest.fixture(scope="module")
def seen(page: Page, url: str) -> Draws:
    """The top of a page at a width, in squares: (rows, columns) from 0, black, to 255."""

    def look(name: str, width: int, after: str = "() => {}") -> np.ndarray:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(url + name)
        page.add_style_tag(content=FONT)
        for weight in FILES:
            page.evaluate(f"() => void document.fonts.load('{weight} 16px Reference')")
        page.wait_for_function(
            "() => [...document.fonts].filter(one => one.status === 'loaded').length >= 2",
            timeout=10_000,
        )
        page.wait_for_function(DRAWN, timeout=60_000)
        page.evaluate(
            "() => document.querySelectorAll('.js-plotly-plot')"
            ".forEach(drawn => Plotly.Plots.resize(drawn))"
        )
        page.wait_for_timeout(300)
        page.evaluate(after)
        taken = Image.open(io.BytesIO(page.screenshot())).convert("L")
        return np.asarray(
            taken.resize((width // SQUARE, HEIGHT // SQUARE), Image.Resampling.BOX), dtype=float
        )

    return look


def differing(one: np.ndarray, other: np.ndarray) -> float:
    """Share of the squares that differ."""
    assert one.shape == other.shape
    return float((np.abs(one - other) > DARKER).mean())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_looks_as_it_did(seen: Draws, name: str, width: int) -> None:
    found, reference = seen(name, width), REFERENCES / f"{name}-{width}.png"
    if WRITES:
        REFERENCES.mkdir(exist_ok=True)
        Image.fromarray(found.astype(np.uint8)).save(reference, optimize=True)
    with Image.open(reference) as kept:
        share = differing(found, np.asarray(kept, dtype=float))
    assert share < MOST, f"{name} at {width}: {100 * share:.1f} % looks otherwise"


SPOILT = {
    "a figure is gone": "() => document.querySelector('[data-figure]').style.visibility = 'hidden'",
    "the choices lie over each other": """() => document.querySelectorAll('.control').forEach(
        one => { one.style.position = 'absolute'; one.style.top = '0'; })""",
    "letters are too large": "() => { document.body.style.zoom = 1.1; }",
    "no style": """() => document.querySelectorAll('link[rel=stylesheet]').forEach(
        one => one.remove())""",
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_page_that_is_spoilt_is_told(seen: Callable[..., np.ndarray], what: str) -> None:
    with Image.open(REFERENCES / "territoires-1280.png") as kept:
        whole = np.asarray(kept, dtype=float)
    assert differing(seen("territoires", 1280, SPOILT[what]), whole) > 2 * MOST
