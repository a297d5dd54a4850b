"""Printed cards: 63 × 88 mm, everything inside, letters that can be read, nine to a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from dashboard.language import texts_in
from dashboard.workshop.pdf import find_browser, write_pdf
from dashboard.workshop.printing import (
    BACK_HOLDS,
    FRONT_HOLDS,
    back,
    cards_page,
    front,
    printed_cards,
)
from simulator.strict_model import Bilingual

MILLIMETRE = 96 / 25.4
MEASURE = """() => [...document.querySelectorAll("article")].map((face) => {
  const box = face.getBoundingClientRect();
  const style = getComputedStyle(face);
  const inner = {
    left: box.left + parseFloat(style.paddingLeft),
    right: box.right - parseFloat(style.paddingRight),
    top: box.top + parseFloat(style.paddingTop),
    bottom: box.bottom - parseFloat(style.paddingBottom),
  };
  // Where letters really stand, not the boxes that should hold them.
  const range = document.createRange();
  range.selectNodeContents(face);
  const rects = [...range.getClientRects()];
  const out = Math.max(...rects.map((r) => Math.max(
    inner.left - r.left, r.right - inner.right, inner.top - r.top, r.bottom - inner.bottom)));
  const body = face.querySelector(".body");
  return {
    title: face.querySelector("h2").textContent, width: box.width, height: box.height, out,
    hidden: body.scrollHeight - body.clientHeight, points: parseFloat(style.fontSize) * 0.75,
  };
})"""


def measured(browser: Browser, page: str) -> list[dict[str, Any]]:
    """Each face as it is on paper."""
    opened = browser.new_page()
    try:
        opened.set_content(page)
        opened.emulate_media(media="print")
        found: list[dict[str, Any]] = opened.evaluate(MEASURE)
    finally:
        opened.close()
    return found


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_card_fits_its_paper(browser: Browser, language: str) -> None:
    found = measured(browser, cards_page(printed_cards(), "fr" if language == "fr" else "en"))
    assert len(found) == 2 * (26 + 8)
    assert {round(one["width"] / MILLIMETRE, 2) for one in found} == {63.0}
    assert {round(one["height"] / MILLIMETRE, 2) for one in found} == {88.0}
    assert [one["title"] for one in found if one["out"] > 1 or one["hidden"] > 0] == []
    assert min(one["points"] for one in found) >= 6.5


def written(characters: int) -> Bilingual:
    """Ordinary prose of so many characters."""
    text = ("Une association de quartier cherche des financements. " * 40)[:characters]
    return Bilingual(fr=text, en=text)


@pytest.mark.browser
def test_the_longest_text_that_is_taken_fits_too(browser: Browser) -> None:
    texts = texts_in("fr")
    card = next(card for card in printed_cards() if card.id == "o8-mutualiser")
    rest = front(card, texts).length - len(card.text.fr)
    longest = card.model_copy(update={"text": written(FRONT_HOLDS - rest)})
    assert card.note is not None
    rest = back(card, texts, []).length - len(card.note.fr)
    longest = longest.model_copy(update={"note": written(BACK_HOLDS - rest)})
    assert front(longest, texts).length == FRONT_HOLDS
    assert back(longest, texts, []).length == BACK_HOLDS
    found = measured(browser, cards_page([longest], "fr"))
    assert [one["title"] for one in found if one["out"] > 1 or one["hidden"] > 0] == []


@pytest.mark.browser
def test_a_pdf_has_a_sheet_of_a4_for_nine_cards(tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip("no installed browser was found: `make browser` installs one")
    path = tmp_path / "dossier à part" / "cartes.pdf"
    write_pdf(cards_page(printed_cards(), "fr"), path)
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert len(sizes) == 2 * (3 + 1)  # shocks apart
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(595, 842)}
