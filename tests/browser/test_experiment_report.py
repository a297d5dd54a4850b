"""The report of an experiment opens from a file, on a phone and on a desk, and asks for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from experiments.report import write_report
from tests.experiments.report import fabricated_experiments as fabricated

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with pictures of most kinds, and long titles."""
    given = fabricated.plan(
        "{kind: latin_hypercube, n: 60}", fabricated.PARAMETERS,
        "{policies: [rabot-10, subvention-vers-commande]}", "2",
    )  # fmt: skip
    folder = fabricated.write(tmp_path_factory.mktemp("report") / "essai", given)
    return write_report(folder)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_report_fits_and_shows_its_figures(
    report: Path, context: BrowserContext, width: int
) -> None:
    page, told, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == page.evaluate("document.documentElement.clientWidth")
    seen = page.eval_on_selector_all(
        "figure img",
        """images => images.map(image => [
            image.complete && image.naturalWidth > 0, image.getBoundingClientRect().width,
            image.getBoundingClientRect().right <= window.innerWidth, image.currentSrc.length])""",
    )
    assert len(seen) >= 6
    assert all(loaded and room > 300 and inside for loaded, room, inside, _ in seen)
    narrow = page.eval_on_selector_all("source", "all => all.map(one => one.srcset.length)")
    assert ([length for *_, length in seen] == narrow) == (width <= 640)
    assert told == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()
