"""Units of work over processes: order, failures, interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from simulator import pool
from simulator.problems import InputError


def square(item: int, offset: int) -> tuple[int, int]:
    time.sleep(0.01 * (item % 3))
    return item * item + offset, os.getpid()


def fail_at_three(item: int) -> int:
    if item == 3:
        raise ZeroDivisionError("the third goes wrong")
    return item


def refuse(item: int) -> int:
    raise InputError.single("set", "no such parameter", "another")


def die(item: int) -> int:
    if item == 1:
        os._exit(9)
    return item


def threads(item: int) -> str | None:
    return os.environ.get("OPENBLAS_NUM_THREADS")


def test_results_come_in_order_whatever_the_workers() -> None:
    alone = pool.map_units(square, range(12), shared=(5,), workers=1)
    together = pool.map_units(square, range(12), shared=(5,), workers=2)
    assert [value for value, _ in alone] == [value for value, _ in together]
    assert {pid for _, pid in alone} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in together}


def test_progress_counts_every_unit() -> None:
    told: list[tuple[int, int]] = []
    pool.map_units(square, range(5), shared=(0,), workers=2, progress=lambda *a: told.append(a))
    assert told == [(n, 5) for n in range(6)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_unit_is_named_with_its_traceback(workers: int) -> None:
    with pytest.raises(pool.UnitError) as caught:
        pool.map_units(fail_at_three, range(8), workers=workers, name=lambda i: f"replicate {i}")
    assert "replicate 3 failed" in str(caught.value)
    assert "ZeroDivisionError: the third goes wrong" in str(caught.value)
    assert "fail_at_three" in str(caught.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_input_found_by_a_unit_stays_bad_input(workers: int) -> None:
    with pytest.raises(InputError, match="no such parameter"):
        pool.map_units(refuse, range(3), workers=workers)


def test_a_worker_that_dies_does_not_hang() -> None:
    with pytest.raises(pool.UnitError, match="died"):
        pool.map_units(die, range(4), workers=2)


KILLED = """
import os, signal, sys, threading, time
from simulator import pool

def killed_while_it_returns(item, delay):
    if item == 1:
        killer = threading.Thread(target=lambda: (
            time.sleep(delay), os.kill(os.getpid(), signal.SIGKILL)))
        killer.start()
    return bytes(200_000_000)

if __name__ == "__main__":
    for delay in (0.05, 0.15, 0.25, 0.35, 0.5, 0.7):
        try:
            pool.map_units(killed_while_it_returns, range(3), shared=(delay,), workers=2)
            print("done")
        except pool.UnitError as error:
            print("died" if "a worker process died" in str(error) else error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_worker_killed_half_through_a_large_result_does_not_hang(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(KILLED, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": os.getcwd(), "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    words = told.stdout.split()
    assert len(words) == 6 and set(words) <= {"died", "done"} and "died" in words
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_workers_use_one_thread_and_leave_the_parent_alone() -> None:
    before = dict(os.environ)
    assert pool.map_units(threads, range(2), workers=2) == ["1", "1"]
    assert dict(os.environ) == before


def test_a_parent_without_threads_forks_on_linux() -> None:
    asked = "from simulator import pool; print(pool._context().get_start_method())"
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert found == ("fork" if sys.platform == "linux" else "spawn")


def test_a_parent_with_threads_does_not_fork() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert pool._context().get_start_method() == "spawn"
    finally:
        stop.set()
        other.join()


INTERRUPTED = """
import sys, time
from simulator import pool

def work(item):
    time.sleep(0.2 if item < 2 else 60)
    return item

def told(done, total):
    print(done, flush=True)

if __name__ == "__main__":
    try:
        pool.map_units(work, range(6), workers=2, progress=told)
    except pool.Stopped as stop:
        print("kept", stop.finished, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_the_workers_and_keeps_what_was_finished(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "2":
            break
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: the whole group is told
    rest = process.stdout.read()
    assert process.wait(20) == 0
    assert rest.split("\n")[0] == "kept [0, 1]"
    assert time.monotonic() - started < 20
