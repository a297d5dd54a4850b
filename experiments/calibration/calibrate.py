"""One calibration from start to end, in a folder that it can be continued in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from experiments.calibration import manifest
from experiments.calibration.acceptance import Accepted, accept
from experiments.calibration.problem import Problem
from experiments.calibration.settings import Settings
from experiments.calibration.waves import History, Progress, run_waves


@dataclass(frozen=True)
class Calibration:
    """A calibration that is done."""

    problem: Problem
    settings: Settings
    history: History
    accepted: Accepted


def calibrate(
    problem: Problem,
    settings: Settings,
    folder: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Waves, then acceptance; what the folder already holds is read, not simulated again.

    Raises InputError where the folder belongs to another calibration, and `pool.Stopped` on Ctrl-C:
    worlds that ended before are kept.
    """
    settings.check()
    manifest.claim(folder, manifest.identity(settings, problem))
    history = run_waves(problem, settings, folder, workers, progress)
    accepted = accept(problem, settings, history, folder, workers, progress)
    return Calibration(problem, settings, history, accepted)
