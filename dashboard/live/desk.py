"""Where readers ask for runs: one is played at a time, a few wait, equal ones are one."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import TYPE_CHECKING, Final

from dashboard.live.pace import Pace
from dashboard.live.run import Run
from dashboard.live.store import PREFIX
from dashboard.live.workers import Workers

if TYPE_CHECKING:
    from dashboard.live.request import Request
    from dashboard.live.store import Store
    from simulator.results import Results

MOST_WAITING: Final = 8
MOST_KNOWN: Final = 100  # runs that are over and still told about
_TRIES: Final = 2  # of a world whose process dies
_LOOKS_EVERY: Final = 0.2  # seconds, at whether a run was cancelled

log = logging.getLogger(__name__)


class QueueFull(Exception):
    """As many runs wait as may; the reader comes back later."""


class Desk:
    """Runs by key; `finished` is called with the name and the results of each one that ends well.

    All methods may be called from any thread.
    """

    def __init__(
        self,
        store: Store,
        finished: Callable[[str, Results], None],
        workers: Workers | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.store = store
        self.workers = workers or Workers()
        self.pace = Pace()
        self._finished = finished
        self._most_waiting = most_waiting
        self._runs: dict[str, Run] = {}
        self._queue: deque[Run] = deque()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the processes: somebody looks at a page that may ask for a run."""
        self.workers.start()

    def seconds(self, population: str, scenarios: int, worlds: int) -> float:
        """Seconds that a run of so many scenarios beside the baseline takes once it is its turn."""
        workers = self.workers
        return self.pace.seconds(population, scenarios, worlds, workers.count, workers.started)

    def ask(self, request: Request) -> Run:
        """The run of a request: a new one, or the one that others asked for already.

        Raises QueueFull where too many wait. A run that failed or was cancelled begins anew.
        """
        with self._change:
            known = self._runs.get(request.key)
            if known is not None and known.state in ("waiting", "running"):
                known.askers += 1
                return known
            if known is not None and known.state == "finished":
                return known
            run = Run(request)
            kept = self.store.run(run.name)
            if kept is not None:
                run.state = "finished"
                self._finished(run.name, kept)
            elif len(self._queue) >= self._most_waiting:
                raise QueueFull
            else:
                self._queue.append(run)
                self._start()
            self._runs.pop(request.key, None)
            self._runs[request.key] = run
            self._drop_old()
            self._change.notify_all()
            return run

    def run(self, key: str) -> Run | None:
        """The run of a key, as far as this server knows."""
        with self._change:
            return self._runs.get(key)

    def before(self, run: Run) -> int:
        """Runs that are played before this one begins."""
        with self._change:
            if run not in self._queue:
                return 0
            playing = any(other.state == "running" for other in self._runs.values())
            return self._queue.index(run) + playing

    def cancel(self, key: str) -> Run | None:
        """One reader needs the run no more; it stops once nobody does."""
        with self._change:
            run = self._runs.get(key)
            if run is None or run.over:
                return run
            run.askers -= 1
            if run.askers <= 0:
                if run in self._queue:
                    self._queue.remove(run)
                run.state = "cancelled"
                run.forget()
            return run

    def close(self) -> None:
        """Stop playing and end the processes."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(10)
        self.workers.close()

    # -- the one thread that plays ------------------------------------------------------

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="live-runs", daemon=True)
            self._thread.start()

    def _drop_old(self) -> None:
        over = [key for key, run in self._runs.items() if run.over]
        for key in over[: max(0, len(over) - MOST_KNOWN)]:
            del self._runs[key]

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._queue and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                run = self._queue.popleft()
                run.state = "running"
            try:
                self._play(run)
            except Exception as error:
                log.exception("live run %s", run.request.key)
                with self._change:
                    if not run.over:
                        run.error = str(error).strip().splitlines()[-1] if str(error) else ""
                        run.state = "failed"
                run.forget()

    def _play(self, run: Run) -> None:
        """Play all worlds, each in the process that its number falls to, then keep the results."""
        run.begun = time.time()
        worlds = run.request.plan.worlds
        mine = [deque(range(n, len(worlds), self.workers.count)) for n in range(self.workers.count)]
        tries = dict.fromkeys(range(len(worlds)), 0)
        playing: dict[Future[None], tuple[int, int]] = {}

        def begin(number: int) -> None:
            if mine[number] and not run.over and not self._closed:
                index = mine[number].popleft()
                future = self.workers.play(
                    run.request.job, worlds[index], number, run.request.dimensions
                )
                playing[future] = (number, index)

        for number in range(self.workers.count):
            begin(number)
        while playing:
            ended, _ = wait(playing, _LOOKS_EVERY, FIRST_COMPLETED)
            for future in ended:
                number, index = playing.pop(future)
                try:
                    future.result()
                except BrokenExecutor:
                    tries[index] += 1
                    self.workers.replace(number)
                    if tries[index] >= _TRIES:
                        self._let_go(playing)
                        raise RuntimeError("a process died twice (out of memory?)") from None
                    run.restarts += 1
                    mine[number].appendleft(index)
                except Exception:
                    self._let_go(playing)
                    raise
                else:
                    records = self.workers.collect(number)
                    if not run.over:
                        run.keep(index, records)
                begin(number)
        if not run.over and not self._closed:
            self._learn(run)
            self._end(run)

    def _learn(self, run: Run) -> None:
        """How long worlds take, from the first that was there on: processes may have been cold."""
        after = run.total - self.workers.count
        if after > 0:
            self.pace.note(run.request, time.time() - run.first, after, self.workers.count)

    def _let_go(self, playing: dict[Future[None], tuple[int, int]]) -> None:
        """Wait for worlds that nobody needs: their processes are needed again."""
        wait(playing)
        for future, (number, _) in playing.items():
            if future.exception() is not None:
                self.workers.replace(number)

    def _end(self, run: Run) -> None:
        made = run.so_far()
        assert made is not None
        kept = self.store.keep_run(run.request.key, made)
        self._finished(run.name, kept)
        with self._change:
            run.state = "finished"
        run.forget()


def results_name(key: str) -> str:
    """Name of the results of a run, as addresses have it."""
    return PREFIX + key
