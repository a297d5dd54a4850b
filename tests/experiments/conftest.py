"""Small fabricated data sets of grants, and a small experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.runner import run
from tests.experiments.fabricated import write_all
from tests.experiments.small import write_plan


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """All data sets, small and sound, under one folder."""
    return write_all(tmp_path / "data")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small plan, run by one process."""
    folder = tmp_path_factory.mktemp("small")
    run(write_plan(folder), folder / "out", workers=1)
    return folder / "out"
