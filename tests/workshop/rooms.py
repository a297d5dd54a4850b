"""Rooms as if they had been played: each round with the cards and shocks given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.workshop.room import events
from dashboard.workshop.room.evolve import replayed
from dashboard.workshop.room.plays import agreement_wanted, partners
from dashboard.workshop.room.state import Phase, Room

Round = Mapping[str, Sequence[str]]  # table, or "shocks" → what it plays


def played(
    opened: events.Opened,
    *rounds: Round,
    phase: Phase = "reveal",
    more: Sequence[events.Event] = (),
) -> Room:
    """The room in a phase of the last round given; all agree to what needs their agreement."""
    told: list[events.Event] = [opened]

    def room() -> Room:
        return replayed([(number, event) for number, event in enumerate(told)])

    for number, choices in enumerate(rounds):
        told.append(events.Went(phase="predict", round=number))
        for shock in choices.get("shocks", ()):
            told.append(events.Struck(round=number, shock=shock))
        told.append(events.Went(phase="decide", round=number))
        for table in room().tables:
            cards = tuple(choices.get(table.id, ()))
            told.append(events.Chose(table=table.id, round=number, cards=cards, ready=True))
            for card in cards:
                if agreement_wanted(room().deck.cards[card]) is not None:
                    partner = partners(room(), table, room().deck.cards[card])[0].id
                    told.append(
                        events.Agreed(
                            round=number, player=table.id, card=card, partner=partner, yes=True
                        )
                    )
        if number + 1 < len(rounds) or phase not in ("predict", "decide"):
            told.append(events.Went(phase="reveal", round=number))
    if phase not in ("predict", "decide", "reveal"):
        told.append(events.Went(phase=phase, round=max(0, len(rounds) - 1)))  # type: ignore[arg-type]
    told.extend(more)
    return room()
