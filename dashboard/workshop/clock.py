"""The one source of wall times."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Wall time that follows a steady clock: setting the machine's clock moves no countdown.

    The machine's own time is read once, at the start. Order never depends on it: lines of the
    journal have numbers.
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._steady = steady
        self._machine = self._begun = wall() - steady()

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(1000 * (self._begun + self._steady()))

    def machine(self) -> int:
        """The same, as the machine had it at the start: not moved by what was written down."""
        return int(1000 * (self._machine + self._steady()))

    def steady(self) -> float:
        """Seconds that pass, since any time: no date that is wrong has a part in them."""
        return self._steady()

    def not_before(self, at: int) -> None:
        """Go on from a time that was written down, where the machine's clock was set back since."""
        self._begun = max(self._begun, at / 1000 - self._steady())
