"""A real server on real results, and a real Chromium that may speak to nothing else."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

import simulator
from simulator.results import Results

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
FIGURES = "#panel-groups .main-svg"  # the last figure of the page
FINDER = Path(__file__).parents[1] / "environment" / "chromium.py"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one; skips only where no browser is found."""
    specification = importlib.util.spec_from_file_location("environment_chromium", FINDER)
    assert specification is not None and specification.loader is not None
    finder = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(finder)
    path = finder.find_chromium()
    if path is None:
        pytest.skip("no Chromium was found: `make browser` installs one")
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Results read back from their folder, as anybody would."""
    made = simulator.simulate(
        ["fil-de-l-eau", "choc-regional", "fusionner"],
        population="demo",
        replicates=3,
        seed=2026,
        quarters=12,
    )
    return Results.load(made.save(tmp_path_factory.mktemp("browser") / "essai"))


@pytest.fixture(scope="session")
def url(results: Results) -> Iterator[str]:
    assert results.folder is not None
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "dashboard", "--results", str(results.folder),
         "--store", str(results.folder.parent / "essais"), "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests: pages share what the browser has fetched already."""
    made = browser.new_context()
    yield made
    made.close()


class Watch:
    """Pages of one server, and what they did that they should not have done."""

    def __init__(self, url: str, context: BrowserContext) -> None:
        self.url = url
        self.local = urlsplit(url).netloc
        self.context = context
        self.pages: list[Page] = []
        self.foreign: list[str] = []
        self.errors: list[str] = []

    def __call__(
        self, query: str = "", width: int = 1280, shown: str = FIGURES, path: str = "comparer"
    ) -> Page:
        """A page at an address, once `shown` is there."""
        page = self.context.new_page()
        self.follow(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{self.url}{path}{query}")
        page.wait_for_selector(shown, timeout=60_000)
        return page

    def follow(self, page: Page) -> None:
        """Note what a page asks for and what it complains about."""
        self.pages.append(page)
        page.on("request", self._asked)
        page.on("websocket", lambda opened: self.foreign.append(opened.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)

    def close(self) -> None:
        """Close the pages; a request to another host or an error of a page is a failure."""
        for page in self.pages:
            page.close()
        assert self.foreign == []
        assert self.errors == []

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.local:
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


@pytest.fixture
def opened(url: str, context: BrowserContext) -> Iterator[Watch]:
    """Opens pages that only this test uses."""
    watch = Watch(url, context)
    yield watch
    watch.close()


@pytest.fixture(scope="session")
def front(url: str, context: BrowserContext) -> Iterator[Page]:
    """The first view, for tests that only read it."""
    watch = Watch(url, context)
    yield watch()
    watch.close()
