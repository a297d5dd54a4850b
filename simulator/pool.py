"""Mapping units of work over processes: ordered, bounded, and easy to stop."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class UnitError(RuntimeError):
    """A unit of work failed; the message names it and holds its traceback."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C; `finished` holds the results of the first units, in order and without gap."""

    def __init__(self, finished: list[Any]) -> None:
        super().__init__("stopped")
        self.finished = finished


def available_workers() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def map_units(
    work: Callable[..., Result],
    items: Sequence[Item],
    *,
    shared: tuple[Any, ...] = (),
    workers: int | None = None,
    name: Callable[[Item], str] = str,
    progress: Callable[[int, int], None] | None = None,
    found: Callable[[Item, Result], None] | None = None,
) -> list[Result]:
    """`[work(item, *shared) for item in items]`, over processes; same results for any `workers`.

    `shared` travels to each worker once. `found` is called here with each result as it comes, in
    any order, before `progress`: what it keeps outlives a crash. A failing unit raises UnitError
    after the others in flight were dropped; Ctrl-C raises Stopped with what was finished.
    """
    workers = min(workers or available_workers(), len(items))
    report = progress or (lambda done, total: None)
    report(0, len(items))
    keep = found or (lambda item, result: None)
    if workers <= 1:
        return _inline(work, items, shared, name, report, keep)
    return _parallel(work, items, shared, workers, name, report, keep)


def _inline(
    work: Callable[..., Result],
    items: Sequence[Item],
    shared: tuple[Any, ...],
    name: Callable[[Item], str],
    report: Callable[[int, int], None],
    keep: Callable[[Item, Result], None],
) -> list[Result]:
    results: list[Result] = []
    try:
        for item in items:
            outcome = _attempt(work, item, shared)
            results.append(_unwrap(outcome, name(item)))
            keep(item, results[-1])
            report(len(results), len(items))
    except KeyboardInterrupt:
        raise Stopped(results) from None
    return results


def _parallel(
    work: Callable[..., Result],
    items: Sequence[Item],
    shared: tuple[Any, ...],
    workers: int,
    name: Callable[[Item], str],
    report: Callable[[int, int], None],
    keep: Callable[[Item, Result], None],
) -> list[Result]:
    done: dict[int, Result] = {}
    with pinned_threads(), _exchange() as folder:
        executor = ProcessPoolExecutor(
            workers, mp_context=_context(), initializer=_prepare, initargs=(work, shared)
        )
        try:
            waiting: dict[Future[Any], int] = {}
            upcoming = iter(range(len(items)))
            while len(done) < len(items):
                for index in _take(upcoming, 2 * workers - len(waiting)):
                    with warnings.catch_warnings():
                        # Only our own threads matter to a fork, and `_context` counted them.
                        warnings.simplefilter("ignore", DeprecationWarning)
                        waiting[executor.submit(_run, items[index], _parcel(folder, index))] = index
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    index = waiting.pop(future)
                    future.result()
                    done[index] = _unwrap(_collect(_parcel(folder, index)), name(items[index]))
                    keep(items[index], done[index])
                    report(len(done), len(items))
        except KeyboardInterrupt:
            end_now(executor)
            raise Stopped(_without_gap(done)) from None
        except BrokenProcessPool:
            left = [name(items[i]) for i in range(len(items)) if i not in done]
            end_now(executor)
            raise UnitError(
                f"a worker process died (out of memory?); not finished: {', '.join(left[:5])}"
                + (f" and {len(left) - 5} more" if len(left) > 5 else "")
            ) from None
        except BaseException:
            end_now(executor)
            raise
        executor.shutdown()
    return [done[index] for index in range(len(items))]


def _take(numbers: Iterator[int], count: int) -> list[int]:
    return [number for _, number in zip(range(max(count, 0)), numbers, strict=False)]


def _without_gap(done: dict[int, Result]) -> list[Result]:
    finished: list[Result] = []
    while len(finished) in done:
        finished.append(done[len(finished)])
    return finished


def end_now(executor: ProcessPoolExecutor) -> None:
    """Give up what is waiting and end the workers at once: a unit can last minutes."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(5)


def _context() -> BaseContext:
    """Fork costs no import; it is safe only where no other thread may hold a lock."""
    alone = threading.active_count() == 1
    method = "fork" if sys.platform == "linux" and alone else "spawn"
    return multiprocessing.get_context(method)


@contextlib.contextmanager
def pinned_threads() -> Iterator[None]:
    """One thread per worker: workers already fill the processors."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_work: Callable[..., Any] | None = None
_shared: tuple[Any, ...] = ()


def _prepare(work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    """Once in each worker; Ctrl-C is the parent's business."""
    global _work, _shared
    # What was there before is never garbage: going through it would copy its pages here.
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work, _shared = work, shared


def _run(item: Any, parcel: Path) -> None:
    assert _work is not None
    with parcel.open("wb") as file:
        pickle.dump(_attempt(_work, item, _shared), file, protocol=5)


def _exchange() -> tempfile.TemporaryDirectory[str]:
    """Where workers leave their results.

    Not the pool's own pipe: a worker that is killed while a large result is half through leaves
    its reader waiting for the rest, for ever.
    """
    return tempfile.TemporaryDirectory(prefix="penser-demain-", ignore_cleanup_errors=True)


def _parcel(folder: str, index: int) -> Path:
    return Path(folder, str(index))


def _collect(parcel: Path) -> tuple[str, Any]:
    """What a worker of ours left, once."""
    with parcel.open("rb") as file:
        outcome: tuple[str, Any] = pickle.load(file)
    parcel.unlink()
    return outcome


def _attempt(work: Callable[..., Any], item: Any, shared: tuple[Any, ...]) -> tuple[str, Any]:
    """The result, or an error in a form that always crosses processes."""
    from simulator.problems import InputError

    try:
        return "result", work(item, *shared)
    except InputError as error:
        return "input", error
    except Exception:
        return "failure", traceback.format_exc()


def _unwrap(outcome: tuple[str, Any], name: str) -> Any:
    kind, value = outcome
    if kind == "input":
        raise value
    if kind == "failure":
        raise UnitError(f"{name} failed\n{value}")
    return value
