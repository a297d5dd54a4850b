"""The tutorial of experiments runs as written, and its numbers say what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.project.tutorials import play


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def told(folder: Path) -> tuple[dict[str, Any], list[str]]:
    return play("tutorial-experiments.md", folder)


def test_a_stopped_run_keeps_its_units_and_is_finished(
    told: tuple[dict[str, Any], list[str]],
) -> None:
    names, lines = told
    assert "stopped" in lines
    assert 20 <= len(names["partial"].runs) < 64
    assert "64 units, 0 failed" in lines


def test_the_depth_of_the_cut_decides(told: tuple[dict[str, Any], list[str]]) -> None:
    names, _ = told
    assert names["strength"].index[0] == "l_depth"
    assert (names["lost"] < 0).all()


def test_the_report_and_its_figures_are_there(
    told: tuple[dict[str, Any], list[str]], folder: Path
) -> None:
    figures = folder / "results" / "cut" / "figures"
    assert f"report.html {len(list(figures.glob('*.svg')))} figures" in told[1]
    assert (folder / "effects.svg").stat().st_size > 1000
