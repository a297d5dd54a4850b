"""What a stranger may ask of the server, and what every answer says to the browser."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from dashboard import failures, routes
from dashboard.application import create_app
from dashboard.pages import compare
from dashboard.pages.registry import BY_PATH, HOME
from dashboard.protection import LARGEST_BODY
from dashboard.server import THIS_MACHINE, names_of
from simulator.results import Results
from tests.dashboard.real_client import Client, serving

POSTED = "/scenarios/texte"


@pytest.fixture(scope="module")
def client(results: Results) -> Iterator[Client]:
    with serving(create_app(results, names=THIS_MACHINE).server) as made:
        yield made


@pytest.mark.parametrize("path", [*BY_PATH, "/nowhere", "/health", "/assets/theme.css"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    headers = client.ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in policy["script-src"] and "http" not in policy["script-src"]


@pytest.mark.parametrize("path", BY_PATH)
def test_no_script_stands_in_a_page(client: Client, path: str) -> None:
    answer = client.ask(path)
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert scripts and all(" src=" in script for script in scripts)
    assert not re.search(r"<[^>]+\son[a-z]+=", answer.text)


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a b"])
def test_a_name_that_is_not_ours_is_refused(client: Client, name: str) -> None:
    answer = client.ask("/health", host=name)
    assert answer.status == 421
    assert "Adresse non reconnue" in answer.text and "results" not in answer.text


@pytest.mark.parametrize("name", ["127.0.0.1:8050", "localhost:1", "[::1]:8050", "LOCALHOST"])
def test_the_names_of_this_machine_are_known(client: Client, name: str) -> None:
    assert client.ask("/health", host=name).status == 200


def test_names_follow_from_how_the_server_is_started() -> None:
    assert names_of("127.0.0.1", ()) == THIS_MACHINE
    assert names_of("0.0.0.0", ()) is None
    assert names_of("0.0.0.0", ["demain.example"]) == (*THIS_MACHINE, "demain.example")


TRAVERSALS = [
    "../pyproject.toml", "..%2fpyproject.toml", "%2e%2e/%2e%2e/etc/passwd", "....//etc/passwd",
    "..%5c..%5cetc%5cpasswd", "%252e%252e%252fetc%252fpasswd", "/etc/passwd", "theme.css%00.js",
    ".", "..", "",
]  # fmt: skip


@pytest.mark.parametrize("name", TRAVERSALS)
@pytest.mark.parametrize(
    "prefix",
    ["/assets/", f"{HOME.path}/", "/"],
)
def test_no_path_leads_out(client: Client, prefix: str, name: str) -> None:
    """Sent as it is written: libraries that ask politely tidy such paths away."""
    answer = client.ask(prefix + name)
    assert answer.status in (307, 404) or (prefix + name).rstrip("./") in ("", *BY_PATH)
    assert not re.search(r"root:|\[project\]|^import ", answer.text, re.MULTILINE)


def test_what_is_too_long_is_refused_in_words(client: Client) -> None:
    body = b"x" * (LARGEST_BODY + 1)
    answer = client.ask(POSTED, "POST", body)
    assert answer.status == 413
    assert "Envoi trop volumineux" in answer.text
    chunks = (body[i : i + 65_536] for i in range(0, len(body), 65_536))
    assert client.ask(POSTED, "POST", chunks).status == 413  # no length told beforehand
    large = bytes(50_000_000)  # heard to its end: the sender reads why it is refused
    for sent in (large, (large[i : i + 1_000_000] for i in range(0, len(large), 1_000_000))):
        answer = client.ask(POSTED, "POST", sent)
        assert answer.status == 413 and "Envoi trop volumineux" in answer.text
    english = client.ask(f"{POSTED}?lang=en", "POST", body)
    assert "Too much was sent" in english.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b""])
def test_json_that_is_none_is_told(client: Client, body: bytes) -> None:
    answer = client.ask(POSTED, "POST", body, content_type="application/json")
    assert answer.status == 422
    assert "Demande incomprise" in answer.text


@pytest.mark.parametrize("body", [{}, [], {"output": "lost.children"}, {"inputs": 3}])
@pytest.mark.parametrize("path", [POSTED, "/scenarios/essais", "/scenarios/atelier"])
def test_a_request_made_by_hand_shows_no_traceback(client: Client, path: str, body: object) -> None:
    answer = client.post(path, body)
    assert answer.status in (200, 404, 405, 422, 503)
    assert "Traceback" not in answer.text and "dashboard/" not in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_sites_may_send_nothing(client: Client, origin: str) -> None:
    """A form needs nobody's leave to send, and lands here under our own name."""
    body = json.dumps({}).encode()
    answer = client.ask(POSTED, "POST", body, origin=origin, content_type="text/plain")
    assert answer.status == 403
    assert "Rien n'a été fait" in html.unescape(answer.text)
    own = f"http://127.0.0.1:{client.port}"
    assert client.ask(POSTED, "POST", body, origin=own).status != 403


def test_a_method_that_is_none_is_refused(client: Client) -> None:
    answer = client.ask("/health", "DELETE")
    assert answer.status == 405
    assert "<h1>" in answer.text


def asked(client: Client, query: str) -> list[dict[str, object]]:
    """What the page itself asks when its address changes, line by line."""
    answer = client.ask(f"{HOME.path}/contenu{query}", accept="application/json")
    return [json.loads(line) for line in answer.content.splitlines()]


def test_a_page_that_fails_says_so_and_works_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the machine")

    with monkeypatch.context() as patched:
        patched.setattr(routes, "drawn", broken)
        whole = client.ask(f"{HOME.path}?lang=en&sector=SPORT")
        said = json.dumps(asked(client, "?lang=en&sector=SPORT"), ensure_ascii=False)
    assert whole.status == 500 and "Nothing is lost" in whole.text
    assert "secret" not in whole.text and "Traceback" not in whole.text
    assert "Something went wrong" in said and "Nothing is lost" in said
    assert "secret" not in said and "Traceback" not in said
    identifier = re.search(r"[0-9a-f]{8}", caplog.records[-1].message)
    assert identifier is not None and identifier.group() in said
    assert caplog.records[-1].name == failures.LOG.name
    assert asked(client, "?lang=en&sector=SPORT")[-1].keys() == {"at", "html"}


def test_a_piece_that_fails_says_so_in_its_line(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The pieces before it are there already: the status cannot say it."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret of the machine")

    with monkeypatch.context() as patched:
        patched.setitem(compare.PANELS, "fates", broken)
        lines = asked(client, "?lang=en&sector=CULTURE")
    said = str(lines[-1]["message"])
    assert "Something went wrong" in said and "secret" not in said
    identifier = re.search(r"[0-9a-f]{8}", caplog.records[-1].message)
    assert identifier is not None and identifier.group() in said
    assert "html" in asked(client, "?lang=en&sector=CULTURE")[-1]


def test_what_the_page_is_told_says_nothing_of_the_machine(client: Client) -> None:
    text = client.ask(HOME.path).text
    assert "plotly.com" not in text and "GCC" not in text


def test_no_server_is_named_over_a_real_socket(served: str) -> None:
    place = urlsplit(served)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    connection.request("GET", "/health")
    answer = connection.getresponse()
    assert answer.getheader("server") is None
    assert json.loads(answer.read())["status"] == "ok"
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status == 421
    connection.close()
