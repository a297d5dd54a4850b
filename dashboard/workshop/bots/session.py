"""A whole session of one room, from the form that opens it to what is downloaded at its end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from dashboard.workshop.bots.connection import Screen, Server
from dashboard.workshop.bots.facilitator import Facilitator
from dashboard.workshop.bots.forger import forge
from dashboard.workshop.bots.offers import values_of
from dashboard.workshop.bots.phone import TEMPERAMENTS, Journal, Phone

THINKS: Final = 20.0  # seconds that a person takes between two steps, at speed 1
WAITS_FOR_FUTURES: Final = 300.0  # seconds, at most


@dataclass(frozen=True)
class Played:
    """What a session came to."""

    code: str
    phones: int
    downloads: dict[str, int]
    seconds: float


class Session:
    """A room with its facilitator, projector and phones. `simulated`: futures are waited for."""

    def __init__(
        self, server: Server, opening: str, number: int, *, tables: int, phones: int, seed: int,
        speed: float, journal: Journal,
        simulated: bool = True,
    ) -> None:  # fmt: skip
        self.journal = journal
        self.name = f"Essai {number} <b>&amp;</b>"  # what is typed is text, whatever it looks like
        self._server, self._opening = server, opening
        self._tables, self._phones, self._speed = tables, phones, speed
        self._simulated = simulated
        self._chance = random.Random(f"{seed}/{number}")
        self._facilitator = Facilitator(server, journal, self._chance)
        self.phones: list[Phone] = []
        self.projector: Screen

    def play(self) -> Played:
        """Play it to its end; what goes wrong is in the journal."""
        begun = time.monotonic()
        lead = self._facilitator
        lead.open(self._opening, self.name, self._tables)
        self.projector = Screen(self._server, lead.screen_token)
        try:
            self._sit_down(late=False)
            rounds = 0
            lead.advance("predict")
            while rounds < 8:
                self._round(rounds)
                rounds += 1
                if not self._goes_on(rounds):
                    break
            lead.suppose()
            self._pause()
            lead.end()
            downloads = lead.download(self._simulated)
        finally:
            for screen in (self.projector, lead.console, *(p.screen for p in self.phones)):
                screen.close()
        return Played(lead.code, len(self.phones), downloads, time.monotonic() - begun)

    # -- inside ---------------------------------------------------------------------------

    def _sit_down(self, *, late: bool) -> None:
        """Phones join, spread over the tables; those of a late bearer only later."""
        page = self._server.get(f"/atelier/{self._facilitator.code}")
        seats = values_of(page.body.decode(), "table")
        if not seats:
            self.journal.wrong(f"{self._facilitator.code}: the page to join offers no table")
            return
        for number in range(self._phones):
            temperament = TEMPERAMENTS[number % len(TEMPERAMENTS)]
            if (temperament == "late") != late:
                continue
            table = seats[number % len(seats)]
            answer = self._server.post_form(f"/atelier/{self._facilitator.code}", {"table": table})
            if answer.status != 303:
                self.journal.wrong(f"a phone cannot join {table}: {answer.status}")
                continue
            seat = number % len(seats)
            guess = (40 + seat, 161 + seat)  # of each table its own; no card tells these two
            self.phones.append(
                Phone(self._server, self.journal, answer.location.rpartition("/")[2],
                      f"{self._facilitator.code}/{number}", table, temperament, self._chance, guess)
            )  # fmt: skip

    def _round(self, number: int) -> None:
        lead = self._facilitator
        if number == 1:
            self._sit_down(late=True)
        self._each(Phone.predict, self._deciders(number))
        self._see_nothing_of_others()
        lead.advance("decide")
        self._pause_once(number)
        lead.strike()
        neighbour: tuple[str, ...] = ()
        for phone in self._deciders(number):
            neighbour = phone.choose(neighbour)
            self._pause()
        self._each(Phone.agree, self._deciders(number))
        self._forge()
        if number == 0:
            lead.undo()  # the shock, where one was drawn, or a step
            lead.strike()
            self._back_to("decide")
        lead.unblock_absent()
        self._see_nothing_of_others()
        lead.advance("reveal")
        self._wait_for_futures()
        lead.advance("debate")
        self._each(Phone.propose, self._deciders(number))
        lead.suppose()
        self._leave(number)

    def _pause_once(self, number: int) -> None:
        """In a pause nothing is decided; afterwards it is."""
        if number != 0 or not self.phones:
            return
        phone = self.phones[0]
        self._facilitator.switch("paused", True)
        answer = self._server.act(phone.token, {"do": "choose", "round": 0, "cards": []})
        if (answer.status, answer.said.get("reason")) != (409, "paused"):
            self.journal.wrong(f"{phone.name} decides in a pause: {answer.status}")
        self._facilitator.switch("paused", False)

    def _back_to(self, phase: str) -> None:
        """Undoing may have taken the last step back: go on again."""
        offer = self._facilitator.offer("advance")
        if offer is not None and offer.command.get("phase") != phase:
            self._facilitator.advance(phase)

    def _goes_on(self, rounds: int) -> bool:
        """Go on from the debate; whether another round begins."""
        lead = self._facilitator
        lead.advance("the next round")
        offer = lead.offer("advance")
        return offer is not None and offer.command.get("phase") == "predict"

    def _deciders(self, number: int = 0) -> list[Phone]:
        """One phone of each table that is there; leavers left after the first round."""
        found: dict[str, Phone] = {}
        for phone in self.phones:
            if phone.temperament == "leaver" and number > 0:
                continue
            found.setdefault(phone.table, phone)
        return list(found.values())

    def _each(self, do: Callable[[Phone], object], phones: Iterable[Phone]) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(do, phones))
        self._pause()

    def _see_nothing_of_others(self) -> None:
        guesses = {phone.table: phone.guess for phone in self.phones}
        for phone in self.phones:
            phone.sees_only_its_own(guesses)

    def _forge(self) -> None:
        others = [phone.table for phone in self.phones]
        for phone in self.phones:
            if phone.temperament == "forger":
                other = next((table for table in others if table != phone.table), phone.table)
                forge(phone, other, self._facilitator.screen_token)

    def _leave(self, number: int) -> None:
        for phone in self.phones:
            if phone.temperament == "leaver" and number == 0:
                phone.screen.close()

    def _wait_for_futures(self) -> None:
        """Until the projector shows what the round leads to."""
        self._pause()
        if not self._simulated:
            return
        shown = self.projector.wait(
            lambda parts: any("<svg" in html for html in parts.values()), WAITS_FOR_FUTURES
        )
        if not shown:
            code, seconds = self._facilitator.code, WAITS_FOR_FUTURES
            self.journal.wrong(f"{code}: after {seconds:.0f} s a round still shows no distribution")

    def _pause(self) -> None:
        time.sleep(THINKS / self._speed * self._chance.uniform(0.5, 1.0))


def summary(journal: Journal, played: list[Played]) -> dict[str, Any]:
    """What was played, as JSON."""
    return {
        "rooms": [vars(one) for one in played],
        "acknowledged": dict(sorted(journal.acknowledged.items())),
        "refused": dict(sorted(journal.refused.items())),
        "problems": journal.problems,
    }
