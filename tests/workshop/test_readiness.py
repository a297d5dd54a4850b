"""What the check measures is what is there, and it leaves nothing behind."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.language import texts_in
from dashboard.workshop.advice import FILE, Advice, advice_in
from dashboard.workshop.check import report
from dashboard.workshop.network import NetworkAddress
from dashboard.workshop.opening import blank, settings_from
from dashboard.workshop.readiness import (
    ALL_SECONDS,
    FEWEST,
    MOST,
    SECONDS,
    Pace,
    Readiness,
    journal_fault,
    measure,
    worlds_in,
)
from dashboard.workshop.views import create_page
from simulator.command import build_app

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/json/workshop-check.schema.json").read_text(encoding="utf-8"))


def ready(**changes: object) -> Readiness:
    """A machine with which all is well; `changes` of what was found."""
    found = Readiness(
        system="Linux", python="3.11.7", processors=2, memory=8_000_000_000,
        memory_left=4_000_000_000, disk_free=50_000_000_000, folder="/atelier",
        paces=(Pace("workshop", 0.9, 4.0, 24, 6.0), Pace("demo", 0.5, 8.0, 48, 6.0)),
        journal_fault=None, port=8050, port_fault=None,
        addresses=(NetworkAddress("192.168.1.20", "wlan0"),),
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


@given(st.floats(0.01, 1000.0))
def test_worlds_come_in_time_unless_they_are_as_few_as_they_may(per_second: float) -> None:
    worlds = worlds_in(per_second)
    assert FEWEST <= worlds <= MOST
    assert worlds / per_second <= ALL_SECONDS or worlds == FEWEST
    assert worlds == MOST or (worlds + 1) / per_second > ALL_SECONDS


def test_the_population_is_the_first_that_is_in_time() -> None:
    quick, slow = Pace("demo", 0.5, 30.0, 48, 2.0), Pace("workshop", 0.9, 2.0, 10, 6.3)
    assert ready().pace.population == "workshop"
    assert ready(paces=(slow, quick)).pace == quick
    assert ready(paces=(slow, replace(slow, population="demo"))).pace.population == "demo"


@pytest.mark.parametrize(
    ("first", "seconds", "in_time"),
    [
        (SECONDS, ALL_SECONDS, True),
        (SECONDS + 0.1, ALL_SECONDS, False),
        (SECONDS, ALL_SECONDS + 0.1, False),
    ],
)
def test_a_reveal_is_in_time_where_both_of_its_waits_are(
    first: float, seconds: float, in_time: bool
) -> None:
    assert Pace("workshop", first, 20 / seconds, 20, seconds).in_time == in_time


def test_this_machine_is_measured_and_left_as_it_was(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        found = measure(tmp_path / "not" / "yet", taken.getsockname()[1])
    assert list(tmp_path.iterdir()) == []
    assert found.folder == str(tmp_path.resolve())
    # The second one is measured where the first is too slow.
    populations = ["workshop"] if found.paces[0].in_time else ["workshop", "demo"]
    assert [pace.population for pace in found.paces] == populations
    for pace in found.paces:
        assert pace.worlds == worlds_in(pace.per_second)
        # Some worlds make the first distribution: it cannot come after that of all those played.
        assert 0 < pace.first <= 3 * found.processors / pace.per_second
    assert 0 < found.memory_left < found.memory
    assert found.journal_fault is None
    assert "port" in found.faults
    jsonschema.validate(found.as_json(), SCHEMA)


def test_the_form_of_a_room_proposes_what_the_check_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "not" / "yet"
    assert advice_in(store) == advice_in(None) == Advice(population="workshop", worlds=20)
    found = ready(paces=(Pace("workshop", 0.9, 2.0, 10, 6.3), Pace("demo", 0.5, 30.0, 37, 1.5)))
    monkeypatch.setattr("dashboard.workshop.check.measure", lambda store, port: found)
    asked = ["workshop", "--check", "--json", "--store", str(store)]
    assert CliRunner().invoke(build_app(), asked).exit_code == 0
    assert [path.name for path in store.iterdir()] == [FILE]
    fields = blank(texts_in("fr"), 1, advice_in(store))
    assert (fields["population"], fields["worlds"]) == ("demo", "37")
    asked_for = []
    made = settings_from(fields, lambda family, region, name: asked_for.append(name) or 30)
    assert (made.population, made.worlds, set(asked_for)) == ("demo", 37, {"demo"})
    page = create_page("fr", fields)
    assert '<option value="demo" selected>' in page and 'name="worlds" value="37"' in page


@pytest.mark.parametrize("kept", ['{"population": "full", "worlds": 20}', '{"worlds": 101}', "{"])
def test_an_advice_that_is_damaged_is_as_if_it_were_not_there(kept: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(kept, encoding="utf-8")
    assert advice_in(tmp_path) == Advice()


def test_a_place_that_takes_no_journal_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a-file"
    file.touch()
    assert journal_fault(tmp_path) is None
    assert "a-file" in (journal_fault(file) or "")
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("changes", "fault", "words"),
    [
        ({"disk_free": 4_900_000_000}, "disk", "4,9 Go libres dans /atelier"),
        ({"memory_left": 10**8}, "memory", "il reste 0,1 Go sur 8,0 Go"),
        ({"journal_fault": "disk I/O error"}, "journal", "choisissez un dossier de ce disque"),
        ({"port_fault": "in use"}, "port", "8050 est déjà pris"),
    ],
)
def test_what_stands_in_the_way_is_marked_and_says_what_to_do(
    changes: dict[str, object], fault: str, words: str
) -> None:
    found = ready(**changes)
    assert found.faults == (fault,)
    told = " ".join(report(found, "fr").split()).replace("\N{NO-BREAK SPACE}", " ")
    assert words in told
    assert told.count("à régler") == 2  # the line, and the verdict
    assert "Pas encore" in told


def test_a_good_machine_hears_that_it_is_ready_and_what_a_phone_should_see() -> None:
    french, english = report(ready(), "fr"), report(ready(), "en")
    assert "Oui, il est prêt." in french and "à régler" not in french
    assert "Yes, it is ready." in english
    for told, portal in ((french, "portail"), (english, "portal")):
        assert "http://192.168.1.20:8050/" in told
        assert portal in told
        assert max(map(len, told.splitlines())) <= 92


def test_without_a_network_nobody_is_sent_to_look_for_one() -> None:
    told = report(ready(addresses=()), "fr")
    assert "Sans réseau, tout se joue" in " ".join(told.split())
    assert "portail" not in told


def test_fewer_worlds_and_slow_reveals_are_said() -> None:
    few = ready(paces=(Pace("workshop", 0.9, 8.0, 12, 1.9), Pace("demo", 0.5, 30.0, 48, 2.0)))
    slow = ready(paces=(Pace("workshop", 0.9, 1.0, 10, 12.5), Pace("demo", 0.5, 2.0, 10, 6.3)))
    assert "12 mondes au lieu de 20" in report(few, "fr")
    assert "démonstration" in report(slow, "fr")
    assert "se fera attendre" in report(slow, "fr")
    assert few.faults == slow.faults == ()  # a session can be held
