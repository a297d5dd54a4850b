"""Where readers ask for runs: a few wait, equal ones are one, a short one overtakes a long one."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import TYPE_CHECKING, Final

from dashboard.live.keeping import record_file, write_apart
from dashboard.live.pace import Pace
from dashboard.live.run import Cause, Run
from dashboard.live.store import PREFIX
from dashboard.live.turns import Playing, Turns, next_to_begin, runs_before
from dashboard.live.workers import Workers
from simulator.problems import InputError

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

    def ask(self, request: Request, asker: str = "") -> Run:
        """The run of a request: a new one, or the one that others asked for already.

        asker: who asks; the same one may ask again. Raises QueueFull where too many wait. A run
        that failed or was cancelled begins anew.
        """
        with self._change:
            known = self._runs.get(request.key)
            if known is not None and known.state in ("waiting", "running"):
                known.askers.add(asker)
                return known
            if known is not None and known.state == "finished":
                return known
            run = Run(request, asker)
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
            running = [other for other in self._runs.values() if other.state == "running"]
            return runs_before(run, list(self._queue), running)

    def cancel(self, key: str, asker: str = "") -> Run | None:
        """One who asked for the run needs it no more; it stops once nobody does."""
        with self._change:
            run = self._runs.get(key)
            if run is None or run.over or asker not in run.askers:
                return run
            run.askers.discard(asker)
            if not run.askers:
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

    # -- the one thread that plays, and one for each run whose results are written ---------

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="live-runs", daemon=True)
            self._thread.start()

    def _drop_old(self) -> None:
        over = [key for key, run in self._runs.items() if run.over]
        for key in over[: max(0, len(over) - MOST_KNOWN)]:
            del self._runs[key]

    def _serve(self) -> None:
        going: list[Playing] = []
        asked: dict[Future[None], tuple[Playing, int, int]] = {}
        turns = Turns()
        while True:
            with self._change:
                while not (going or asked or self._queue or self._closed):
                    self._change.wait()
                if self._closed:
                    break
                self._admit(going)
            self._hand_out(going, asked, turns)
            ended, _ = wait(asked, _LOOKS_EVERY, FIRST_COMPLETED)
            for future in ended:
                one, number, index = asked.pop(future)
                self._take_back(future, one, number, index)
                if one.run.over:  # a world was still written there when its folder went
                    shutil.rmtree(one.folder, ignore_errors=True)
            going = [one for one in going if not self._leaves(one)]
        for one in going:
            shutil.rmtree(one.folder, ignore_errors=True)

    def _leaves(self, one: Playing) -> bool:
        """Whether nothing of a run is left to play; its results are written beside the others."""
        run = one.run
        if run.over:
            shutil.rmtree(one.folder, ignore_errors=True)
        elif run.done == run.total:
            threading.Thread(target=self._end, args=(one,), name="live-run-end").start()
        else:
            return False
        return True

    def _admit(self, going: list[Playing]) -> None:
        """Begin the runs that may begin beside those that are played."""
        while (run := next_to_begin(self._queue, going)) is not None:
            self._queue.remove(run)
            try:
                folder = self.store.worlds_folder(run.request.key)
            except OSError as error:
                self._fail(run, error)
                continue
            run.state, run.begun = "running", time.time()
            going.append(Playing(run, self.workers.count, folder))
            if len(going) > 1:
                for one in going:
                    one.alone = False

    def _hand_out(
        self,
        going: list[Playing],
        asked: dict[Future[None], tuple[Playing, int, int]],
        turns: Turns,
    ) -> None:
        """Give each process that has nothing to do the next world that falls to it."""
        busy = {number for _, number, _ in asked.values()}
        for number in range(self.workers.count):
            one = None if number in busy else turns.next_of(going, number)
            if one is None:
                continue
            index, request = one.left[number].popleft(), one.run.request
            whole = record_file(one.folder, index)
            try:
                future = self.workers.play(
                    request.job, request.plan.worlds[index], number, request.dimensions, whole
                )
            except BrokenExecutor:  # it died while it had nothing to do
                self._play_again(one, number, index)
            else:
                asked[future] = (one, number, index)

    def _take_back(self, future: Future[None], one: Playing, number: int, index: int) -> None:
        """A process has done with a world."""
        run = one.run
        try:
            future.result()
            records = self.workers.collect(number)
        except BrokenExecutor:
            self._play_again(one, number, index)
        except Exception as error:
            if not run.over:
                self._fail(run, error)
        else:
            if not run.over:
                run.keep(index, records)

    def _play_again(self, one: Playing, number: int, index: int) -> None:
        """The process of a world died: another one plays it, once."""
        self.workers.replace(number)
        one.tries[index] += 1
        if one.run.over:
            return
        if one.tries[index] >= _TRIES:
            self._fail(one.run, BrokenExecutor("a process died twice (out of memory?)"))
        else:
            one.run.restarts += 1
            one.left[number].appendleft(index)

    def _fail(self, run: Run, error: Exception) -> None:
        log.error("live run %s", run.request.key, exc_info=error)
        with self._change:
            run.error = _cause(error)
            run.state = "failed"
        run.forget()

    def _end(self, one: Playing) -> None:
        """Keep the results of a run that is played to its end."""
        run = one.run
        if one.alone:  # else it took longer than it needed
            self._learn(run)
        try:
            kept = self.store.keep_run(
                run.request.key,
                lambda target: write_apart(run.request, one.folder, run.begun, target),
            )
            self._finished(run.name, kept)
        except Exception as error:
            self._fail(run, error)
        else:
            with self._change:
                run.state = "finished"
            run.forget()
        finally:
            shutil.rmtree(one.folder, ignore_errors=True)

    def _learn(self, run: Run) -> None:
        """How long worlds take, from the first that was there on: processes may have been cold."""
        after = run.total - self.workers.count
        if after > 0:
            self.pace.note(run.request, time.time() - run.first, after, self.workers.count)


def _cause(error: Exception) -> Cause:
    """Why a run failed, for its reader: the message itself, which names paths, goes to the log."""
    if isinstance(error, OSError | InputError):  # the disk refused, or refuses the folder
        return "disk"
    return "process" if isinstance(error, BrokenExecutor) else "other"


def results_name(key: str) -> str:
    """Name of the results of a run, as addresses have it."""
    return PREFIX + key
