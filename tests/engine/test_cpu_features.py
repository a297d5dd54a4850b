"""The CPU's newest instructions switched off: same fates, or a clear first divergence.

Byte identity is promised for one platform, library set and CPU feature level only.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.divergence import Trace, compare
from simulator.recording import RunRecord

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import pickle, sys
from simulator.divergence import TracedModel
from simulator.provenance import cpu_features

world = TracedModel("choc-regional", "demo", seed=7, quarters=6, collect=False)
while world.running:
    world.step()
with open(sys.argv[1], "wb") as file:
    pickle.dump((world.recorder.finish(), world.trace, cpu_features()), file)
"""
Run = tuple[RunRecord, Trace, list[str]]


def run(folder: Path, disabled: list[str]) -> Run:
    """The same run in a process of its own, some instruction sets switched off."""
    target = folder / f"{len(disabled)}.pickle"
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(disabled)}
    if disabled:
        # The kernels for the oldest processor of this architecture.
        environment |= {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(target)], env=environment, check=True, cwd=folder,
        capture_output=True, timeout=300,
    )  # fmt: skip
    found: Run = pickle.loads(target.read_bytes())
    return found


def newest() -> list[str]:
    """Instruction sets of this CPU that NumPy uses where it finds them, and can do without."""
    core = importlib.import_module("numpy._core._multiarray_umath")
    return [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run as this CPU does it."""
    return run(tmp_path_factory.mktemp("usual"), [])


@pytest.mark.slow
def test_without_the_newest_instructions_fates_are_the_same(usual: Run, tmp_path: Path) -> None:
    disabled = newest()
    if not disabled:
        pytest.skip("this CPU has no instruction set that NumPy could leave out")
    record, trace, features = usual
    other_record, other_trace, fewer = run(tmp_path, disabled)
    assert set(disabled) <= set(features)
    assert not set(disabled) & set(fewer), "the instructions were not switched off"
    found = compare(record, other_record, trace, other_trace)
    print(f"without {' '.join(disabled)}: {found}")
    assert found.verdict in ("identical", "same fates"), str(found)
    assert found.largest < 1e-6, str(found)


def test_the_same_run_in_two_processes_is_identical(usual: Run, tmp_path: Path) -> None:
    again = run(tmp_path, [])
    found = compare(usual[0], again[0], usual[1], again[1])
    assert found.verdict == "identical", str(found)
