"""How long rooms are kept, whatever date the machine has; rooms that cannot be read again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from dashboard.workshop.clock import Clock
from dashboard.workshop.hall import Hall
from dashboard.workshop.journal import _digest
from dashboard.workshop.room.decide import Refused
from dashboard.workshop.room.deck import Deck
from simulator.problems import InputError
from tests.workshop.acting import OPENING, advance, body, hall_in, room_in
from tests.workshop.test_deck import own_cards


def test_rooms_in_which_nothing_happened_for_long_expire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = 24 * 3600.0
    time = [0.0]
    hall = hall_in(tmp_path, kept_days=3, clock=Clock(lambda: 1e9, lambda: time[0]))
    ended, going = room_in(hall), room_in(hall)
    advance(hall, ended, "ended")
    time[0] = 3 * day - 1
    assert hall.expire() == []
    time[0] = 3 * day + 1
    assert hall.days(going.code) == (3, 6)
    assert hall.due() == [ended.code] and hall.expire() == []
    time[0] = 4 * day
    assert hall.expire() == []
    time[0] = 4 * day + 1
    assert hall.expire() == [ended.code] and hall.codes == [going.code]
    time[0] = 9 * day
    assert hall.due() == [going.code] and hall.expire() == []
    hall.join(going.code, "table-1")  # whatever happens in it counts anew
    for time[0] in (10 * day + 1, 18 * day - 1):
        assert hall.due() == hall.expire() == []
    time[0] = 18 * day
    assert hall.due() == [going.code] and hall.expire() == []
    time[0] = 19 * day

    def refuse(_: str) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(hall._journal, "delete", refuse)
        assert hall.expire() == [] and hall.codes == [going.code]
    assert hall.expire() == [going.code] and hall.codes == []


@pytest.mark.parametrize("wrong", [0.6e9, 3.8e9], ids=["1989", "2090"])
def test_a_date_that_is_wrong_removes_no_room(tmp_path: Path, wrong: float) -> None:
    """Rooms of a right date and of the wrong one, at starts with either, in either order."""
    year, right = 365 * 24 * 3600.0, 1.8e9

    def at(date: float, hours: float = 0) -> Hall:
        passed = [0.0]
        hall = hall_in(tmp_path, clock=Clock(lambda: date, lambda: passed[0]))
        for passed[0] in (0.0, 3600 * hours):
            assert hall.expire() == []
        return hall

    first = at(right)
    old = room_in(first)
    advance(first, old, "ended")
    first.close()
    second = at(wrong, hours=23)
    new = room_in(second)
    advance(second, new, "ended")
    second.close()
    for date in (right, right + 3600, wrong, right, wrong + year, right):
        at(date, hours=23).close()
    again = at(right + 3600, hours=23)
    assert set(again.codes) == {old.code, new.code}
    # What a wrong date wrote down makes nothing look older than it is.
    assert old.code not in again.due()


def test_one_room_that_cannot_be_read_leaves_the_others_open(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    good, bad = room_in(hall), room_in(hall)
    hall.close()
    document = json.loads(bad.lines[0].event.model_dump_json())
    document["deck"]["cards"][0]["side"] = "nobody"
    rewrite(tmp_path / "rooms.sqlite", bad.code, document)
    again = hall_in(tmp_path)
    assert again.codes == [good.code] and bad.code in again.mended[0]
    assert list(again.closed) == [bad.code] and again.due() == []
    again.close()
    seconds = [0.0]
    later = hall_in(
        tmp_path, clock=Clock(lambda: bad.room.at / 1000 + 91 * 86_400, lambda: seconds[0])
    )
    assert set(later.due()) == {good.code, bad.code} and later.expire() == []
    later.remove(good.code)
    seconds[0] = 86_401
    assert later.expire() == [bad.code] and later.due() == []
    later.close()
    assert hall_in(tmp_path).mended == []


def test_a_session_with_own_cards_that_require_each_other_is_there_again(tmp_path: Path) -> None:
    folder = own_cards(tmp_path / "cards", premiere="", seconde="ma-premiere")
    deck, _ = Deck.load(folder)
    own = {name: card for name, card in deck.cards.items() if name.startswith("ma-")}
    hall = hall_in(tmp_path)
    room = hall.open(OPENING.settings, Deck(own, deck.shocks))
    phone = hall.join(room.code, "table-3")
    advance(hall, room, "decide")
    with pytest.raises(Refused, match="requires"):
        hall.act(phone, body(do="choose", round=0, cards=["ma-seconde"]))
    hall.act(phone, body(do="choose", round=0, cards=["ma-premiere", "ma-seconde"]))
    hall.close()
    again = hall_in(tmp_path)
    assert again.mended == [] and again.room(room.code).room == room.room


def test_a_room_that_could_not_be_read_again_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, deck = hall_in(tmp_path), Deck.read(OPENING.deck)
    with monkeypatch.context() as broken:
        broken.setattr(Deck, "documents", lambda _: {"cards": [{}], "shocks": []})
        with pytest.raises(InputError):
            hall.open(OPENING.settings, deck)
    assert hall.codes == hall._journal.rooms() == []


def rewrite(path: Path, code: str, document: object) -> None:
    """Replace the opening of a room by another one that is whole, as a newer version might."""
    connection = sqlite3.connect(path)
    at, actor = connection.execute(
        "SELECT at, actor FROM journal WHERE room = ?", (code,)
    ).fetchone()
    text = json.dumps(document)
    digest = _digest("", code, 0, at, actor, None, text)
    with connection:
        connection.execute(
            "UPDATE journal SET event = ?, digest = ? WHERE room = ?", (text, digest, code)
        )
    connection.close()
