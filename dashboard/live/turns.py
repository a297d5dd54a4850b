"""Which run the processes play for: a short run overtakes a long one, which goes on beside it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.live.request import WORLDS

if TYPE_CHECKING:
    from dashboard.live.run import Run

MOST_AT_ONCE: Final = 2
_OF_THE_LONG: Final = 4  # of so many turns of a process, one is the overtaken run's


def is_short(run: Run) -> bool:
    """Whether somebody waits in front of it: the usual number of worlds."""
    return run.request.worlds <= WORLDS


class Playing:
    """A run that is being played; `left` holds the worlds that each process has yet to play.

    A world always falls to the same process, which may still have its reference. `folder`: where
    whole records of worlds lie until the results are written. `alone`: no other run took turns.
    """

    def __init__(self, run: Run, processes: int, folder: Path) -> None:
        self.run, self.folder = run, folder
        self.left = [deque(range(n, run.total, processes)) for n in range(processes)]
        self.tries: Counter[int] = Counter()
        self.alone = True


class Turns:
    """How many turns each process has had while one run overtook another."""

    def __init__(self) -> None:
        self._had: Counter[int] = Counter()

    def next_of(self, going: Sequence[Playing], number: int) -> Playing | None:
        """The run that process `number` plays for now, None where nothing is left for it.

        going: the run whose turn it is, then the one that overtakes it.
        """
        able = [one for one in going if one.left[number] and not one.run.over]
        if len(able) < MOST_AT_ONCE:
            return able[0] if able else None
        self._had[number] += 1
        return able[0] if self._had[number] % _OF_THE_LONG == 0 else able[-1]


def next_to_begin(waiting: Iterable[Run], going: Sequence[Playing]) -> Run | None:
    """The run to begin beside those that are played, None where none may."""
    if not going:
        return next(iter(waiting), None)
    if len(going) >= MOST_AT_ONCE or is_short(going[0].run):
        return None
    return next((run for run in waiting if is_short(run)), None)


def runs_before(run: Run, waiting: Sequence[Run], running: Sequence[Run]) -> int:
    """Runs that are played before a waiting one begins."""
    ahead = [*running, *waiting[: waiting.index(run)]]
    if is_short(run) and not all(is_short(other) for other in running):
        return sum(is_short(other) for other in ahead)
    return len(ahead)
