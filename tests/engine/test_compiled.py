"""Kernels: what machine code does is what their text says."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import compiled
from simulator.divergence import compare

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import pickle, sys
import numpy as np
from simulator.divergence import TracedModel
if len(sys.argv) > 2:  # blocks so short that most end within a list
    for name, module in list(sys.modules.items()):
        for block in {"BLOCK", "_BLOCK"} & vars(module).keys():
            if name.startswith("simulator.") and name != "simulator.parameter_draws":
                setattr(module, block, int(sys.argv[2]))
from simulator.population import load_population
from tests.engine.worlds import subset

demo = load_population("demo")
few = subset(demo, np.arange(0, demo.organisations.rows, 6))
world = TracedModel("tempete-parfaite", few, seed=7, quarters=9, collect=False)
np.seterr(over="ignore")  # hashing wraps around; as plain Python NumPy would warn
while world.running:
    world.step()
with open(sys.argv[1], "wb") as file:
    pickle.dump((world.recorder.finish(), world.trace), file)
"""
WORDS = st.integers(0, 2**64 - 1).map(np.uint64)


def test_a_world_in_plain_python_has_the_same_fates(tmp_path: Path) -> None:
    """Every process of nine quarters under a storm of levers, compiled and interpreted.

    Interpreted, blocks of rows are 16: kernels that work on blocks go past their ends.
    """
    found = []
    for plain, blocks in (("0", []), ("1", ["16"])):
        target = tmp_path / plain
        environment = {**os.environ, "NUMBA_DISABLE_JIT": plain, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(target), *blocks],
            env=environment, check=True, cwd=tmp_path, timeout=600,
        )  # fmt: skip
        found.append(pickle.loads(target.read_bytes()))
    (record, trace), (other, other_trace) = found
    outcome = compare(record, other, trace, other_trace)
    assert outcome.verdict in ("identical", "same fates"), str(outcome)
    assert outcome.largest < 1e-9, str(outcome)


@given(key=WORDS, identity=WORDS)
def test_hash_and_draw_are_those_of_exact_integers(key: np.uint64, identity: np.uint64) -> None:
    mask = (1 << 64) - 1

    def finalise(x: int) -> int:
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
        return x ^ (x >> 31)

    word = int(key)
    step = word * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019
    exact = finalise((finalise(int(identity) ^ word) + step) & mask)
    assert int(compiled.hashed(key, identity)) == exact
    draw = compiled.uniform(key, identity)
    assert draw == ((exact >> 11) + 0.5) / 2**53
    assert 0.0 < draw < 1.0


@pytest.mark.parametrize("values", [[2.5], [1.0, 2.0, 3.0]])
def test_a_column_is_one_value_for_all_or_one_for_each(values: list[float]) -> None:
    column = np.array(values)
    read = [compiled.at(column, row) for row in range(3)]
    assert read == list(np.broadcast_to(column, 3))


def test_kernels_neither_reorder_nor_contract_arithmetic() -> None:
    """Byte identity between a kernel and its text rests on it."""
    assert not compiled.hashed.targetoptions.get("fastmath", False)  # type: ignore[attr-defined]
    assert numba.config.DISABLE_JIT == 0


def test_without_a_place_to_cache_kernels_still_compile(tmp_path: Path) -> None:
    """A read-only installation without a home folder: slower to start, not broken."""
    program = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "import numpy as np\n"
        "from simulator import compiled\n"
        "print(compiled.uniform(np.uint64(1), np.uint64(2)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == compiled.uniform(np.uint64(1), np.uint64(2))


def test_compiled_kernels_never_outlive_a_source_that_they_use(tmp_path: Path) -> None:
    """A kernel that calls another file's kernel follows a change of that file."""
    shutil.copytree(
        ROOT / "simulator", tmp_path / "simulator", ignore=shutil.ignore_patterns("__pycache__")
    )
    program = (
        "import numpy as np\n"
        "from simulator.processes.contest import fund_best\n"
        "one = np.ones(1)\n"
        "print(fund_best(one, np.zeros(1, np.int64), 2 * one, one, one)[0])\n"
    )

    def award() -> float:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path,
            check=True, timeout=300, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        return float(done.stdout)

    assert award() == award() == 1.0
    source = tmp_path / "simulator" / "compiled.py"
    text = source.read_text(encoding="utf-8")
    changed = text.replace("return min(max(value, low), high)", "return 0.25")
    assert changed != text
    source.write_text(changed, encoding="utf-8")
    assert award() == 0.25


def test_every_kernel_is_among_the_sources_that_name_the_cache() -> None:
    """Kernels live beside `compiled.py` or among the processes."""
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("simulator", "experiments", "dashboard"):
            here = path.parent in (ROOT / "simulator", ROOT / "simulator" / "processes")
            assert here or "@kernel" not in path.read_text(encoding="utf-8"), path


def test_kernels_count_as_kept_once_a_world_has_left_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_FOLDER", str(tmp_path / "kernels"))
    compiled.note_kept()  # nothing could be kept there
    assert not compiled.are_kept()
    (tmp_path / "kernels").mkdir()
    compiled.note_kept()
    assert not compiled.are_kept()
    (tmp_path / "kernels" / "one.nbc").touch()
    compiled.note_kept()
    assert compiled.are_kept()
