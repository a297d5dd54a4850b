"""The command: what it refuses before anything is opened, and that a killed server is as it was."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jsonschema import validate

from dashboard.language import texts_in
from dashboard.workshop.clock import Clock
from dashboard.workshop.engine import Engine
from dashboard.workshop.serving import open_hall, told
from dashboard.workshop.venue import Venue
from dashboard.workshop.worlds.claim import claim
from simulator.command import run
from simulator.problems import InputError
from tests.dashboard.real_client import Client
from tests.workshop.acting import advance, facilitator, hall_in, room_in
from tests.workshop.test_kept_rooms import rewrite

DOCS = Path(__file__).parents[2] / "docs" / "json"


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said on stderr where the command ends with status 2."""
    assert run(["workshop", "--port", "0", *arguments]) == 2
    return capsys.readouterr().err


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run(["workshop", "--port", port, "--store", str(tmp_path)]) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_journal_stays_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    notes, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    notes.write_text("Liste de courses")
    connection = sqlite3.connect(other)
    with connection:
        connection.execute("CREATE TABLE courses (quoi TEXT)")
    connection.close()
    for path in (notes, other):
        before = path.read_bytes()
        said = _refused(capsys, "--rooms", str(path), "--store", str(tmp_path))
        assert f"{path}: --rooms: is not a journal of rooms" in said
        assert path.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "other.sqlite"}


def test_a_place_that_cannot_be_written_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for rooms in (tmp_path, tmp_path / "file" / "rooms.sqlite"):
        said = _refused(capsys, "--rooms", str(rooms), "--store", str(tmp_path))
        assert str(rooms) in said and "--rooms" in said


def test_two_servers_do_not_write_in_one_file(tmp_path: Path) -> None:
    first = hall_in(tmp_path)
    with pytest.raises(InputError, match="stop the other server"):
        open_hall(tmp_path / "rooms.sqlite", 30)
    first.close()
    open_hall(tmp_path / "rooms.sqlite", 30).close()


def test_two_servers_do_not_keep_worlds_in_one_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each would take the worlds of the other's rooms for those of rooms that are no more."""
    store = tmp_path / "store"
    kept = store / "mondes" / "ABC234"
    with _served(store) as (_, process):
        kept.mkdir(parents=True)
        said = _refused(capsys, "--store", str(store), "--rooms", str(tmp_path / "other.sqlite"))
        assert f"{store}: --store: another server keeps its worlds there" in said
        assert kept.is_dir()
        process.kill()
        process.wait(timeout=20)
        claim(store).close()  # what was killed holds nothing


def test_bots_need_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert run(["workshop", "bots", "--url", f"http://127.0.0.1:{port}/"]) == 2
    assert "no server answers" in capsys.readouterr().err


def test_a_room_is_removed_with_all_that_was_played_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hall = hall_in(tmp_path)
    gone, kept = room_in(hall, title="Polichinelle").code, room_in(hall).code
    where = ("--rooms", str(tmp_path / "rooms.sqlite"), "--store", str(tmp_path))
    assert run(["workshop", "remove", gone, *where]) == 2
    assert "stop the other server" in capsys.readouterr().err
    hall.close()
    for code in (gone, kept):
        (tmp_path / "mondes" / code / "key").mkdir(parents=True)
    # One that is wrong, and nothing is removed.
    assert run(["workshop", "remove", gone, "ZZZZZZ", *where]) == 2
    said = capsys.readouterr().err
    assert "'ZZZZZZ' is the code of no room" in said and kept in said
    assert run(["workshop", "remove", gone.lower(), *where]) == 0
    assert capsys.readouterr().out == f"Salle {gone}\N{NO-BREAK SPACE}: effacée.\n"
    assert [path.name for path in (tmp_path / "mondes").iterdir()] == [kept]
    assert b"Polichinelle" not in (tmp_path / "rooms.sqlite").read_bytes()
    assert hall_in(tmp_path).codes == [kept]


