"""A phone at a table, and what its bearer is like."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from dashboard.workshop.bots.connection import Answer, Screen, Server
from dashboard.workshop.bots.offers import Offer, first, offers, text_of

Temperament = Literal["careful", "bold", "copycat", "late", "leaver", "forger"]
TEMPERAMENTS: Final[tuple[Temperament, ...]] = (
    "careful", "bold", "copycat", "late", "leaver", "forger",
)  # fmt: skip
SHOWN_WITHIN: Final = 20.0  # seconds, from an answer to its being on the screen


class Journal:
    """What bots sent and were answered, and what went wrong; for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.acknowledged: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.problems: list[str] = []
        self.requests: set[str] = set()  # ids of what was acknowledged

    def answered(self, does: str, request: str, answer: Answer) -> None:
        """Count an answer."""
        with self._lock:
            if answer.status == 200:
                self.acknowledged[does] += 1
                self.requests.add(request)
            else:
                self.refused[f"{answer.status} {answer.said.get('reason', '')}".strip()] += 1

    def wrong(self, what: str) -> None:
        """Something is not as it must be."""
        with self._lock:
            self.problems.append(what)


@dataclass
class Phone:
    """Whoever holds it plays `table` of a room. `guess`: what it predicts, unlike others."""

    server: Server
    journal: Journal
    token: str
    name: str
    table: str
    temperament: Temperament
    chance: random.Random
    guess: tuple[int, int]
    screen: Screen = field(init=False)

    def __post_init__(self) -> None:
        self.screen = Screen(self.server, self.token)

    def ask(self, command: Mapping[str, Any]) -> Answer:
        """Send a command, and see that what was acknowledged is shown."""
        request = f"{self.chance.getrandbits(64):016x}"
        answer = self.server.act(self.token, command, request)
        self.journal.answered(str(command.get("do")), request, answer)
        return answer

    def offers(self) -> list[Offer]:
        """What the screen lets one do now."""
        return offers(list(self.screen.parts.values()))

    def predict(self) -> None:
        """Write the prediction of the table."""
        if not self.screen.wait(lambda parts: _has(parts, "predict"), SHOWN_WITHIN):
            self.journal.wrong(f"{self.name}: no prediction could be written")
            return
        offer = first(self.offers(), "predict")
        if offer is None:
            return
        typed = iter(self.guess)
        values: dict[str, float] = {}
        for each in offer.fields:
            if each.name.startswith("values."):
                values[each.name.removeprefix("values.")] = next(typed) * (each.scale or 1)
        answer = self.ask({**offer.command, "values": values})
        if answer.status == 200 and not self.screen.wait(
            lambda parts: _tells(parts, self.guess), SHOWN_WITHIN
        ):
            self.journal.wrong(f"{self.name}: its prediction was acknowledged and is not shown")

    def choose(self, neighbour: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Tick cards one by one as its bearer would, then say that the table is done."""
        if not self.screen.wait(lambda parts: _has(parts, "choose"), SHOWN_WITHIN):
            self.journal.wrong(f"{self.name}: no card could be chosen")
            return ()
        most = {"careful": 1, "bold": 26, "copycat": len(neighbour) or 1}.get(self.temperament, 2)
        chosen: tuple[str, ...] = ()
        for _ in range(most):
            offer = first(self.offers(), "choose")
            if offer is None:
                break
            open_ = [card for card in offer.open_cards if card not in chosen]
            copied = [card for card in neighbour if card in open_]
            if not open_ or (self.temperament == "copycat" and neighbour and not copied):
                break
            more = (*chosen, copied[0] if copied else self.chance.choice(open_))
            if self._says(offer, more, ready=False):
                chosen = more
            else:
                break
        offer = first(self.offers(), "choose")
        if offer is not None:
            self._says(offer, chosen, ready=True)
        return chosen

    def agree(self) -> None:
        """Say yes to what other tables ask, or not, as chance has it."""
        for offer in self.offers():
            asked = offer.does == "agree" and not offer.disabled and offer.command.get("yes")
            if asked and self.chance.random() < 0.7:
                self.ask(offer.command)

    def propose(self) -> None:
        """Say which assumption the table would change."""
        if not self.screen.wait(lambda parts: _has(parts, "propose"), SHOWN_WITHIN):
            self.journal.wrong(f"{self.name}: no assumption could be proposed")
            return
        offer = first(self.offers(), "propose")
        choices = [] if offer is None else [each.adds for each in offer.fields if each.adds]
        if offer is not None and choices:
            self.ask({**offer.command, **self.chance.choice(choices)})

    def sees_only_its_own(self, others: Mapping[str, tuple[int, int]]) -> None:
        """No prediction of another table is on this screen."""
        parts = dict(self.screen.parts)
        for table, guess in others.items():
            if table != self.table and _tells(parts, guess):
                self.journal.wrong(f"{self.name} sees the prediction of {table}")

    def _says(self, offer: Offer, cards: tuple[str, ...], *, ready: bool) -> bool:
        answer = self.ask({**offer.command, "cards": list(cards), "ready": ready})
        if answer.status != 200:
            return False
        shown = self.screen.wait(lambda parts: _shows(parts, cards), SHOWN_WITHIN)
        if not shown:
            self.journal.wrong(f"{self.name}: {cards} was acknowledged and is not shown")
        return shown


def _has(parts: Mapping[str, str], does: str) -> bool:
    return first(offers(list(parts.values())), does) is not None


def _shows(parts: Mapping[str, str], cards: tuple[str, ...]) -> bool:
    for offer in offers(list(parts.values())):
        if offer.does == "choose" and offer.fields:
            return set(offer.ticked) == set(cards)
    return False


def _tells(parts: Mapping[str, str], guess: tuple[int, int]) -> bool:
    """Whether some part tells the two numbers of a prediction, in words or in its form."""
    words = re.compile(rf"(?<!\d){guess[0]}(?!\d).{{0,200}}?(?<!\d){guess[1]}(?!\d)", re.DOTALL)
    return any(words.search(text_of(html)) for html in parts.values())
