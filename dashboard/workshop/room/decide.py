"""What a command leads to: events, or a refusal with its reason. Nothing here changes a room."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal

from dashboard.workshop.room import commands, events
from dashboard.workshop.room.assumptions import ASSUMPTIONS
from dashboard.workshop.room.plays import agreement_wanted, hand, partners, plays, within
from dashboard.workshop.room.settings import MOST_TABLES, POSSIBLE, PREDICTED
from dashboard.workshop.room.state import Choice, Phase, Room, Table, Timer

Reason = Literal[
    "elsewhere", "closed", "paused", "over", "no_table", "retired", "not_in_hand", "twice",
    "over_budget", "requires", "no_partner", "not_chosen", "bad_value", "no_shock", "no_assumption",
    "no_role", "role_kept", "too_many_tables", "joining_closed", "nothing_to_undo", "no_table_yet",
    "too_many",
]  # fmt: skip
MOST_MEMBERS: Final = 200
_NEXT: Final[Mapping[Phase, Phase]] = {
    "lobby": "predict", "predict": "decide", "decide": "reveal", "reveal": "debate",
}  # fmt: skip


class Refused(Exception):
    """A command that cannot be done now; `reason` has its sentence in the pages."""

    def __init__(self, reason: Reason, **about: object) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.about = about


# -- a phone ------------------------------------------------------------------------------


def join(room: Room, member: str, table: str) -> list[events.Event]:
    """A phone sits down at a table."""
    if room.phase == "ended":
        raise Refused("over")
    if not room.joining_open:
        raise Refused("joining_closed")
    if len(room.members) - len(room.released) >= MOST_MEMBERS:
        raise Refused("too_many")
    _there(room, table)
    return [events.Joined(member=member, table=table)]


def by_table(
    room: Room, table: str, command: commands.TableCommand, member: str = ""
) -> list[events.Event]:
    """What a phone asks for its table. `member`: which phone it is."""
    sitting = _there(room, table)
    if room.paused:
        raise Refused("paused")
    if command.round != room.round:
        raise Refused("elsewhere")
    match command:
        case commands.Predict():
            _in(room, "predict")
            return [_prediction(room, table, command.values)]
        case commands.Choose():
            _deciding(room)
            _up_to_date(room.choice(room.round, table), command.seen, member)
            _check_cards(room, sitting, command.cards)
            return [
                events.Chose(
                    table=table, round=room.round, cards=command.cards, ready=command.ready,
                    member=member,
                )
            ]  # fmt: skip
        case commands.Agree():
            _deciding(room)
            return [_agreement(room, command.player, command.card, table, command.yes)]
        case commands.Propose():
            _in(room, "debate")
            _known_assumption(command.parameter)
            return [
                events.Proposed(
                    round=room.round, table=table, parameter=command.parameter,
                    toward=command.toward,
                )
            ]  # fmt: skip


# -- a facilitator ------------------------------------------------------------------------


def by_facilitator(
    room: Room, command: commands.FacilitatorCommand, now: int, chance: int = 0
) -> list[events.Event]:
    """What a facilitator asks. `now`: wall time in milliseconds; `chance`: any whole number."""
    if room.phase == "ended" and not isinstance(command, commands.Undo):
        raise Refused("over")
    match command:
        case commands.Advance():
            return _advance(room, command)
        case commands.Finish():
            if room.phase in ("lobby", "debrief"):
                raise Refused("elsewhere")
            return [events.Went(phase="debrief", round=room.round)]
        case commands.End():
            return [events.Went(phase="ended", round=room.round)]
        case commands.Switch():
            return _switch(room, command, now)
        case commands.Show():
            _revealed(room)
            return [] if room.shown == command.what else [events.Showed(what=command.what)]
        case commands.StartTimer():
            ends = now + 1000 * command.seconds if command.seconds else None
            return [events.Timed(seconds=command.seconds, ends=ends)]
        case commands.Undo():
            return _undo(room, command)
        case commands.Seat():
            return _seat(room, command)
        case commands.Release():
            if room.table(command.table) is None:
                raise Refused("no_table")
            here = room.phones_at(command.table)
            return [events.Released(table=command.table)] if here else []
    if command.round != room.round:
        raise Refused("elsewhere")
    return _in_round(room, command, chance)


def _in_round(room: Room, command: commands.FacilitatorCommand, chance: int) -> list[events.Event]:
    match command:
        case commands.Unblock():
            table = _there(room, command.table)
            _in(room, "decide")
            kept = room.choice(room.round, table.id)
            if kept.ready:
                raise Refused("elsewhere")  # it said so just before
            return [
                events.Chose(
                    table=table.id, round=room.round, cards=kept.cards, ready=True, by="kept"
                )
            ]
        case commands.Override():
            table = _there(room, command.table)
            _in(room, "decide")
            _check_cards(room, table, command.cards)
            return [
                events.Chose(
                    table=table.id, round=room.round, cards=command.cards, ready=True,
                    by="facilitator", reason=command.reason,
                )
            ]  # fmt: skip
        case commands.EnterPrediction():
            _there(room, command.table)
            _in(room, "predict", "decide")
            return [_prediction(room, command.table, command.values)]
        case commands.EnterAgreement():
            _in(room, "decide")
            _there(room, command.partner)
            return [_agreement(room, command.player, command.card, command.partner, command.yes)]
        case commands.Strike():
            return [_strike(room, command, chance)]
        case commands.Suppose():
            _revealed(room)
            if command.parameter is not None:
                _known_assumption(command.parameter)
                if command.toward is None:
                    raise Refused("no_assumption")
            return [
                events.Supposed(
                    round=room.round, parameter=command.parameter, toward=command.toward
                )
            ]
    raise Refused("elsewhere")


def _advance(room: Room, command: commands.Advance) -> list[events.Event]:
    if (command.round, command.phase) != (room.round, room.phase):
        raise Refused("elsewhere")  # another facilitator, or a double click, was there before
    if room.phase == "lobby" and not room.playing:
        raise Refused("no_table_yet")
    if room.phase == "debate":
        last = room.round + 1 >= len(room.settings.rounds)
        if last:
            return [events.Went(phase="debrief", round=room.round)]
        return [events.Went(phase="predict", round=room.round + 1)]
    if room.phase == "debrief":
        return [events.Went(phase="ended", round=room.round)]
    following = _NEXT[room.phase]
    assert following not in ("lobby",)
    return [events.Went(phase=following, round=room.round)]


def _switch(room: Room, command: commands.Switch, now: int) -> list[events.Event]:
    if getattr(room, command.what) == command.on:
        return []
    found: list[events.Event] = [events.Switched(what=command.what, on=command.on)]
    if command.what == "paused" and room.timer is not None:
        found += _held(room.timer, command.on, now)
    return found


def _held(timer: Timer, stop: bool, now: int) -> list[events.Event]:
    """The countdown stands still in a pause; a clock that was set back never makes it longer."""
    if stop and timer.ends is not None:
        left = min(max(0, math.ceil((timer.ends - now) / 1000)), timer.seconds)
        return [events.Timed(seconds=timer.seconds, left=left)]
    if not stop and timer.left is not None:
        return [events.Timed(seconds=timer.seconds, ends=now + 1000 * timer.left)]
    return []


def _undo(room: Room, command: commands.Undo) -> list[events.Event]:
    if not room.steps:
        raise Refused("nothing_to_undo")
    if room.steps[-1][0] != command.of:
        raise Refused("elsewhere")  # another facilitator was there before
    return [events.Undone(of=command.of)]


def _seat(room: Room, command: commands.Seat) -> list[events.Event]:
    if command.role not in {role.id for role in room.settings.roles}:
        raise Refused("no_role")
    known = {table.id for table in room.tables}
    if command.table is not None and command.table not in known:
        raise Refused("no_table")
    sitting = None if command.table is None else room.table(command.table)
    decided = any(table == command.table for _, table in room.choices)
    moves = sitting is not None and sitting.role != command.role
    if moves and (decided or room.phase != "lobby"):
        raise Refused("role_kept")  # what it decided was decided for its role
    if command.table is None and len(room.tables) >= MOST_TABLES:
        raise Refused("too_many_tables")
    identifier = command.table or next(
        name for n in range(1, MOST_TABLES + 2) if (name := f"table-{n}") not in known
    )
    seated = events.Seated(
        table=identifier, name=command.name, role=command.role, retired=command.retired
    )
    return [seated]


def _strike(room: Room, command: commands.Strike, chance: int) -> events.Event:
    _in(room, "predict", "decide")
    if command.drawn != len(room.shocks):
        raise Refused("elsewhere")
    drawn = {shock for _, shock in room.shocks}
    left = [name for name in room.deck.shocks if name not in drawn]
    if command.shock is None and left:
        return events.Struck(round=room.round, shock=left[chance % len(left)])
    if command.shock not in left:
        raise Refused("no_shock")
    assert command.shock is not None
    return events.Struck(round=room.round, shock=command.shock)


# -- what several need --------------------------------------------------------------------


def _there(room: Room, table: str) -> Table:
    found = room.table(table)
    if room.phase == "ended":
        raise Refused("over")
    if found is None:
        raise Refused("no_table")
    if found.retired:
        raise Refused("retired")
    return found


def _in(room: Room, *phases: Phase) -> None:
    if room.phase not in phases:
        raise Refused("elsewhere")


def _revealed(room: Room) -> None:
    """There is something to show and to play again; a session that stopped at once has nothing."""
    _in(room, "reveal", "debate", "debrief")
    if not room.revealed:
        raise Refused("elsewhere")


def _deciding(room: Room) -> None:
    _in(room, "decide")
    if not room.decisions_open:
        raise Refused("closed")


def _up_to_date(choice: Choice, seen: int, member: str) -> None:
    """Nobody undoes what another phone, or the facilitator, chose before it was shown to them.

    What a phone chose itself it knows, even where its screen does not show it yet.
    """
    its_own = choice.by == "table" and choice.member == member and choice.line > seen
    if choice.line != seen and not its_own:
        raise Refused("elsewhere", table=True)


def _check_cards(room: Room, table: Table, cards: tuple[str, ...]) -> None:
    role = room.role_of(table)
    dealt = hand(room, role.id, room.round)
    if len(set(cards)) != len(cards):
        raise Refused("twice")
    for name in cards:
        if name not in dealt:
            raise Refused("not_in_hand", card=name)
        card = room.deck.cards[name]
        if agreement_wanted(card) and not partners(room, table, card):
            raise Refused("no_partner", card=name)
    if not within(room, role, cards):
        raise Refused("over_budget")
    before = {p.card for p in plays(room, before=room.round) if role.id in p.roles}
    for name in cards:
        for required in room.deck.cards[name].requires.cards:
            if required not in cards and required not in before:
                raise Refused("requires", card=name, required=required)


def _agreement(room: Room, player: str, card: str, partner: str, yes: bool) -> events.Event:
    playing = _there(room, player)
    if card not in room.choice(room.round, player).cards:
        raise Refused("not_chosen")
    if partner not in {table.id for table in partners(room, playing, room.deck.cards[card])}:
        raise Refused("no_partner", card=card)
    return events.Agreed(round=room.round, player=player, card=card, partner=partner, yes=yes)


def _prediction(room: Room, table: str, values: Mapping[str, float]) -> events.Event:
    if set(values) != set(PREDICTED):
        raise Refused("bad_value")
    for name, value in values.items():
        low, high = POSSIBLE[name]
        if not low <= value <= high:  # not a number included
            raise Refused("bad_value")
    return events.Predicted(table=table, round=room.round, values=dict(values))


def _known_assumption(parameter: str) -> None:
    if parameter not in ASSUMPTIONS:
        raise Refused("no_assumption")
