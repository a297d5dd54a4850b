"""From points that are not ruled out to the accepted set: rejection by distance (ABC).

Every simulated point whose worst implausibility is at most the cutoff is a candidate; the
candidates nearest to the facts are accepted, the distance being the root mean square of the
implausibilities. Candidates are spread evenly over what is not ruled out, so that the accepted
draws keep the ranges as their prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration import journal
from experiments.calibration.implausibility import FactView
from experiments.calibration.journal import Simulated, World
from experiments.calibration.problem import Problem
from experiments.calibration.settings import Settings
from experiments.calibration.waves import History, Progress, luck_of_a_wave

Floats = NDArray[np.float64]

STAGE: Final = "confirmation"


@dataclass(frozen=True)
class Accepted:
    """Accepted points, nearest first.

    rows: their places among all points. points: (n, d). distances: (n,). candidates: points below
    the bound. bound: the cutoff, or what it had to be raised to. confirmed: facts of the accepted
    draws in worlds that played no part in accepting them. set_aside: facts that had no say in who
    is a candidate, since the others leave no point that meets them; they count in the distance.
    """

    rows: NDArray[np.int64]
    points: Floats
    distances: Floats
    candidates: int
    bound: float
    set_aside: tuple[str, ...]
    confirmed: Simulated


def implausibilities(views: tuple[FactView, ...], history: History) -> Floats:
    """(points, views) of all simulated points; infinite for worlds that failed."""
    points, values = history.points, history.values
    columns = []
    for view in views:
        simulated = values[:, history.facts.index(view.target.id)]
        shown = np.isfinite(simulated)
        column = view.implausibility(points)
        column[shown] = view.implausibility_of(points[shown], simulated[shown])
        columns.append(column)
    found = np.column_stack(columns)
    found[np.isnan(values).all(axis=1)] = np.inf
    return found


def accept(
    problem: Problem,
    settings: Settings,
    history: History,
    folder: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Accepted:
    """The accepted set, and its facts in fresh worlds."""
    found = implausibilities(history.views, history)
    aside = history.waves[-1].set_aside
    counted = [view.target.id not in aside for view in history.views]
    worst, distance = found[:, counted].max(axis=1), np.sqrt((found**2).mean(axis=1))
    able = np.isfinite(worst)
    bound = settings.cutoff
    if (worst <= bound).sum() < settings.accept:
        bound = float(np.sort(worst[able])[min(settings.accept, able.sum()) - 1])
    candidates = np.flatnonzero(worst <= bound)
    order = np.argsort(distance[candidates], kind="stable")
    rows = candidates[order[: settings.accept]]
    points = history.points[rows]
    first = settings.waves * luck_of_a_wave(settings)
    worlds = [World(i, tuple(point.tolist()), first + i) for i, point in enumerate(points)]
    confirmed = journal.simulate(
        folder, STAGE, problem, worlds, workers,
        progress and (lambda done, total: progress("Accepted draws again", done, total)),
    )  # fmt: skip
    return Accepted(rows, points, distance[rows], len(candidates), bound, aside, confirmed)
