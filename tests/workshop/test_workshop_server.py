"""The workshop over real sockets, behind all that stands before the pages."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import validate

from dashboard.application import create_app
from dashboard.workshop import downloads
from dashboard.workshop.bots.play import play_rooms
from dashboard.workshop.hall import Hall
from dashboard.workshop.limits import FREE_MISTAKES, RATES, Limits
from dashboard.workshop.open_room import OpenRoom
from dashboard.workshop.publishing import STREAMS_OF_A_TOKEN
from dashboard.workshop.room.plays import hand
from dashboard.workshop.venue import Venue
from simulator.results_folder import FolderError
from tests.dashboard.real_client import Answer, Client, serving
from tests.workshop.acting import advance, facilitator, hall_in, request, room_in

DOCS = Path(__file__).parents[2] / "docs" / "json"
SCRIPT = "<script>alert(1)</script>"


@dataclass
class Server:
    client: Client
    venue: Venue

    @property
    def hall(self) -> Hall:
        return self.venue.hall

    def form(self, path: str, **headers: str) -> Answer:
        return self.client.ask(
            path.partition("?")[0], "POST", path.partition("?")[2].encode(),
            content_type="application/x-www-form-urlencoded", **headers,
        )  # fmt: skip

    def join(self, room: OpenRoom, table: str) -> str:
        answer = self.form(f"/atelier/{room.code}?table={table}")
        assert answer.status == 303
        return answer.headers["location"].rpartition("/")[2]

    def act(self, given: str, **command: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(f"/atelier/agir/{given}", {"id": request(), **command})
        return answer.status, json.loads(answer.text)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    venue = Venue(hall_in(tmp_path_factory.mktemp("workshop")), "http://127.0.0.1/")
    with serving(create_app([], names=("127.0.0.1", "localhost"), workshop=venue).server) as client:
        yield Server(client, venue)


@pytest.fixture(autouse=True)
def fresh(server: Server) -> Iterator[None]:
    """Nobody has asked too often yet; streams that were opened are closed."""
    server.venue.limits = Limits()
    yield
    while OPEN:
        OPEN.pop().connection.close()


@pytest.fixture
def room(server: Server) -> OpenRoom:
    return room_in(server.hall, title=f"Salle {SCRIPT}")


OPEN: list[Stream] = []


class Stream:
    """A stream, read as a browser would."""

    def __init__(self, server: Server, given: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.client.port, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", f"/atelier/flux/{given}", headers=sent)
        self.answer = self.connection.getresponse()
        OPEN.append(self)

    def next(self) -> dict[str, Any]:
        """The next message; waits for it."""
        for _ in range(200):  # a heartbeat is a line too
            line = self.answer.readline()
            if not line:
                break
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))
        raise EOFError

    def until(self, text: str) -> None:
        """Read on until some part has a text."""
        while not any(text in html for html in self.next()["parts"].values()):
            pass


def test_a_stream_is_neither_compressed_nor_held_back(server: Server, room: OpenRoom) -> None:
    stream = Stream(server, facilitator(room), accept_encoding="gzip, br")
    headers = stream.answer.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["content-encoding"] is None and headers["x-accel-buffering"] == "no"
    assert headers["cache-control"] == "no-store"
    first = stream.next()
    assert {"status", "next", "links"} <= set(first["parts"])
    status, said = server.act(facilitator(room), do="advance", round=0, phase="lobby")
    assert status == 200
    second = stream.next()
    assert second["version"] >= said["version"] > first["version"]
    assert "links" not in {name for name, html in second["parts"].items()
                           if first["parts"][name] == html}  # fmt: skip


def test_only_parts_that_changed_are_sent_again(server: Server, room: OpenRoom) -> None:
    advance(server.hall, room, "decide")
    one, other = server.join(room, "table-1"), server.join(room, "table-2")
    mine, theirs = Stream(server, one), Stream(server, other)
    shown = mine.next()["parts"]
    theirs.next()
    card = hand(room.room, "culture", 0)[0]
    assert server.act(one, do="choose", round=0, cards=[card])[0] == 200
    changed = mine.next()["parts"]
    if set(changed) == {"who"}:  # how many organisations it stands for was counted meanwhile
        changed = mine.next()["parts"]
    assert "hand" in changed and "status" not in changed and "close" not in changed
    assert changed["hand"] != shown["hand"]
    # What one table ticks redraws nothing on the phone of another, unless it is asked something.
    server.act(facilitator(room), do="advance", round=0, phase="decide")
    told = theirs.next()["parts"]
    if set(told) == {"who"}:
        told = theirs.next()["parts"]
    assert "status" in told


def test_a_phone_that_was_away_is_told_all_that_it_missed(server: Server, room: OpenRoom) -> None:
    phone = server.join(room, "table-1")
    stream = Stream(server, phone)
    version = stream.next()["version"]
    stream.connection.close()
    advance(server.hall, room, "predict")
    again = Stream(server, phone, last_event_id=str(version)).next()
    assert "predict" in again["parts"] and again["version"] > version
    state = json.loads(server.client.ask(f"/atelier/etat/{phone}?depuis={version}").text)
    assert state["parts"].keys() == again["parts"].keys() and state["now"] > 0
    newest = server.client.ask(f"/atelier/etat/{phone}?depuis={state['version']}")
    assert json.loads(newest.text)["parts"] == {}
    for odd in ("", "x", "-1", "99999999999999999", "9" * 50, "²"):
        query = urlencode({"depuis": odd})
        all_parts = json.loads(server.client.ask(f"/atelier/etat/{phone}?{query}").text)["parts"]
        assert len(all_parts) > 5


def test_a_reader_that_never_reads_holds_no_other(server: Server, room: OpenRoom) -> None:
    deaf = socket.create_connection(("127.0.0.1", server.client.port))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    deaf.sendall(
        f"GET /atelier/flux/{facilitator(room)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    )
    stream = Stream(server, facilitator(room))
    stream.next()
    for number in range(40):
        server.act(facilitator(room), do="seat", name=f"Nom {number}", role="culture",
                   table="table-1")  # fmt: skip
        server.venue.limits = Limits()
    stream.until("Nom 39")
    deaf.close()


def test_presence_follows_open_streams(server: Server, room: OpenRoom) -> None:
    console = Stream(server, facilitator(room))
    console.next()
    phone = Stream(server, server.join(room, "table-1"))
    console.until("1 téléphone")
    phone.connection.close()


def test_a_phone_of_a_table_made_free_sees_and_does_nothing_more(
    server: Server, room: OpenRoom
) -> None:
    advance(server.hall, room, "predict")
    phone, other = server.join(room, "table-1"), server.join(room, "table-2")
    console, stream, kept = (Stream(server, one) for one in (facilitator(room), phone, other))
    for one in (console, stream, kept):
        one.next()
    console.until("1 téléphone")
    status, _ = server.act(facilitator(room), do="release", table="table-1")
    assert status == 200
    with pytest.raises(EOFError):  # its stream ends
        while True:
            stream.next()
    for path in (f"flux/{phone}", f"etat/{phone}"):
        assert server.client.ask(f"/atelier/{path}").status == 410
    status, said = server.act(phone, do="predict", round=0, values={})
    assert (status, said["reason"]) == (410, "released") and "libre" in said["message"]
    # Its page offers the tables again, that one included.
    page = server.client.ask(f"/atelier/table/{phone}")
    assert page.status == 410 and f'action="/atelier/{room.code}"' in page.text
    assert 'value="table-1"' in page.text and "animation a rendu la table libre" in page.text
    console.until("est libre")
    assert server.client.ask(f"/atelier/etat/{server.join(room, 'table-1')}").status == 200
    server.act(facilitator(room), do="advance", round=0, phase="predict")
    kept.until("Décider")  # the other table's phone goes on


def test_a_link_has_only_so_many_streams(server: Server, room: OpenRoom) -> None:
    phone = server.join(room, "table-1")
    streams = [Stream(server, phone) for _ in range(STREAMS_OF_A_TOKEN + 1)]
    for stream in streams:
        stream.next()
    with pytest.raises(EOFError):  # the oldest ended for the newest
        while True:
            streams[0].next()
    advance(server.hall, room, "predict")
    for stream in streams[1:]:
        stream.until("Prévoir")


def test_a_table_never_sees_the_prediction_of_another(server: Server, room: OpenRoom) -> None:
    advance(server.hall, room, "predict")
    one, other = server.join(room, "table-1"), server.join(room, "table-2")
    watching = Stream(server, other)
    watching.next()
    server.act(one, do="predict", round=0,
               values={"survival": 0.87, "quality_adjusted_service_index": 171.0})  # fmt: skip
    pages = [
        json.loads(server.client.ask(f"/atelier/etat/{given}").text)["parts"]
        for given in (one, other, facilitator(room), server.hall.token(room.code, "screen"))
    ]
    own, *rest = [json.dumps(parts) for parts in pages]
    assert "87" in own and "171" in own
    assert all(not ("87" in shown and "171" in shown) for shown in rest)


def test_a_page_is_read_before_any_script(server: Server, room: OpenRoom) -> None:
    phone = server.join(room, "table-1")
    screen = server.hall.token(room.code, "screen")
    for path in (f"table/{phone}", f"animation/{facilitator(room)}", f"ecran/{screen}"):
        page = server.client.ask(f"/atelier/{path}")
        assert page.status == 200 and page.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert 'id="part-status"' in page.text and "Salle &lt;script&gt;" in page.text
        assert SCRIPT not in page.text


def test_links_lead_only_where_they_should(server: Server, room: OpenRoom) -> None:
    phone = server.join(room, "table-1")
    screen = server.hall.token(room.code, "screen")
    wrong = [
        f"animation/{phone}", f"ecran/{phone}", f"table/{facilitator(room)}", f"table/{screen}",
        f"table/{phone[:-1]}", "table/", "flux/x", "etat/x", "export/x/scenario.yaml",
        f"ecran/{'A' * 43}", "qr/ZZZZZZ.svg", f"export/{facilitator(room)}/../../etc",
    ]  # fmt: skip
    for path in wrong:
        assert server.client.ask(f"/atelier/{path}").status == 404, path
    assert server.client.ask(f"/atelier/export/{phone}/scenario.yaml").status == 403
    gone = server.client.ask(f"/atelier/table/{'A' * 43}")
    assert "Cette salle n" in gone.text  # in plain words, not as an error of the site


def test_refusals_are_told_in_the_language_of_the_room(server: Server) -> None:
    room = room_in(server.hall, language="en")
    phone = server.join(room, "table-1")
    status, said = server.act(phone, do="choose", round=0, cards=[])
    assert (status, said["reason"]) == (409, "elsewhere")
    assert said["message"].startswith("The room")
    status, said = server.act(phone, do="end")
    assert (status, said["reason"]) == (403, "not_allowed") and "link" in said["message"]
    status, said = server.act("A" * 43, do="end")
    assert (status, said["reason"]) == (404, "gone")
    assert server.act(phone, do="dance")[0] == 422
    status, said = server.act(facilitator(room), do="seat", name="x" * 41, role="culture")
    assert (status, said["reason"]) == (422, "bad_name") and "1 to 40" in said["message"]
    assert server.act(phone, do="choose", round=0, cards=["x" * 70] * 300)[0] == 413
    assert server.act(server.hall.token(room.code, "screen"), do="end")[0] == 403
    assert len(room.lines) == 2


def test_a_form_of_another_site_does_nothing(server: Server, room: OpenRoom) -> None:
    told = server.form(f"/atelier/{room.code}?table=table-1", origin="http://elsewhere.example")
    assert told.status == 403 and not room.room.members


def test_too_many_commands_are_told_to_wait(server: Server, room: OpenRoom) -> None:
    answers = [server.act(facilitator(room), do="dance")[0] for _ in range(40)]
    assert answers[: int(RATES["command"].burst)] == [422] * int(RATES["command"].burst)
    assert 429 in answers
    phone = server.join(room, "table-1")
    assert server.act(phone, do="dance")[0] == 422


def test_wrong_codes_wait_longer_and_longer(server: Server, room: OpenRoom) -> None:
    for _ in range(FREE_MISTAKES):
        assert server.client.ask("/atelier?code=ZZZ-ZZZ").status == 404
    assert server.client.ask("/atelier/ZZZZZZ").status == 404
    told = server.client.ask(f"/atelier/{room.code}")
    assert told.status == 429 and int(told.headers["retry-after"]) >= 1
    assert server.client.ask(f"/atelier/qr/{room.code}.svg").status == 429
    server.venue.limits = Limits()
    assert server.client.ask(f"/atelier/qr/{room.code}.svg").status == 200
    for _ in range(FREE_MISTAKES + 1):
        assert server.client.ask("/atelier/qr/ZZZZZZ.svg").status == 404
    assert server.client.ask(f"/atelier/qr/{room.code}.svg").status == 429
    server.venue.limits = Limits()
    found = server.client.ask(f"/atelier?code={room.code.lower()}")
    assert (found.status, found.headers["location"]) == (303, f"/atelier/{room.code}")


def test_rooms_open_from_this_machine_or_with_the_key(server: Server) -> None:
    path = "/atelier/ouvrir"
    assert server.client.ask(path).status == 200
    passed_on = {"x_forwarded_for": "192.0.2.7"}
    assert server.client.ask(path, **passed_on).status == 403
    assert server.client.ask(f"{path}?cle=x", **passed_on).status == 403
    assert server.client.ask(f"{path}?cle={server.venue.key}", **passed_on).status == 200
    assert server.form(f"{path}?title=X", **passed_on).status == 403
    assert path not in server.client.ask("/atelier", **passed_on).text
    before = server.hall.codes
    told = server.form(f"{path}?title=&seed=x")
    assert told.status == 422 and "field-problem" in told.text and server.hall.codes == before


def test_the_form_says_which_cards_are_left_out(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.venue, "cards", tmp_path)
    assert "Card left out" not in server.client.ask("/atelier/ouvrir?lang=en").text
    (tmp_path / "mine.yaml").write_text("format: 7\n", encoding="utf-8")
    told = server.client.ask("/atelier/ouvrir?lang=en").text
    assert "Card left out: " in told and "mine.yaml:1" in told
    assert "Carte laissée de côté" in server.form("/atelier/ouvrir?title=&seed=x").text


def test_what_cannot_be_prepared_is_told_in_a_sentence(
    server: Server, room: OpenRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise FolderError("the disk is full")

    monkeypatch.setattr(downloads, "gathered", broken)
    address = f"/atelier/export/{facilitator(room)}/bilan.html?lang=en"
    answer = server.client.ask(address)
    assert answer.status == 503 and "could not be prepared" in answer.text
    monkeypatch.undo()
    assert server.client.ask(address).status == 200


def test_a_room_is_deleted_by_its_facilitator_alone(server: Server, room: OpenRoom) -> None:
    phone = server.join(room, "table-1")
    stream = Stream(server, phone)
    stream.next()
    lead = facilitator(room)
    assert server.form(f"/atelier/supprimer/{phone}?code={room.code}").status == 403
    assert server.form(f"/atelier/supprimer/{lead}?code=ZZZZZZ").status == 409
    assert server.form(f"/atelier/supprimer/{lead}?code={room.code}").status == 303
    with pytest.raises(EOFError):
        while True:
            stream.next()
    assert server.client.ask(f"/atelier/flux/{phone}").status == 404
    assert server.client.ask(f"/atelier/animation/{lead}").status == 404
    assert not server.hall.has(room.code)


def test_scenarios_are_downloaded(server: Server, room: OpenRoom) -> None:
    advance(server.hall, room, "debrief")
    for name in ("scenario.yaml", "reference.yaml"):
        made = server.client.ask(f"/atelier/export/{facilitator(room)}/{name}")
        assert made.status == 200 and made.text.startswith("format: 1")
        assert room.code.lower() in made.headers["content-disposition"]


def test_without_results_pages_lead_to_the_rooms(server: Server) -> None:
    for path in ("/", "/comparer"):
        answer = server.client.ask(path)
        assert (answer.status, answer.headers["location"]) == (307, "/atelier")


def test_bots_play_a_whole_session(server: Server) -> None:
    url = f"http://127.0.0.1:{server.client.port}/"
    found = play_rooms(url, rooms=1, tables=4, phones=7, seed=3, speed=1e6, simulated=False)
    assert found["problems"] == []
    validate(found, json.loads((DOCS / "workshop-bots.schema.json").read_text()))
    (played,) = found["rooms"]
    assert played["phones"] == 7 and set(played["downloads"]) >= {"scenario.yaml", "reference.yaml"}
    room = server.hall.room(played["code"])
    assert room.room.phase == "ended" and "<b>" in room.room.settings.title
    # Nothing that was acknowledged is missing from the journal.
    written = [line for line in room.lines if line.event.kind not in ("opened", "joined")]
    assert len(written) == sum(found["acknowledged"].values())
    assert found["acknowledged"]["predict"] >= 9
