"""A screen that is opened just as the room changes shows the room as it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard.workshop.hall import Hall, NotSeated
from dashboard.workshop.publishing import Publisher
from dashboard.workshop.stream import Key
from tests.workshop.acting import advance, body, facilitator, hall_in, room_in
from tests.workshop.test_stream import in_a_loop_of_its_own


class Phases:
    """Draws the phase of a room; `asked` are the views that were to be drawn, each time."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.asked: list[list[Key]] = []

    def __call__(
        self, code: str, keys: list[Key], present: Mapping[str, int]
    ) -> tuple[int, dict[Key, dict[str, str]]]:
        room = self.hall.room(code)
        self.asked.append(keys)
        return room.version, {key: {"phase": room.room.phase} for key in keys}


def test_what_changes_before_a_stream_is_read_is_shown_on_it(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)

    async def follow() -> list[str]:
        draw = Phases(hall)
        publisher = Publisher(hall, draw)
        await publisher.start()
        given = hall.token(room.code, "screen")
        holder = hall.holder(given)
        stream = await publisher.stream(given, holder, publisher.key(holder, None))
        await asyncio.to_thread(advance, hall, room, "predict")
        async with asyncio.timeout(20):
            while draw.asked[-1]:  # the change was drawn for nobody
                await asyncio.sleep(0.01)
        shown: list[str] = []
        reading = asyncio.Event()

        async def take(message: dict[str, Any]) -> None:
            if message.get("body", b"").startswith(b"event"):
                data = message["body"].decode().split("\n")[2].removeprefix("data: ")
                shown.append(json.loads(data)["parts"]["phase"])
                if shown[-1] == "predict":
                    reading.set()

        async def stay() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        sending = asyncio.create_task(stream({"type": "http"}, stay, take))  # type: ignore[arg-type]
        await asyncio.wait([asyncio.create_task(reading.wait())], timeout=5)
        await publisher.stop()
        await sending
        return shown

    assert in_a_loop_of_its_own(follow()) == ["lobby", "predict"]


def test_a_room_at_which_nobody_looks_holds_no_views(tmp_path: Path) -> None:
    """Who comes later has them drawn again, as who comes just then."""
    hall = hall_in(tmp_path)
    room = room_in(hall)

    async def look() -> list[str]:
        draw = Phases(hall)
        publisher = Publisher(hall, draw)
        await publisher.start()
        shown = []
        for kind in ("screen", "facilitator"):
            given = hall.token(room.code, kind)  # type: ignore[arg-type]
            holder = hall.holder(given)
            key = publisher.key(holder, None)
            stream = await publisher.stream(given, holder, key)
            sent = asyncio.Event()

            async def gone(sent: asyncio.Event = sent) -> dict[str, Any]:
                await sent.wait()
                return {"type": "http.disconnect"}

            async def take(message: dict[str, Any], sent: asyncio.Event = sent) -> None:
                if message.get("body"):
                    sent.set()

            await stream({"type": "http"}, gone, take)  # type: ignore[arg-type]
            assert not publisher._walls
            one, other = await asyncio.gather(*(publisher.view(room.code, key) for _ in range(2)))
            assert one is other
            shown.append(one.parts["phase"])
            await asyncio.to_thread(advance, hall, room, "predict")
        await publisher.stop()
        return shown

    assert in_a_loop_of_its_own(look()) == ["lobby", "predict"]


def test_a_phone_let_go_while_its_view_is_drawn_gets_no_stream(tmp_path: Path) -> None:
    hall = hall_in(tmp_path)
    room = room_in(hall)
    given = hall.join(room.code, "table-1")

    class Releases(Phases):
        def __call__(
            self, code: str, keys: list[Key], present: Mapping[str, int]
        ) -> tuple[int, dict[Key, dict[str, str]]]:
            self.hall.act(facilitator(room), body(do="release", table="table-1"))
            return super().__call__(code, keys, present)

    async def ask() -> None:
        publisher = Publisher(hall, Releases(hall))
        await publisher.start()
        holder = hall.holder(given)
        try:
            await publisher.stream(given, holder, publisher.key(holder, None))
        finally:
            await publisher.stop()

    with pytest.raises(NotSeated):
        in_a_loop_of_its_own(ask())
