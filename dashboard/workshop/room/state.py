"""Where a room stands; a value, never changed in place. `evolve` makes the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.settings import Role, Settings

if TYPE_CHECKING:
    from dashboard.workshop.room.events import Event
    from simulator.scenario import Scenario

Phase = Literal["lobby", "predict", "decide", "reveal", "debate", "debrief", "ended"]
ROUND_PHASES: Final[tuple[Phase, ...]] = ("predict", "decide", "reveal", "debate")
By = Literal["table", "facilitator", "kept"]
Shown = Literal["results", "roles", "payers"]
_NOTHING: Final[Mapping[object, object]] = MappingProxyType({})


@dataclass(frozen=True)
class Table:
    """A table of the room; one that left is `retired`, and what it decided stays."""

    id: str
    name: str
    role: str
    retired: bool = False


@dataclass(frozen=True)
class Choice:
    """Cards that a table plays in a round; `ready` once it says that it is done."""

    cards: tuple[str, ...] = ()
    ready: bool = False
    by: By = "table"
    reason: str = ""  # why the facilitator entered other cards
    member: str = ""  # phone that said so; none where the facilitator did, or in older journals
    line: int = 0  # of the journal; none is 0, where the room opens


@dataclass(frozen=True)
class Prediction:
    """What a table expects at the end of a round: indicator → value, in the indicator's unit."""

    values: Mapping[str, float]


@dataclass(frozen=True)
class Agreement:
    """One table agrees to a collective card that another one plays."""

    round: int
    player: str  # table that plays the card
    card: str
    partner: str  # table that agrees


@dataclass(frozen=True)
class Proposal:
    """An assumption that a table would change: parameter, and toward which end of its range."""

    round: int
    table: str
    parameter: str
    toward: Literal["low", "high"]


@dataclass(frozen=True)
class Hypothesis:
    """An assumption as changed by the facilitator, played again beside what was decided."""

    round: int
    parameter: str
    toward: Literal["low", "high"]


@dataclass(frozen=True)
class Timer:
    """A countdown. Nothing in the room depends on it; it is shown, and that is all.

    `ends` is a wall time in milliseconds; `left` what is left, in seconds, where it stands still.
    """

    seconds: int
    ends: int | None
    left: int | None = None


@dataclass(frozen=True)
class Room:
    """A room after `number` events of its journal."""

    code: str
    secret: str
    settings: Settings
    start: Scenario
    deck: Deck
    phase: Phase = "lobby"
    round: int = 0
    paused: bool = False
    decisions_open: bool = True
    joining_open: bool = True
    tables: tuple[Table, ...] = ()
    # Phone → table at which it sits, or sat: what it did is told as its table's.
    members: Mapping[str, str] = field(default_factory=lambda: _NOTHING)  # type: ignore[arg-type,return-value]
    released: frozenset[str] = frozenset()  # phones that act for their table no more
    predictions: Mapping[tuple[int, str], Prediction] = field(default_factory=lambda: _NOTHING)  # type: ignore[arg-type,return-value]
    choices: Mapping[tuple[int, str], Choice] = field(default_factory=lambda: _NOTHING)  # type: ignore[arg-type,return-value]
    agreements: frozenset[Agreement] = frozenset()
    # Tables whose decision counts in a round: those that were there when it was revealed.
    seated: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)  # type: ignore[arg-type,return-value]
    shocks: tuple[tuple[int, str], ...] = ()  # (round, shock) in the order of drawing
    proposals: tuple[Proposal, ...] = ()
    hypothesis: Hypothesis | None = None
    timer: Timer | None = None
    shown: Shown = "results"  # what the projector shows of a round that is revealed
    revealed: int = 0  # rounds whose futures were shown
    # Steps of the facilitator that hold and can be taken back, by the number of their line.
    steps: tuple[tuple[int, Event], ...] = ()
    number: int = 0
    at: int = 0  # wall time of the last event, milliseconds

    def table(self, identifier: str) -> Table | None:
        """The table of an id, None where there is none."""
        return next((table for table in self.tables if table.id == identifier), None)

    def seat_of(self, member: str) -> str | None:
        """The table that a phone acts for; None where it does for none, or no more."""
        return None if member in self.released else self.members.get(member)

    def phones_at(self, table: str) -> frozenset[str]:
        """Phones that act for a table."""
        return frozenset(m for m, at in self.members.items() if at == table) - self.released

    def role_of(self, table: Table) -> Role:
        """The role that a table plays."""
        return self.settings.role(table.role)

    @property
    def playing(self) -> tuple[Table, ...]:
        """Tables that are there to decide."""
        return tuple(table for table in self.tables if not table.retired)

    def choice(self, number: int, table: str) -> Choice:
        """What a table plays in a round; nothing where it has not chosen."""
        return self.choices.get((number, table), Choice())

    def agreed(self, number: int, player: str, card: str) -> tuple[str, ...]:
        """Tables that agree to a collective card that `player` plays."""
        return tuple(
            table.id
            for table in self.tables
            if Agreement(number, player, card, table.id) in self.agreements
        )

    @property
    def waits_for(self) -> tuple[Table, ...]:
        """Tables that the phase still waits for; it never blocks on them."""
        if self.phase == "predict":
            return tuple(t for t in self.playing if (self.round, t.id) not in self.predictions)
        if self.phase == "decide":
            return tuple(t for t in self.playing if not self.choice(self.round, t.id).ready)
        return ()
