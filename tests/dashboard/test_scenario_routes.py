"""The routes of the scenario page over a real socket: forms, files, runs, a restart."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dashboard.scenarios.draft import packed, unpacked
from dashboard.scenarios.sought import BLANK
from simulator.results import Results

CUT = BLANK.replace("levers: []", "levers:\n  - {lever: public_funding, change: -20%}").replace(
    "quarters: 40", "quarters: 6"
)


@contextmanager
def served(results_folder: Path, store: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "dashboard", "--results", str(results_folder),
         "--store", str(store), "--port", "0", "--json"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def url(results_folder: Path, store: Path) -> Iterator[str]:
    with served(results_folder, store) as address:
        yield address


def asked(url: str, **form: str) -> tuple[int, dict[str, Any]]:
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, body, headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.slow
def test_a_run_is_played_kept_and_found_after_a_restart(
    url: str, results_folder: Path, store: Path
) -> None:
    address = f"?y={packed(CUT)}&population=demo&source=default"
    status, answer = asked(f"{url}scenarios/essais", address=address)
    assert status == 202 and f"run={answer['run']}" in answer["search"]
    again, same = asked(f"{url}scenarios/essais", address=address)
    assert (again, same["run"]) == (202, answer["run"])
    end = time.monotonic() + 300
    state: dict[str, Any] = {}
    while state.get("state") != "finished":
        assert time.monotonic() < end and state.get("state") not in ("failed", "cancelled")
        time.sleep(0.1)
        _, state = asked(f"{url}scenarios/essais/{answer['run']}")
    assert len(Results.load(store / "runs" / state["results"]).units) == 20
    with served(results_folder, store) as restarted:
        table = f"comparer/headlines.csv?v=2&results={state['results']}&format=simple"
        with urllib.request.urlopen(restarted + table, timeout=60) as found:
            assert b"essai-mon-scenario" in found.read()


def test_a_form_changes_the_draft_of_the_address(url: str) -> None:
    status, answer = asked(
        f"{url}scenarios/atelier",
        address="?v=2&lang=en",
        action="add",
        new_lever="public_funding",
        quarters="40",
        family="combined",
        **{"title.fr": "Ma coupe", "narrative.fr": "Une coupe."},
    )
    assert status == 200
    query = urllib.parse.parse_qs(answer["search"].lstrip("?"))
    assert query["lang"] == ["en"]
    assert "id: essai-ma-coupe" in unpacked(query["y"][0])
    assert "levers[0].change" in answer["html"]


def test_a_link_to_share_gives_the_same_text(url: str) -> None:
    _, answer = asked(f"{url}scenarios/partager", address=f"?y={packed(CUT)}")
    assert "y=" not in answer["search"]
    with urllib.request.urlopen(f"{url}scenarios/scenario.yaml{answer['search']}") as found:
        assert found.read().decode() == CUT
        assert "attachment" in found.headers["Content-Disposition"]


def test_a_text_too_long_for_an_address_is_kept_on_the_server(url: str) -> None:
    noise = "".join(f"# {(i * 2654435761) % 2**32:08x}{(i * 40503) % 65536:04x}\n"
                    for i in range(1_500))  # fmt: skip
    status, answer = asked(f"{url}scenarios/texte", address="?lang=en", text=BLANK + noise)
    assert status == 200 and "s=" in answer["search"] and len(answer["search"]) < 100
    with urllib.request.urlopen(f"{url}scenarios/scenario.yaml{answer['search']}") as found:
        assert found.read().decode() == BLANK + noise


Sent = Callable[[str], tuple[int, dict[str, Any]]]


@pytest.mark.parametrize(
    "path, form, expected",
    [
        ("texte", {"text": "x" * 300_000}, 413),
        ("texte", {"text": "x" * 2_000_000}, 413),
        ("texte", {"text": "caf\N{REPLACEMENT CHARACTER}"}, 422),
        ("essais", {"address": "?s=nowhere"}, 422),
        ("essais", {"address": f"?y={packed(BLANK.replace('combined', 'x'))}"}, 422),
        ("essais", {"address": f"?y={packed(CUT)}&population=national"}, 422),
        ("essais/annuler", {"address": "?run=00000000000000000000"}, 404),
    ],
)
def test_what_is_refused_is_told(url: str, path: str, form: dict[str, str], expected: int) -> None:
    status, answer = asked(f"{url}scenarios/{path}", **({"address": ""} | form))
    assert status == expected
    assert len(answer["message"]) > 10 and "Traceback" not in answer["message"]


def test_nothing_stands_in_for_what_an_address_names_wrongly(url: str) -> None:
    """Neither a file nor a short link of an empty scenario: the link was cut off."""
    for query in ("?s=no-such-scenario", "?y=cut-off", "?s=../../secret"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}scenarios/scenario.yaml{query}", timeout=60)
        assert refused.value.code == 404
        status, answer = asked(f"{url}scenarios/partager", address=query)
        assert status == 422 and "search" not in answer


def test_bytes_that_are_no_form_are_refused_in_words(url: str) -> None:
    request = urllib.request.Request(f"{url}scenarios/texte", b"text=\xe9\xe8")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 422 and "UTF-8" in json.loads(refused.value.read())["message"]


def test_another_site_starts_nothing(url: str) -> None:
    request = urllib.request.Request(
        f"{url}scenarios/essais", urllib.parse.urlencode({"address": "?s=rabot-10"}).encode(),
        headers={"Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403
    refused.value.close()


def cancelled(url: str, run: str, asker: str) -> dict[str, Any]:
    status, answer = asked(f"{url}scenarios/essais/annuler", address=f"?run={run}", asker=asker)
    assert status == 200
    return answer


def test_a_window_cancels_for_itself_alone(url: str) -> None:
    text = CUT.replace("-20%", "-29%").replace("quarters: 6", "quarters: 60")
    address = f"?y={packed(text)}&population=demo&draws=200"
    (_, one), (_, other) = (asked(f"{url}scenarios/essais", address=address) for _ in range(2))
    _, again = asked(f"{url}scenarios/essais", address=address, asker=one["asker"])
    assert one["run"] == other["run"] == again["run"]
    assert again["asker"] == one["asker"] != other["asker"]
    for asker in (one["asker"], one["asker"], "", "someone who made it up"):
        assert "il continue" in cancelled(url, one["run"], asker)["message"]
    assert cancelled(url, one["run"], other["asker"]) == {"state": "cancelled"}


def test_a_full_queue_is_429_in_words(url: str) -> None:
    def draft(number: int) -> str:
        text = CUT.replace("-20%", f"-{number}%").replace("quarters: 6", "quarters: 60")
        return f"?y={packed(text)}&population=demo"

    answers = [asked(f"{url}scenarios/essais", address=draft(n)) for n in range(30, 42)]
    refused = [answer for status, answer in answers if status == 429]
    assert refused and "Réessayez" in refused[0]["message"]
    for status, answer in answers:
        if status == 202:
            cancelled(url, answer["run"], answer["asker"])
            _, state = asked(f"{url}scenarios/essais/{answer['run']}")
            assert state["state"] in ("cancelled", "finished")
