"""A room to play in: four roles, six tables, all cards and shocks that ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.live.workers import Workers
from dashboard.workshop.engine import Engine
from dashboard.workshop.journal import Journal
from dashboard.workshop.room import events
from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.settings import Family, Role, Seat, Settings

ROLES = (
    Role(id="culture", name="Petites associations culturelles",
         family=Family(sector="CULTURE", size="S")),
    Role(id="social", name="Action sociale", family=Family(sector="SOCIAL")),
    Role(id="region", name="Conseil régional", payer="region"),
    Role(id="fondations", name="Fondations", payer="foundations"),
)  # fmt: skip
SEATED = ("culture", "social", "region", "fondations", "culture", "region")


def opening(**changes: object) -> events.Opened:
    """The opening of a room; `changes` of its settings."""
    asked = {
        "title": "Essai",
        "seed": 7,
        "roles": ROLES,
        "tables": tuple(
            Seat(id=f"table-{n}", name=f"Table {n}", role=role) for n, role in enumerate(SEATED, 1)
        ),
        **changes,
    }
    deck, _ = Deck.load()
    return events.Opened.of(Settings.model_validate(asked), deck, "ABC234", "0" * 32)


@pytest.fixture(autouse=True)
def journals_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close every journal that a test opened: Python 3.13 warns where nobody did."""
    made: list[Journal] = []
    begin = Journal.__init__

    def noted(journal: Journal, path: Path) -> None:
        begin(journal, path)
        made.append(journal)

    monkeypatch.setattr(Journal, "__init__", noted)
    yield
    for journal in made:
        journal.close()


@pytest.fixture
def opened() -> events.Opened:
    return opening()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Two processes for all tests of a file: starting them is what takes long."""
    made = Workers(2)
    made.start()
    yield made
    made.close()


@pytest.fixture
def engine(workers: Workers, tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "worlds", lambda code: None, workers)
    yield made
    made.close()
