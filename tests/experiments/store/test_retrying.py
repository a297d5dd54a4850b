"""Units that failed are played again, and nothing tells afterwards that they ever failed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from experiments import runner
from experiments.execution.perform import Played
from experiments.execution.unit import Unit
from experiments.execution.worlds import Worlds
from experiments.results import ExperimentResults
from experiments.runner import run
from experiments.store import parts, reading
from experiments.store.lock import locked
from experiments.store.reading import LOCK
from experiments.store.sessions import commits
from experiments.store.status import status
from simulator.command import run as command
from simulator.problems import InputError
from tests.experiments.small import digests, write_plan

Key = tuple[int, int]


class Troubled:
    """Units of the small plan that fail as long as they are named in `bad`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bad: set[Key] = set()
        self.played: list[Key] = []
        play = Worlds.__call__

        def troubled(work: Worlds, unit: Unit) -> Played:
            self.played.append(unit.key)
            if unit.key in self.bad:
                raise RuntimeError("out of luck")
            return play(work, unit)

        monkeypatch.setattr(Worlds, "__call__", troubled)


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> Iterator[None]:
    """21 units make five parts, and one of a single unit."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "UNITS", 4)
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plan where nothing ever failed."""
    folder = tmp_path_factory.mktemp("sound")
    with ThreadPoolExecutor(1) as here:
        run(write_plan(folder), folder / "out", here, 1)
    return folder / "out"


@pytest.fixture
def troubled(monkeypatch: pytest.MonkeyPatch) -> Troubled:
    return Troubled(monkeypatch)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as here:
        yield here


def test_a_finished_experiment_is_mended_and_ends_as_if_nothing_had_failed(
    tmp_path: Path, sound: Path, troubled: Troubled, threads: ThreadPoolExecutor
) -> None:
    plan, out = write_plan(tmp_path), tmp_path / "out"
    troubled.bad = {(1, 2), (1, 3), (2, 6)}
    assert run(plan, out, threads, 1).failed == 3
    before = digests(out)
    run(plan, out, threads, 1, resume=True)
    assert digests(out) == before, "a failure is an answer, unless it is doubted"

    troubled.played.clear()
    troubled.bad = {(1, 3)}
    assert run(plan, out, threads, 1, resume=True, retry_failed=True).failed == 1
    assert set(troubled.played) == {(1, 2), (1, 3), (2, 6)}

    troubled.played.clear()
    troubled.bad = set()
    results = run(plan, out, threads, 1, resume=True, retry_failed=True)
    assert results.complete and results.failed == 0
    assert troubled.played == [(1, 3)]
    assert digests(out) == digests(sound)
    assert sorted(file.name for file in out.iterdir()) == sorted(
        file.name for file in sound.iterdir()
    )
    stamp = (out / "runs.parquet").stat().st_mtime_ns
    run(plan, out, threads, 1, resume=True, retry_failed=True)
    assert (out / "runs.parquet").stat().st_mtime_ns == stamp, "nothing is left to retry"


class Stop(Exception):
    """As sudden as a kill."""


