"""The command, its addresses and its downloads, over a real socket."""

from __future__ import annotations

import gzip
import inspect
import io
import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.application import create_app
from dashboard.page import Page
from dashboard.pages.registry import PAGES
from dashboard.server import address
from simulator.results import Results
from simulator.version import __version__

COMMAND = [sys.executable, "-m", "simulator", "dashboard"]


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_health_answers(served: str) -> None:
    status, body = get(f"{served}health")
    assert status == 200
    assert json.loads(body) == {"status": "ok", "version": __version__, "results": ["essai"]}


@pytest.mark.parametrize("path", ["nowhere", "docs", "openapi.json", "comparer/lost.csv", "a/b"])
def test_an_unknown_address_is_not_found(served: str, path: str) -> None:
    assert get(served + path)[0] == 404


@pytest.mark.parametrize("query, language", [("", "fr"), ("?lang=en", "en"), ("?lang=xx", "fr")])
def test_the_document_names_its_language(served: str, query: str, language: str) -> None:
    status, body = get(f"{served}{query}")
    assert status == 200
    assert f'<html lang="{language}">' in body.decode()


def test_the_document_asks_nothing_from_elsewhere(served: str) -> None:
    text = get(served)[1].decode()
    assert "https://" not in text
    assert 'src="http' not in text and 'href="http' not in text


def test_both_downloads_hold_the_same_numbers(served: str, results: Results) -> None:
    plain = pd.read_csv(io.BytesIO(get(f"{served}comparer/trajectory.csv?format=simple")[1]))
    body = get(f"{served}comparer/trajectory.csv?format=tableur")[1]
    assert body.startswith(b"\xef\xbb\xbf")
    french = pd.read_csv(io.BytesIO(body), sep=";", decimal=",", encoding="utf-8-sig")
    assert french["Moyenne"].tolist() == pytest.approx(plain["mean"].tolist())
    jobs = results.rows("all", ["jobs_fte"])
    jobs = jobs[(jobs["scenario"] == "fusionner") & (jobs["quarter"] == "2028Q4")]
    row = plain[(plain["scenario"] == "fusionner") & (plain["quarter"] == "2028Q4")].iloc[0]
    assert row["mean"] == pytest.approx(jobs["jobs_fte"].mean())


def test_no_download_of_a_group_too_small_to_show(served: str) -> None:
    query = "?region=52&sector=ENV&size=XXL"
    for path in ("survival.csv", "survival.html", "imprimer", "fichier"):
        status, body = get(f"{served}comparer/{path}{query}")
        assert status == 404
        assert "Groupe trop petit" in body.decode(), path  # the reader is told why


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("flux/payers.csv", "year=1999"),
        ("flux/flows.csv", "scenario=nowhere"),
        ("territoires/map.csv", "show=nowhere"),
        ("comparer/trajectory.csv", "indicator=nowhere"),
        ("organisations/outcomes.csv", "age=nowhere"),
        ("modele/parameters.csv", "kind=nowhere"),
        ("comparer/fichier", "scenarios=fusionner,choc-regional,nowhere"),
        ("comparer/imprimer", "region=nowhere"),
    ],
)
def test_no_file_of_another_view_than_the_one_asked_for(served: str, path: str, asked: str) -> None:
    status, body = get(f"{served}{path}?{asked}")
    assert status == 404
    assert asked.split("=")[1].split(",")[-1] in body.decode()


def test_a_slash_behind_an_address_leads_to_the_page(served: str) -> None:
    query = "?v=2&sector=EDUC"
    assert get(f"{served}comparer/{query}") == get(f"{served}comparer{query}")
    assert get(f"{served}nulle-part/")[0] == 404


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)


def test_a_port_in_use_is_told(results_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("--results", str(results_folder), "--port", port)
    assert done.returncode == 2
    assert port in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_results_that_are_missing_or_incomplete_are_told(results: Results, tmp_path: Path) -> None:
    folder = results.save(tmp_path / "partial")
    (folder / "INCOMPLETE").write_text("stopped\n", encoding="utf-8")
    newer = results.save(tmp_path / "newer")
    manifest = json.loads((newer / "manifest.json").read_text(encoding="utf-8"))
    (newer / "manifest.json").write_text(json.dumps(manifest | {"format": 9}), encoding="utf-8")
    for path in (tmp_path / "nothing", folder, newer):
        done = run("--results", str(path), "--port", "0")
        assert done.returncode == 2
        assert str(path) in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_made_beside_the_event_loop(results: Results, page: Page) -> None:
    """A coroutine would run inside it and stop every other reader."""
    routes = {route.path: route for route in create_app(results).server.routes}
    for path in (page.path, f"{page.path}/contenu", f"{page.path}/{{key}}.csv"):
        assert not inspect.iscoroutinefunction(routes[path].endpoint), path


def lines_of(served: str, query: str, **headers: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{served}comparer/contenu{query}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
    if answer.headers["content-encoding"] == "gzip":
        body = gzip.decompress(body)
    return [json.loads(line) for line in body.decode().splitlines()]


def test_the_document_holds_what_the_page_shows(served: str) -> None:
    query = "?v=2&sector=EDUC"
    document = get(f"{served}comparer{query}")[1].decode()
    about, *pieces = lines_of(served, query)
    assert [piece["at"] for piece in pieces] == list(range(about["pieces"]))
    whole = "".join(piece["html"] for piece in pieces)
    assert whole in document and len(whole) > 10_000
    assert f">{about['status']}</p>" in document
    assert all(
        f'href="{escape(link)}"' in document for link in [*about["links"], about["language"]]
    )


def test_what_is_looked_at_comes_first(served: str) -> None:
    """In any order, in any encoding: the same pieces."""
    query = "?v=2&sector=SOCIAL"
    seen = {"X-Seen": "panel-groups,panel-trajectory,panel-lost", "Accept-Encoding": "gzip"}
    pieces = lines_of(served, query, **seen)[1:]
    first = [re.search(r' id="(panel-\w+)"', piece["html"]) for piece in pieces[:2]]
    assert [found and found[1] for found in first] == ["panel-trajectory", "panel-groups"]
    in_order = lines_of(served, query)[1:]
    assert sorted(pieces, key=lambda piece: piece["at"]) == in_order


@pytest.mark.parametrize(
    "host, shown",
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("localhost",) * 2],
)
def test_the_address_printed_can_be_typed(host: str, shown: str) -> None:
    assert address(host, 8050) == f"http://{shown}:8050/"
