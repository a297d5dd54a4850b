"""Run a short simulation and the quick tests on the other Python versions that matter.

Run by `make test-other-python`: the oldest supported version and the newest installed one, each
in an environment of its own (`.venv-3.13`), except the one that `make test` has just used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-test.lock"
OLDEST = (3, 11)
NEWEST_LOOKED_FOR = 30  # minor version
QUICK = "not slow and not browser and not network"

Version = tuple[int, int]


def installed_pythons() -> dict[Version, str]:
    """Path of one final, working CPython per minor version from 3.11 on."""
    found: dict[Version, str] = {}
    for path in _candidates():
        version = _version(path)
        if version and version >= OLDEST:
            found.setdefault(version, path)
    return found


def _candidates() -> Iterator[str]:
    """Interpreters on the search path, and those that pyenv and the Windows launcher know."""
    for minor in range(OLDEST[1], NEWEST_LOOKED_FOR + 1):
        if path := shutil.which(f"python3.{minor}"):
            yield path
        if launcher := shutil.which("py"):
            yield _output(launcher, f"-3.{minor}", "-c", "import sys; print(sys.executable)")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(pyenv.glob("versions/*/bin/python3")))


def _version(python: str) -> Version | None:
    """`(3, 13)` of a final CPython that can make environments; None for anything else."""
    question = (
        "import ensurepip, sys, venv; v = sys.version_info;"
        "print(v.major, v.minor, v.releaselevel, sys.implementation.name)"
    )
    match _output(python, "-c", question).split():
        case [major, minor, "final", "cpython"]:
            return int(major), int(minor)
    return None


def _output(*command: str) -> str:
    if not command[0]:
        return ""
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    return completed.stdout.strip() if completed.returncode == 0 else ""


def versions_to_test(installed: set[Version], current: Version) -> list[Version]:
    """The oldest supported and the newest installed, without the current one."""
    wanted = {OLDEST, max(installed | {current})}
    return sorted((wanted & installed) - {current})


def test_on(version: Version, python: str) -> None:
    """Create the environment where it is missing or outdated, then simulate and test in it."""
    folder = ROOT / ".venv-{}.{}".format(*version)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    own_python = str(binaries / "python")
    stamp = folder / ".installed-test"
    needed = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != needed:
        _run(python, "-m", "venv", "--clear", str(folder))
        pip = [
            own_python,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "-qq",
            "--no-deps",
        ]
        _run(*pip, "--require-hashes", "--requirement", str(LOCK))
        _run(*pip, "--no-build-isolation", "--editable", str(ROOT))
        stamp.write_text(needed, encoding="utf-8")
    with tempfile.TemporaryDirectory() as elsewhere:
        command = ["-m", "simulator", "run", "choc-regional", "--population=demo"]
        short = ["--replicates=2", "--quarters=8", f"--out={elsewhere}/results"]
        _run(own_python, *command, *short)
    together = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    _run(own_python, "-m", "pytest", "-q", *together, "-m", QUICK, "--ignore=tests/browser")


def _run(*command: str) -> None:
    print("Running", *command, flush=True)
    completed = subprocess.run(command, cwd=ROOT, check=False)
    if completed.returncode:
        raise SystemExit(completed.returncode)


def main() -> None:
    current = (sys.version_info.major, sys.version_info.minor)
    pythons = installed_pythons()
    versions = versions_to_test(set(pythons), current)
    if not versions:
        print(
            "Only Python {}.{} is tested:".format(*current),
            "neither 3.11 nor a newer one is installed beside it.",
        )
    for version in versions:
        print("Testing on Python {}.{}".format(*version), flush=True)
        test_on(version, pythons[version])


if __name__ == "__main__":
    main()
