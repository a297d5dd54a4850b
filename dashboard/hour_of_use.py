"""Whether memory stays flat over an hour of use: `python -m dashboard.hour_of_use --results DIR`.

What 20 readers do in an hour, one thing every 30 seconds each, is asked for as fast as the server
answers: pages, views in both languages, tables, files, exports, and live runs of scenarios that
nobody has run before, opened and compared when they are over. Prints JSON: resident memory of the
server and of the processes of live runs, in MB, every five minutes of that hour.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psutil

from dashboard.benchmark import serving
from dashboard.live.benchmark import TEXT
from dashboard.pages.registry import PAGES
from dashboard.scenarios.draft import packed
from simulator.codes import REGIONS, SECTORS, SIZES
from simulator.indicators import HEADLINES

READERS: Final = 20
PAUSE: Final = 30  # seconds between two things that a reader does
AT_ONCE: Final = 4  # readers that wait for an answer at the same time
PARTS: Final = 12  # of the hour, each with one live run
OPENED: Final = ("comparer", "territoires", "flux", "organisations")
TAKEN: Final = (
    "trajectory.csv",
    "survival.csv",
    "groups.html",
    "headlines.html",
    "imprimer",
    "fichier",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the hour on a server of its own and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.hour_of_use", description=__doc__)
    parser.add_argument("--results", required=True, type=Path, help="results folder to serve")
    given = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as store,
        serving(given.results, "--store", store) as (url, pid),
    ):
        print(json.dumps(played(url, psutil.Process(pid)), indent=1))


def played(url: str, server: psutil.Process) -> dict[str, Any]:
    """Memory every five minutes of the hour, and what was asked."""
    chance = random.Random(2026)
    ask(f"{url}comparer?{urlencode(_group(chance, 3))}")  # results are read once
    simulated(url, 1)  # and so are the processes started
    begun = time.perf_counter()
    found = [memory(server)]
    answers: dict[int, int] = {}
    for part in range(PARTS):
        asked = [_step(chance) for _ in range(READERS * 3600 // PAUSE // PARTS)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            run = pool.submit(simulated, url, 2 + part)
            for status in pool.map(lambda path: ask(url + path), asked):
                answers[status] = answers.get(status, 0) + 1
            answers[run.result()] = answers.get(run.result(), 0) + 1
        found.append(memory(server))
    return {
        "seconds": round(time.perf_counter() - begun),
        "answers": answers,
        "minutes": [60 * part // PARTS for part in range(PARTS + 1)],
        "server_mb": [server for server, _ in found],
        "workers_mb": [workers for _, workers in found],
    }


def memory(server: psutil.Process) -> tuple[int, int]:
    """Resident memory of the server and of its processes together, in MB."""
    children = server.children(recursive=True)
    own, theirs = (sum(p.memory_info().rss for p in group) for group in ([server], children))
    return own // 10**6, theirs // 10**6


def ask(url: str, body: bytes | None = None) -> int:
    """Status of an answer that was read to its end."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=600) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def simulated(url: str, percent: int) -> int:
    """Status of the comparison of a live run that nobody has asked for before, once it is over."""
    draft = {"v": "2", "y": packed(TEXT.format(percent=percent)) or "", "population": "workshop"}
    body = urlencode({"address": "?" + urlencode(draft)}).encode()
    request = urllib.request.Request(f"{url}scenarios/essais", body)
    with urllib.request.urlopen(request, timeout=600) as answer:
        found = json.load(answer)
    while True:
        ask(f"{url}scenarios/essais/regard{found['search']}")  # as the page that waits does
        with urllib.request.urlopen(f"{url}scenarios/essais/{found['run']}") as answer:
            state = json.load(answer)
        if state["state"] not in ("waiting", "running"):
            break
        time.sleep(0.4)
    return ask(f"{url}comparer?v=2&results={state['results']}")


def _step(chance: random.Random) -> str:
    """Path and query of something that a reader does."""
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(PAGES).path[1:] + chance.choice(("", "?v=2&lang=en"))
    parts = {"v": "2", **_group(chance, chance.choice((0, 1, 1, 1, 2)))}
    if chance.random() < 0.5:
        parts["indicator"] = chance.choice(HEADLINES)
    if chance.random() < 0.2:
        parts["lang"] = "en"
    query = urlencode(parts)
    if kind < 0.85:
        return f"{chance.choice(OPENED)}/contenu?{query}"
    return f"comparer/{chance.choice(TAKEN)}?{query}"


def _group(chance: random.Random, count: int) -> dict[str, str]:
    """A group of organisations, by `count` of région, sector and size."""
    codes = {"region": REGIONS, "sector": SECTORS, "size": SIZES}
    return {name: chance.choice(codes[name]) for name in chance.sample(list(codes), count)}


if __name__ == "__main__":
    main()
