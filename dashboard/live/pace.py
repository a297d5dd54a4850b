"""How long a run will take: as long as those before it took, world for world."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dashboard.live.request import Request

# Until the first run has been played: seconds of one process for one scenario in one world of
# 40 quarters, as `python -m dashboard.live.benchmark` found them on two cores.
FIRST: Final = {"workshop": 0.3, "demo": 0.2}
QUARTERS: Final = 40
STARTING: Final = 8.0  # seconds until processes are warm
KEEPING: Final = 4.0  # seconds to write results, in a process of its own, and open them


class Pace:
    """Seconds per world of each population on this machine; any thread may ask or tell."""

    def __init__(self) -> None:
        self._seconds = dict(FIRST)
        self._lock = threading.Lock()

    def note(self, request: Request, seconds: float, worlds: int, processes: int) -> None:
        """So many worlds were played in that time; it counts as much as all that came before."""
        scenarios = len(request.job.scenarios) * request.quarters / QUARTERS
        found = seconds * processes / (scenarios * worlds)
        with self._lock:
            known = self._seconds[request.population]
            self._seconds[request.population] = (known + found) / 2

    def seconds(
        self, population: str, scenarios: int, worlds: int, processes: int, warm: bool
    ) -> float:
        """Seconds that a run will take with nothing before it; `scenarios` without the baseline."""
        with self._lock:
            each = self._seconds[population]
        playing = each * (scenarios + 1) * worlds / min(processes, worlds)
        return playing + KEEPING + (0.0 if warm else STARTING)
