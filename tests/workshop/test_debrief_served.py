"""What the server gives of a report: to the facilitator all of it, to a table its own sheet."""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.application import create_app
from dashboard.language import texts_in
from dashboard.live.workers import Workers
from dashboard.reading import Library
from dashboard.workshop.debrief import report
from dashboard.workshop.debrief.gathering import gathered
from dashboard.workshop.downloads import NotMade, download, own_sheet
from dashboard.workshop.engine import Engine
from dashboard.workshop.outcome import Looked
from dashboard.workshop.pdf import find_browser
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.state import Room
from dashboard.workshop.tokens import results_name
from dashboard.workshop.venue import Venue
from tests.dashboard.real_client import Client, serving
from tests.workshop.acting import advance, body, facilitator, guess, hall_in, room_in
from tests.workshop.conftest import opening

FR = texts_in("fr")


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Venue:
    return Venue(hall_in(tmp_path_factory.mktemp("rooms")), "http://127.0.0.1/")


@pytest.fixture(scope="module")
def client(venue: Venue) -> Iterator[Client]:
    app = create_app([], names=("127.0.0.1", "localhost"), workshop=venue)
    with serving(app.server) as client:
        yield client


def test_a_facilitator_downloads_and_a_table_reads_its_own_sheet(
    venue: Venue, client: Client
) -> None:
    room = room_in(venue.hall)
    member = venue.hall.join(room.code, "table-2")
    advance(venue.hall, room, "predict")
    venue.hall.act(member, body(do="predict", round=0, values=guess(0.63)))
    advance(venue.hall, room, "debrief")
    base = f"/atelier/export/{facilitator(room)}"
    for name, said in (("bilan.html", "Report of the session"), ("fiches.html", "We played:")):
        answer = client.ask(f"{base}/{name}?lang=en")
        assert answer.status == 200 and said in answer.text
        assert "attachment" in answer.headers["content-disposition"]
        assert client.ask(f"/atelier/export/{member}/{name}").status == 403
    # The page of the table leads to its sheet, and to no other one.
    page = client.ask(f"/atelier/table/{member}").text
    link = page.partition("La fiche de votre table")[0].rpartition('href="')[2].partition('"')[0]
    assert urlsplit(link).path == "" and set(parse_qs(link[1:], keep_blank_values=True)) == {
        "fiche", "amp;lang",
    }  # fmt: skip
    own = client.ask(f"/atelier/table/{member}?fiche&lang=fr")
    assert own.status == 200 and own.text.count("<article") == 1
    assert "<h1><bdi>Table 2</bdi></h1>" in own.text and "Table 1" not in own.text
    assert client.ask("/atelier/table/nobody?fiche").status == 404


def test_guides_are_linked_and_served(client: Client) -> None:
    home = client.ask("/atelier").text
    for address, title in (("guide", "Guide d'animation"), ("participer", "en une page")):
        assert f'href="/atelier/{address}?lang=fr"' in home
        answer = client.ask(f"/atelier/{address}")
        assert answer.status == 200 and title in answer.text.replace("&#39;", "'")
    assert "Facilitator's guide" in client.ask("/atelier/guide?lang=en").text


def test_pdfs_are_offered_where_a_browser_prints_them(venue: Venue) -> None:
    room = room_in(venue.hall)
    assert ("print" in venue.links(room.code)) == (find_browser() is not None)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    folder, workers = tmp_path_factory.mktemp("simulated"), Workers(2)
    hall = hall_in(folder)
    engine = Engine(folder / "worlds", hall.changed, workers)
    yield Venue(hall, "http://127.0.0.1/", engine=engine)
    engine.close()
    workers.close()
    hall.close()


