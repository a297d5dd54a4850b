"""Scripts and styles arrive small, and are not asked for twice."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import brotli
import pytest

from dashboard import static_files
from dashboard.application import ASSETS, create_app
from dashboard.pages.registry import HOME
from dashboard.static_files import StaticFile, accepted_encodings
from simulator.results import Results
from tests.dashboard.real_client import Client, serving

PLOTLY = "/assets/plotly.min.js"


@pytest.fixture(scope="module")
def client(results: Results) -> Iterator[Client]:
    with serving(create_app(results).server) as made:
        yield made


@pytest.fixture(scope="module")
def scripts(client: Client) -> list[str]:
    text = client.ask(HOME.path).text
    return re.findall(r'(?:src|href|data-plotly)="(/assets/[^"]+)"', text)


def raw(client: Client, path: str, accepted: str) -> tuple[Mapping[str, str], bytes]:
    answer = client.ask(path, accept_encoding=accepted)
    assert answer.status == 200, path
    return answer.headers, answer.raw


def test_every_script_is_the_same_in_each_encoding(client: Client, scripts: list[str]) -> None:
    assert len(scripts) > 10 and any(PLOTLY in path for path in scripts)
    for path in scripts:
        plain = raw(client, path, "identity")[1]
        headers, small = raw(client, path, "gzip, deflate, br, zstd")
        assert headers["content-encoding"] == "br"
        assert brotli.decompress(small) == plain
        headers, small = raw(client, path, "gzip, deflate")
        assert headers["content-encoding"] == "gzip"
        assert gzip.decompress(small) == plain
        assert headers["vary"] == "Accept-Encoding"


def test_what_the_page_names_is_kept_for_a_year(client: Client, scripts: list[str]) -> None:
    for path in scripts:
        assert "max-age=31536000" in raw(client, path, "br")[0]["cache-control"]


def test_what_is_asked_for_by_its_name_alone_is_recognised(client: Client) -> None:
    headers, body = raw(client, PLOTLY, "br")
    assert len(body) < 1_300_000
    again = client.ask(PLOTLY, accept_encoding="br", if_none_match=headers["etag"])
    assert (again.status, again.content) == (304, b"")
    assert headers["cache-control"] == "no-cache"
    assert raw(client, PLOTLY, "gzip")[0]["etag"] != headers["etag"]


def test_the_best_compression_follows_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "WORTH_BEST", 1000)
    monkeypatch.setattr(static_files, "__file__", str(tmp_path / "static_files.py"))
    content = " ".join(str(number * number) for number in range(9_000)).encode()
    file = StaticFile("numbers.js", content)
    first = len(file.brotlied)
    deadline = time.monotonic() + 60
    while len(file.brotlied) == first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(file.brotlied) < first
    assert brotli.decompress(file.brotlied) == content


def test_answers_made_on_request_are_compressed(client: Client) -> None:
    headers, body = raw(client, HOME.path, "gzip")
    assert headers["content-encoding"] == "gzip"
    assert b"<!DOCTYPE html>" in gzip.decompress(body)


def test_only_the_files_that_are_there_are_served(client: Client) -> None:
    for path in ASSETS.iterdir():
        assert client.ask(f"/assets/{path.name}").content == path.read_bytes()
    assert client.ask("/assets/lost.css").status == 404
    assert client.ask("/assets/../static_files.py").status == 404


@pytest.mark.parametrize(
    "header, names",
    [
        ("gzip, br", {"gzip", "br"}),
        ("br;q=0, gzip;q=0.5", {"gzip"}),
        ("gzip; q=0.000", set()),
        ("BR", {"br"}),
    ],
)
def test_a_refused_encoding_is_not_used(header: str, names: set[str]) -> None:
    assert accepted_encodings(header) == names
