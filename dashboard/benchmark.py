"""How quick the pages are: `python -m dashboard.benchmark --results DIR`.

A real server in a process of its own, a real Chromium (Playwright, of the tests' environment), and
readers that ask for views at once. Prints JSON; compare rows of one run, not absolutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

READERS: Final = 50
VIEWS_OF_A_READER: Final = 3
PAUSE: Final = 10.0  # seconds that a reader looks at a view
# Filters one after the other, each on top of what is chosen then: (field, value).
CHANGES: Final = tuple(
    (field, value)
    for field, values in (
        ("sector", ("CULTURE", "SPORT", "IAE", "SOCIAL", "DROITS", "SERV", "EDUC")),
        ("region", ("11", "84", "93", "")),
        ("indicator", ("unmet_need", "survival", "public_euros", "jobs_fte")),
        ("sector", ("",)),
        ("size", ("S", "M", "L", "")),
    )
    for value in values
)
# From a change of a list to the screen. Frame after frame, what the window shows is noted: the
# texts in it, and what the figures in it are drawn from. `seen` is when the window began to show
# what it shows in the end, `whole` when all the page had come.
_CHANGE: Final = """async ([name, value]) => {
  const list = document.getElementById(name), place = document.getElementById("results");
  const drawn = new WeakMap();
  const noted = (event) => drawn.set(event.target, event.target.dataset.figure);
  const inWindow = (part) => {
    const box = part.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  };
  const shown = () => {
    const told = "h2, h3, h4, p, li, dt, dd, figcaption, [data-figure]";
    const parts = Array.from(place.querySelectorAll(told));
    return parts.filter(inWindow).map((part) =>
      part.dataset.figure ? drawn.get(part) || "" : part.textContent).join("|");
  };
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const text = shown();
    setTimeout(() => done({ at: performance.now() - begun, text }), 0);
  }));
  for (const figure of place.querySelectorAll("[data-figure]")) drawn.set(figure, figure.drawn);
  const before = shown();
  document.addEventListener("drawn", noted);
  const begun = performance.now();
  list.value = value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  const frames = [];
  let whole = null, still = 0;
  while (still < 12 && frames.length < 1000) {
    frames.push(await frame());
    const busy = place.hasAttribute("aria-busy");
    if (!busy && whole === null) whole = frames.at(-1).at;
    const same = frames.length > 1 && frames.at(-1).text === frames.at(-2).text;
    still = !busy && same ? still + 1 : 0;
  }
  document.removeEventListener("drawn", noted);
  const end = frames.at(-1).text;
  let first = frames.length - 1;
  while (first > 0 && frames[first - 1].text === end) first--;
  return end === before ? null : { seen: frames[first].at, whole };
}"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one results folder and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.benchmark", description=__doc__)
    parser.add_argument("--results", required=True, type=Path, help="results folder to serve")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser")
    given = parser.parse_args(arguments)
    with serving(given.results) as (url, _):
        view(url, "?v=2&region=52&sector=SOCIAL&size=M")  # results are read once, the finest last
        found = {**in_browser(url, given.chromium), **many_readers(url)}
    print(json.dumps(found, indent=2))


@contextmanager
def serving(results: Path, *options: str) -> Iterator[tuple[str, int]]:
    """A server of its own on a results folder: its address and the number of its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "dashboard", "--results", str(results),
         "--port", "0", "--json", *options],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"], process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def view(url: str, query: str) -> tuple[float, int]:
    """Milliseconds and status of what the page asks of the server for one view."""
    request = urllib.request.Request(f"{url}comparer/contenu{query}")
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=600) as answer:
        answer.read()
        status = answer.status
    return 1000 * (time.perf_counter() - begun), status


def in_browser(url: str, chromium: str) -> dict[str, Any]:
    """First load and reload (seconds until a figure is there, bytes), and changes of filters."""
    from playwright.sync_api import sync_playwright

    shown = "#panel-survival .main-svg, #panel-tradeoffs .main-svg"
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        received = first = 0

        def count(event: dict[str, Any]) -> None:
            nonlocal received
            received += int(event["encodedDataLength"])

        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", count)
        seconds = []
        for _ in range(2):
            begun = time.perf_counter()
            page.goto(f"{url}comparer")
            page.wait_for_selector(shown, timeout=60_000)
            seconds.append(time.perf_counter() - begun)
            page.wait_for_selector("#panel-groups .main-svg", timeout=60_000)  # all is there
            first = first or received
        page.wait_for_selector("#panel-trajectory .main-svg", timeout=60_000)
        page.locator("#panel-trajectory").scroll_into_view_if_needed()
        times: list[dict[str, float]] = []
        for _ in range(2):  # the second round finds what the first has computed
            for field, value in CHANGES:
                page.locator("#panel-trajectory [data-figure]").scroll_into_view_if_needed()
                taken = page.evaluate(_CHANGE, [f"field-{field}", value])
                times += [] if taken is None else [taken]
                page.wait_for_timeout(200)
        browser.close()
    half = len(times) // 2
    return {
        "first_load_bytes": first,
        "first_load_s": round(seconds[0], 2),
        "reload_s": round(seconds[1], 2),
        "changes": len(times),
        "change_new_ms": spread([one["seen"] for one in times[:half]]),
        "change_again_ms": spread([one["seen"] for one in times[half:]]),
        "whole_page_new_ms": spread([one["whole"] for one in times[:half]]),
        "whole_page_again_ms": spread([one["whole"] for one in times[half:]]),
    }


def many_readers(url: str) -> dict[str, Any]:
    """Times of the views that 50 readers ask for, one in ten seconds each."""

    def reader(number: int) -> list[tuple[float, int]]:
        time.sleep(number * PAUSE / READERS)  # they do not all click in the same instant
        found = []
        for step in range(VIEWS_OF_A_READER):
            found.append(view(url, _query(CHANGES[(number + 7 * step) % len(CHANGES)])))
            time.sleep(PAUSE)
        return found

    with ThreadPoolExecutor(READERS) as pool:
        answers = [answer for found in pool.map(reader, range(READERS)) for answer in found]
    return {
        "readers": READERS,
        "reader_ms": spread([taken for taken, _ in answers]),
        "reader_errors": sum(status != 200 for _, status in answers),
    }


def _query(change: tuple[str, str]) -> str:
    field, value = change
    return f"?v=2&{field}={value}" if value else ""


def spread(times: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50": round(float(p50)), "p95": round(float(p95))}


if __name__ == "__main__":
    main()
