"""What a room does with what is decided: parts, majorities, agreements, undoing, countdowns."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from dashboard.language import texts_in
from dashboard.workshop.bots.offers import offers
from dashboard.workshop.room import commands, events
from dashboard.workshop.room.assumptions import ASSUMPTIONS, assumed_value
from dashboard.workshop.room.decide import Refused, by_facilitator, by_table
from dashboard.workshop.room.evolve import Dated, evolve, replayed
from dashboard.workshop.room.plays import hand, plays
from dashboard.workshop.room.settings import PREDICTED
from dashboard.workshop.room.state import Room
from dashboard.workshop.seen import Seen
from dashboard.workshop.views.console_more import shocks
from dashboard.workshop.views.console_more import suppose as suppose_part
from dashboard.workshop.views.predicting import SCALES
from simulator.parameters import SPECS
from simulator.scenario import load_scenario
from tests.workshop.conftest import opening

OPENED = opening()
ALL_CARDS = opening(hand=26)


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


def test_a_table_is_decided_from_what_was_seen_of_it() -> None:
    """Two phones and the facilitator at one table: nothing acknowledged goes without a word."""
    room, number = _at(LOBBY, PREDICTING), 0

    def choose(phone: str, seen: int, *cards: str, ready: bool = False) -> int:
        nonlocal room, number
        number += 1
        asked = commands.Choose(
            id=f"request-{number}", do="choose", round=0, seen=seen, cards=cards, ready=ready
        )
        for event in by_table(room, "table-1", asked, phone):
            room = evolve(room, events.EVENTS.validate_json(event.model_dump_json()), 0)
        return room.choice(0, "table-1").line

    def refused(phone: str, seen: int, *cards: str) -> None:
        before = room
        with pytest.raises(Refused, match="elsewhere"):
            choose(phone, seen, *cards)
        assert room is before

    first = choose("a", 0, "o5-campagne-de-dons", ready=True)
    refused("b", 0, "o1-plan-de-tresorerie")  # ticked before it saw what the other phone said
    # Whoever ticks two cards before the first is shown has seen its own.
    second = choose("a", 0)
    assert choose("b", second, "o5-campagne-de-dons") > second > first
    refused("a", 0)
    override = commands.Override(id="request-o", do="override", round=0, table="table-1", cards=())
    (entered,) = by_facilitator(room, override, 0)
    shown, room = room.choice(0, "table-1").line, evolve(room, entered, 0)
    for phone in ("a", "b"):
        refused(phone, shown, "o5-campagne-de-dons")
    by_the_facilitator = room.choice(0, "table-1").line
    assert choose("b", by_the_facilitator, "o5-campagne-de-dons") > by_the_facilitator


def test_a_choice_of_an_older_journal_is_still_read() -> None:
    """Lines written before phones were told apart say nothing of whose they were."""
    written = {"kind": "chose", "table": "table-1", "round": 0, "cards": [], "ready": True}
    room = _at(LOBBY, PREDICTING)
    room = evolve(room, events.EVENTS.validate_python(written), 0)
    asked = {"id": "request-1", "do": "choose", "round": 0, "cards": []}
    line = room.choice(0, "table-1").line
    assert line == room.number - 1
    with pytest.raises(Refused, match="elsewhere"):
        by_table(room, "table-1", commands.TABLE_COMMANDS.validate_python(asked), "a")
    again = commands.TABLE_COMMANDS.validate_python({**asked, "seen": line})
    assert by_table(room, "table-1", again, "a")


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


def test_an_agreement_to_a_card_that_an_undone_override_played_is_asked_anew() -> None:
    fusion = ("o9-fusionner",)
    journal: list[Dated] = [(0, ALL_CARDS)]
    for event in (
        events.Went(phase="predict", round=0),
        events.Went(phase="decide", round=0),
        events.Chose(table="table-1", round=0, cards=fusion, ready=True, by="facilitator"),
        events.Agreed(round=0, player="table-1", card=fusion[0], partner="table-2", yes=True),
    ):
        journal.append((0, event))
    assert replayed(journal).agreed(0, "table-1", fusion[0]) == ("table-2",)
    room = replayed([*journal, (0, events.Undone(of=3))])
    room = _choosing(room, "table-1", *fusion)
    assert room.choice(0, "table-1").cards == fusion
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


def test_nobody_waits_less_for_a_table_that_is_ready() -> None:
    """It said so just before: its decision stays its own, and is not told as kept for it."""
    unblock = commands.Unblock(id="request-k", do="unblock", round=0, table="table-1")
    room = _at(LOBBY, PREDICTING)
    (kept,) = by_facilitator(room, unblock, 0)
    assert isinstance(kept, events.Chose) and (kept.by, kept.ready) == ("kept", True)
    room = _choosing(room, "table-1", "o5-campagne-de-dons")
    with pytest.raises(Refused, match="elsewhere"):
        by_facilitator(room, unblock, 0)


def test_there_is_nothing_to_suppose_before_anything_was_revealed() -> None:
    """A session that stops at once has a debrief, and no round to play again."""
    suppose: dict[str, Any] = {
        "do": "suppose", "round": 0, "parameter": ASSUMPTIONS[0], "toward": "low",
    }  # fmt: skip
    asked = commands.FACILITATOR_COMMANDS.validate_python({**suppose, "id": "request-h"})
    room = _at(LOBBY, {"do": "finish"})
    assert (room.phase, room.revealed) == ("debrief", 0)
    with pytest.raises(Refused, match="elsewhere"):
        by_facilitator(room, asked, 0)
    assert "suppose" not in str(suppose_part(Seen(room, 0), texts_in("fr")) or "")
    played = _at(LOBBY, PREDICTING, DECIDING, {"do": "finish"})
    assert by_facilitator(played, asked, 0)
    assert suppose_part(Seen(played, 0), texts_in("fr"))


def test_two_facilitators_who_draw_a_shock_draw_one() -> None:
    room = _at(LOBBY)
    press = {"id": "request-s", "do": "strike", "round": 0, "shock": None}
    draw = commands.FACILITATOR_COMMANDS.validate_python({**press, "drawn": 0})
    (struck,) = by_facilitator(room, draw, 0, chance=3)
    assert isinstance(struck, events.Struck)
    room = evolve(room, struck, 0)
    other = next(name for name in room.deck.shocks if name != struck.shock)
    named = commands.FACILITATOR_COMMANDS.validate_python({**press, "drawn": 0, "shock": other})
    for again in (draw, named):
        with pytest.raises(Refused, match="elsewhere"):
            by_facilitator(room, again, 0, chance=4)
    shown = str(shocks(room, texts_in("fr")))
    for offer in offers([shown]):
        assert offer.does == "strike" and offer.command["drawn"] == 1
        more = commands.FACILITATOR_COMMANDS.validate_python({**offer.command, "id": "request-t"})
        assert by_facilitator(room, more, 0)
    undone = replayed([(0, ALL_CARDS), (0, events.Went(phase="predict", round=0)), (0, struck),
                       (0, events.Undone(of=2))])  # fmt: skip
    assert by_facilitator(undone, draw, 0)


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
    assert room.start.digest == load_scenario("fil-de-l-eau").digest


@pytest.mark.parametrize("name", PREDICTED)
@pytest.mark.parametrize(("end", "beyond"), [("low", -1), ("high", 1)])
def test_the_form_takes_just_what_a_room_takes(name: str, end: str, beyond: int) -> None:
    scale = SCALES[name]
    written = getattr(scale, end)

    def predict(value: float) -> list[events.Event]:
        values = {**dict.fromkeys(PREDICTED, 0.5), name: value * scale.scale}
        command = commands.Predict(id="request-x", do="predict", round=0, values=values)
        return by_table(_at(LOBBY), "table-1", command)

    assert predict(written)
    with pytest.raises(Refused, match="bad_value"):
        predict(written + beyond)
