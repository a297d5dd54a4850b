"""Several rooms at once on one server."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from dashboard.workshop.bots.connection import Server
from dashboard.workshop.bots.facilitator import CannotOpen
from dashboard.workshop.bots.forger import refused_everywhere
from dashboard.workshop.bots.phone import Journal
from dashboard.workshop.bots.session import Played, Session, summary
from simulator.problems import InputError

OPENING = "/atelier/ouvrir"


def play_rooms(
    url: str,
    *,
    rooms: int,
    tables: int,
    phones: int,
    seed: int,
    speed: float,
    simulated: bool = True,
) -> dict[str, Any]:
    """Play `rooms` sessions side by side; what was acknowledged, refused and went wrong.

    url: the server, or the organiser's link with its key. simulated: the server has an engine, and
    each round must show what it leads to. Raises InputError where no server answers, or where it
    opens no room.
    """
    server, journal = Server(url), Journal()
    parts = urlsplit(url)
    opening = f"{parts.path}?{parts.query}" if parts.query else OPENING
    sessions = [
        Session(server, opening, number, tables=tables, phones=phones, seed=seed, speed=speed,
                journal=journal, simulated=simulated)
        for number in range(1, rooms + 1)
    ]  # fmt: skip

    def played(session: Session) -> Played | None:
        try:
            return session.play()
        except (OSError, http.client.HTTPException) as error:
            journal.wrong(f"{session.name}: the server does not answer any more ({error})")
            return None

    try:
        server.get("/health")
    except (OSError, http.client.HTTPException) as error:
        raise InputError.single(
            "--url",
            f"no server answers at {server.url} ({error})",
            "start `penser-demain workshop` first",
        ) from error
    try:
        with ThreadPoolExecutor(rooms) as pool:
            found = list(pool.map(played, sessions))
    except CannotOpen as error:
        raise InputError.single("--url", str(error), "open rooms from this machine") from error
    journal.problems += refused_everywhere(server)
    return summary(journal, [one for one in found if one is not None])
