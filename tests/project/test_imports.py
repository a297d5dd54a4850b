"""Imports go one way: dashboard → experiments → simulator."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ABOVE = {
    "simulator": {"experiments", "dashboard"},
    "experiments": {"dashboard"},
}


def imported_packages(source: str) -> Iterator[str]:
    """Top-level names that a module imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value), *_]):
                yield str(value).partition(".")[0]


def violations(package: str, folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} imports {name}"
        for path in sorted((folder / package).rglob("*.py"))
        for name in imported_packages(path.read_text(encoding="utf-8"))
        if name in ABOVE[package] | {"tests"}
    ]


@pytest.mark.parametrize("package", sorted(ABOVE))
def test_package_knows_nothing_of_those_above(package: str) -> None:
    assert list((ROOT / package).rglob("*.py"))
    assert violations(package, ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "import dashboard.pages",
        "from dashboard import start",
        "def late():\n    from dashboard.start import x",
        "importlib.import_module('dashboard')",
    ],
)
def test_an_import_upwards_is_seen(line: str, tmp_path: Path) -> None:
    (tmp_path / "simulator").mkdir()
    (tmp_path / "simulator" / "bad.py").write_text(line, encoding="utf-8")
    assert violations("simulator", tmp_path) == ["simulator/bad.py imports dashboard"]


def test_the_command_line_starts_without_what_only_a_command_needs() -> None:
    heavy = {"numpy", "pandas", "scipy", "numba", "mesa", "pydantic", "pyarrow", "dash", "yaml"}
    asked = (
        "import sys; from simulator.command import build_app; build_app(); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
