"""How often may be asked: enough for a whole room behind one address, not for guessing codes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

What = Literal["command", "poll", "join", "open"]


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `each` more a second."""

    burst: float
    each: float


# Joining and opening are counted by address: sixty phones may share one. The rest is by token.
RATES: Final[dict[What, Rate]] = {
    "command": Rate(20, 10),
    "poll": Rate(20, 4),
    "join": Rate(120, 2),
    "open": Rate(12, 1 / 20),
}
FREE_MISTAKES: Final = 8  # wrong codes that cost nothing: people mistype
LONGEST_DELAY: Final = 60.0  # seconds
FORGOTTEN_AFTER: Final = 900.0  # seconds without a mistake
MOST_KEPT: Final = 20_000


class TooMany(Exception):
    """Asked too often; `wait` seconds and it works again."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait:.1f} s")
        self.wait = wait


class Limits:
    """Counts what was asked; its methods may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[tuple[What, str], tuple[float, float]] = {}  # what is left, and when
        self._mistakes: dict[str, tuple[int, float]] = {}  # by address: how many, the last one

    def check(self, what: What, who: str) -> None:
        """Count one more; raises TooMany where it is one too many."""
        rate, now = RATES[what], self._clock()
        with self._lock:
            left, then = self._left.pop((what, who), (rate.burst, now))
            left = min(rate.burst, left + (now - then) * rate.each)
            self._left[what, who] = (left - 1 if left >= 1 else left), now
            _drop_oldest(self._left)
        if left < 1:
            raise TooMany((1 - left) / rate.each)

    def check_codes(self, address: str) -> None:
        """Raises TooMany while an address that gave many wrong codes has to wait."""
        with self._lock:
            count, last = self._mistakes.get(address, (0, 0.0))
        since = self._clock() - last
        if count > FREE_MISTAKES and since < FORGOTTEN_AFTER:
            delay = min(LONGEST_DELAY, 2.0 ** (count - FREE_MISTAKES - 1))
            if since < delay:
                raise TooMany(delay - since)

    def wrong_code(self, address: str) -> None:
        """An address gave a code that no room has: each one makes the next wait longer."""
        now = self._clock()
        with self._lock:
            count, last = self._mistakes.pop(address, (0, now))
            self._mistakes[address] = (1 if now - last > FORGOTTEN_AFTER else count + 1), now
            _drop_oldest(self._mistakes)


def _drop_oldest(kept: dict[Any, Any]) -> None:
    """What was asked last stands last: the first ones go where there are too many."""
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
