"""A calibration that is stopped goes on, and ends with the bytes of one that was not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from experiments.calibration import report
from experiments.calibration.calibrate import Calibration, calibrate
from simulator import accepted_set, pool
from simulator.problems import InputError
from tests.experiments.calibration.conftest import SMALL, TRUTH
from tests.experiments.calibration.toys import Toy, expected_facts, targets_at

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Interrupting(Toy):
    """A toy that is stopped by the user in one of its worlds."""

    stop_at: int = -1

    def evaluate(self, point: np.ndarray, replicate: int) -> dict[str, float]:
        if replicate == self.stop_at:
            raise KeyboardInterrupt
        return super().evaluate(point, replicate)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_stopped_anywhere_it_ends_with_the_same_bytes(
    toy: Toy, folder: Path, tmp_path: Path
) -> None:
    """Stops in the first wave, in its repeats, in the second wave and in the confirmation."""
    per_wave = SMALL.points + SMALL.repeated * (SMALL.replicates - 1)
    out = tmp_path / "out"
    for stop_at in (5, SMALL.points + 7, per_wave + 60, 2 * per_wave + 11):
        stopping = Interrupting(toy.targets, stop_at=stop_at)
        with pytest.raises(pool.Stopped):
            calibrate(stopping, SMALL, out, workers=1)
        assert list(out.glob("*.jsonl")), "worlds that ended are kept"
    calibrate(toy, SMALL, out, workers=1)
    assert contents(out) == {
        name: data for name, data in contents(folder).items() if name in contents(out)
    }
    assert not list(out.glob("*.jsonl"))


def test_a_line_cut_off_by_a_crash_is_simulated_again(
    toy: Toy, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(pool.Stopped):
        calibrate(Interrupting(toy.targets, stop_at=50), SMALL, out, workers=1)
    journal = out / "wave-1.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    calibrate(toy, SMALL, out, workers=1)
    assert (out / "wave-1.csv").read_bytes() == (folder / "wave-1.csv").read_bytes()


def test_more_workers_change_no_byte(toy: Toy, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    calibrate(toy, SMALL, out, workers=2)
    for name in ("wave-1.csv", "wave-2.csv", "wave-2.design.npz", "confirmation.csv"):
        assert (out / name).read_bytes() == (folder / name).read_bytes()


def test_what_is_done_is_not_simulated_again(toy: Toy, done: Calibration, folder: Path) -> None:
    def never(title: str, count: int, total: int) -> None:
        raise AssertionError("it simulated")

    again = calibrate(toy, SMALL, folder, workers=1, progress=never)
    assert np.array_equal(again.accepted.points, done.accepted.points)


@pytest.mark.parametrize(
    ("change", "named"), [({"seed": 2}, "settings"), ({"waves": 3}, "settings")]
)
def test_a_folder_goes_on_with_its_own_calibration_only(
    toy: Toy, folder: Path, change: dict[str, int], named: str
) -> None:
    with pytest.raises(InputError, match=f"another calibration: {named} differ"):
        calibrate(toy, replace(SMALL, **change), folder, workers=1)


def test_other_targets_are_another_calibration(toy: Toy, folder: Path) -> None:
    moved = Toy(targets_at(expected_facts(TRUTH[None, :])[0] + 0.1))
    with pytest.raises(InputError, match="targets differ"):
        calibrate(moved, SMALL, folder, workers=1)


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_broken_description_is_told(toy: Toy, folder: Path, text: str) -> None:
    (folder / "calibration.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"calibration\.json cannot be read"):
        calibrate(toy, SMALL, folder, workers=1)


def test_a_folder_with_something_else_is_left_alone(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="something else"):
        calibrate(toy, SMALL, tmp_path, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "change",
    [{"waves": 0}, {"points": 3}, {"repeated": 1}, {"repeated": 500}, {"replicates": 1},
     {"accept": 10_000}, {"near": 4.0}, {"cutoff": 0.0}],
)  # fmt: skip
def test_impossible_settings_are_told(toy: Toy, tmp_path: Path, change: dict[str, int]) -> None:
    with pytest.raises(InputError, match=next(iter(change))):
        calibrate(toy, replace(SMALL, **change), tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_the_report_of_a_calibration_is_the_same_twice(done: Calibration, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        report.write(done, folder)
    assert contents(first) == contents(second)
    assert {"accepted_draws.csv", "accepted_draws.json", "report.md", "parameters.csv",
            "facts.csv", "emulators.csv", "summary.json"} == set(contents(first))  # fmt: skip
    page = (first / "report.md").read_text(encoding="utf-8")
    assert "| `a` |" in page and "`idle_1`" in page.split("do not identify")[1]
    manifest = json.loads((first / accepted_set.MANIFEST_FILE).read_text(encoding="utf-8"))
    assert manifest["draws"] == SMALL.accept
    assert manifest["settings"]["seed"] == SMALL.seed
    assert manifest["calibration"]["acceptance"]["bound"] == SMALL.cutoff


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_command_that_is_killed_goes_on(tmp_path: Path) -> None:
    """The command itself on a small population, killed without warning, against one left alone."""
    small = ["--population", "demo", "--waves", "1", "--points", "20", "--repeated", "2",
             "--replicates", "2", "--accept", "2", "--workers", "1"]  # fmt: skip
    command = [sys.executable, "-m", "simulator", "calibrate", *small]
    out, alone = tmp_path / "out", tmp_path / "alone"
    process = subprocess.Popen([*command, "--out", str(out)], cwd=ROOT, stderr=subprocess.DEVNULL)
    journal = out / "wave-1.jsonl"
    until = time.monotonic() + 120
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 3):
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (out / "wave-1.csv").exists()
    for folder in (out, alone):
        run = subprocess.run(
            [*command, "--out", str(folder)], cwd=ROOT, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        assert "draws accepted" in run.stdout
    assert contents(out) == contents(alone)
