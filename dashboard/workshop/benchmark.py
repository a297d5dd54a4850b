"""How quickly a decision is on every screen, and whether a whole session leaves memory flat.

`python -m dashboard.workshop.benchmark`: a real server in a process of its own, 2 rooms of 12
tables, 60 phones, 3 projectors and 2 consoles, each with a stream; then both rooms play a session
of three hours in minutes. Prints JSON; status 1 where the bound is missed or something is lost.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dashboard.workshop.bots.connection import Screen, Server
from dashboard.workshop.bots.facilitator import Facilitator
from dashboard.workshop.bots.offers import values_of
from dashboard.workshop.bots.phone import Journal
from dashboard.workshop.bots.session import Session

ROOMS: Final = 2
TABLES: Final = 12
PHONES: Final = 30  # of each room
PROJECTORS: Final = (2, 1)  # of each room
BOUND: Final = 300.0  # milliseconds, 95th percentile
DECISIONS_A_SECOND: Final = 8.0
ARRIVES_WITHIN: Final = 5.0  # seconds
SAMPLED_EVERY: Final = 2.0
OPENING: Final = "/atelier/ouvrir"


@dataclass
class Watcher:
    """A stream, and when each version came."""

    screen: Screen
    came: list[tuple[int, float]] = field(default_factory=list)

    @classmethod
    def of(cls, server: Server, token: str) -> Watcher:
        """Open the stream of a token."""
        came: list[tuple[int, float]] = []

        def note(version: int) -> None:
            came.append((version, time.perf_counter()))

        return cls(Screen(server, token, note), came)

    def showed(self, version: int) -> float | None:
        """When it had this version, or a later one."""
        return next((at for number, at in self.came if number >= version), None)


@dataclass
class Room:
    """A room in its phase of decisions, and all that show it."""

    lead: Facilitator
    phones: dict[str, list[tuple[str, Watcher]]]  # by table: token, stream
    everywhere: list[Watcher]  # console and projectors
    ready: dict[str, bool] = field(default_factory=dict)

    @property
    def watchers(self) -> list[Watcher]:
        """All its streams."""
        return [*self.everywhere, *(w for phones in self.phones.values() for _, w in phones)]


def main(
    seconds: Annotated[float, typer.Option(min=1, help="How long decisions are timed.")] = 30,
    speed: Annotated[
        float, typer.Option(min=1, help="How much quicker than people the session is.")
    ] = 60,
) -> None:
    """Measure both, print what was found."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        with serving(store) as (server, _):
            found: dict[str, Any] = decisions(server, seconds)
        found |= session(store / "session", speed)
    typer.echo(json.dumps(found, indent=1))
    if found["each_screen_ms"]["p95"] > BOUND or found["lost"] or found["problems"]:
        raise typer.Exit(1)


