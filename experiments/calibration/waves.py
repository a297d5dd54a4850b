"""Waves of history matching: simulate, emulate, rule out, draw again where nothing is ruled out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration import journal, not_ruled_out
from experiments.calibration.emulator import NORMAL_95
from experiments.calibration.implausibility import (
    FactView,
    ensemble_variance,
    view_of,
)
from experiments.calibration.journal import Simulated, World
from experiments.calibration.problem import Problem
from experiments.calibration.settings import Settings

Floats = NDArray[np.float64]
# A progress callback for each stage, by its title.
Progress = Callable[[str, int, int], None]

# Keeps the random numbers of designs apart from every other use of the same seed.
_STREAM: Final = 0x77617665


@dataclass(frozen=True)
class Wave:
    """A wave that was simulated, and what was learnt from it and those before.

    share: part of the cube that the design was drawn from. bound: worst implausibility in it, the
    cutoff unless no point was below. set_aside: facts that no point of the design could meet beside
    the others. foretold: share of this wave's facts that the emulators of
    the wave before put in their 95 % interval, by fact.
    """

    number: int
    points: Floats  # (n, d)
    values: Floats  # (n, facts)
    failed: dict[int, str]
    views: tuple[FactView, ...]
    share: float
    bound: float
    set_aside: tuple[str, ...]
    foretold: dict[str, float]


@dataclass(frozen=True)
class History:
    """All waves; `facts` names the columns of their values."""

    facts: tuple[str, ...]
    waves: tuple[Wave, ...]

    @property
    def points(self) -> Floats:
        """(n, d) of all waves."""
        return np.vstack([wave.points for wave in self.waves])

    @property
    def values(self) -> Floats:
        """(n, facts) of all waves."""
        return np.vstack([wave.values for wave in self.waves])

    @property
    def views(self) -> tuple[FactView, ...]:
        """What is known after the last wave."""
        return self.waves[-1].views


def run_waves(
    problem: Problem,
    settings: Settings,
    folder: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> History:
    """All waves, in a folder that this calibration owns; what is done there is not done again."""
    facts = (*(target.id for target in problem.targets), *problem.watched)
    waves: list[Wave] = []
    for number in range(1, settings.waves + 1):
        space = _design(problem, settings, number, waves, folder)
        title = f"Wave {number} of {settings.waves}"
        simulated = journal.simulate(
            folder,
            f"wave-{number}",
            problem,
            _worlds(space.points, settings, number),
            workers,
            progress and (lambda done, total, title=title: progress(title, done, total)),
        )
        waves.append(_learnt(problem, settings, number, space, simulated, waves))
    return History(facts, tuple(waves))


def _design(
    problem: Problem, settings: Settings, number: int, waves: list[Wave], folder: Path
) -> not_ruled_out.Space:
    """Points of a wave; a Latin hypercube first, then points that are not ruled out."""
    path = folder / f"wave-{number}.design.npz"
    if path.is_file():
        with np.load(path) as kept:
            return not_ruled_out.Space(
                kept["points"], float(kept["bound"]), float(kept["share"]),
                tuple(map(str, kept["set_aside"])),
            )  # fmt: skip
    rng = np.random.default_rng([_STREAM, settings.seed, number])
    dimensions = len(problem.names)
    if number == 1:
        from scipy.stats import qmc

        cube = qmc.LatinHypercube(dimensions, rng=rng).random(settings.points)
        space = not_ruled_out.Space(cube, np.inf, 1.0)
    else:
        last = number == settings.waves
        space = not_ruled_out.draw_for(
            waves[-1].views, dimensions, settings.points, settings.cutoff, rng,
            settings.near if last else None,
        )  # fmt: skip
    draft = path.with_name(f".{path.name}.writing.npz")
    np.savez(
        draft, points=space.points, bound=space.bound, share=space.share,
        set_aside=np.array(space.set_aside, dtype=np.str_),
    )  # fmt: skip
    draft.replace(path)
    return space


def _worlds(points: Floats, settings: Settings, number: int) -> list[World]:
    """A world for each point, then more replicates of the first points; each with its own luck."""
    first = (number - 1) * luck_of_a_wave(settings)
    again = [i for i in range(settings.repeated) for _ in range(settings.replicates - 1)]
    chosen = [*range(len(points)), *again]
    return [World(n, tuple(points[i].tolist()), first + n) for n, i in enumerate(chosen)]


def luck_of_a_wave(settings: Settings) -> int:
    """Replicate numbers that a wave uses up."""
    return settings.points + settings.repeated * (settings.replicates - 1)


def _learnt(
    problem: Problem,
    settings: Settings,
    number: int,
    space: not_ruled_out.Space,
    simulated: Simulated,
    before: list[Wave],
) -> Wave:
    count = len(space.points)
    values, again = simulated.values[:count], simulated.values[count:]
    points = np.vstack([*(wave.points for wave in before), space.points])
    known = np.vstack([*(wave.values for wave in before), values])
    recent = np.arange(len(points)) >= len(points) - count
    views = []
    for column, target in enumerate(problem.targets):
        repeats = np.column_stack([
            values[: settings.repeated, column],
            again[:, column].reshape(settings.repeated, settings.replicates - 1),
        ])  # fmt: skip
        ensemble = ensemble_variance(repeats)
        shown = known[np.isfinite(known[:, column]), column]
        if len(shown) == 0 or np.ptp(shown) == 0.0:
            continue  # no parameter moves it: it can rule nothing out
        views.append(view_of(target, points, known[:, column], recent, ensemble))
    foretold = {}
    for view in before[-1].views if before else ():
        column = simulated.facts.index(view.target.id)
        error = values[:, column] - view.emulator.predict(space.points)
        shown = np.isfinite(error)
        inside = np.abs(error[shown]) <= NORMAL_95 * np.sqrt(view.emulator.error)
        foretold[view.target.id] = float(inside.mean()) if shown.any() else np.nan
    return Wave(
        number, space.points, values, simulated.errors, tuple(views), space.share, space.bound,
        space.set_aside, foretold,
    )  # fmt: skip
