"""Somebody who acts in a hall: commands as bodies, rooms taken to a phase."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any, Final

from dashboard.workshop.hall import Hall
from dashboard.workshop.open_room import OpenRoom
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Phase
from dashboard.workshop.tokens import Holder, token
from tests.workshop.conftest import opening

OPENING: Final = opening()
PHASES: Final[tuple[Phase, ...]] = (
    "lobby", "predict", "decide", "reveal", "debate", "debrief", "ended",
)  # fmt: skip


def request() -> str:
    """An id that no request had."""
    return secrets.token_hex(8)


def body(**command: Any) -> bytes:
    """A command as it is sent; with an id of its own unless one is given."""
    return json.dumps({"id": request(), **command}).encode()


def room_in(hall: Hall, **settings: Any) -> OpenRoom:
    """A new room of the tests' roles and tables."""
    opened = opening(**settings) if settings else OPENING
    return hall.open(opened.settings, Deck.read(opened.deck))


def facilitator(room: OpenRoom) -> str:
    """The token of its console."""
    return token(room.room.secret, Holder(room.code, "facilitator"))


def advance(hall: Hall, room: OpenRoom, phase: Phase) -> None:
    """Press the button that goes on until the room is in a phase of its round, or at its end."""
    given = facilitator(room)
    if phase == "debrief":
        advance(hall, room, "predict")
        hall.act(given, body(do="finish"))
    elif phase == "ended":
        hall.act(given, body(do="end"))
    while room.room.phase != phase:
        before = room.room
        hall.act(given, body(do="advance", round=before.round, phase=before.phase))


def guess(value: float) -> dict[str, float]:
    """A prediction."""
    return dict.fromkeys(PREDICTED, value)


def hall_in(folder: Path, **options: Any) -> Hall:
    """The hall of a folder."""
    return Hall(folder / "rooms.sqlite", **options)