@pytest.mark.parametrize("after", [0, 9])
def test_what_is_cut_short_goes_on_with_either_flag(
    tmp_path: Path, sound: Path, troubled: Troubled, threads: ThreadPoolExecutor, after: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    plan, out = write_plan(tmp_path), tmp_path / "out"

    def stopped(done: int, total: int) -> None:
        if len(troubled.played) > after:
            raise Stop

    troubled.bad = {(0, 1), (2, 0)}
    monkeypatch.setattr(runner, "commit", lambda: "first")
    with pytest.raises(Stop):
        run(plan, out, threads, 1, progress=stopped)
    troubled.bad = set()
    monkeypatch.setattr(runner, "commit", lambda: "second")
    run(plan, out, threads, 1, resume=True, retry_failed=True)
    assert digests(out) == digests(sound)
    assert commits(reading.read_manifest(out)) == ["first", "second"]

    # And half through the mending of a finished folder.
    troubled.bad = {(0, 1), (2, 0)}
    again = tmp_path / "again"
    run(plan, again, threads, 1)
    troubled.bad = set()
    from experiments.store import reopening

    scatter, calls = reopening._scatter, 0

    def half(folder: Path, journal: Path) -> None:
        nonlocal calls
        calls += 1
        scatter(folder, journal)
        if calls == 2:
            raise Stop

    with monkeypatch.context() as patched, pytest.raises(Stop):
        patched.setattr(reopening, "_scatter", half)
        run(plan, again, threads, 1, resume=True, retry_failed=True)
    partial = ExperimentResults.load(again, allow_incomplete=True)
    assert len(partial.runs) == 21 and partial.failed == 2, "nothing is lost"
    run(plan, again, threads, 1, resume=True, retry_failed=True)
    assert digests(again) == digests(sound)


def test_a_stopping_rule_asks_for_what_it_would_have_asked_for(
    tmp_path: Path, troubled: Troubled, threads: ThreadPoolExecutor,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    rule = "replicates: {outcomes: [jobs], half_width: 3000, start: 2, maximum: 4}"
    plan = write_plan(tmp_path, ("replicates: 3", rule))
    whole = run(plan, tmp_path / "whole", threads, 1)
    troubled.bad = {(0, 2), (1, 4)}
    assert run(plan, tmp_path / "out", threads, 1).failed == 2
    told = status(tmp_path / "out")
    assert told["done"] + told["failed"] + told["not_needed"] == 28 and told["failed"] == 2
    troubled.bad = set()
    mended = run(plan, tmp_path / "out", threads, 1, resume=True, retry_failed=True)
    assert len(mended.runs) == len(whole.runs) < 7 * 4
    for folder in ("whole", "out"):
        told = status(tmp_path / folder)
        assert (told["units"], told["done"], told["failed"]) == (28, len(whole.runs), 0)
        assert told["not_needed"] == 28 - len(whole.runs) and told["missing"] == 0
    first, second = told["sessions"]
    assert second["found"] == first["units"] - 2 and second["units"] >= 2
    assert command(["experiment", "status", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert f"{len(whole.runs)} of at most 28 units done, 0 failed" in shown
    assert "not needed: the stopping rule was met" in shown and "filled in 2 sessions" in shown
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")


def test_retrying_is_for_folders_that_were_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write_plan(tmp_path)
    with pytest.raises(InputError, match="add --resume"):
        run(plan, tmp_path / "out", retry_failed=True)
    arguments = ["experiment", "run", str(plan), "--out", str(tmp_path / "out"), "--retry-failed"]
    assert command(arguments) == 2
    assert "add --resume" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_lock_goes_with_the_end(sound: Path) -> None:
    assert not (sound / ".lock").exists()
    assert "files" in json.loads((sound / "manifest.json").read_text())


@pytest.mark.parametrize("retry", [False, True])
def test_a_kill_while_a_part_is_taken_apart_loses_no_unit(
    tmp_path: Path, sound: Path, troubled: Troubled, threads: ThreadPoolExecutor, retry: bool
) -> None:
    plan, out = write_plan(tmp_path), tmp_path / "out"
    troubled.bad = {(0, 1), (2, 0)}
    run(plan, out, threads, 1)
    troubled.bad = set()
    remove = shutil.rmtree

    def killed(path: Path, ignore_errors: bool = False) -> None:
        if Path(path).parent.name == "parts":
            (Path(path) / "runs.parquet").unlink()
            raise Stop
        remove(path, ignore_errors=ignore_errors)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(Stop):
            run(plan, out, threads, 1, resume=True, retry_failed=True)
    results = run(plan, out, threads, 1, resume=True, retry_failed=retry)
    assert results.complete and len(results.runs) == len(ExperimentResults.load(sound).runs)
    if results.failed:
        run(plan, out, threads, 1, resume=True, retry_failed=True)
    assert digests(out) == digests(sound)


def test_a_finished_folder_that_another_process_holds_is_left_alone(
    tmp_path: Path, threads: ThreadPoolExecutor
) -> None:
    plan, out = write_plan(tmp_path), tmp_path / "out"
    run(plan, out, threads, 1)
    with locked(out / LOCK):
        (out / "parts").mkdir()
        run(plan, out, threads, 1, resume=True)
        assert (out / "parts").is_dir()
    run(plan, out, threads, 1, resume=True)
    assert not (out / "parts").exists() and not (out / LOCK).exists()
