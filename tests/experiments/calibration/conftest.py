"""A calibration of the toy, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.calibration.calibrate import Calibration, calibrate
from experiments.calibration.settings import Settings
from tests.experiments.calibration.toys import Toy, expected_facts, targets_at

SMALL = Settings(seed=1, waves=2, points=120, repeated=10, replicates=3, accept=40)
TRUTH = np.array([0.3, 0.6, 0.45, 0.7, 0.5, 0.5, 0.5, 0.5])


@pytest.fixture(scope="session")
def toy() -> Toy:
    return Toy(targets_at(expected_facts(TRUTH[None, :])[0]))


@pytest.fixture(scope="session")
def folder(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a finished calibration."""
    path = tmp_path_factory.mktemp("calibration") / "out"
    calibrate(toy, SMALL, path, workers=1)
    return path


@pytest.fixture(scope="session")
def done(toy: Toy, folder: Path) -> Calibration:
    """The finished calibration, read from its folder."""
    return calibrate(toy, SMALL, folder, workers=1)
