"""Images of figures carry everything that their page says around them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def downloaded(page: Page, panel: str, kind: str, folder: Path) -> Path:
    with page.expect_download() as begun:
        page.click(f"#panel-{panel} [data-image={kind}]")
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


def words(svg: str) -> str:
    """Every text of an image, lines joined as they are read."""
    found = re.findall(r"<(?:svg:)?text\b[^>]*>(.*?)</(?:svg:)?text>", svg, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", "", text) for text in found))


@pytest.mark.parametrize("panel", ["trajectory", "fates", "difference"])
def test_a_vector_image_says_what_it_shows(front: Page, tmp_path: Path, panel: str) -> None:
    svg = downloaded(front, panel, "svg", tmp_path).read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    said = words(svg).replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")
    title = front.locator(f"#{panel}-title").inner_text()
    expected = [
        title, "Choc régional", "Fusionner", "Référence : « Au fil de l'eau »",
        "Toutes les régions simulées", "Population « démonstration »", "3 mondes simulés",
        "graine 2026", "version", "Simulation conditionnelle, pas une prévision",
    ]  # fmt: skip
    if panel == "trajectory":
        expected += ["Zone : du plus bas au plus haut des 3 mondes", "Au fil de l'eau – référence"]
    for text in expected:
        assert text.replace("\N{NO-BREAK SPACE}", " ") in said, text
    joined = said.replace(" ", "")  # a link may be broken in two lines
    shown = "results=[^&]+&scenarios=fil-de-l-eau,choc-regional,fusionner"
    assert re.search(rf"http://[^?]*/comparer\?.*{shown}.*indicator=jobs_fte", joined)
    assert re.findall(r">([ABC])<", svg)


def test_a_vector_image_holds_the_drawings_of_the_page(front: Page, tmp_path: Path) -> None:
    """Every trace: the reference and the bands as well."""
    svg = downloaded(front, "trajectory", "svg", tmp_path).read_text(encoding="utf-8")
    drawn = front.locator("#panel-trajectory .js-plotly-plot").evaluate(
        "graph => graph.querySelectorAll('.scatterlayer .trace').length"
    )
    assert drawn > 6
    assert len(re.findall(r'class="trace scatter', svg)) == drawn


def test_a_pixel_image_can_be_printed(front: Page, tmp_path: Path) -> None:
    with Image.open(downloaded(front, "fates", "png", tmp_path)) as image:
        assert image.format == "PNG"
        assert image.width == 2000 and image.height > 1600
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
        assert colours is not None and len(colours) > 50
