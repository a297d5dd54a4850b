"""All that a screen is made of: the room, who is there, what was simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.contacts import Contact
from dashboard.workshop.outcome import Outcome, Progress, Supposed
from dashboard.workshop.room.state import Room


@dataclass(frozen=True)
class Seen:
    """A room as screens see it at one moment.

    `present`: table → phones that are connected now. `now`: wall time in milliseconds. `links`:
    for the facilitator and the projector, name → address: `join`, `screen`, `console`, `qr` (image
    of the address to join), `export` (folder of downloads), `print` (the
    same where PDFs can be made), `delete`. `trace`: what happened, the
    newest first, as (wall time, actor, sentence). `results`: name under which the dashboard opens
    what was played, once it is kept. `stands_for`: role → organisations that its family is in the
    population, weights included. `contacts`: whom one can turn to; those that ship where none.
    """

    room: Room
    now: int
    present: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    supposed: Supposed | None = None
    progress: Progress | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    trace: tuple[tuple[int, str, str], ...] = ()
    results: str | None = None
    stands_for: Mapping[str, float] = field(default_factory=dict)
    contacts: Sequence[Contact] = ()
