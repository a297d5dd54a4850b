"""From a room to scenarios: what is played, the same without a role, and without any card.

Levers stand in the order of rounds, the shocks of a round before its cards: the scenario of a round
begins with that of the round before, so that worlds go on from where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dashboard.workshop.room.plays import RolePlay, decided, plays
from dashboard.workshop.room.settings import Settings
from dashboard.workshop.room.state import Room
from simulator import codes
from simulator.cards import Play
from simulator.levers import Lever
from simulator.levers.selection import Where
from simulator.problems import InputError
from simulator.scenario import Scenario
from simulator.scenario.schema import Played
from simulator.strict_model import Bilingual

_TITLES = {
    "fr": (
        "{title} : sans les cartes",
        "Les hypothèses et les chocs de la salle, aucune carte.",
    ),
    "en": ("{title}: without the cards", "The hypotheses and shocks of the room, no card."),
}
_PLAYED = {
    "fr": "Ce qu'une salle a joué en atelier, tour après tour.",
    "en": "What a room played in a workshop, round after round.",
}


@dataclass(frozen=True)
class Futures:
    """Scenarios of a room; rounds are numbered from 0, and a scenario holds all up to its own."""

    room: Room
    _compiled: dict[tuple[RolePlay, tuple[str, ...]], tuple[Lever, ...] | str] = field(
        default_factory=dict, repr=False
    )

    @property
    def settings(self) -> Settings:
        """Those of the room."""
        return self.room.settings

    @property
    def identifier(self) -> str:
        """Id of what is played: `salle-abc234`."""
        return f"salle-{self.room.code.lower()}"

    @cached_property
    def plays(self) -> tuple[RolePlay, ...]:
        """Cards that act, of all rounds whose decisions are taken."""
        return plays(self.room)

    @cached_property
    def start(self) -> Scenario:
        """The starting scenario over the rounds; its own horizon where its levers need that."""
        found = self.room.start
        quarters = self.settings.quarters
        if any(lever.horizon_faults(quarters) for lever in found.levers):
            quarters = max(quarters, found.horizon.quarters)
        horizon = found.horizon.model_copy(update={"quarters": quarters})
        gone = {"subtitle": None, "uncertainty": None, "hypotheses": (), "played": None}
        return found.model_copy(update={"horizon": horizon, "family": "combined", **gone})

    def reference(self, number: int) -> Scenario:
        """The starting scenario with the shocks drawn."""
        title, narrative = (
            {
                name: words[place].format(title=self.settings.title)
                for name, words in _TITLES.items()
            }
            for place in (0, 1)
        )
        levers = [lever for n in range(number + 1) for lever in self._shocks(n)]
        return self.start.model_copy(
            update={
                "id": f"{self.identifier}-reference",
                "title": Bilingual(**title),
                "narrative": Bilingual(**narrative),
                "levers": (*self.start.levers, *levers),
            }
        )

    def played(self, number: int) -> Scenario:
        """The reference with the cards, round after round, and who played them."""
        told = [
            Played(table=table.name, round=play.round + 1, card=play.card)
            for play in self.plays
            if play.round <= number and not isinstance(self._levers(play, play.roles), str)
            for table in self.room.tables
            if table.id in play.tables
        ]
        return self._with_cards(number, self.identifier).model_copy(
            update={
                "title": Bilingual(fr=self.settings.title, en=self.settings.title),
                "narrative": Bilingual(**_PLAYED),
                "played": tuple(told) or None,
            }
        )

    def without(self, role: str, number: int) -> Scenario:
        """As played, but for the cards of a role in all rounds; who played along still pays."""
        return self._with_cards(number, f"{self.identifier}-sans-{role}", role)

    def refused(self, number: int) -> tuple[str, ...]:
        """Cards of a round that act on nothing, with the reason, in the room's language."""
        found = ((play, self._levers(play, play.roles)) for play in self.plays)
        return tuple(
            reason for play, reason in found if play.round == number and isinstance(reason, str)
        )

    def _with_cards(self, number: int, identifier: str, left_out: str | None = None) -> Scenario:
        levers: list[Lever] = []
        for current in range(number + 1):
            levers += self._shocks(current)
            for play in self.plays:
                roles = tuple(role for role in play.roles if role != left_out)
                found = self._levers(play, roles) if play.round == current and roles else ()
                levers += () if isinstance(found, str) else found
        return self.start.model_copy(
            update={"id": identifier, "levers": (*self.start.levers, *levers)}
        )

    def _shocks(self, number: int) -> list[Lever]:
        settings = self.settings
        quarter = codes.quarter_label(settings.first_quarter(number))
        return [
            lever
            for drawn, shock in self.room.shocks
            if drawn == number
            for lever in self.room.deck.shocks[shock].strikes(quarter, settings.quarters)
        ]

    def _levers(self, play: RolePlay, roles: tuple[str, ...]) -> tuple[Lever, ...] | str:
        """Levers of a card that these roles play together; else why there are none."""
        key = (play, roles)
        if key not in self._compiled:
            try:
                found = self._play(play, roles).levers(self.settings.quarters)
                reason = _told(self.room, play, "nothing") if not found else ""
            except InputError as error:
                found, reason = (), _told(self.room, play, error.problems[0].message)
            self._compiled[key] = reason or found
        return self._compiled[key]

    def _play(self, play: RolePlay, names: tuple[str, ...]) -> Play:
        card, roles = self.room.deck.cards[play.card], [self.settings.role(n) for n in names]
        quarter = codes.quarter_label(self.settings.first_quarter(play.round))
        family = roles[0].family
        if family is None:
            return Play(card, quarter, tuple(role.payer for role in roles if role.payer))
        share = None
        if play.part < 1.0:
            usual = 1.0 if card.adoption.share is None else card.adoption.share
            share = play.part * usual
        return Play(card, quarter, where=Where.model_validate(family.given()), share=share)


def _told(room: Room, play: RolePlay, reason: str) -> str:
    """Why a card of a round is left out, in the room's language."""
    language = room.settings.language
    title = room.deck.cards[play.card].title.in_language(language)
    who = ", ".join(room.settings.role(role).name for role in play.roles)
    if language == "fr":
        why = "elle n'agit pas avant la fin" if reason == "nothing" else reason
        return f"« {title} » ({who}) : laissée de côté, {why}"
    why = "it does not act before the end" if reason == "nothing" else reason
    return f"“{title}” ({who}): left out, {why}"


def rounds_begun(room: Room) -> int:
    """Rounds whose reference is of use: those decided, and the one that is being played."""
    if room.phase in ("debrief", "ended"):
        return max(1, decided(room))
    return room.round + 1
