"""Whatever people send, in whatever order: the room stays whole and its journal gives it again."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import settings as how
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from pydantic import TypeAdapter

from dashboard.workshop.room import commands, events
from dashboard.workshop.room.assumptions import ASSUMPTIONS
from dashboard.workshop.room.decide import Refused, by_facilitator, by_table, join
from dashboard.workshop.room.evolve import Dated, evolve, replayed
from dashboard.workshop.room.plays import budget, hand, partners, plays, spent
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room
from simulator.cards import Play, scenario_of
from simulator.levers.selection import Where
from simulator.scenario import load_scenario
from tests.workshop.conftest import opening

OPENED = opening()
BASE = load_scenario("fil-de-l-eau")
ROUND = st.integers(0, 3)
TABLE = st.sampled_from([*(seat.id for seat in OPENED.settings.tables), "table-7", "nulle-part"])
CARD = st.sampled_from([card["id"] for card in OPENED.deck["cards"]] + ["aucune"])
VALUE = st.one_of(st.floats(0, 1), st.floats(-2, 5))


class RoomMachine(RuleBasedStateMachine):
    """Facilitators, phones and forgers at once."""

    members = Bundle("members")

    def __init__(self) -> None:
        super().__init__()
        self.journal: list[Dated] = [(0, OPENED)]
        self.room = replayed(self.journal)
        self.requests = 0
        self.revealed: dict[int, Any] = {}

    def _do(self, found: list[events.Event]) -> None:
        for event in found:
            # As the file keeps it.
            kept = events.EVENTS.validate_json(events.EVENTS.dump_json(event))
            assert kept == event
            self.journal.append((self.journal[-1][0] + 1, kept))
            if isinstance(event, events.Undone):
                self.room = replayed(self.journal)
            else:
                self.room = evolve(self.room, kept, self.journal[-1][0])

    def _ask(self, adapter: TypeAdapter[Any], **asked: Any) -> Any:
        self.requests += 1
        return adapter.validate_python({"id": f"request-{self.requests}", **asked})

    def _facilitator(self, **asked: Any) -> bool:
        command = self._ask(commands.FACILITATOR_COMMANDS, **asked)
        before = self.room
        try:
            found = by_facilitator(self.room, command, now=1000, chance=5)
        except Refused:
            assert self.room == before
            return False
        self._do(found)
        return True

    def _table(self, table: str, **asked: Any) -> bool:
        command = self._ask(commands.TABLE_COMMANDS, **asked)
        try:
            found = by_table(self.room, table, command)
        except Refused:
            return False
        for event in found:
            # Nothing that a phone sends speaks for another table.
            assert getattr(event, "table", table) == table
            assert getattr(event, "partner", table) == table
        self._do(found)
        return True

    @rule(target=members, table=TABLE, number=st.integers(1, 10**6))
    def sit_down(self, table: str, number: int) -> str:
        member = f"m{number}-{len(self.room.members)}"  # no phone has the number of another
        try:
            self._do(join(self.room, member, table))
        except Refused:
            return ""
        assert self.room.seat_of(member) == table
        return member

    @rule(table=TABLE)
    def release(self, table: str) -> None:
        """Its phones go; whoever sits elsewhere stays, and nothing that was decided is lost."""
        before = self.room
        there = before.phones_at(table)
        if self._facilitator(do="release", table=table):
            for member in before.members:
                expected = None if member in there else before.seat_of(member)
                assert self.room.seat_of(member) == expected
            assert (self.room.choices, self.room.predictions) == (
                before.choices,
                before.predictions,
            )
            assert plays(self.room) == plays(before) and self.room.steps == before.steps

    @rule()
    def advance(self) -> None:
        before = (self.room.round, self.room.phase)
        if self._facilitator(do="advance", round=before[0], phase=before[1]):
            assert (self.room.round, self.room.phase) != before
            # The same click again, or that of a second facilitator, goes no further.
            assert not self._facilitator(do="advance", round=before[0], phase=before[1])
        if self.room.phase == "reveal":
            _scenario(self.room)  # what is played is one

    @rule()
    def go_on(self) -> None:
        self.advance()

    @rule(data=st.data())
    def all_decide(self, data: st.DataObject) -> None:
        """A round as it should be: predictions made, all tables choose, partners agree."""
        while self.room.phase in ("lobby", "predict", "reveal", "debate"):
            self.advance()
        if self.room.phase != "ended":
            self.switch("paused", False)
            self.switch("decisions_open", True)
        for table in self.room.playing:
            dealt = hand(self.room, table.role, self.room.round)
            if dealt:
                wanted = data.draw(st.lists(st.sampled_from(dealt), max_size=3, unique=True))
                self.choose_these(table.id, wanted)
        self.agree(data, True)
        self.advance()

    @rule(which=ROUND, phase=st.sampled_from(["lobby", "decide", "reveal"]))
    def advance_from_elsewhere(self, which: int, phase: str) -> None:
        before = (self.room.round, self.room.phase)
        if (which, phase) != before:
            assert not self._facilitator(do="advance", round=which, phase=phase)

    @rule(table=TABLE, survival=VALUE, index=VALUE)
    def predict(self, table: str, survival: float, index: float) -> None:
        values = dict(zip(PREDICTED, (survival, index), strict=True))
        if self._table(table, do="predict", round=self.room.round, values=values):
            assert self.room.phase == "predict" and 0 <= survival <= 1

    @rule(table=TABLE, cards=st.lists(CARD, max_size=3), data=st.data())
    def choose(self, table: str, cards: list[str], data: st.DataObject) -> None:
        sitting = self.room.table(table)
        if sitting is not None and data.draw(st.booleans()):
            dealt = hand(self.room, sitting.role, self.room.round)
            cards = data.draw(st.lists(st.sampled_from(dealt), max_size=3, unique=True))
        self.choose_these(table, cards)

    def choose_these(self, table: str, cards: list[str]) -> None:
        seen = self.room.choice(self.room.round, table).line
        asked = {"do": "choose", "round": self.room.round, "cards": cards, "ready": True}
        if self._table(table, **asked, seen=seen):
            assert self.room.choice(self.room.round, table).cards == tuple(cards)

    @rule(table=TABLE, cards=st.lists(CARD, max_size=2))
    def override(self, table: str, cards: list[str]) -> None:
        if self._facilitator(do="override", round=self.room.round, table=table, cards=cards):
            assert self.room.choice(self.room.round, table).by == "facilitator"

    @rule(table=TABLE)
    def unblock(self, table: str) -> None:
        before = self.room.choice(self.room.round, table).cards
        if self._facilitator(do="unblock", round=self.room.round, table=table):
            assert self.room.choice(self.room.round, table).cards == before

    @rule(data=st.data(), yes=st.booleans())
    def agree(self, data: st.DataObject, yes: bool) -> None:
        asked = [
            (table.id, card, partner.id)
            for table in self.room.playing
            for card in self.room.choice(self.room.round, table.id).cards
            for partner in partners(self.room, table, self.room.deck.cards[card])
        ]
        if not asked:
            return
        player, card, partner = data.draw(st.sampled_from(asked))
        if self._table(
            partner, do="agree", round=self.room.round, player=player, card=card, yes=yes
        ):
            assert (partner in self.room.agreed(self.room.round, player, card)) == yes

    @rule(shock=st.sampled_from([None, "s2-coupe-regionale", "aucun"]))
    def strike(self, shock: str | None) -> None:
        asked = {"do": "strike", "round": self.room.round, "shock": shock}
        drawn = len(self.room.shocks)
        if self._facilitator(**asked, drawn=drawn):
            assert not self._facilitator(**asked, drawn=drawn)

    @rule(
        parameter=st.sampled_from([None, ASSUMPTIONS[0], "seed"]),
        toward=st.sampled_from(["low", "high", None]),
    )
    def suppose(self, parameter: str | None, toward: str | None) -> None:
        self._facilitator(do="suppose", round=self.room.round, parameter=parameter, toward=toward)

    @rule(
        table=st.one_of(st.none(), TABLE),
        role=st.sampled_from([*(role.id for role in OPENED.settings.roles), "roi"]),
        retired=st.booleans(),
    )
    def seat(self, table: str | None, role: str, retired: bool) -> None:
        self._facilitator(do="seat", table=table, name="Table", role=role, retired=retired)

    @rule(what=st.sampled_from(["paused", "decisions_open", "joining_open"]), on=st.booleans())
    def switch(self, what: str, on: bool) -> None:
        self._facilitator(do="switch", what=what, on=on)
        assert getattr(self.room, what) == on or self.room.phase == "ended"

    @rule(what=st.sampled_from(["results", "roles", "payers"]))
    def show(self, what: str) -> None:
        if self._facilitator(do="show", what=what):
            assert self.room.shown == what and self.room.revealed > 0

    @rule(do=st.sampled_from(["undo", "undo", "undo", "finish", "end"]))
    def other(self, do: str) -> None:
        of = self.room.steps[-1][0] if self.room.steps else 1
        asked = {"of": of} if do == "undo" else {}
        if self._facilitator(do=do, **asked) and do == "undo":
            # The same click again, or another facilitator's, takes no second step back.
            assert not self._facilitator(do=do, **asked)
            # Rounds that it leads out of may be decided anew.
            still = range(self.room.revealed + 1)
            self.revealed = {n: plays(self.room, before=n) for n in still}

    @invariant()
    def the_journal_gives_the_room_again(self) -> None:
        assert replayed(self.journal) == self.room

    @invariant()
    def who_acts_for_a_table_sat_down_at_it(self) -> None:
        room = self.room
        assert room.released <= room.members.keys()
        seated = {member for table in room.tables for member in room.phones_at(table.id)}
        assert seated == room.members.keys() - room.released

    @invariant()
    def what_was_revealed_stays(self) -> None:
        """Whoever comes, leaves or sits elsewhere later: rounds played are played."""
        room = self.room
        kept = {number: plays(room, before=number) for number in range(room.revealed + 1)}
        for number, before in self.revealed.items():
            if number <= room.revealed:
                assert kept[number] == before
        self.revealed = kept

    @invariant()
    def nothing_is_played_beyond_budget_or_hand(self) -> None:
        room = self.room
        for (number, table), choice in room.choices.items():
            sitting = room.table(table)
            assert sitting is not None
            role = room.role_of(sitting)
            assert spent(room, choice.cards) <= budget(room, role) + 1e-9
            assert number <= max(room.round, room.revealed)


def _scenario(room: Room) -> None:
    made = []
    for play in plays(room):
        roles = [room.settings.role(name) for name in play.roles]
        payer = tuple(role.payer for role in roles if role.payer is not None)
        family = roles[0].family.given() if roles[0].family is not None else {}
        where = Where.model_validate({name: [code] for name, code in family.items()})
        quarter = room.settings.first_quarter(play.round)
        card = room.deck.cards[play.card]
        share = None
        if not payer:
            share = (card.adoption.share or 1.0) * play.part
        made.append(Play(card, 2026 + quarter // 4, payer, where, share))
    scenario_of(BASE, made, "salle")


RoomMachine.TestCase.settings = how(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True
)
TestRoom = RoomMachine.TestCase
