"""Pages of the workshop in a browser: what axe has to say, and what their script keeps.

No server is needed: the browser is given what one would answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import escape
from playwright.sync_api import Browser, Page, Route

from dashboard.language import texts_in
from dashboard.workshop.opening import blank
from dashboard.workshop.views import (
    console_parts,
    create_page,
    join_page,
    screen_parts,
    shell,
    table_parts,
)
from dashboard.workshop.views.document import ASSETS, Kind
from tests.workshop.sample_rooms import NOW, seen_at

pytestmark = pytest.mark.browser

SITE = "http://127.0.0.1:9"
FRENCH = texts_in("fr")
RULES: dict[str, dict[str, Any]] = {
    "light": {"rules": {"target-size": {"enabled": True}}},
    "dark": {"runOnly": ["color-contrast"]},  # nothing else changes with the colours
}
UNFOLDED = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
SMALL = """() => [...document.querySelectorAll("button, summary, label, select")]
  .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44)
  .filter(one => !one.querySelector("meter")).map(one => one.outerHTML.slice(0, 120))"""
TYPES = {".css": "text/css", ".js": "text/javascript"}


class Room:
    """What a server would answer: one document, the parts that are pushed, what was sent."""

    def __init__(self, browser: Browser, width: int, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 844}, **options)
        self.document = ""
        self.parts: dict[str, str] = {}
        self.version = 1
        self.sent: list[dict[str, Any]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, document: str) -> Page:
        self.document = document
        self.page.goto(f"{SITE}/page")
        return self.page

    def push(self, parts: dict[str, str]) -> None:
        """What pages find when they next ask; their stream is refused, so they ask."""
        self.parts, self.version = parts, self.version + 1

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        if path == "/page":
            route.fulfill(body=self.document, content_type="text/html; charset=utf-8")
        elif path.startswith("/assets/"):
            file = ASSETS / path.rpartition("/")[2]
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path.startswith("/atelier/etat/"):
            route.fulfill(json={"version": self.version, "now": NOW, "parts": self.parts})
        elif path.startswith("/atelier/agir/"):
            self.sent.append(json.loads(route.request.post_data or ""))
            status, said = self.answers.pop(0) if self.answers else (200, {"version": 1})
            route.fulfill(status=status, json=said)
        else:
            route.fulfill(status=204)  # no stream


@pytest.fixture
def phone(browser: Browser) -> Iterator[Room]:
    room = Room(browser, 390, has_touch=True)
    yield room
    room.context.close()
    assert room.errors == []


def documents() -> dict[str, tuple[int, str]]:
    """Name → width and document, those with most in them."""

    def page(kind: Kind, parts: dict[str, str]) -> str:
        return shell(kind, "fr", "Essai", parts, token="jeton", version=1, now=NOW)

    found = {
        f"table-{phase}": (390, page("table", table_parts(seen_at(phase), "table-1", "", FRENCH)))  # type: ignore[arg-type]
        for phase in ("predict", "decide", "reveal", "debate", "ended")
    }
    found |= {
        "join": (390, join_page(seen_at("lobby"))),
        "create": (1280, create_page("fr", blank(FRENCH, 42), {"title": "à corriger"})),
        "console": (1280, page("console", console_parts(seen_at("decide"), FRENCH))),
        "console-on-a-phone": (390, page("console", console_parts(seen_at("debate"), FRENCH))),
        "screen": (1280, page("screen", screen_parts(seen_at("reveal"), FRENCH))),
    }
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say(browser: Browser, scheme: str) -> None:
    told, wide = [], []
    for name, (width, document) in documents().items():
        room = Room(browser, width, color_scheme=scheme, reduced_motion="reduce")
        page = room.open(document)
        page.evaluate(UNFOLDED)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
        found = Axe().run(page, options=RULES[scheme])
        told += [
            (name, v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"])
            for v in found.response["violations"]
        ]
        room.context.close()
    assert told == []
    assert wide == []


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_what_is_projected_needs_no_scrolling(browser: Browser, size: tuple[int, int]) -> None:
    """Results have most in them; what they are is in sight below them."""
    room = Room(browser, size[0])
    page = room.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    parts = screen_parts(seen_at("reveal"), FRENCH)
    room.open(shell("screen", "fr", "Essai", parts, token="jeton"))
    page.add_style_tag(content="#connection { display: none }")  # nobody answers here
    tall = page.evaluate("document.documentElement.scrollHeight")
    footer = page.locator("footer").bounding_box()
    room.context.close()
    assert tall <= size[1]
    assert footer is not None and footer["y"] + footer["height"] <= size[1]


def test_fingers_find_what_they_press(phone: Room) -> None:
    for phase in ("predict", "decide", "debate"):
        parts = table_parts(seen_at(phase), "table-1", "", FRENCH)  # type: ignore[arg-type]
        page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", now=NOW))
        assert page.evaluate(SMALL) == []


def test_what_is_being_typed_stays_while_the_room_goes_on(phone: Room) -> None:
    parts = table_parts(seen_at("predict"), "table-6", "", FRENCH)
    page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", version=1, now=NOW))
    field = page.locator("input[type=number]").first
    page.locator("summary").first.click()
    field.fill("83")
    # Another table's doings change nothing here; the form comes again as after a reload.
    phone.push({**parts, "predict": parts["predict"] + "<p id='new'>neuf</p>"})
    page.wait_for_selector("#new")
    assert field.input_value() == "83"
    assert page.evaluate("document.activeElement.type") == "number"
    assert page.locator("details[open]").count() == 1
    assert page.locator("input[type=range]").first.input_value() == "83"


def test_a_command_that_failed_is_sent_again_with_the_same_id(phone: Room) -> None:
    parts = table_parts(seen_at("predict"), "table-6", "", FRENCH)
    page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", version=1, now=NOW))
    for field, number in zip(page.locator("input[type=number]").all(), ("83", "97"), strict=True):
        field.fill(number)
    phone.answers = [(503, {}), (200, {"version": 2})]
    button = page.get_by_role("button", name="Noter notre prévision")
    button.evaluate("one => { one.click(); one.click(); }")  # a double click asks once
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert len(phone.sent) == 2 and phone.sent[0] == phone.sent[1]
    assert phone.sent[0]["values"] == {"survival": 0.83, "quality_adjusted_service_index": 97}
    assert phone.sent[0]["do"] == "predict" and len(phone.sent[0]["id"]) >= 8


@pytest.mark.parametrize(
    ("kind", "place", "button"),
    [("console", "next", "#part-next button"), ("table", "budget", "#part-budget button")],
)
def test_a_second_click_at_once_does_nothing_of_what_comes_next(
    browser: Browser, kind: Kind, place: str, button: str
) -> None:
    """On the console the same button goes on to the next phase; on a phone it undoes."""
    steps: tuple[dict[str, str], dict[str, str]]
    if kind == "console":
        steps = (console_parts(seen_at("lobby"), FRENCH), console_parts(seen_at("predict"), FRENCH))
    else:
        steps = tuple(table_parts(seen_at("decide"), table, "", FRENCH)  # type: ignore[assignment]
                      for table in ("table-6", "table-1"))  # fmt: skip
    room = Room(browser, 1280)
    room.page.clock.install(time=NOW / 1000)
    page = room.open(shell(kind, "fr", "Essai", steps[0], token="jeton", version=1, now=NOW))
    page.wait_for_selector("#connection:not([hidden])")  # without a stream it asks after each act
    page.clock.pause_at(NOW / 1000 + 3600)
    page.wait_for_timeout(200)  # what it asked before is answered; it asks no more by itself
    pressed = page.locator(button).first
    before = page.locator(f"#part-{place}").inner_html()
    room.push(steps[1])
    pressed.dispatch_event("click")
    page.wait_for_function(
        "([id, was]) => document.getElementById(id).innerHTML !== was && "
        "!document.querySelector(`#${id} button`).matches(':not([aria-disabled])')",
        arg=[f"part-{place}", before], polling=20,
    )  # fmt: skip
    page.clock.run_for(150)
    pressed.click(force=True)
    page.keyboard.press("Enter")
    assert len(room.sent) == 1
    page.clock.run_for(750)
    pressed.click()
    page.wait_for_function("() => document.querySelector('[aria-disabled]')", polling=20)
    assert len(room.sent) == 2 and room.sent[1] != room.sent[0]
    room.context.close()


def test_a_refusal_is_said_and_what_is_there_comes_back(phone: Room) -> None:
    parts = table_parts(seen_at("decide"), "table-1", "", FRENCH)
    page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", version=1, now=NOW))
    phone.parts = parts
    phone.answers = [(409, {"reason": "closed", "message": "Les décisions sont fermées."})]
    box = page.locator(".hand input:not(:checked):not(:disabled)").first
    value = box.get_attribute("value")
    box.click()
    page.wait_for_selector("text=Les décisions sont fermées.")
    page.wait_for_function(
        "name => !document.querySelector(`.hand input[value='${name}']`).checked", arg=value
    )
    assert value in phone.sent[0]["cards"] and phone.sent[0]["do"] == "choose"


def test_what_is_chosen_says_what_it_was_chosen_from(phone: Room) -> None:
    """Another phone of the table chose meanwhile: the form is the same, its boxes and folds too."""
    seen = seen_at("decide")
    line = seen.room.choice(0, "table-1").line
    parts = table_parts(seen, "table-1", "", FRENCH)
    page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", version=1, now=NOW))
    box = page.locator(".hand input:not(:disabled)").first
    box.evaluate("one => { one.mark = 1; one.focus(); }")
    box.click()
    page.wait_for_function("() => !document.querySelector('[data-typed]')")  # it was accepted
    now = json.dumps({"seen": line}, separators=(",", ":"))
    later = now.replace(str(line), str(line + 7))
    assert escape(now) in parts["hand"]
    phone.push({**parts, "hand": parts["hand"].replace(escape(now), escape(later))})
    page.wait_for_function("text => document.querySelector('#choose [type=hidden]').dataset.set "
                           "=== text", arg=later)  # fmt: skip
    assert box.evaluate("one => one.mark === 1 && document.activeElement === one")
    box.click()
    page.wait_for_function("() => !document.querySelector('[data-typed]')")
    assert [asked["seen"] for asked in phone.sent] == [line, line + 7]


def test_a_countdown_follows_the_clock_of_the_server(phone: Room) -> None:
    """The phone's clock is years away from the made-up one of the room."""
    parts = table_parts(seen_at("decide"), "table-1", "", FRENCH)
    page = phone.open(shell("table", "fr", "Essai", parts, token="jeton", version=1, now=NOW))
    minutes, seconds = page.locator("time[data-ends]").inner_text().split(":")
    assert 690 <= 60 * int(minutes) + int(seconds) <= 700
