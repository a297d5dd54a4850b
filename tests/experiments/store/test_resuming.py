"""An experiment that is killed goes on, and ends with the bytes of one that was not."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from experiments.results import ExperimentResults
from experiments.runner import run
from experiments.store.lock import locked
from experiments.store.status import status
from simulator.command import run as command
from simulator.problems import InputError
from tests.experiments.small import digests, write_plan

ROOT = Path(__file__).parents[3]
# More units than one part holds.
LONGER = (("n: 7", "n: 36"), ("quarters: 2", "quarters: 1"), ("at: 2026Q2", "at: 2026Q1"),
          ("record: [lifetimes]\n", ""))  # fmt: skip


def start(plan: Path, out: Path) -> subprocess.Popen[str]:
    arguments = ["experiment", "run", str(plan), "--out", str(out), "--workers", "1", "--resume"]
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def units(out: Path) -> int:
    """Units that a kill cannot take any more, about."""
    return 100 * len(list(out.glob("parts/[0-9]*"))) + len(list(out.glob("journal/[0-9]*")))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_three_kills_at_random_then_the_same_bytes(tmp_path: Path) -> None:
    plan, out = write_plan(tmp_path, *LONGER), tmp_path / "out"
    chance = random.Random(20)
    kept = 0
    for kill in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        process = start(plan, out)
        enough = kept + chance.randint(5, 45)
        while units(out) < enough:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.01)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        # Ctrl-C in a terminal reaches the whole group.
        (os.kill if kill is signal.SIGKILL else os.killpg)(process.pid, kill)
        told = process.communicate(timeout=60)[1]
        psutil.wait_procs(family, timeout=20)
        assert units(out) >= kept, "what was finished stays"
        kept = units(out)
        assert (out / "INCOMPLETE").exists()
        if kill is signal.SIGINT:
            assert process.returncode == 1
            assert "--resume goes on" in told
            partial = ExperimentResults.load(out, allow_incomplete=True)
            assert len(partial.runs) == kept
            assert len(partial.outcomes) == 2 * kept
            told = status(out)
            assert (told["state"], told["done"], told["missing"]) == ("stopped", kept, 108 - kept)
    process = start(plan, out)
    assert process.communicate(timeout=120)[1] and process.returncode == 0
    with ThreadPoolExecutor(1) as here:
        run(plan, tmp_path / "whole", executor=here, workers=1)
    assert digests(out) == digests(tmp_path / "whole")
    assert not (out / "journal").exists() and not (out / "parts").exists()
    sessions = status(out)["sessions"]
    assert len(sessions) == 4 and sessions[0]["found"] == 0
    assert all("--resume" in one["command"] for one in sessions)
    assert [one["found"] + one["units"] for one in sessions] == [
        *(one["found"] for one in sessions[1:]), 3 * 36
    ]  # fmt: skip
    assert ["seconds" in one for one in sessions] == [False, False, False, True]


def test_a_finished_experiment_has_nothing_left_to_do(finished: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in finished.rglob("*")}
    assert run(finished.parent / "plan.yaml", finished, resume=True).complete
    assert {file: file.stat().st_mtime_ns for file in finished.rglob("*")} == before


def test_folders_of_others_are_refused_with_what_differs(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(finished)
    with pytest.raises(InputError, match="holds an experiment already"):
        run(write_plan(tmp_path), finished)
    other = write_plan(tmp_path, ("60%, 80%", "60%, 75%"), ("seed: 11", "seed: 12"))
    arguments = ["experiment", "run", str(other), "--out", str(finished), "--resume"]
    assert command(arguments) == 2
    told = capsys.readouterr().err
    assert "holds another plan, petit" in told
    assert "it has `seed: 11`, now `seed: 12`" in told
    assert "0.75" in told

    same_but_for_comments = write_plan(tmp_path, ("# A comment that stays in plan.yaml.\n", ""))
    run(same_but_for_comments, finished, resume=True)

    full = tmp_path / "full"
    full.mkdir()
    (full / "thesis.docx").touch()
    for resume in (False, True):
        with pytest.raises(InputError, match="not empty"):
            run(write_plan(tmp_path), full, resume=resume)
    assert digests(finished) == before


def test_another_version_is_refused_with_what_differs(tmp_path: Path, finished: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(finished, old)
    manifest = (old / "manifest.json").read_text()
    changed = manifest.replace('"numpy": "', '"numpy": "1.').replace('"AVX",', "", 1)
    (old / "manifest.json").write_text(changed)
    with pytest.raises(InputError, match=r"begun on another version: .*numpy 1\."):
        run(write_plan(tmp_path), old, resume=True)
    digest = json.loads(manifest)["experiments_sha256"]
    (old / "manifest.json").write_text(manifest.replace(digest, "0" * 64))
    with pytest.raises(InputError, match=r"another version: code of experiments 0{12} \(here"):
        run(write_plan(tmp_path), old, resume=True)


def test_two_processes_never_write_in_one_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (
        locked(out / ".lock"),
        pytest.raises(InputError, match="being written by another process"),
    ):
        run(write_plan(tmp_path), out, resume=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file size")
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path, finished: Path) -> None:
    plan, out = write_plan(tmp_path), tmp_path / "out"
    limited = (
        "import resource, sys\n"
        "from simulator.command import run\n"
        "if __name__ == '__main__':\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)\n"
        "    sys.exit(run(sys.argv[2:]))\n"
    )
    script = tmp_path / "limited.py"
    script.write_text(limited)
    whole = pq.read_metadata(finished / "runs.parquet").num_rows
    sizes = [file.stat().st_size for file in finished.glob("lifetimes.parquet")]
    # Too small for a unit; then for units, but not for the table of them all.
    for limit, there in ((20_000, 0), (max(sizes) - 1, whole)):
        done = subprocess.run(
            [sys.executable, str(script), str(limit), "experiment", "run", str(plan),
             "--out", str(out), "--workers", "1", "--resume"],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert "File too large; what is finished is kept: make room" in done.stderr
        assert len(ExperimentResults.load(out, allow_incomplete=True).runs) == there
    run(plan, out, workers=1, resume=True)
    assert digests(out) == digests(finished)