def test_a_room_that_stays_closed_keeps_its_worlds_and_can_be_removed(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    hall.close()
    document = json.loads(room.lines[0].event.model_dump_json())
    document["deck"]["cards"][0]["side"] = "nobody"
    rewrite(tmp_path / "rooms.sqlite", room.code, document)
    worlds = tmp_path / "mondes" / room.code
    worlds.mkdir(parents=True)
    closed, engine = hall_in(tmp_path), Engine(tmp_path / "mondes", lambda code: None)
    try:
        Venue(closed, "http://127.0.0.1/", engine=engine)
    finally:
        engine.close()
    assert f"workshop remove {room.code}" in closed.mended[0] and worlds.is_dir()
    closed.close()
    where = ("--rooms", str(tmp_path / "rooms.sqlite"), "--store", str(tmp_path))
    assert run(["workshop", "remove", room.code, *where]) == 0
    assert hall_in(tmp_path).mended == [] and not worlds.exists()


def test_removing_names_copies_of_a_damaged_file_that_may_still_hold_the_room(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """They are all that is left of other rooms, perhaps: nobody but their owner removes them."""
    hall = hall_in(tmp_path)
    gone, kept = room_in(hall).code, room_in(hall).code
    hall.close()
    copies = [tmp_path / f"rooms.sqlite.damaged-20261128-18000{n}" for n in range(2)]
    for copy in copies:
        copy.write_bytes((tmp_path / "rooms.sqlite").read_bytes())
    where = ("--rooms", str(tmp_path / "rooms.sqlite"), "--store", str(tmp_path))
    assert run(["workshop", "remove", gone, *where]) == 0
    said = capsys.readouterr().out
    assert all(str(copy) in said and copy.is_file() for copy in copies)
    assert run(["workshop", "remove", kept, *where, "--language", "en"]) == 0
    assert "Copies of a damaged file may still hold them" in capsys.readouterr().out


def test_the_server_tells_how_old_rooms_are_and_until_when_they_are_kept(tmp_path: Path) -> None:
    seconds = [0.0]
    hall = hall_in(tmp_path, clock=Clock(lambda: 1e9, lambda: seconds[0]))
    room = room_in(hall)
    seconds[0] = 45 * 24 * 3600.0
    ended = room_in(hall)
    advance(hall, ended, "ended")
    venue = Venue(hall, "http://127.0.0.1/")
    lines = told(venue, ["http://127.0.0.1/"], "127.0.0.1", texts_in("en"))
    (first,) = (line for line in lines if line.startswith(f"Room {room.code} "))
    assert "not ended" in first and "45 d ago" in first and "removed in 45 d" in first
    (second,) = (line for line in lines if line.startswith(f"Room {ended.code} "))
    assert "today" in second and "removed in 30 d" in second and facilitator(ended) in second
    assert not any("workshop remove" in line for line in lines)
    seconds[0] = 80 * 24 * 3600.0
    lines = told(venue, ["http://127.0.0.1/"], "127.0.0.1", texts_in("en"))
    assert any(line.endswith(f"workshop remove {ended.code}") for line in lines)
    (second,) = (line for line in lines if line.startswith(f"Room {ended.code} "))
    assert "removed after a whole day open" in second and hall.has(ended.code)


@contextmanager
def _served(folder: Path) -> Iterator[tuple[Client, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "workshop", "--port", "0", "--json",
         "--store", str(folder), "--rooms", str(folder / "rooms.sqlite")],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        validate(said, json.loads((DOCS / "workshop.schema.json").read_text()))
        yield Client(int(said["url"].rstrip("/").rpartition(":")[2])), process
    finally:
        process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def test_after_a_kill_every_link_leads_where_it_did(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    phone, lead = hall.join(room.code, "table-1"), facilitator(room)
    advance(hall, room, "decide")
    hall.close()
    screen = hall.token(room.code, "screen")
    asked = {"do": "choose", "round": 0, "cards": [], "ready": True, "id": "12345678"}
    with _served(tmp_path) as (client, process):
        assert client.post(f"/atelier/agir/{phone}", asked).status == 200
        before = [json.loads(client.ask(f"/atelier/etat/{given}").text)["parts"]
                  for given in (phone, screen)]  # fmt: skip
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        process.wait(timeout=20)
    with _served(tmp_path) as (client, _):
        after = [json.loads(client.ask(f"/atelier/etat/{given}").text) for given in (phone, screen)]
        for old, new in zip(before, after, strict=True):
            assert new["parts"]["status"] == old["status"]
        assert after[0]["parts"]["budget"] == before[0]["budget"]
        again = client.post(
            f"/atelier/agir/{phone}", asked
        )  # the phone had no answer: it asks again
        assert again.status == 200
        assert client.ask(f"/atelier/animation/{lead}").status == 200
    found = hall_in(tmp_path).room(room.code)
    assert sum(line.event.kind == "chose" for line in found.lines) == 1
