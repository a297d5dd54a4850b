"""A session without people, to see how long a room waits for a round on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dashboard.workshop.engine import Engine
from dashboard.workshop.outcome import Looked, Outcome
from dashboard.workshop.room import events
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.evolve import replayed
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import Family, Role, Seat, Settings
from dashboard.workshop.room.state import Room

ROLES: Final = (
    Role(id="culture", name="Culture", family=Family(sector="CULTURE")),
    Role(id="region", name="Région", payer="region"),
    Role(id="social", name="Action sociale", family=Family(sector="SOCIAL")),
    Role(id="etat", name="État", payer="etat"),
    Role(id="sport", name="Sport", family=Family(sector="SPORT")),
    Role(id="departement", name="Département", payer="departement"),
    Role(id="insertion", name="Insertion", family=Family(sector="IAE")),
    Role(id="fondations", name="Fondations", payer="foundations"),
)


def trial_settings(roles: int, **changes: object) -> Settings:
    """A room with a table for each of the first roles; `changes` of its settings."""
    played = ROLES[:roles]
    tables = [Seat(id=f"t-{role.id}", name=role.name, role=role.id) for role in played]
    given = {"title": "Mesure", "seed": 1, "roles": played, "tables": tables, **changes}
    return Settings.model_validate(given)


@dataclass(frozen=True)
class Waited:
    """Seconds from a reveal to its first distribution, and to that of all its worlds."""

    first: float
    whole: float


class Trial:
    """A room that is played without people, and the clock."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        deck, _ = Deck.load()
        self.told: list[events.Event] = [events.Opened.of(settings, deck, "MESURE", "")]

    @property
    def room(self) -> Room:
        """The room as it stands."""
        return replayed([(0, event) for event in self.told])

    def until(self, happened: Callable[[Looked], bool]) -> float:
        """Seconds until this is what the engine shows; RuntimeError where a world fails."""
        room, begun = self.room, time.perf_counter()
        while not happened(looked := self.engine.look(room)):
            if looked.progress is not None and looked.progress.failed:
                raise RuntimeError(f"a world failed: {looked.progress.failed}")
            time.sleep(0.005)
        return time.perf_counter() - begun

    def reveal(self, number: int) -> Waited:
        """Play a round: every role plays two cards; the reference is there when it is revealed."""
        self.told += [events.Went(phase=phase, round=number) for phase in ("predict", "decide")]
        self.until(lambda looked: looked.progress is None)
        room = self.room
        for table in room.tables:
            cards = hand(room, table.role, number)[:2]
            self.told.append(events.Chose(table=table.id, round=number, cards=cards, ready=True))
        self.told.append(events.Went(phase="reveal", round=number))
        first = self.until(self.shows(number, lambda outcome: True))
        return Waited(first, first + self.until(self.shows(number, lambda made: made.complete)))

    def shows(self, number: int, test: Callable[[Outcome], bool]) -> Callable[[Looked], bool]:
        """Whether the outcome of a round is there and passes a test."""
        return lambda looked: number in looked.outcomes and test(looked.outcomes[number])
