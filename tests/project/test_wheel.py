"""A wheel alone is enough to work: code, data, scenarios, texts of the pages."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulator", "experiments", "dashboard")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target=wheel", f"--directory={folder}"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("penser_demain-*.whl")
    return zipfile.ZipFile(path)


def files_below(folder: Path) -> set[str]:
    """Paths of all files, without the caches that tools leave behind."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_carries_every_file_of_the_package(wheel: zipfile.ZipFile, package: str) -> None:
    expected = {f"{package}/{name}" for name in files_below(ROOT / package)}
    assert f"{package}/py.typed" in expected
    assert expected - set(wheel.namelist()) == set()


def test_wheel_carries_the_scenarios(wheel: zipfile.ZipFile) -> None:
    expected = {f"simulator/_scenarios/{name}" for name in files_below(ROOT / "scenarios")}
    assert "simulator/_scenarios/fil-de-l-eau.yaml" in expected
    assert "simulator/_scenarios/cards/o9-fusionner.yaml" in expected
    assert expected - set(wheel.namelist()) == set()


def test_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    information = {top for top in tops if top.endswith(".dist-info")}
    assert len(information) == 1
    assert tops - information == set(PACKAGES)
    unwanted = ("tests/", "__pycache__", "_cache/")
    assert [name for name in wheel.namelist() if any(part in name for part in unwanted)] == []


def test_wheel_declares_the_command_and_the_packages_commands(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    declared = configparser.ConfigParser()
    declared.read_string(wheel.read(name).decode())
    assert dict(declared["console_scripts"]) == {"penser-demain": "simulator.command:main"}
    assert declared["penser_demain.commands"]["simulator"] == "simulator.cli:register"


def test_unpacked_wheel_works_away_from_the_repository(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    wheel.extractall(site)

    def run(*arguments: str) -> str:
        completed = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert completed.returncode == 0, completed.stderr
        return completed.stdout

    assert run("-c", "import simulator; print(simulator.__file__)").startswith(str(site))
    assert "fil-de-l-eau" in run("-m", "simulator", "scenarios", "list")
    assert "o9-fusionner" in run("-m", "simulator", "cards", "list")
