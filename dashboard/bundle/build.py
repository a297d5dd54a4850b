"""Making a bundle: wheels of the lock, the project's own, launchers, a notice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dashboard.bundle.targets import PLATFORMS, Platform, requirements_for
from simulator.problems import InputError
from simulator.version import __version__

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = "requirements.lock"
FILES: Final = Path(__file__).parent / "files"
INSIDE: Final = "fichiers"  # of a bundle: all that nobody has to open


def build(platform: str, pythons: Sequence[str], out: Path) -> Path:
    """Make a bundle for a platform and these versions of Python; its folder, with a zip beside.

    Wheels come from the registry that pip is set to, and must have the hashes of the lock. A
    bundle of the same name is replaced once the new one is whole.
    """
    target = PLATFORMS[platform]
    lock = ROOT / LOCK
    if not lock.is_file():
        raise InputError.single(LOCK, "is missing", "bundles are made from the project's sources")
    name = f"penser-demain-{__version__}-{platform}"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".bundle-") as working:
        folder = Path(working, name)
        write_files(folder, target, pythons)
        shutil.copy(lock, folder / INSIDE / "requirements.txt")
        wheels = folder / INSIDE / "wheels"
        for python in pythons:
            _download(lock, target, python, wheels)
        _pack_project(wheels)
        made = Path(shutil.make_archive(str(Path(working, "made")), "zip", working, name))
        shutil.rmtree(out / name, ignore_errors=True)
        folder.rename(out / name)
        made.replace(out / f"{name}.zip")
    return out / name


def _download(lock: Path, target: Platform, python: str, wheels: Path) -> None:
    """Wheels for one version of Python; pip itself reads conditions for its own machine only."""
    wanted = requirements_for(lock.read_text(encoding="utf-8"), target, python)
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(wanted, encoding="utf-8")
        tags = [f"--platform={tag}" for tag in target.tags]
        _run(
            "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--only-binary=:all:", "--require-hashes", f"--requirement={requirements}", *tags,
            f"--python-version={python}", "--implementation=cp", f"--dest={wheels}",
        )  # fmt: skip


def _pack_project(wheels: Path) -> None:
    _run("hatchling", "build", "--target=wheel", f"--directory={wheels}")


def _run(module: str, *arguments: str) -> None:
    completed = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if completed.returncode:
        raise RuntimeError(f"{module} {arguments[0]} failed:\n{completed.stderr.strip()}")


def write_files(folder: Path, target: Platform, pythons: Sequence[str]) -> None:
    """Launcher, notices and scripts, with ends of lines as the machine's own programs expect."""
    starting = (FILES / f"starting-{target.sys_platform}.txt").read_text(encoding="utf-8")
    filled = {
        "@STARTING@": starting.strip(),
        "@VERSIONS@": " ".join(reversed(pythons)),
        "@VERSIONS_TOLD@": _either(pythons),
        "@NEWEST@": pythons[-1],
        "@SYSTEM@": target.label,
        "@LAUNCHER@": target.launcher,
        "@VERSION@": __version__,
    }
    on_windows = target.os_name == "nt"

    def write(source: str, path: Path) -> None:
        text = (FILES / source).read_text(encoding="utf-8")
        for blank, value in filled.items():
            text = text.replace(blank, value)
        path.write_text(text, encoding="utf-8", newline="\r\n" if on_windows else "\n")

    inside = folder / INSIDE
    inside.mkdir(parents=True, exist_ok=True)
    write("launch.bat" if on_windows else "launch.sh", folder / target.launcher)
    (folder / target.launcher).chmod(0o755)
    write("lisez-moi.txt", folder / "LISEZ-MOI.txt")
    write("python-manquant.txt", inside / "python-manquant.txt")
    for script in ("start.py", "suitable.py"):
        shutil.copy(FILES / script, inside / script)
    for licence in ("LICENSE", "LICENSE-CC-BY-4.0", "LICENSES.md"):
        shutil.copy(ROOT / licence, inside / licence)
    made_for = {
        "sys_platform": target.sys_platform,
        "machine": target.machine,
        "pythons": list(pythons),
    }
    (inside / "bundle.json").write_text(json.dumps(made_for, indent=1) + "\n", encoding="utf-8")


def _either(pythons: Sequence[str]) -> str:
    """`3.11, 3.12 ou 3.13`."""
    *first, last = pythons
    return f"{', '.join(first)} ou {last}" if first else last
