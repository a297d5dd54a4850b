"""A scenario in the address itself: its YAML, compressed, in letters that addresses allow."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final

from dashboard.live.store import LARGEST_TEXT
from simulator.problems import InputError

LONGEST: Final = 6_000  # characters; an address of `address.LONGEST` has room for the other parts


def packed(text: str) -> str | None:
    """The part `y` of an address, None where the text does not fit."""
    squeezed = zlib.compress(text.encode("utf-8", "replace"), 9)
    written = base64.urlsafe_b64encode(squeezed).decode("ascii").rstrip("=")
    return written if len(written) <= LONGEST else None


def unpacked(part: str) -> str:
    """The text of a part `y`; InputError where it holds none, or more than 256 kB."""
    try:
        squeezed = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj()
        content = inflate.decompress(squeezed, LARGEST_TEXT + 1)
        if len(content) > LARGEST_TEXT:
            raise InputError.single("y", "holds more than 256 kB", "shorten the scenario")
        if not inflate.eof:
            raise zlib.error("cut off")
        return content.decode("utf-8")
    except (binascii.Error, ValueError, zlib.error):
        raise InputError.single(
            "y", "holds no scenario: the address was cut off or changed", "ask for the link again"
        ) from None
