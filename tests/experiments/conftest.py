"""Small fabricated data sets of grants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.experiments.fabricated import write_all


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """All data sets, small and sound, under one folder."""
    return write_all(tmp_path / "data")
