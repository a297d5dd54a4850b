"""The same bytes on one process, two, a Dask cluster of our own or of others, or any executor."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from experiments.execution.cluster import Cluster
from experiments.execution.dispatch import dispatch
from experiments.execution.perform import lost
from experiments.execution.unit import Unit
from experiments.execution.workers import WorkersError
from experiments.runner import run
from experiments.store import parcel
from simulator.problems import InputError
from tests.experiments.execution.works import Toy, line_of
from tests.experiments.small import digests, write_plan

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_bytes_do_not_depend_on_workers_or_executor(tmp_path: Path, finished: Path) -> None:
    expected = digests(finished)
    assert {"outcomes.parquet", "trajectories.parquet", "lifetimes.parquet"} < set(expected)
    plan = write_plan(tmp_path)
    for workers in (2, 8):
        run(plan, tmp_path / str(workers), workers=workers)
        assert digests(tmp_path / str(workers)) == expected
    with ThreadPoolExecutor(1) as threads:
        run(plan, tmp_path / "given", executor=threads, workers=1)
    assert digests(tmp_path / "given") == expected
    run(plan, tmp_path / "dask", executor="dask", workers=2)
    assert digests(tmp_path / "dask") == expected


def wait_for(port: int) -> None:
    """Until somebody listens."""
    for _ in range(400):
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)
    pytest.fail(f"nobody listens on {port}")


@contextlib.contextmanager
def scheduler_with(*workers: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Dask scheduler and workers that import the project from these folders, all on loopback.

    Gives the address of the scheduler, and its process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    def start(sources: Path, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            env={**os.environ, "PYTHONPATH": str(sources)}, cwd=sources,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    port = address.rpartition(":")[2]
    started = [
        start(ROOT, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"),
        *(
            start(folder, "worker", address, "--nthreads", "1", "--no-dashboard",
                  "--memory-limit", "0")
            for folder in workers
        ),
    ]  # fmt: skip
    try:
        wait_for(int(port))
        yield address, started[0]
    finally:
        family = [psutil.Process(one.pid) for one in started]
        family += [child for one in family for child in one.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        for process in started:
            process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_cluster_of_others_gives_the_same_bytes_and_names_the_culprit_of_a_death(
    tmp_path: Path, finished: Path
) -> None:
    (tmp_path / "traces").mkdir()
    with scheduler_with(ROOT, ROOT) as (address, _):
        run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler=address)
        assert digests(tmp_path / "out") == digests(finished)
        work = Toy(tmp_path / "traces", raises=frozenset({2}), dies=frozenset({5}))
        found: dict[int, dict[str, object]] = {}

        def keep(unit: Unit, content: bytes | None) -> None:
            assert content is not None
            found[unit.design_id] = line_of(content)

        crew = Cluster(2, work, address)
        try:
            dispatch((Unit(d, 0) for d in range(12)), crew, keep, lambda unit: lost(work, unit))
        finally:
            crew.close(at_once=False)
    assert len(found) == 12
    assert {d for d, run in found.items() if run["status"] == parcel.FAILED} == {2, 5}
    assert "worker process died" in str(found[5]["error"])
    assert work.tries(2) == 1


def test_a_worker_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    for package in ("simulator", "experiments"):
        shutil.copytree(
            ROOT / package, tmp_path / "other" / package,
            ignore=shutil.ignore_patterns("__pycache__", "grants", "hindcast"),
        )  # fmt: skip
    version = tmp_path / "other" / "simulator" / "version.py"
    version.write_text('__version__ = "9.9.9"\n')
    with (
        scheduler_with(tmp_path / "other") as (address, _),
        pytest.raises(InputError, match=r"workers differ .*penser-demain 9\.9\.9 \(here"),
    ):
        run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler=address)
    assert not (tmp_path / "out").exists()


@contextlib.contextmanager
def speaking(greeting: bytes) -> Iterator[str]:
    """The address of somebody who takes a connection, says this and then nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:
        listener.settimeout(60)

        def take() -> socket.socket:
            one, _ = listener.accept()
            one.sendall(greeting)
            return one

        taken = thread.submit(take)
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        taken.result().close()


def test_a_scheduler_that_does_not_answer_is_told_in_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.execution.cluster.ANSWER", 1.0)
    # A port that is bound and never listens refuses every connection.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(InputError, match="does not answer"):
            run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler=address)
    for greeting, why in ((b"", "nothing came within 1"), (b"HTTP/1.1 400 Bad\r\n", "is no Dask")):
        with speaking(greeting) as address, pytest.raises(InputError, match=why):
            run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler=address)
    with (
        scheduler_with() as (address, _),
        pytest.raises(InputError, match="has no workers"),
    ):
        run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler=address)
    with pytest.raises(InputError, match="does not answer"):
        run(write_plan(tmp_path), tmp_path / "out", executor="dask", scheduler="nowhere")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("end", "told"), [("kill", "scheduler is gone"), ("suspend", "said nothing for 3 s")]
)
def test_a_scheduler_that_goes_or_freezes_ends_the_run_and_not_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, told: str
) -> None:
    monkeypatch.setattr("experiments.execution.cluster.SILENT", 3.0)
    (tmp_path / "traces").mkdir()
    work = Toy(tmp_path / "traces", seconds=0.05)
    kept: list[Unit] = []
    with scheduler_with(ROOT) as (address, process):
        crew = Cluster(1, work, address)

        def keep(unit: Unit, content: bytes | None) -> None:
            kept.append(unit)
            if len(kept) == 3:
                getattr(psutil.Process(process.pid), end)()
                monkeypatch.setattr("experiments.execution.cluster.ANSWER", 1.0)

        with pytest.raises(WorkersError, match=told):
            dispatch((Unit(d, 0) for d in range(500)), crew, keep, lambda unit: lost(work, unit))
        crew.close(at_once=True)
    assert 3 <= len(kept) < 10
