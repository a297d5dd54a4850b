"""What the tables of a room play together: hands, agreements, and the cards that then act.

Tables that share a role share its family too: where some of them adopt a card, it reaches that
part of the organisations that would follow it. Tables that share a funder decide by majority.
A collective card acts once a table of the kind that it names agrees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from dashboard.workshop.room.deck import charge
from dashboard.workshop.room.settings import Role
from dashboard.workshop.room.state import Room, Table
from simulator.cards import Card
from simulator.cards.levers import takes_payer

_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class RolePlay:
    """A card that acts from a round on.

    `roles`: who plays it; several where a rule that holds for all is set by several funders.
    `part`: of the tables of the role, those that adopt it (always 1 for funders).
    """

    round: int
    card: str
    roles: tuple[str, ...]
    part: float
    tables: tuple[str, ...]


def side_of(card: Card, role: Role) -> bool:
    """Whether tables of a role can hold the card at all."""
    if role.payer is None:
        if card.side != "organisations":
            return False
        assert role.family is not None
        meant = card.adoption.where
        return all(
            getattr(meant, name, None) is None or code in getattr(meant, name)
            for name, code in role.family.given().items()
        )
    return card.side != "organisations" and role.payer in card.payer


def agreement_wanted(card: Card) -> str | None:
    """Kind of the tables, one of which must agree before the card acts; None for most."""
    return card.requires.agreement


def partners(room: Room, table: Table, card: Card) -> tuple[Table, ...]:
    """Other tables that may agree to the card when `table` plays it."""
    kind = agreement_wanted(card)
    return tuple(
        other
        for other in room.playing
        if other.id != table.id and kind is not None and room.role_of(other).kind == kind
    )


def hand(room: Room, role: str, number: int) -> tuple[str, ...]:
    """Cards dealt to a role in a round, in the order of the deck.

    The same for the same seed; cards that can be played only once are dealt no more once they act,
    nor are those that require a card which the role neither plays nor holds.
    """
    played = plays(room, before=number)
    mine = {play.card for play in played if role in play.roles}
    settings = room.settings
    open_cards = [
        card
        for card in room.deck.cards.values()
        if side_of(card, settings.role(role)) and not _spent(card, mine, played)
    ]
    order = sorted(open_cards, key=lambda card: _luck(settings.seed, role, number, card.id))
    there = {card.id for card in open_cards}
    names: set[str] = set()
    for card in order:
        needed = {name for name in card.requires.cards if name not in mine} - names
        wanted = {card.id} | needed
        if needed <= there and len(names | wanted) <= settings.hand:
            names |= wanted
    return tuple(name for name in room.deck.cards if name in names)


def _spent(card: Card, mine: set[str], played: tuple[RolePlay, ...]) -> bool:
    if not card.requires.once:
        return False
    if _of_all(card):
        return any(play.card == card.id for play in played)
    return card.id in mine


def _of_all(card: Card) -> bool:
    """Whether the card of a funder sets a rule that holds for all, whoever plays it."""
    return card.side != "organisations" and not any(takes_payer(lever) for lever in card.levers)


def _luck(seed: int, role: str, number: int, card: str) -> bytes:
    return hashlib.blake2b(f"{seed}/{role}/{number}/{card}".encode(), digest_size=8).digest()


def spent(room: Room, cards: tuple[str, ...]) -> float:
    """What the cards commit together, share of the budget or pot."""
    return sum(charge(room.deck.cards[card]) for card in cards)


def budget(room: Room, role: Role) -> float:
    """What a table of the role may commit in a round, share of its budget or pot."""
    settings = room.settings
    return settings.budget_funders if role.payer else settings.budget_organisations


def within(room: Room, role: Role, cards: tuple[str, ...]) -> bool:
    """Whether the cards fit the budget of a round."""
    return spent(room, cards) <= budget(room, role) + _TOLERANCE


def acts(room: Room, number: int, table: Table, card: str) -> bool:
    """Whether a card that a table chose will act: agreed to where it must be."""
    return agreement_wanted(room.deck.cards[card]) is None or bool(
        room.agreed(number, table.id, card)
    )


def plays(room: Room, before: int | None = None) -> tuple[RolePlay, ...]:
    """Cards that act, in the order of rounds and of the deck, up to the round `before`.

    By default all rounds whose decisions are taken.
    """
    last = decided(room) if before is None else before
    found: list[RolePlay] = []
    for number in range(last):
        found += _of_round(room, number, found)
    return tuple(found)


def decided(room: Room) -> int:
    """Rounds whose decisions are taken: those that were, or are being, revealed."""
    if room.phase == "lobby":
        return 0
    if room.phase in ("debrief", "ended"):
        return room.revealed
    return room.round + (room.phase in ("reveal", "debate"))


def _of_round(room: Room, number: int, before: list[RolePlay]) -> list[RolePlay]:
    found: list[RolePlay] = []
    here = room.seated.get(number, ())
    chosen = {name for table in here for name in room.choice(number, table).cards}
    for card in room.deck.cards.values():
        if card.id not in chosen:
            continue
        adopted: list[tuple[Role, float, tuple[str, ...]]] = []
        for role in room.settings.roles:
            tables = [t for t in room.tables if t.role == role.id and t.id in here]
            takers = tuple(
                t.id
                for t in tables
                if card.id in room.choice(number, t.id).cards and acts(room, number, t, card.id)
            )
            if not takers or not side_of(card, role):
                continue
            part = len(takers) / len(tables)
            if role.payer is not None:
                if part <= 0.5:
                    continue
                part = 1.0
            adopted.append((role, part, takers))
        found += _joined(card, number, adopted)
    kept: list[RolePlay] = []
    for play in found:
        card = room.deck.cards[play.card]
        earlier = tuple([*before, *kept])
        mine = {p.card for p in earlier if set(p.roles) & set(play.roles)}
        if not _spent(card, mine, earlier):
            kept.append(play)
    return _possible(room, kept, before)


def _joined(
    card: Card, number: int, adopted: list[tuple[Role, float, tuple[str, ...]]]
) -> list[RolePlay]:
    """One play for each role; one for all of them where funders set the same rule for all."""
    if adopted and _of_all(card) and card.requires.once:
        roles = tuple(role.id for role, _, _ in adopted)
        tables = tuple(table for _, _, takers in adopted for table in takers)
        return [RolePlay(number, card.id, roles, 1.0, tables)]
    return [RolePlay(number, card.id, (role.id,), part, t) for role, part, t in adopted]


def _possible(room: Room, found: list[RolePlay], before: list[RolePlay]) -> list[RolePlay]:
    """Plays without those whose required card does not act: its agreement may be missing."""
    while True:
        there = {(role, p.card) for p in [*before, *found] for role in p.roles}
        kept = [
            play
            for play in found
            if all(
                (role, name) in there
                for role in play.roles
                for name in room.deck.cards[play.card].requires.cards
            )
        ]
        if len(kept) == len(found):
            return kept
        found = kept
