"""What runs units: the little that every executor must offer."""

from __future__ import annotations

import pickle
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import lru_cache
from typing import Protocol

from experiments.execution.perform import Work, perform
from experiments.execution.unit import Unit


class WorkersError(RuntimeError):
    """The workers cannot go on; what is finished is kept."""


class Workers(Protocol):
    """Processes that units are sent to.

    A future gives the parcel of its unit, or None where the worker has put it in the journal.
    """

    @property
    def count(self) -> int:
        """Units that can run at the same moment."""

    def submit(self, unit: Unit) -> Future[bytes | None]:
        """Send a unit."""

    def died(self, error: BaseException) -> bool:
        """True where the error of a future means that its worker is gone."""

    def renew(self, alone: bool) -> None:
        """After a death: fresh workers where needed, one of them if `alone`."""

    def check(self) -> None:
        """Called while nothing happens; raises WorkersError where nothing ever will."""

    def close(self, at_once: bool) -> None:
        """End the workers, without waiting for what they do if `at_once`."""


class GivenExecutor:
    """Any executor, made and ended by somebody else."""

    def __init__(self, executor: Executor, count: int, work: Work) -> None:
        self._executor, self.count = executor, count
        self._packed = pack(work)

    def submit(self, unit: Unit) -> Future[bytes | None]:
        """See `Workers`."""
        future: Future[bytes | None] = self._executor.submit(perform_packed, self._packed, unit)
        return future

    def died(self, error: BaseException) -> bool:
        """It cannot be made again here, so its end is the end."""
        if isinstance(error, BrokenExecutor | CancelledError):
            raise WorkersError(f"the executor broke: {error}") from error
        return False

    def renew(self, alone: bool) -> None:
        """Never asked for, since no worker `died`."""

    def check(self) -> None:
        """Nothing can be known of it."""

    def close(self, at_once: bool) -> None:
        """Its owner ends it."""


def pack(work: Work) -> bytes:
    """The work as it travels beside every unit; each worker reads it once."""
    return pickle.dumps(work)


def perform_packed(packed: bytes, unit: Unit) -> bytes:
    """See `perform.perform`."""
    return perform(unpacked(packed), unit)


@lru_cache(maxsize=2)
def unpacked(packed: bytes) -> Work:
    """The work, read once in a process."""
    work: Work = pickle.loads(packed)
    return work
