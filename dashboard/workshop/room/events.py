"""What happened in a room, one line of its journal each. An event is never refused or changed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from dashboard.workshop.room.deck import Deck
from dashboard.workshop.room.settings import Settings
from dashboard.workshop.room.state import By, Shown
from simulator.scenario import load_scenario
from simulator.strict_model import StrictModel
from simulator.version import __version__


class Opened(StrictModel):
    """The room exists. `deck`: cards and shocks, see `Deck.documents`.

    `start`: text of the starting scenario as it was then, whole; files that change later, or are
    gone, change no room.
    """

    kind: Literal["opened"] = "opened"
    code: str
    secret: str
    settings: Settings
    deck: dict[str, Any]
    start: str
    version: str

    @classmethod
    def of(cls, settings: Settings, deck: Deck, code: str, secret: str) -> Opened:
        """The opening of a room; InputError where no scenario has the id of the settings."""
        return cls(
            code=code,
            secret=secret,
            settings=settings,
            deck=deck.documents(),
            start=load_scenario(settings.scenario).to_yaml(),
            version=__version__,
        )


class Joined(StrictModel):
    """A phone sits down at a table."""

    kind: Literal["joined"] = "joined"
    member: str
    table: str


class Released(StrictModel):
    """The phones that sit at a table act for it no more. What they did stays done."""

    kind: Literal["released"] = "released"
    table: str


class Seated(StrictModel):
    """A table is added, renamed, given another role, retired or called back."""

    kind: Literal["seated"] = "seated"
    table: str
    name: str
    role: str
    retired: bool = False


class Went(StrictModel):
    """The room went to a phase of a round."""

    kind: Literal["went"] = "went"
    phase: Literal["predict", "decide", "reveal", "debate", "debrief", "ended"]
    round: int


class Predicted(StrictModel):
    """A table predicts the end of a round: indicator → value."""

    kind: Literal["predicted"] = "predicted"
    table: str
    round: int
    values: dict[str, float]


class Chose(StrictModel):
    """The whole of what a table plays in a round."""

    kind: Literal["chose"] = "chose"
    table: str
    round: int
    cards: tuple[str, ...]
    ready: bool
    by: By = "table"
    reason: str = ""
    member: str = ""


class Agreed(StrictModel):
    """A table gives, or takes back, its agreement to a collective card of another one."""

    kind: Literal["agreed"] = "agreed"
    round: int
    player: str
    card: str
    partner: str
    yes: bool


class Struck(StrictModel):
    """The facilitator draws a shock: it strikes at the start of the round."""

    kind: Literal["struck"] = "struck"
    round: int
    shock: str


class Proposed(StrictModel):
    """A table says which assumption it would change."""

    kind: Literal["proposed"] = "proposed"
    round: int
    table: str
    parameter: str
    toward: Literal["low", "high"]


class Supposed(StrictModel):
    """The facilitator plays the room again under another assumption, or no more (None)."""

    kind: Literal["supposed"] = "supposed"
    round: int
    parameter: str | None
    toward: Literal["low", "high"] | None


class Timed(StrictModel):
    """A countdown starts (`ends`), stands still (`left`) or is taken away (neither)."""

    kind: Literal["timed"] = "timed"
    seconds: int
    ends: int | None = None
    left: int | None = None


class Switched(StrictModel):
    """Paused or not; decisions open or not; joining open or not."""

    kind: Literal["switched"] = "switched"
    what: Literal["paused", "decisions_open", "joining_open"]
    on: bool


class Showed(StrictModel):
    """The projector shows another part of what was revealed."""

    kind: Literal["showed"] = "showed"
    what: Shown


class Undone(StrictModel):
    """What the facilitator did in line `of` no longer holds; the line stays."""

    kind: Literal["undone"] = "undone"
    of: int


Event = Annotated[
    Opened | Joined | Released | Seated | Went | Predicted | Chose | Agreed | Struck | Proposed
    | Supposed | Timed | Switched | Showed | Undone,
    Field(discriminator="kind"),
]  # fmt: skip
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


def reversible(event: Event) -> bool:
    """Whether a facilitator can take it back: their own steps, and no phone's decision."""
    return isinstance(event, Went | Struck | Supposed) or (
        isinstance(event, Chose) and event.by != "table"
    )
