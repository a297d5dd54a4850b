"""One live run: how far it is, and what its finished worlds say so far."""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from simulator.plan import BASELINE, Plan
from simulator.simulation import Kept, results_of

if TYPE_CHECKING:
    from dashboard.live.request import Request
    from simulator.recording import RunRecord
    from simulator.results import Results

State = Literal["waiting", "running", "finished", "failed", "cancelled"]
STEP: Final = 20  # worlds
Cause = Literal["", "disk", "process", "other"]  # of a failure
OVER: Final = ("finished", "failed", "cancelled")


class Run:
    """A run, and who still waits for it: `askers`, by the name that each was given.

    Of each world played it holds what a first look needs: the whole population, no flows.
    """

    def __init__(self, request: Request, asker: str = "") -> None:
        self.request = request
        self.state: State = "waiting"
        self.askers = {asker}
        self.restarts = 0  # worlds played again because their process died
        self.error: Cause = ""
        self.begun = time.time()
        self.first = self.begun  # when its first world was there
        self._done: dict[int, list[RunRecord]] = {}
        self._lock = threading.Lock()
        self._so_far = lru_cache(maxsize=1)(self._results)

    @property
    def name(self) -> str:
        """Name of its results, once they are there."""
        return f"essai-{self.request.key}"

    @property
    def total(self) -> int:
        """Worlds in all."""
        return len(self.request.plan.worlds)

    @property
    def done(self) -> int:
        """Worlds that are played."""
        return len(self._done)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in OVER

    def keep(self, index: int, records: list[RunRecord]) -> None:
        """A world is played."""
        with self._lock:
            if not self._done:
                self.first = time.time()
            self._done[index] = records

    def forget(self) -> None:
        """Give back the memory of the worlds."""
        with self._lock:
            self._done = {}
        self._so_far.cache_clear()

    def so_far(self) -> Results | None:
        """Results of the worlds that are there, in their order; None before the first."""
        with self._lock:
            there = tuple(sorted(self._done))
        if STEP < len(there) < self.total:  # one more says little: they are drawn in steps
            there = there[: len(there) // STEP * STEP]
        return self._so_far(there) if there else None

    def _results(self, there: tuple[int, ...]) -> Results:
        """Results of some worlds, of the whole population."""
        request = self.request
        with self._lock:
            found: list[list[Kept]] = [
                [(record, None) for record in self._done[index]] for index in there
            ]
        worlds = request.plan.worlds
        units = tuple((worlds[i][0], worlds[i][2]) for i in there)
        made = results_of(
            request.for_results(),
            Plan(request.plan.source, units, request.plan.structures),
            found,
            BASELINE,
            self.begun,
            None,
            None if len(there) == self.total else f"{len(there)} of {self.total} worlds\n",
        )
        made.manifest["title"] = request.title
        return made
