"""What people ask of a room. A command is checked against the room before anything happens.

`id` names the request: sent twice, it acts once. `round` and `phase` say where the sender believed
the room to be, so that two facilitators do not advance it twice.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dashboard.workshop.room.settings import Name
from dashboard.workshop.room.state import Phase, Shown
from simulator.strict_model import StrictModel

RequestId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Id = Annotated[str, Field(min_length=1, max_length=80)]
Round = Annotated[int, Field(ge=0, le=20, strict=True)]


class Command(StrictModel):
    """Base of all."""

    id: RequestId


# -- what a phone may ask for its own table -----------------------------------------------


class Predict(Command):
    """The table expects these values at the end of the round."""

    do: Literal["predict"]
    round: Round
    values: dict[str, float]


class Choose(Command):
    """The whole of what the table plays in this round; `ready` says that it is done.

    `seen`: line of the choice that was shown to whoever asks, 0 where the table had made none.
    """

    do: Literal["choose"]
    round: Round
    seen: Annotated[int, Field(ge=0, strict=True)] = 0
    cards: Annotated[tuple[Id, ...], Field(max_length=26)]
    ready: bool = False


class Agree(Command):
    """The table agrees to a collective card of another one, or no more."""

    do: Literal["agree"]
    round: Round
    player: Id
    card: Id
    yes: bool


class Propose(Command):
    """The table would change this assumption."""

    do: Literal["propose"]
    round: Round
    parameter: Id
    toward: Literal["low", "high"]


# -- what a facilitator may ask -----------------------------------------------------------


class Advance(Command):
    """Go to the next phase, from the one that the facilitator sees."""

    do: Literal["advance"]
    round: Round
    phase: Phase


class Finish(Command):
    """Go to the debrief now, whatever rounds are left."""

    do: Literal["finish"]


class End(Command):
    """End the session."""

    do: Literal["end"]


class Switch(Command):
    """Pause, open or close decisions, open or close joining."""

    do: Literal["switch"]
    what: Literal["paused", "decisions_open", "joining_open"]
    on: bool


class Show(Command):
    """The projector shows this part of what was revealed."""

    do: Literal["show"]
    what: Shown


class StartTimer(Command):
    """A countdown of so many seconds."""

    do: Literal["timer"]
    seconds: Annotated[int, Field(ge=0, le=4 * 3600, strict=True)]


class Unblock(Command):
    """Wait no more for a table: what it chose last is kept."""

    do: Literal["unblock"]
    round: Round
    table: Id


class Override(Command):
    """Enter the cards of a table, as with paper cards, or instead of what it chose."""

    do: Literal["override"]
    round: Round
    table: Id
    cards: Annotated[tuple[Id, ...], Field(max_length=26)]
    reason: Annotated[str, Field(max_length=200)] = ""


class EnterPrediction(Command):
    """Enter the prediction that a table wrote on paper."""

    do: Literal["enter_prediction"]
    round: Round
    table: Id
    values: dict[str, float]


class EnterAgreement(Command):
    """Enter an agreement between two tables, made by word of mouth."""

    do: Literal["enter_agreement"]
    round: Round
    player: Id
    card: Id
    partner: Id
    yes: bool


class Strike(Command):
    """Draw a shock for this round, named or by chance (None).

    `drawn`: how many were drawn in the room when this was asked, so that two facilitators draw one.
    """

    do: Literal["strike"]
    round: Round
    drawn: Annotated[int, Field(ge=0, strict=True)] = 0
    shock: Id | None = None


class Suppose(Command):
    """Play the room again under another assumption; None takes it back."""

    do: Literal["suppose"]
    round: Round
    parameter: Id | None
    toward: Literal["low", "high"] | None = None


class Seat(Command):
    """Add a table (without `table`), rename it, retire it, call it back."""

    do: Literal["seat"]
    table: Id | None = None
    name: Name
    role: Id
    retired: bool = False


class Release(Command):
    """Make a table free: its phones act for it no more; whoever belongs there enters again."""

    do: Literal["release"]
    table: Id


class Undo(Command):
    """Take back the last step of the facilitator that can be: the one in line `of`."""

    do: Literal["undo"]
    of: Annotated[int, Field(ge=1, strict=True)]


TableCommand = Annotated[Predict | Choose | Agree | Propose, Field(discriminator="do")]
FacilitatorCommand = Annotated[
    Advance | Finish | End | Switch | Show | StartTimer | Unblock | Override | EnterPrediction
    | EnterAgreement | Strike | Suppose | Seat | Release | Undo,
    Field(discriminator="do"),
]  # fmt: skip
TABLE_COMMANDS: TypeAdapter[TableCommand] = TypeAdapter(TableCommand)
FACILITATOR_COMMANDS: TypeAdapter[FacilitatorCommand] = TypeAdapter(FacilitatorCommand)
