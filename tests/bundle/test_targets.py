"""What each machine needs of the lock, and launchers that find a Python or say what to do."""

from __future__ import annotations

import platform as platform_module
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import uv
from packaging.requirements import Requirement

from dashboard.bundle.build import INSIDE, LOCK, ROOT, write_files
from dashboard.bundle.targets import PLATFORMS, PYTHONS, requirements_for

TEXT = (ROOT / LOCK).read_text(encoding="utf-8")
MACHINES = [(platform, python) for platform in PLATFORMS for python in PYTHONS]
UV_NAMES = {"linux": "x86_64-unknown-linux-gnu", "macos": "aarch64-apple-darwin",
            "windows": "x86_64-pc-windows-msvc"}  # fmt: skip
HERE = next((n for n, p in PLATFORMS.items() if p.sys_platform == sys.platform), "")
THIS_PYTHON = "{}.{}".format(*sys.version_info[:2])
FITS = (
    HERE != "" and THIS_PYTHON in PYTHONS and platform_module.machine() == PLATFORMS[HERE].machine
)
with_a_shell = pytest.mark.skipif(HERE in ("windows", ""), reason="it is a POSIX script")


def needed(platform: str, python: str) -> dict[str, str]:
    """Name → pinned version."""
    lines = requirements_for(TEXT, PLATFORMS[platform], python).splitlines()
    pins = [Requirement(line.partition(" ")[0]) for line in lines]
    assert len({pin.name for pin in pins}) == len(pins), "a package is pinned twice"
    assert all(re.search(r" --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize(("platform", "python"), MACHINES)
def test_each_machine_gets_the_packages_that_are_for_it(platform: str, python: str) -> None:
    found = needed(platform, python)
    assert {"numpy", "numba", "dash", "segno"} <= found.keys()
    assert ("colorama" in found) == (platform == "windows")
    assert ("uvloop" in found) == (platform != "windows")


@pytest.mark.network
@pytest.mark.parametrize(("platform", "python"), MACHINES)
def test_they_are_those_that_a_resolver_for_that_machine_finds(
    platform: str, python: str, tmp_path: Path
) -> None:
    resolved = subprocess.run(
        [
            uv.find_uv_bin(), "--no-config", "pip", "install", "--dry-run", "--require-hashes",
            "--only-binary=:all:", "--requirement", str(ROOT / LOCK), "--target", str(tmp_path),
            "--python-platform", UV_NAMES[platform], "--python-version", python,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "error sending request" in resolved.stderr or "Failed to fetch" in resolved.stderr:
        pytest.skip("no package registry can be reached from here")
    assert resolved.returncode == 0, resolved.stderr
    told = dict(re.findall(r"^ \+ (\S+)==(\S+)$", resolved.stderr, flags=re.MULTILINE))
    assert told == needed(platform, python)


def test_the_batch_file_is_what_cmd_reads_without_losing_its_place(tmp_path: Path) -> None:
    write_files(tmp_path, PLATFORMS["windows"], PYTHONS)
    content = (tmp_path / "Lancer Penser demain.bat").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    text = content.decode("ascii")
    assert "@VERSIONS@" not in text and "(3.13 3.12 3.11)" in text
    labels = set(re.findall(r"^:(\w+)\r$", text, flags=re.MULTILINE))
    assert labels == set(re.findall(r"(?:goto |call :)(\w+)", text))
    for named in re.findall(r'"(fichiers\\[^"]+)"', text):
        assert tmp_path.joinpath(*named.split("\\")).is_file()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_notice_names_launcher_and_versions_and_leaves_no_blank(
    platform: str, tmp_path: Path
) -> None:
    write_files(tmp_path, PLATFORMS[platform], PYTHONS)
    for path in (tmp_path / "LISEZ-MOI.txt", tmp_path / INSIDE / "python-manquant.txt"):
        text = path.read_text(encoding="utf-8")
        assert PLATFORMS[platform].launcher in text
        assert "3.11, 3.12 ou 3.13" in text
        assert not re.search(r"@[A-Z_]+@", text)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Launchers for this machine, in a folder as people name them, with a start that tells."""
    folder = tmp_path / "Clé USB & co" / "Penser demain (été)"
    write_files(folder, PLATFORMS[HERE], [THIS_PYTHON])
    start = "import sys; print('started', *sys.argv[1:], sep='|')\n"
    (folder / INSIDE / "start.py").write_text(start, encoding="utf-8")
    return folder


def launched(folder: Path, path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(folder / PLATFORMS[HERE].launcher), *arguments],
        env={"PATH": path}, cwd="/", capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@with_a_shell
@pytest.mark.skipif(not FITS, reason="no bundle is made for this Python")
def test_a_python_that_fits_starts_it_whatever_the_folder_is_called(
    bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / f"python{THIS_PYTHON}").symlink_to(getattr(sys, "_base_executable", sys.executable))
    told = launched(bundle, f"{tmp_path}:/usr/bin:/bin", "run", "deux mots")
    assert told.stdout == "started|run|deux mots\n", told.stderr


@with_a_shell
def test_without_a_python_that_fits_it_says_what_to_do(bundle: Path, tmp_path: Path) -> None:
    for program in ("dirname", "uname", "cat"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    told = launched(bundle, str(tmp_path))
    if told.stdout.startswith("started"):
        pytest.skip("a Python stands where the launcher looks beside the search path")
    assert told.returncode == 1
    assert f"Penser demain a besoin de Python {THIS_PYTHON} (64 bits)" in told.stdout
    assert "https://www.python.org/downloads/" in told.stdout


@with_a_shell
@pytest.mark.parametrize(
    ("field", "value"), [("pythons", '["3.9"]'), ("sys_platform", '"win32"'), ("machine", '"m68k"')]
)
def test_a_python_of_another_kind_is_refused(bundle: Path, field: str, value: str) -> None:
    asked = bundle / INSIDE / "suitable.py"
    made_for = bundle / INSIDE / "bundle.json"

    def status() -> int:
        return subprocess.run([sys.executable, str(asked)], check=False).returncode

    assert status() == (0 if FITS else 1)
    text = re.sub(rf'"{field}": (\[[^\]]*\]|"[^"]*")', f'"{field}": {value}',
                  made_for.read_text(encoding="utf-8"))  # fmt: skip
    made_for.write_text(text, encoding="utf-8")
    assert status() == 1