def test_a_report_waits_for_its_results_and_finds_hypotheses_and_rooms_again(
    simulated: Venue,
) -> None:
    hall, engine = simulated.hall, simulated.engine
    assert engine is not None
    asked = opening(rounds=("2026Q4",), worlds=2, source="default", population="demo")
    rooms = [hall.open(asked.settings, Deck.read(asked.deck)) for _ in range(2)]
    for room in rooms:
        member = hall.join(room.code, "table-1")
        advance(hall, room, "decide")
        card = hand(room.room, "culture", 0)[:1]
        hall.act(member, body(do="choose", round=0, cards=card, ready=True))
        advance(hall, room, "reveal")
        gathered(simulated, room.code)
    first = rooms[0]
    change = {"parameter": "inertia", "toward": "low"}
    hall.act(facilitator(first), body(do="suppose", round=0, **change))
    until = time.monotonic() + 120
    while engine.look(first.room).supposed is None and time.monotonic() < until:
        time.sleep(0.05)
    hall.act(facilitator(first), body(do="finish"))
    found = gathered(simulated, first.code)
    assert found.last is not None and found.last.complete and found.last.refined
    assert [one.parameter for one in found.supposed] == ["inertia"]
    assert [one.room.code for one in found.neighbours] == [rooms[1].code]
    assert found.neighbours[0].outcomes[0] == gathered(simulated, rooms[1].code).last
    html = report(found, FR)
    assert html.count('class="rooms"') == 4 and html.count('class="supposed"') == 1
    assert html == download("bilan.html", simulated, first.code, FR).content
    assert "pas encore calculé" not in own_sheet(simulated, first.code, "table-1", FR)


def test_a_room_that_cannot_be_planned_breaks_no_report_of_another(
    simulated: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, engine = simulated.hall, simulated.engine
    assert engine is not None
    asked = opening(rounds=("2026Q4",), worlds=2, source="default", population="demo")
    one, other = (hall.open(asked.settings, Deck.read(asked.deck)) for _ in range(2))
    for room in (one, other):
        advance(hall, room, "reveal")

    def recall(room: Room) -> Looked:
        raise ValueError("cannot be planned")

    with monkeypatch.context() as patched:
        patched.setattr(engine, "recall", recall)
        found = gathered(simulated, one.code, patience=0.01)
    assert [kept.outcomes for kept in found.neighbours if kept.room is other.room] == [{}]
    for room in (one, other):
        hall.delete(facilitator(room))


def _check_packed(venue: Venue, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops the packing of results, what is given is whole, and nothing else is left."""
    write = zipfile.ZipFile.write
    written: list[object] = []

    def breaks(self: zipfile.ZipFile, *given: Any) -> None:
        written.append(given)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        write(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "write", breaks)
        with pytest.raises(NotMade):
            download("resultats.zip", venue, code, FR)
    assert venue.engine is not None
    room = venue.engine.store / code
    before = sorted(path.name for path in room.iterdir())
    assert not any(name.endswith(".zip") for name in before) and len(written) == 3
    packed = download("resultats.zip", venue, code, FR).content
    assert isinstance(packed, Path)
    assert sorted(path.name for path in room.iterdir()) == sorted([*before, packed.name])
    whole = packed.read_bytes()
    names = {name.partition("/")[2] for name in zipfile.ZipFile(packed).namelist()}
    assert {"manifest.json", "trajectories.parquet"} <= names
    for damaged in (whole[: len(whole) // 2], b""):  # the power went while it was written
        packed.write_bytes(damaged)
        again = download("resultats.zip", venue, code, FR).content
        assert again == packed and zipfile.ZipFile(packed).testzip() is None


def test_results_come_after_a_failure_and_go_with_their_room(
    simulated: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.workshop.errands._AGAIN_AFTER", 0.1)
    hall, engine, errands = simulated.hall, simulated.engine, simulated.errands
    assert engine is not None
    errands.library = library = Library({})
    asked = opening(rounds=("2026Q4",), worlds=2, source="default", population="demo")
    room = hall.open(asked.settings, Deck.read(asked.deck))
    advance(hall, room, "reveal")
    hall.act(facilitator(room), body(do="finish"))

    full = threading.Event()

    def keep(room: Room) -> Path:
        full.set()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(engine, "keep", keep)
        assert errands.results(room.room) is None
        assert full.wait(60)
    until = time.monotonic() + 120
    while (name := errands.results(room.room)) is None and time.monotonic() < until:
        time.sleep(0.05)
    assert name == results_name(room.code, room.room.secret) and list(library.results) == [name]
    assert room.code.lower() not in name and not library.visible()
    _check_packed(simulated, room.code, monkeypatch)
    hall.delete(facilitator(room))
    assert not library.results and not library.choices.scenarios
    assert not (engine.store / room.code).exists()
