"""How long a room waits for a round: `python -m dashboard.workshop.engine_benchmark`.

Every role plays two cards of its hand in each of three rounds. The reference of a round is there
when it is revealed, as after the minutes in which people decide.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.workshop.engine import Engine
from dashboard.workshop.outcome import Looked, Outcome
from dashboard.workshop.room import events
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.evolve import replayed
from dashboard.workshop.room.plays import hand
from dashboard.workshop.room.settings import Family, Role, Seat, Settings
from dashboard.workshop.room.state import Room

ROLES = (
    Role(id="culture", name="Culture", family=Family(sector="CULTURE")),
    Role(id="region", name="Région", payer="region"),
    Role(id="social", name="Action sociale", family=Family(sector="SOCIAL")),
    Role(id="etat", name="État", payer="etat"),
    Role(id="sport", name="Sport", family=Family(sector="SPORT")),
    Role(id="departement", name="Département", payer="departement"),
    Role(id="insertion", name="Insertion", family=Family(sector="IAE")),
    Role(id="fondations", name="Fondations", payer="foundations"),
)


class Session:
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
        """Seconds until this is what the engine shows."""
        room, begun = self.room, time.perf_counter()
        while not happened(looked := self.engine.look(room)):
            if looked.progress is not None and looked.progress.failed:
                raise RuntimeError(f"a world failed: {looked.progress.failed}")
            time.sleep(0.005)
        return time.perf_counter() - begun

    def play(self, number: int) -> dict[str, float]:
        """Play a round: seconds from its reveal to what people wait for."""
        self.told += [events.Went(phase=phase, round=number) for phase in ("predict", "decide")]
        self.until(lambda looked: looked.progress is None)
        room = self.room
        for table in room.tables:
            cards = hand(room, table.role, number)[:2]
            self.told.append(events.Chose(table=table.id, round=number, cards=cards, ready=True))
        self.told.append(events.Went(phase="reveal", round=number))

        def shows(test: Callable[[Outcome], bool]) -> Callable[[Looked], bool]:
            return lambda looked: number in looked.outcomes and test(looked.outcomes[number])

        first = self.until(shows(lambda outcome: True))
        whole = first + self.until(shows(lambda outcome: outcome.complete))
        refined = whole + self.until(shows(lambda outcome: outcome.refined))
        return {"first": first, "all_worlds": whole, "refined": refined}


def main(
    roles: Annotated[int, typer.Option(min=1, max=len(ROLES), help="Roles that play.")] = 4,
    worlds: Annotated[int, typer.Option(min=2, max=100, help="Worlds side by side.")] = 20,
    population: Annotated[str, typer.Option(help="Population: workshop or demo.")] = "workshop",
) -> None:
    """Print seconds from the reveal of each round, as JSON, and the megabytes kept at the end."""
    played = ROLES[:roles]
    settings = Settings.model_validate(
        {
            "title": "Mesure", "seed": 1, "roles": played, "worlds": worlds,
            "population": population,
            "tables": [Seat(id=f"t-{r.id}", name=r.name, role=r.id) for r in played],
        }
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), lambda code: None)
        try:
            session = Session(engine, settings)
            found: dict[str, Any] = {"roles": roles, "worlds": worlds, "population": population}
            found["warm"] = session.until(
                lambda looked: looked.progress is not None and looked.progress.done > 0
            )
            found["rounds"] = [session.play(number) for number in range(len(settings.rounds))]
            kept = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
            found["megabytes"] = kept / 1e6
            begun = time.perf_counter()
            engine.keep(session.room)
            found["results_folder"] = time.perf_counter() - begun
        finally:
            engine.close()
    typer.echo(json.dumps(found, indent=1))


if __name__ == "__main__":
    typer.run(main)
