"""The bot that opens a room, leads it through its rounds and ends it, as a facilitator would."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from dashboard.workshop.bots.connection import Answer, Screen, Server
from dashboard.workshop.bots.offers import Offer, first, form_of, links, offers
from dashboard.workshop.bots.phone import Journal

SHOWN_WITHIN: Final = 20.0  # seconds
SIMULATED_WITHIN: Final = 600.0  # seconds, for results that are still being simulated
EXPORTS: Final = ("scenario.yaml", "reference.yaml")
OF_FUTURES: Final = ("resultats.zip",)


class CannotOpen(Exception):
    """No room could be opened; the message says what the server answered."""


class Facilitator:
    """One room and its console."""

    def __init__(self, server: Server, journal: Journal, chance: random.Random) -> None:
        self.server, self.journal, self._chance = server, journal, chance
        self.token = ""
        self.code = ""
        self.screen_token = ""
        self.console: Screen

    def open(self, opening: str, title: str, tables: int) -> None:
        """Fill in the form of `opening`, the organiser's link; CannotOpen."""
        page = self.server.get(opening)
        if page.status != 200:
            raise CannotOpen(f"{opening} answers {page.status}; give the organiser's link as --url")
        filled = form_of(page.body.decode())
        for name, value in self._wanted(filled, title, tables).items():
            filled[name] = value
        answer = self.server.post_form(opening, filled)
        if answer.status != 303:
            raise CannotOpen(f"the form was refused with status {answer.status}")
        self.token = answer.location.rstrip("/").rpartition("/")[2]
        self.console = Screen(self.server, self.token)
        if not self.console.wait(lambda parts: self._found(parts) is not None, SHOWN_WITHIN):
            raise CannotOpen("the console shows no address to join and no projector")
        found = self._found(self.console.parts)
        assert found is not None
        self.code, self.screen_token = found

    def advance(self, to: str) -> None:
        """Press the button that goes on; every screen follows."""
        offer = self.offer("advance")
        if offer is None:
            self.journal.wrong(f"{self.code}: no button goes on to {to}")
            return
        answer = self.ask(offer.command)
        if answer.status != 200:
            self.journal.wrong(f"{self.code}: going on to {to} is refused: {answer.said}")
            return
        # A second facilitator pressed the same button: the room went one step, not two.
        again = self.server.act(self.token, offer.command)
        if again.status != 409:
            self.journal.wrong(f"{self.code}: the same step was taken twice ({again.status})")

    def switch(self, what: str, on: bool) -> None:
        """Press a switch: pause, decisions, joining."""
        offer = self.offer("switch", what=what, on=on)
        if offer is None:
            self.journal.wrong(f"{self.code}: no button switches {what} to {on}")
        else:
            self.ask(offer.command)

    def strike(self) -> None:
        """Draw a shock by chance, where the room has some."""
        offer = self.offer("strike", shock=None)
        if offer is not None:
            self.ask(offer.command)

    def unblock_absent(self) -> None:
        """Wait no more for those that are not done."""
        for offer in offers(self.console.parts.values()):
            if offer.does == "unblock" and not offer.disabled:
                self.ask(offer.command)

    def undo(self) -> None:
        """Take a step back, and see that it is."""
        offer = self.offer("undo")
        if offer is not None:
            self.ask(offer.command)

    def suppose(self) -> None:
        """Play the room again under an assumption, and leave it again."""
        found = [
            offer for offer in offers(self.console.parts.values())
            if offer.does == "suppose" and offer.command.get("parameter")
        ]  # fmt: skip
        if found:
            self.ask(self._chance.choice(found).command)

    def end(self) -> None:
        """End the session."""
        offer = self.offer("end") or self.offer("advance", phase="debrief")
        if offer is None:
            self.journal.wrong(f"{self.code}: no button ends the session")
        else:
            self.ask(offer.command)

    def download(self, simulated: bool) -> dict[str, int]:
        """Everything that the console gives for download: name → bytes."""
        needed = (*EXPORTS, *OF_FUTURES) if simulated else EXPORTS
        found: dict[str, int] = {}
        for address in links(self.console.parts.values(), ("href",)):
            path = urlsplit(address).path
            if "/atelier/export/" not in path:
                continue
            name = path.rpartition("/")[2]
            answer = self.server.get(path, SIMULATED_WITHIN)
            if answer.status == 200 and answer.body:
                found[name] = len(answer.body)
            elif name in needed:
                self.journal.wrong(f"{self.code}: {name} cannot be downloaded ({answer.status})")
        return found

    def ask(self, command: Mapping[str, Any]) -> Answer:
        """Send a command; what is acknowledged reaches the console."""
        request = f"{self._chance.getrandbits(64):016x}"
        answer = self.server.act(self.token, command, request)
        self.journal.answered(str(command.get("do")), request, answer)
        if answer.status == 200:
            version = int(answer.said["version"])
            if not self.console.wait_version(version, SHOWN_WITHIN):
                self.journal.wrong(f"{self.code}: {command.get('do')} does not reach the console")
            again = self.server.act(self.token, command, request)  # a double click
            if again.status != 200:
                self.journal.wrong(f"{self.code}: {command.get('do')} sent twice: {again.status}")
        return answer

    def offer(self, does: str, **about: object) -> Offer | None:
        """What the console lets one do of a command, with these values in it."""
        return first(offers(self.console.parts.values()), does, **about)

    def _wanted(self, form: Mapping[str, Any], title: str, tables: int) -> dict[str, object]:
        """What is typed in the form beside what it has already: the tables are spread on roles."""
        named = [name for name in form if name.startswith("role-") and name.endswith("-name")]
        roles = [name.removesuffix("name") for name in named if "".join(form[name])]
        wanted: dict[str, object] = {"title": title}
        for number, role in enumerate(roles):
            count = tables // len(roles) + (number < tables % len(roles))
            wanted[f"{role}tables"] = max(1, count)
        return wanted

    @staticmethod
    def _found(parts: Mapping[str, str]) -> tuple[str, str] | None:
        """The code and the token of the projector, as the console tells them."""
        paths = [urlsplit(each).path for each in links(parts.values())]
        screens = [path.rpartition("/")[2] for path in paths if path.startswith("/atelier/ecran/")]
        codes = [path.rpartition("/")[2] for path in paths if path.count("/") == 2]
        codes = [code for code in codes if len(code) == 6]
        return (codes[0], screens[0]) if screens and codes else None
