"""Links that cannot be guessed and codes that are read aloud.

A token is an HMAC-SHA256 of its purpose under the room's secret: it is in no file, and the same
after a restart. A code only lets one join.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for another: 0 O 1 I
CODE_LENGTH: Final = 6
LONGEST_TOKEN: Final = 100
Kind = Literal["facilitator", "screen", "member"]


@dataclass(frozen=True)
class Holder:
    """What a token is good for: a room, as whom, and which phone where it is one."""

    room: str
    kind: Kind
    member: str = ""

    @property
    def actor(self) -> str:
        """As the journal names them."""
        return f"member/{self.member}" if self.kind == "member" else self.kind


def new_code(is_taken: Callable[[str], bool]) -> str:
    """A code of six signs that no room has."""
    while True:
        code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
        if not is_taken(code):
            return code


def new_secret() -> str:
    """A secret of 256 bits."""
    return secrets.token_hex(32)


def new_member() -> str:
    """Identifier of a phone; it says nothing of whose it is."""
    return secrets.token_hex(8)


def member_of(secret: str, table: str, request: str) -> str:
    """Identifier of the phone that asks for a seat: the same one where it asks twice."""
    purpose = f"join/{table}/{request}"
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256).hex()[:16]


def typed_code(text: str) -> str | None:
    """A code as people type it, `abc 234` or `abc-234`; None where it cannot be one."""
    code = "".join(sign for sign in text[:40].upper() if sign not in " -.\u00a0\u202f")
    return code if len(code) == CODE_LENGTH and set(code) <= set(SIGNS) else None


def token(secret: str, holder: Holder) -> str:
    """The token of a holder: 43 signs for 256 bits."""
    purpose = f"{holder.room}/{holder.actor}"
    made = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def results_name(room: str, secret: str) -> str:
    """Name of what a room played among results: whoever was not in the room cannot guess it."""
    made = hmac.digest(secret.encode(), f"{room}/results".encode(), hashlib.sha256)
    return f"salle-{made.hex()[:32]}"


class Keyring:
    """Who holds which token.

    Tokens are looked up by a digest under a key of this process: how long a look-up takes tells
    nothing about the tokens that are there.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._holders: dict[bytes, tuple[str, Holder]] = {}
        self._of_room: dict[str, list[bytes]] = {}

    def add(self, secret: str, holder: Holder) -> str:
        """Let the holder in; the token."""
        made = token(secret, holder)
        digest = self._digest(made)
        self._holders[digest] = made, holder
        self._of_room.setdefault(holder.room, []).append(digest)
        return made

    def add_room(self, code: str, secret: str, members: Iterable[str]) -> None:
        """Let in all who have a link of the room."""
        self.add(secret, Holder(code, "facilitator"))
        self.add(secret, Holder(code, "screen"))
        for member in members:
            self.add(secret, Holder(code, "member", member))

    def find(self, given: str) -> Holder | None:
        """The holder of a token, None where nobody has it."""
        if not given.isascii() or len(given) > LONGEST_TOKEN:
            return None
        known = self._holders.get(self._digest(given))
        if known is None or not hmac.compare_digest(known[0], given):
            return None
        return known[1]

    def forget(self, code: str) -> None:
        """No token of the room leads anywhere any more."""
        for digest in self._of_room.pop(code, ()):
            self._holders.pop(digest, None)

    def _digest(self, given: str) -> bytes:
        return hmac.digest(self._key, given.encode(), hashlib.sha256)
