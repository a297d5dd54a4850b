"""Workers of a Dask cluster: one on this machine, or one whose scheduler has an address."""

from __future__ import annotations

import asyncio
import contextlib
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from typing import Any, Final

from experiments.execution.perform import Work
from experiments.execution.sameness import Sameness, sameness
from experiments.execution.unit import Unit
from experiments.execution.workers import WorkersError, pack, perform_packed
from simulator.problems import InputError

ANSWER: Final = 10.0  # seconds in which a scheduler must answer and show a worker
COUNTED_FOR: Final = 5.0  # seconds after which workers are counted again
WITHOUT_WORKERS: Final = 60.0  # seconds for which a cluster may have none before we give up
SILENT: Final = 60.0  # seconds for which its scheduler may say nothing


class Cluster:
    """A Dask cluster; parcels come back to this process, so that no disk need be shared."""

    def __init__(self, count: int, work: Work, scheduler: str | None) -> None:
        """Start `count` workers here or, where there is a `scheduler`, use what it has.

        Raises InputError where it does not answer, has no workers, or where a worker would not
        give the same bytes as this process.
        """
        import dask
        import distributed

        self._killed: type[Exception] = distributed.KilledWorker
        self._closing = contextlib.ExitStack()
        self._cluster: Any = None
        self._alone_since: float | None = None
        self._threads, self._count_again = 1, 0.0
        try:
            if scheduler is None:
                # Another try of its own would take neighbours down with the culprit.
                with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
                    self._cluster = distributed.LocalCluster(
                        n_workers=count, threads_per_worker=1, processes=True,
                        dashboard_address=None, memory_limit=0,
                    )  # fmt: skip
                self._closing.callback(self._cluster.close)
            self._client = _connect(self._cluster or scheduler)
            self._closing.callback(lambda: self._client.close(timeout=ANSWER))
            _refuse_others(self._client)
        except BaseException:
            self._closing.close()
            raise
        self._executor = self._client.get_executor(pure=False)
        self._packed = pack(work)

    @property
    def count(self) -> int:
        """Threads of all workers, a few seconds ago at most."""
        now = time.monotonic()
        if now >= self._count_again:
            self._threads, self._count_again = max(1, self._threads_there()), now + COUNTED_FOR
        return self._threads

    def submit(self, unit: Unit) -> Future[bytes | None]:
        """See `Workers`."""
        future: Future[bytes | None] = self._executor.submit(
            _perform_if_same, sameness(), self._packed, unit
        )
        return future

    def died(self, error: BaseException) -> bool:
        """True for what the scheduler gave up after its workers died, or lost with them."""
        if isinstance(error, CancelledError | BrokenExecutor):
            self._threads_there()  # or the scheduler itself is gone
            return True
        return isinstance(error, self._killed)

    def renew(self, alone: bool) -> None:
        """The cluster sees to it itself."""

    def check(self) -> None:
        """See `Workers`."""
        if self._threads_there():
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        if now - self._alone_since > WITHOUT_WORKERS:
            raise WorkersError(f"the cluster has had no worker for {WITHOUT_WORKERS:.0f} seconds")

    def _threads_there(self) -> int:
        """Threads of all workers; WorkersError where nobody is there to tell."""
        try:
            if self._client.status == "running":
                cores = self._client.scheduler.ncores
                return sum(self._client.sync(cores, callback_timeout=SILENT).values())
        except TimeoutError as error:
            raise WorkersError(f"the scheduler has said nothing for {SILENT:.0f} s") from error
        except OSError as error:
            raise WorkersError("the scheduler is gone") from error
        raise WorkersError("the scheduler is gone")

    def close(self, at_once: bool) -> None:
        """See `Workers`; a cluster of somebody else goes on without us."""
        self._executor.shutdown(wait=not at_once)
        # A scheduler that says nothing does not say goodbye either.
        with contextlib.suppress(TimeoutError):
            self._closing.close()


def _connect(cluster: Any) -> Any:
    """A client with at least one worker behind it; `cluster` is one of ours, or an address."""
    import distributed

    try:
        if isinstance(cluster, str):
            # A client that cannot connect is half made, and stands in the way of the next one; one
            # that is connected waits for an answer for ever.
            distributed.comm.get_address_host_port(cluster, strict=True)
            _greet(cluster)
        client = distributed.Client(cluster, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        why = str(error) or f"nothing came within {ANSWER:.0f} seconds"
        raise InputError.single(
            "scheduler", f"{cluster} does not answer: {why}",
            "start one with `dask scheduler`, and give the address that it prints, "
            "such as tcp://192.0.2.1:8786",
        ) from error  # fmt: skip
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except TimeoutError as error:
        client.close()
        raise InputError.single(
            "scheduler", f"{cluster} has no workers",
            f"start some with `dask worker {cluster} --nthreads 1`",
        ) from error  # fmt: skip
    return client


def _greet(address: str) -> None:
    """Exchange greetings with a scheduler; OSError where nothing comes, ValueError for others."""
    import distributed

    async def greeted() -> None:
        arguments = distributed.Security().get_connection_args("client")
        comm = await asyncio.wait_for(
            distributed.comm.connect(address, timeout=ANSWER, **arguments), ANSWER
        )
        await comm.close()

    # In a thread of its own, since a notebook's thread has a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        try:
            thread.submit(asyncio.run, greeted()).result()
        except OSError:
            raise
        except Exception as error:
            raise ValueError("what speaks there is no Dask scheduler") from error


def _refuse_others(client: Any) -> None:
    """InputError naming the workers that would not give the same bytes."""
    try:
        found: dict[str, Sameness] = client.run(sameness)
    except Exception as error:
        raise InputError.single(
            "scheduler", f"a worker cannot run this version of penser-demain: {error}",
            "install the same version on every machine",
        ) from error  # fmt: skip
    here = sameness()
    apart = {address: here.unlike(there) for address, there in found.items()}
    told = [f"{address} has {there}" for address, there in apart.items() if there]
    if told:
        raise InputError.single(
            "scheduler", "workers differ from this process: " + "; ".join(told),
            "install the same versions on every machine",
        )  # fmt: skip


def _perform_if_same(expected: Sameness, packed: bytes, unit: Unit) -> bytes:
    """Workers may join at any moment: each unit asks again."""
    different = expected.unlike(sameness())
    if different:
        raise InputError.single(
            "scheduler", f"a worker that joined differs from this process: it has {different}",
            "install the same versions on every machine, then run again with --resume",
        )  # fmt: skip
    return perform_packed(packed, unit)
