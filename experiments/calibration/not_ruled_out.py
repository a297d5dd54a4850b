"""Drawing points that are not ruled out yet (NROY), however small their part of the cube.

Subset simulation: points spread over the whole cube are pulled, level by level, below a falling
bound on the worst implausibility, and walk at random below it. The shares kept at each level
multiply to the volume that is left. Uniform where it ends, since each walk only refuses steps that
cross the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.implausibility import FactView, worst

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]

KEPT_PER_LEVEL: Final = 0.25
MOST_LEVELS: Final = 60
STEPS, LAST_STEPS = 15, 80
MOVED_TOGETHER: Final = 12  # coordinates that a step moves, on average
WANTED_ACCEPTANCE: Final = 0.3
LEAST_PROGRESS: Final = 0.005  # of the bound, over three levels: below it, nothing is left


@dataclass(frozen=True)
class Space:
    """Points (n, d) with a worst implausibility of at most `bound`, and their share of the cube.

    set_aside: facts that no point could meet beside the others; they ruled nothing out.
    """

    points: Floats
    bound: float
    share: float
    set_aside: tuple[str, ...] = ()


def draw_for(
    views: Sequence[FactView],
    dimensions: int,
    count: int,
    cutoff: float,
    rng: np.random.Generator,
    near: float | None = None,
) -> Space:
    """Points that no fact rules out.

    Where there are none, the fact that is missed most is set aside and told, rather than hiding
    what the other facts say. near: then draw below this bound, or the lowest that can be reached.
    """
    kept = list(views)
    aside: list[str] = []

    def score(points: Floats) -> Floats:
        return worst(tuple(kept), points)

    while True:
        space = draw(score, dimensions, count, cutoff, rng)
        if space.bound <= cutoff or len(kept) == 1:
            break
        missed = [float(view.implausibility(space.points).mean()) for view in kept]
        aside.append(kept.pop(int(np.argmax(missed))).target.id)
    if near is not None and space.bound <= cutoff:
        nearer = draw(score, dimensions, count, near, rng)
        space = nearer if nearer.bound < space.bound else space
    return Space(space.points, space.bound, space.share, tuple(aside))


def draw(
    score: Score, dimensions: int, count: int, cutoff: float, rng: np.random.Generator
) -> Space:
    """`count` points below the cutoff, or below the lowest bound that could be reached.

    score: worst implausibility of points (n, d). Nothing is ever returned as plausible that is
    not: a bound above the cutoff says that no point was found.
    """
    walkers = max(4 * count, 1000)
    points = rng.random((walkers, dimensions))
    values = score(points)
    share, step, bounds = 1.0, 0.3, [np.inf]
    while True:
        bound = max(cutoff, float(np.quantile(values, KEPT_PER_LEVEL)))
        kept = np.flatnonzero(values <= bound)
        share *= len(kept) / walkers
        chosen = rng.choice(kept, walkers)
        last = bound <= cutoff
        points, values, step = _walk(
            score, points[chosen], values[chosen], bound, step, LAST_STEPS if last else STEPS, rng
        )
        bounds.append(bound)
        stuck = len(bounds) > 4 and bounds[-1] > (1 - LEAST_PROGRESS) * bounds[-4]
        if last or stuck or len(bounds) > MOST_LEVELS:
            break
    distinct = np.unique(points, axis=0)
    taken = rng.choice(len(distinct), min(count, len(distinct)), replace=False)
    return Space(distinct[np.sort(taken)], bounds[-1], share)


def _walk(
    score: Score,
    points: Floats,
    values: Floats,
    bound: float,
    step: float,
    steps: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, float]:
    """Random steps that stay below the bound; their length adapts to how many do."""
    count, dimensions = points.shape
    moved = min(1.0, MOVED_TOGETHER / dimensions)
    for _ in range(steps):
        mask = rng.random((count, dimensions)) < moved
        proposed = _reflected(points + mask * step * rng.standard_normal((count, dimensions)))
        found = score(proposed)
        accepted = found <= bound
        points = np.where(accepted[:, None], proposed, points)
        values = np.where(accepted, found, values)
        step = float(np.clip(step * np.exp(accepted.mean() - WANTED_ACCEPTANCE), 0.01, 0.5))
    return points, values, step


def _reflected(points: Floats) -> Floats:
    """Coordinates folded back into [0, 1] at the walls."""
    folded = np.abs(points) % 2.0
    return np.where(folded > 1.0, 2.0 - folded, folded)
