"""Meanings come on hover, on focus and on a tap; they stay, and Escape sends them away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]


def test_a_meaning_comes_and_goes(opened: Opened) -> None:
    page = opened("", 390)
    word = page.locator("#help .gloss-word").last
    text = page.locator("#help .gloss-text").last
    expect(word).to_have_text("conciliation")
    expect(text).to_be_hidden()
    word.hover()
    expect(text).to_be_visible()
    expect(word).to_have_attribute("aria-expanded", "true")
    box = text.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    text.hover()  # the pointer may go over the meaning
    expect(text).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    page.mouse.move(0, 0)
    word.focus()
    expect(text).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    expect(word).to_be_focused()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    page.mouse.move(0, 0)
    expect(text).to_be_visible()
    page.locator("#help").click(position={"x": 2, "y": 2})
    expect(text).to_be_hidden()


def test_one_meaning_at_a_time(opened: Opened) -> None:
    page = opened()
    words = page.locator(".gloss-word")
    words.nth(0).click()
    words.nth(1).click()
    assert page.locator(".gloss-text:visible").count() == 1


def test_nothing_is_kept_in_the_browser(opened: Opened) -> None:
    page = opened()
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
