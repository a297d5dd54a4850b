"""Forms that are sent twice, by a double click or once more after a cut, act once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dashboard.application import create_app
from dashboard.workshop.bots.offers import form_of
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.venue import Venue
from tests.dashboard.real_client import serving
from tests.workshop.acting import advance, body, facilitator, hall_in, request, room_in
from tests.workshop.conftest import opening


def test_a_form_that_is_sent_twice_sits_down_once(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room, form = room_in(hall), request()
    phone = hall.join(room.code, "table-1", form)
    advance(hall, room, "decide")
    hall.act(facilitator(room), body(do="switch", what="joining_open", on=False))
    hall.close()
    hall = hall_in(tmp_path)
    assert hall.join(room.code, "table-1", form) == phone  # also after a kill between the two
    room = hall.room(room.code)
    assert len(room.room.members) == 1
    hall.act(facilitator(room), body(do="switch", what="joining_open", on=True))
    # Another form is another phone; another table is another wish, also where one went back.
    seated = {
        hall.join(room.code, table, one)
        for table, one in (
            ("table-1", request()),
            ("table-2", form),
            ("table-1", None),
            ("table-1", None),
        )
    }
    assert len({*seated, phone}) == 5 == len(room.room.members)
    hall.act(facilitator(room), body(do="release", table="table-1"))
    again = hall.join(room.code, "table-1", form)
    assert hall.table_of(hall.holder(again)) == "table-1"  # nobody is led back to what was freed


def test_a_form_that_is_sent_twice_opens_one_room(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    made = opening()
    deck, form = Deck.read(made.deck), request()

    def open_it() -> str:
        return hall.open(made.settings, deck, form).code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(lambda _: open_it(), range(4)))
    assert list(codes) == hall.codes
    hall.close()
    hall = hall_in(tmp_path)
    assert {open_it()} == codes
    others = {hall.open(made.settings, deck, one).code for one in (request(), None, None)}
    assert len(others | codes) == 4
    hall.remove(*codes)
    assert open_it() in hall.codes and len(hall.codes) == 4


def test_a_second_click_opens_no_second_room_and_takes_no_second_seat(tmp_path: Path) -> None:
    venue = Venue(hall_in(tmp_path), "http://127.0.0.1/")
    room = room_in(venue.hall)
    app = create_app([], names=("127.0.0.1", "localhost"), workshop=venue)
    with serving(app.server) as client:

        def filled(page: str, **more: str) -> dict[str, Any]:
            return {**form_of(client.ask(page).text), **more}

        def sent(page: str, fields: dict[str, Any]) -> str:
            answer = client.ask(page, "POST", urlencode(fields, doseq=True).encode(),
                                content_type="application/x-www-form-urlencoded")  # fmt: skip
            assert answer.status == 303
            return answer.headers["location"]

        opening, joining = "/atelier/ouvrir", f"/atelier/{room.code}"
        form = filled(opening, title="Une fois")
        first = sent(opening, form)
        assert sent(opening, form) == first and len(venue.hall.codes) == 2
        # With another title, or from a page asked for again, it is another room.
        others = {sent(opening, {**form, "title": "Deux fois"}),
                  sent(opening, filled(opening, title="Une fois"))}  # fmt: skip
        assert len(others | {first}) == 3 == len(venue.hall.codes) - 1
        seat = filled(joining, table="table-1")
        link = sent(joining, seat)
        assert sent(joining, seat) == link and len(room.room.members) == 1
        assert sent(joining, filled(joining, table="table-1")) != link
