"""Whatever people send, in whatever order: the room stays whole and its journal gives it again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings as how
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from pydantic import TypeAdapter

from dashboard.workshop.room import commands, events
from dashboard.workshop.room.assumptions import ASSUMPTIONS, assumed_value
from dashboard.workshop.room.decide import Refused, by_facilitator, by_table, join
from dashboard.workshop.room.evolve import Dated, evolve, replayed
from dashboard.workshop.room.plays import budget, hand, partners, plays, spent
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room
from simulator.cards import Play, scenario_of
from simulator.levers.selection import Where
from simulator.parameters import SPECS
from simulator.scenario import load_scenario
from tests.workshop.conftest import opening

OPENED = opening()
ALL_CARDS = opening(hand=26)
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
        try:
            self._do(join(self.room, f"m{number}", table))
        except Refused:
            return ""
        assert self.room.members[f"m{number}"] == table
        return f"m{number}"

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
        if self._table(table, do="choose", round=self.room.round, cards=cards, ready=True):
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
        self._facilitator(do="strike", round=self.room.round, shock=shock)

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
        family.pop("funding_profile", None)
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


def _at(*asked: dict[str, Any], opened: events.Opened = ALL_CARDS) -> Room:
    journal: list[Dated] = [(0, opened)]
    for number, one in enumerate(asked):
        room = replayed(journal)
        command = commands.FACILITATOR_COMMANDS.validate_python({"id": f"request-{number}", **one})
        journal += [(number, event) for event in by_facilitator(room, command, number)]
    return replayed(journal)


def _choosing(room: Room, table: str, *cards: str) -> Room:
    command = commands.Choose(
        id="request-x", do="choose", round=room.round, cards=cards, ready=True
    )
    for event in by_table(room, table, command):
        room = evolve(room, event, 0)
    return room


LOBBY: dict[str, Any] = {"do": "advance", "round": 0, "phase": "lobby"}
PREDICTING: dict[str, Any] = {**LOBBY, "phase": "predict"}
DECIDING: dict[str, Any] = {**LOBBY, "phase": "decide"}


def test_one_of_two_tables_of_a_role_moves_half_of_its_followers() -> None:
    room = _at(LOBBY, PREDICTING)
    alone = _choosing(room, "table-1", "o5-campagne-de-dons")
    shown = evolve(alone, events.Went(phase="reveal", round=0), 0)
    assert [play.part for play in plays(shown)] == [0.5]
    both = _choosing(alone, "table-5", "o5-campagne-de-dons")
    shown = evolve(both, events.Went(phase="reveal", round=0), 0)
    assert [(play.part, play.tables) for play in plays(shown)] == [(1.0, ("table-1", "table-5"))]


def test_tables_of_one_funder_decide_by_majority() -> None:
    room = _choosing(_at(LOBBY, PREDICTING), "table-3", "f4-non-retrait")
    assert plays(evolve(room, events.Went(phase="reveal", round=0), 0)) == ()
    both = _choosing(room, "table-6", "f4-non-retrait")
    (play,) = plays(evolve(both, events.Went(phase="reveal", round=0), 0))
    assert play.roles == ("region",) and play.part == 1.0


def test_a_collective_card_waits_for_an_agreement() -> None:
    room = _choosing(_at(LOBBY, PREDICTING), "table-1", "o9-fusionner")
    assert plays(evolve(room, events.Went(phase="reveal", round=0), 0)) == ()
    agreeing = commands.Agree(
        id="request-y", do="agree", round=0, player="table-1", card="o9-fusionner", yes=True
    )
    with pytest.raises(Refused, match="no_partner"):  # a funder does not merge
        by_table(room, "table-3", agreeing)
    for event in by_table(room, "table-2", agreeing):
        room = evolve(room, event, 0)
    (play,) = plays(evolve(room, events.Went(phase="reveal", round=0), 0))
    assert play.card == "o9-fusionner"
    # Laid down and taken up again, it asks anew.
    room = _choosing(_choosing(room, "table-1"), "table-1", "o9-fusionner")
    assert plays(evolve(room, events.Went(phase="reveal", round=0), 0)) == ()


def test_an_undone_step_leaves_a_trace_and_no_decision_is_lost() -> None:
    journal: list[Dated] = [(0, ALL_CARDS)]

    def ask(**asked: Any) -> None:
        command = commands.FACILITATOR_COMMANDS.validate_python(
            {"id": f"request-{len(journal)}", **asked}
        )
        found = by_facilitator(replayed(journal), command, 0)
        journal.extend((len(journal), event) for event in found)

    ask(**LOBBY)
    ask(**PREDICTING)
    room = replayed(journal)
    choose = commands.Choose(
        id="request-z", do="choose", round=0, cards=("o5-campagne-de-dons",), ready=True
    )
    journal += [(0, event) for event in by_table(room, "table-1", choose)]
    ask(do="undo", of=2)
    assert replayed(journal).phase == "predict" and len(journal) == 5
    ask(**PREDICTING)
    assert replayed(journal).choice(0, "table-1").cards == ("o5-campagne-de-dons",)


def test_a_pause_holds_the_countdown_whatever_the_clock_does() -> None:
    journal: list[Dated] = [(0, OPENED)]

    def ask(now: int, **asked: Any) -> None:
        command = commands.FACILITATOR_COMMANDS.validate_python(
            {"id": f"request-{len(journal)}", **asked}
        )
        found = by_facilitator(replayed(journal), command, now)
        journal.extend((now, event) for event in found)

    ask(0, do="timer", seconds=300)
    ask(60_000, do="switch", what="paused", on=True)
    timer = replayed(journal).timer
    assert timer is not None and (timer.left, timer.ends) == (240, None)
    ask(90_000, do="switch", what="paused", on=False)
    timer = replayed(journal).timer
    assert timer is not None and timer.ends == 90_000 + 240_000
    ask(-3_600_000, do="switch", what="paused", on=True)  # the clock was set back by an hour
    timer = replayed(journal).timer
    assert timer is not None and timer.left == 300


def test_undoing_takes_back_the_step_that_it_names() -> None:
    room = _at(LOBBY, {"do": "switch", "what": "paused", "on": True})
    ((line, step),) = room.steps  # a pause is switched back, not undone
    assert isinstance(step, events.Went) and line == 1
    undo = {"id": "request-u", "do": "undo"}
    for of, reason in ((line + 1, "elsewhere"), (line, None)):
        command = commands.FACILITATOR_COMMANDS.validate_python({**undo, "of": of})
        if reason is None:
            assert by_facilitator(room, command, 0) == [events.Undone(of=line)]
        else:
            with pytest.raises(Refused, match=reason):
                by_facilitator(room, command, 0)


def test_a_table_that_has_chosen_keeps_its_role() -> None:
    room = _choosing(_at(LOBBY, PREDICTING), "table-1", "o5-campagne-de-dons")
    room = evolve(room, events.Went(phase="predict", round=0), 0)
    seat = commands.Seat(id="request-s", do="seat", table="table-1", name="Table 1", role="social")
    with pytest.raises(Refused, match="role_kept"):
        by_facilitator(replace(room, phase="lobby"), seat, 0)


def test_hands_hold_what_can_be_played() -> None:
    room = _at(LOBBY, opened=OPENED)
    for role in room.settings.roles:
        dealt = hand(room, role.id, 0)
        assert 0 < len(dealt) <= room.settings.hand and len(set(dealt)) == len(dealt)
        for name in dealt:
            card = room.deck.cards[name]
            assert set(card.requires.cards) <= set(dealt)
            assert (role.payer is None) == (card.side == "organisations")
    assert hand(room, "culture", 0) == hand(_at(LOBBY, opened=OPENED), "culture", 0)


def test_every_assumption_can_be_set_for_a_whole_run() -> None:
    for name in ASSUMPTIONS:
        assert SPECS[name].axis is None
        assert assumed_value(name, "low") < assumed_value(name, "high")


def test_the_journal_holds_the_room_without_the_files_of_the_cards() -> None:
    text = OPENED.model_dump_json()
    assert events.EVENTS.validate_python(json.loads(text)) == OPENED
    room = replayed([(0, OPENED)])
    assert list(room.deck.cards) == [c["id"] for c in OPENED.deck["cards"]]
    assert room.start.digest == BASE.digest
