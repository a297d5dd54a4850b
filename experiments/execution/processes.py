"""Worker processes on this machine, always spawned, one thread each."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from multiprocessing import connection
from pathlib import Path

from experiments.execution.perform import Work, perform
from experiments.execution.unit import Unit
from experiments.execution.workers import WorkersError
from experiments.store import parcel
from simulator import pool


class Processes:
    """A pool of processes that put parcels in the journal themselves.

    Not through the pool's own pipe: a worker that is killed while a large result is half through
    it leaves its reader waiting for the rest, for ever.
    """

    def __init__(self, count: int, work: Work, journal: Path) -> None:
        self.count, self._work, self._journal = count, work, journal
        self._pool: ProcessPoolExecutor | None = None
        self._threads = contextlib.ExitStack()
        self._threads.enter_context(pool.pinned_threads())

    def submit(self, unit: Unit) -> Future[bytes | None]:
        """See `Workers`."""
        if self._pool is None:
            self._start(self.count)
        assert self._pool is not None
        return self._pool.submit(_play, unit)

    def died(self, error: BaseException) -> bool:
        """One worker's death breaks the pool, and with it every unit that was sent."""
        return isinstance(error, BrokenExecutor | CancelledError)

    def renew(self, alone: bool) -> None:
        """See `Workers`; raises WorkersError where a fresh worker cannot even start."""
        self._end(at_once=True)
        self._start(1 if alone else self.count)

    def check(self) -> None:
        """The pool tells of deaths itself."""

    def close(self, at_once: bool) -> None:
        """See `Workers`."""
        self._end(at_once)
        self._threads.close()

    def _start(self, count: int) -> None:
        self._pool = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._work, self._journal),
        )
        try:
            self._pool.submit(os.getpid).result()
        except BrokenExecutor as error:
            raise WorkersError(
                "worker processes end as soon as they start (out of memory? in a script, keep the "
                'call under `if __name__ == "__main__":`)'
            ) from error

    def _end(self, at_once: bool) -> None:
        executor, self._pool = self._pool, None
        if executor is None:
            return
        if at_once:
            pool.end_now(executor)
        else:
            executor.shutdown()


_work: Work | None = None
_journal = Path()


def _prepare(work: Work, journal: Path) -> None:
    """Once in each worker; Ctrl-C is the parent's business."""
    global _work, _journal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work, _journal = work, journal


def _end_with_parent() -> None:
    """Idle workers of a pool hold their own queue open, and would outlive a killed parent."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _play(unit: Unit) -> None:
    assert _work is not None
    parcel.write(_journal / parcel.file_name(*unit.key), perform(_work, unit))
