"""What a server of workshops is made of: the hall, its screens, its limits, who may open rooms."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request

from dashboard.contacts import Contact
from dashboard.workshop.drawing import Drawing
from dashboard.workshop.engine import Engine
from dashboard.workshop.errands import Errands
from dashboard.workshop.hall import Hall
from dashboard.workshop.limits import Limits
from dashboard.workshop.network import is_this_machine
from dashboard.workshop.pdf import find_browser
from dashboard.workshop.publishing import Publisher

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass
class Venue:
    """`address`: where phones reach the server, with a slash at its end. `cards`: folder of cards
    beside those that ship; `contacts`: whom one can turn to. `store`: folder in which
    what was measured of this machine may lie."""

    hall: Hall
    address: str
    engine: Engine | None = None
    cards: Path | None = None
    contacts: Sequence[Contact] = ()
    store: Path | None = None
    limits: Limits = field(default_factory=Limits)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))  # of the organiser

    def __post_init__(self) -> None:
        self.prints = find_browser() is not None  # reports as PDF
        # Results may have to be simulated first; decisions must not wait for a thread meanwhile.
        self.slow = ThreadPoolExecutor(2, thread_name_prefix="workshop-downloads")
        self.errands = Errands(self.engine, self.hall.changed)
        drawing = Drawing(self.hall, self.engine, self.errands, self.links, self.contacts)
        self.publisher = Publisher(self.hall, drawing)
        if self.engine is not None:
            self.engine.keep_only([*self.hall.codes, *self.hall.closed])
        self.hall.on_removal = self._forget

    async def start(self) -> None:
        """Serve from now on, on the loop that runs."""
        await self.publisher.start()

    async def stop(self) -> None:
        """End all streams and simulations; close the file."""
        await self.publisher.stop()
        self.errands.close()
        self.slow.shutdown(wait=False, cancel_futures=True)
        if self.engine is not None:
            await asyncio.to_thread(self.engine.close)
        await asyncio.to_thread(self.hall.close)

    def _forget(self, code: str) -> None:
        if self.engine is not None:
            self.engine.forget(code)
        self.errands.forget(code)

    def links(self, code: str) -> Mapping[str, str]:
        """Addresses of a room: `join` and `qr` for all, the rest for its facilitator."""
        console = self.hall.token(code, "facilitator")
        export = f"/atelier/export/{console}"
        return {
            **({"print": export} if self.prints else {}),
            "join": f"{self.address}atelier/{code}",
            "qr": f"/atelier/qr/{code}.svg",
            "screen": f"{self.address}atelier/ecran/{self.hall.token(code, 'screen')}",
            "console": f"{self.address}atelier/animation/{console}",
            "export": export,
            "delete": f"/atelier/supprimer/{console}",
        }

    def may_open(self, request: Request, key: str) -> bool:
        """Whether rooms may be opened: from this machine, or with the organiser's key."""
        return hmac.compare_digest(key.encode(), self.key.encode()) or _is_here(request)


def address_of(request: Request) -> str:
    """Address that a request came from; nothing is kept of it but for limits."""
    return request.client.host if request.client else "unknown"


def _is_here(request: Request) -> bool:
    """Whether a browser of this machine asks, under a name of this machine.

    What a proxy passes on comes from here too, and so would a page elsewhere whose name was made to
    lead here.
    """
    if any(name in request.headers for name in _PASSED_ON):
        return False
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    return is_this_machine(address_of(request)) and is_this_machine(name or "")