@contextmanager
def serving(store: Path) -> Iterator[tuple[Server, int]]:
    """A server on a free port; its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "workshop", "--port", "0", "--json",
         "--store", str(store)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Server(json.loads(process.stdout.readline())["url"]), process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def decisions(server: Server, seconds: float) -> dict[str, Any]:
    """Times from sending a decision to its parts on each screen that must show it."""
    rooms = [_seated(server, number) for number in range(ROOMS)]
    watchers = [watcher for room in rooms for watcher in room.watchers]
    chance = random.Random(1)
    until = time.perf_counter() + seconds
    sent: list[tuple[float, int, list[Watcher]]] = []
    with ThreadPoolExecutor(16) as pool:
        asked = []
        while time.perf_counter() < until:
            room = chance.choice(rooms)
            asked.append(pool.submit(_decides, server, room, chance.choice(list(room.phones))))
            time.sleep(chance.expovariate(DECISIONS_A_SECOND))
        sent = [found for one in asked if (found := one.result()) is not None]
    time.sleep(ARRIVES_WITHIN)
    times: list[float] = []
    last: list[float] = []
    missing = 0
    for at, version, screens in sent:
        seen = [watcher.showed(version) for watcher in screens]
        missing += sum(one is None for one in seen)
        shown = [1000 * (one - at) for one in seen if one is not None]
        times += shown
        last.append(max(shown))
    for watcher in watchers:
        watcher.screen.close()
    return {
        "streams": len(watchers), "decisions": len(sent), "missing": missing,
        "each_screen_ms": spread(times), "last_screen_ms": spread(last),
    }  # fmt: skip


def _seated(server: Server, number: int) -> Room:
    lead = Facilitator(server, Journal(), random.Random(number))
    lead.open(OPENING, f"Mesure {number}", TABLES)
    seats = values_of(server.get(f"/atelier/{lead.code}").body.decode(), "table")
    phones: dict[str, list[tuple[str, Watcher]]] = {table: [] for table in seats}
    for place in range(PHONES):
        table = seats[place % len(seats)]
        answer = server.post_form(f"/atelier/{lead.code}", {"table": table})
        token = answer.location.rpartition("/")[2]
        phones[table].append((token, Watcher.of(server, token)))
    lead.advance("predict")
    lead.advance("decide")
    shown = [lead.token, *[lead.screen_token] * PROJECTORS[number]]
    return Room(lead, phones, [Watcher.of(server, token) for token in shown])


def _decides(server: Server, room: Room, table: str) -> tuple[float, int, list[Watcher]] | None:
    """A table says that it is ready, or not any more: console and projectors show it too."""
    room.ready[table] = not room.ready.get(table, False)
    command = {"do": "choose", "round": 0, "cards": [], "ready": room.ready[table]}
    at = time.perf_counter()
    answer = server.act(room.phones[table][0][0], command)
    if answer.status != 200:
        return None
    return at, int(answer.said["version"]), [
        *room.everywhere, *(watcher for _, watcher in room.phones[table])
    ]  # fmt: skip


def session(store: Path, speed: float) -> dict[str, Any]:
    """A session of both rooms with all phones: memory of the server, and what was lost."""
    import psutil

    journal, begun = Journal(), time.perf_counter()
    sampled: list[float] = []
    over = threading.Event()

    def sample(process: psutil.Process) -> None:
        while not over.wait(SAMPLED_EVERY):
            sampled.append(process.memory_info().rss / 1e6)

    with serving(store) as (server, pid):
        sampling = threading.Thread(target=sample, args=(psutil.Process(pid),))
        sampling.start()
        sessions = [
            Session(server, OPENING, number, tables=TABLES, phones=PHONES, seed=1, speed=speed,
                    journal=journal)
            for number in range(ROOMS)
        ]  # fmt: skip
        with ThreadPoolExecutor(ROOMS) as pool:
            list(pool.map(Session.play, sessions))
        time.sleep(4 * SAMPLED_EVERY)  # what the last downloads took is given back
        over.set()
        sampling.join()
    with closing(sqlite3.connect(store / "salles.sqlite")) as written:
        known = {
            request.rpartition("/")[2]
            for (request,) in written.execute("SELECT request FROM journal WHERE request NOT NULL")
        }
    quarter = max(1, len(sampled) // 4)
    return {
        "session_seconds": round(time.perf_counter() - begun),
        "acknowledged": sum(journal.acknowledged.values()),
        "lost": len(journal.requests - known),
        "refused": dict(journal.refused),
        "problems": journal.problems,
        "rss_mb": {
            "begin": round(sampled[min(quarter, len(sampled) - 1)]),
            "middle": round(sampled[len(sampled) // 2]),
            "end": round(sampled[-1]),
            "largest": round(max(sampled)),
        },
    }


def spread(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and largest of milliseconds."""
    import numpy as np

    p50, p95, most = np.percentile(times, [50, 95, 100])
    return {"p50": round(float(p50)), "p95": round(float(p95)), "largest": round(float(most))}


if __name__ == "__main__":
    typer.run(main)
