"""Who may do what in a hall; each thing is done once; nothing is lost, or kept too long."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from dashboard.workshop.clock import Clock
from dashboard.workshop.hall import (
    BadName,
    Hall,
    HallFull,
    Malformed,
    NoSuchRoom,
    NotAllowed,
    NotRecorded,
    NotSeated,
)
from dashboard.workshop.room import decide
from dashboard.workshop.room.decide import Refused
from dashboard.workshop.room.plays import hand
from tests.workshop.acting import (
    advance,
    body,
    facilitator,
    guess,
    hall_in,
    request,
    room_in,
)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return hall_in(tmp_path)


def test_a_request_acts_once_whoever_sends_it_again(hall: Hall) -> None:
    room = room_in(hall)
    lead = facilitator(room)
    asked = body(do="switch", what="paused", on=True)
    version = hall.act(lead, asked)
    assert hall.act(lead, asked) == version and len(room.lines) == 2
    # The same id of somebody else is another request: nobody can use up the ids of others.
    phone = hall.join(room.code, "table-1")
    advance(hall, room, "predict")
    hall.act(lead, body(do="switch", what="paused", on=False))
    number = request()
    hall.act(phone, body(do="predict", round=0, values=guess(0.5), id=number))
    other = hall.join(room.code, "table-2")
    hall.act(other, body(do="predict", round=0, values=guess(0.4), id=number))
    assert set(room.room.predictions) == {(0, "table-1"), (0, "table-2")}


def test_a_request_that_acted_is_acknowledged_even_where_it_is_now_too_late(hall: Hall) -> None:
    room = room_in(hall)
    phone = hall.join(room.code, "table-1")
    advance(hall, room, "predict")
    asked = body(do="predict", round=0, values=guess(0.5))
    hall.act(phone, asked)
    advance(hall, room, "decide")
    hall.act(phone, asked)
    with pytest.raises(Refused, match="elsewhere"):
        hall.act(phone, body(do="predict", round=0, values=guess(0.5)))


def test_two_facilitators_take_one_step(hall: Hall) -> None:
    room = room_in(hall)
    lead = facilitator(room)
    hall.act(lead, body(do="advance", round=0, phase="lobby"))
    with pytest.raises(Refused, match="elsewhere"):
        hall.act(lead, body(do="advance", round=0, phase="lobby"))
    assert room.room.phase == "predict"


def test_twenty_at_once_lose_nothing(hall: Hall) -> None:
    room = room_in(hall)
    phones = [hall.join(room.code, f"table-{n % 6 + 1}") for n in range(20)]
    advance(hall, room, "predict")
    before = len(room.lines)
    threads = [
        threading.Thread(
            target=hall.act, args=(phone, body(do="predict", round=0, values=guess(n / 20)))
        )
        for n, phone in enumerate(phones)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(room.lines) == before + 20 == room.room.number
    assert [line.number for line in room.lines] == list(range(before + 20))


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "advance", "round": 0, "phase": "lobby"},
        {"do": "end"},
        {"do": "undo", "of": 1},
        {"do": "release", "table": "table-2"},
        {"do": "override", "round": 0, "table": "table-2", "cards": []},
        {"do": "seat", "name": "x", "role": "culture", "table": "table-2", "retired": True},
    ],
)
def test_a_phone_is_no_facilitator(hall: Hall, asked: dict[str, object]) -> None:
    room = room_in(hall)
    phone = hall.join(room.code, "table-1")
    with pytest.raises(NotAllowed):
        hall.act(phone, body(**asked))
    with pytest.raises(NotAllowed):
        hall.act(hall.token(room.code, "screen"), body(**asked))
    with pytest.raises(NotAllowed):
        hall.delete(phone)
    assert len(room.lines) == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"{", b"[]", b"null", b'"end"', b'{"do": "dance", "id": "12345678"}',
        b'{"do": "choose", "id": "12345678", "round": 0, "cards": [], "table": "table-2"}',
        b'{"do": "choose", "id": "12345678", "round": 0.5, "cards": []}',
        b'{"do": "choose", "id": "12345678", "round": 0, "cards": "all"}',
        b'{"do": "choose", "id": "<script>", "round": 0, "cards": []}',
        b'{"do": "predict", "id": "12345678", "round": 0, "values": {"survival": NaN}}',
        b"[" * 9000, b"\xff\xfe", b" " * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_command_does_nothing(hall: Hall, sent: bytes) -> None:
    room = room_in(hall)
    phone = hall.join(room.code, "table-1")
    advance(hall, room, "decide")
    before = len(room.lines)
    with pytest.raises((Malformed, Refused)):
        hall.act(phone, sent)
    assert len(room.lines) == before


def test_a_phone_plays_only_what_its_table_may(hall: Hall) -> None:
    room = room_in(hall, budget_organisations=0.01)
    phone = hall.join(room.code, "table-1")
    with pytest.raises(Refused, match="elsewhere"):
        hall.act(phone, body(do="choose", round=0, cards=[]))
    advance(hall, room, "decide")
    dealt = hand(room.room, "culture", 0)
    others = next(card for card in hand(room.room, "region", 0) if card not in dealt)
    for cards, reason in [
        ([others], "not_in_hand"),
        (["<script>alert(1)</script>"], "not_in_hand"),
        ([dealt[0], dealt[0]], "twice"),
        (list(dealt), "over_budget"),
    ]:
        with pytest.raises(Refused) as refused:
            hall.act(phone, body(do="choose", round=0, cards=cards))
        assert refused.value.reason in (reason, "no_partner", "requires")
    assert (0, "table-1") not in room.room.choices


def test_a_table_that_left_is_told_so_and_may_come_back(hall: Hall) -> None:
    room = room_in(hall)
    phone = hall.join(room.code, "table-1")
    advance(hall, room, "decide")
    lead = facilitator(room)
    seat = {"do": "seat", "table": "table-1", "name": "Table 1", "role": "culture"}
    hall.act(lead, body(**seat, retired=True))
    with pytest.raises(Refused, match="retired"):
        hall.act(phone, body(do="choose", round=0, cards=[]))
    with pytest.raises(Refused, match="retired"):
        hall.join(room.code, "table-1")
    hall.act(lead, body(**seat, retired=False))
    hall.act(phone, body(do="choose", round=0, cards=[], ready=True))
    assert room.room.choice(0, "table-1").ready


def test_phones_of_a_table_made_free_act_no_more_and_others_sit_down(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    lead = facilitator(room)
    wrong, right = hall.join(room.code, "table-1"), hall.join(room.code, "table-2")
    advance(hall, room, "decide")
    choose = {"do": "choose", "round": 0, "cards": [], "ready": True}
    asked = body(**choose)
    hall.act(wrong, asked)
    hall.act(lead, body(do="release", table="table-1"))
    for sent in (body(**choose), asked):  # not even what it asked before, sent again
        with pytest.raises(NotSeated):
            hall.act(wrong, sent)
    assert room.room.choice(0, "table-1").ready  # what was decided stays
    hall.act(right, body(**choose))
    again = hall.join(room.code, "table-1")
    hall.act(again, body(**choose, seen=room.room.choice(0, "table-1").line))
    # There is nothing to release, nothing is written; and of nobody, nothing can be.
    before = len(room.lines)
    hall.act(lead, body(do="release", table="table-5"))
    with pytest.raises(Refused, match="no_table"):
        hall.act(lead, body(do="release", table="nowhere"))
    # It is no step that can be taken back: the step before is.
    assert len(room.lines) == before
    hall.act(lead, body(do="undo", of=room.room.steps[-1][0]))
    assert room.room.phase == "predict"
    hall.close()
    reopened = hall_in(tmp_path)
    with pytest.raises(NotSeated):
        reopened.holder(wrong)
    assert reopened.table_of(reopened.holder(again)) == "table-1"


def test_seats_that_were_made_free_can_be_taken(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide, "MOST_MEMBERS", 2)
    room = room_in(hall)
    for _ in range(2):
        hall.join(room.code, "table-1")
    with pytest.raises(Refused, match="too_many"):
        hall.join(room.code, "table-2")
    hall.act(facilitator(room), body(do="release", table="table-1"))
    hall.join(room.code, "table-2")


def test_names_are_one_line_of_at_most_forty_characters(hall: Hall) -> None:
    room = room_in(hall)
    lead = facilitator(room)
    for name in ("", "  \u200b ", "x" * 41, 5, None):
        with pytest.raises(BadName):
            hall.act(lead, body(do="seat", name=name, role="culture"))
    hall.act(lead, body(do="seat", name="  A\n\u202eB  <b> ", role="culture"))
    assert room.room.tables[-1].name == "A B <b>"


def test_late_joiners_sit_down_unless_the_door_is_closed(hall: Hall) -> None:
    room = room_in(hall)
    advance(hall, room, "reveal")
    phone = hall.join(room.code, "table-3")
    assert hall.holder(phone).kind == "member"
    hall.act(facilitator(room), body(do="switch", what="joining_open", on=False))
    with pytest.raises(Refused, match="joining_closed"):
        hall.join(room.code, "table-3")
    with pytest.raises(NoSuchRoom):
        hall.join("ZZZZZZ", "table-3")


def test_a_reopened_hall_is_the_same(tmp_path: Path) -> None:
    first = hall_in(tmp_path)
    rooms = [room_in(first), room_in(first, seed=9)]
    phones = [first.join(room.code, "table-1") for room in rooms]
    advance(first, rooms[0], "decide")
    first.act(phones[0], body(do="choose", round=0, cards=[], ready=True))
    first.act(facilitator(rooms[0]), body(do="undo", of=rooms[0].room.steps[-1][0]))
    first.close()
    again = hall_in(tmp_path)
    assert again.codes == first.codes and again.mended == []
    for room, phone in zip(rooms, phones, strict=True):
        assert again.room(room.code).room == room.room
        assert again.holder(phone) == first.holder(phone)
        assert again.token(room.code, "facilitator") == facilitator(room)
    assert again.room(rooms[0].code).version >= rooms[0].version - 1000


def test_a_deleted_room_is_in_no_file_any_more(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room, other = room_in(hall, title="Secrets de Polichinelle"), room_in(hall)
    phone, lead = hall.join(room.code, "table-1"), facilitator(room)
    hall.delete(lead)
    for gone in (phone, lead):
        with pytest.raises(NoSuchRoom):
            hall.act(gone, body(do="end"))
    assert hall.codes == [other.code]
    hall.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Polichinelle" not in kept and room.code.encode() not in kept
    assert hall_in(tmp_path).codes == [other.code]


def test_there_are_only_so_many_rooms(tmp_path: Path) -> None:
    hall = hall_in(tmp_path, most_rooms=2)
    first, _ = room_in(hall), room_in(hall)
    with pytest.raises(HallFull):
        room_in(hall)
    hall.delete(facilitator(first))
    room_in(hall)


def test_what_the_disk_refuses_has_not_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    before, told = room.room, []
    hall.on_change = told.append

    def refuse(*_: object) -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(hall._journal, "add", refuse)
        with pytest.raises(NotRecorded):
            hall.act(facilitator(room), body(do="end"))
        with pytest.raises(NotRecorded):
            hall.join(room.code, "table-1")
    assert room.room is before and told == []
    hall.act(facilitator(room), body(do="end"))
    assert room.room.phase == "ended" and told == [room.code]


def test_versions_grow_and_times_of_lines_never_go_back(tmp_path: Path) -> None:
    wall = [2e9]
    hall = hall_in(tmp_path, clock=Clock(lambda: wall[0], lambda: 0.0))
    room = room_in(hall)
    versions = [
        hall.act(facilitator(room), body(do="switch", what="paused", on=on))
        for on in (True, False, True)
    ]
    assert versions == sorted(set(versions))
    hall.close()
    wall[0] -= 3600  # the machine's clock was set back before the server came again
    again = hall_in(tmp_path, clock=Clock(lambda: wall[0], lambda: 0.0))
    same = again.room(room.code)
    again.act(facilitator(same), body(do="timer", seconds=60))
    assert same.room.timer is not None and same.room.timer.ends == 2_000_000_000_000 + 60_000
    assert [line.at for line in same.lines] == sorted(line.at for line in same.lines)
