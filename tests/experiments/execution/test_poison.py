"""A unit that kills its worker, through the command: it is named, and costs nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.experiments.small import digests, write_plan

ROOT = Path(__file__).parents[3]
# Workers are spawned, and import the script that began them.
POISONED = """
import os, signal, sys
from experiments.execution.worlds import Worlds

play = Worlds.__call__


def poisoned(work, unit):
    if unit.key == (1, 3):
        os.kill(os.getpid(), signal.SIGKILL)
    return play(work, unit)


if sys.argv[1:2] != ["sound"]:
    Worlds.__call__ = poisoned
if __name__ == "__main__":
    from simulator.command import run

    sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_a_poison_unit_costs_one_named_unit(tmp_path: Path, finished: Path, executor: str) -> None:
    plan, out, script = write_plan(tmp_path), tmp_path / "out", tmp_path / "script.py"
    script.write_text(POISONED)

    def command(state: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(script), state, "experiment", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
            timeout=240, check=False,
        )  # fmt: skip

    play = ("run", plan, "--out", out, "--workers", "2", "--executor", executor)
    done = command("poisoned", *play)
    assert done.returncode == 1, done.stderr
    told = done.stderr[-3000:]
    assert "1 of them failed, first design point 3, replicate 1: its worker" in told
    state = json.loads(command("poisoned", "status", out, "--json").stdout)
    assert state["state"] == "finished" and state["done"] == 20
    assert [(one["design_id"], one["replicate"]) for one in state["failures"]] == [(3, 1)]

    kept, whole = (pd.read_parquet(folder / "outcomes.parquet") for folder in (out, finished))
    others = whole[(whole["design_id"] != 3) | (whole["replicate"] != 1)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, others, check_exact=True)

    again = command("sound", *play, "--resume", "--retry-failed")
    assert again.returncode == 0, again.stderr
    assert digests(out) == digests(finished)
