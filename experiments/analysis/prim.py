"""PRIM, the patient rule induction method: a box of inputs where cases of interest are dense.

Friedman & Fisher (1999): peel a thin slice off the side where that raises the density most, again
and again, then paste slices back where that raises it too. The slice that counts is the one with
the largest gain per case removed, which treats categories fairly (Kwakkel & Jaxa-Rozen 2016).
Every box on the way is kept: which one to take trades coverage against density (Bryant &
Lempert 2010, from whom the quasi-p values are).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from experiments.analysis.frames import is_text

Limit = tuple[float, float] | frozenset[str]
Masks = np.ndarray
ALPHA: Final = 0.05
SMALLEST_MASS: Final = 0.05


@dataclass(frozen=True)
class Box:
    """Limits of the inputs that are restricted: (low, high), infinite where open, or categories."""

    limits: Mapping[str, Limit] = field(default_factory=dict)

    def inside(self, design: pd.DataFrame) -> Masks:
        """(points,) which points of a design are in the box."""
        inside = np.ones(len(design), dtype=bool)
        for name, limit in self.limits.items():
            inside &= _within(design[name], limit)
        return inside

    def without(self, name: str) -> Box:
        """The box with one input set free."""
        return Box({other: limit for other, limit in self.limits.items() if other != name})

    def restricted(self, name: str, limit: Limit) -> Box:
        """The box with the limits of one input replaced; open on both sides is no limit."""
        if limit == (-math.inf, math.inf):
            return self.without(name)
        return Box({**self.limits, name: limit})


def trajectory(
    design: pd.DataFrame, cases: Masks, alpha: float = ALPHA, mass: float = SMALLEST_MASS
) -> list[Box]:
    """Boxes from no restriction at all to the last peel and paste.

    design: (points, inputs), numbers or categories; cases: (points,) booleans; alpha: share of
    the points of a box that one slice takes; mass: smallest share of all points in a box.
    """
    boxes = [Box()]
    inside = np.ones(len(design), dtype=bool)
    for grow in (False, True):
        while True:
            slices = _pastes if grow else _peels
            best: tuple[float, int, Box, Masks] | None = None
            for box, chosen in slices(design, boxes[-1], inside, alpha):
                changed = abs(int(chosen.sum()) - int(inside.sum()))
                if changed == 0 or chosen.sum() < mass * len(design):
                    continue
                gain = (cases[chosen].mean() - cases[inside].mean()) / changed
                key = (gain, -len(box.limits))
                if gain > 0 and (best is None or key > best[:2]):
                    best = (*key, box, chosen)
            if best is None:
                break
            boxes.append(best[2])
            inside = best[3]
    return boxes


def statistics(design: pd.DataFrame, cases: Masks, boxes: list[Box]) -> pd.DataFrame:
    """One row per box of a trajectory.

    Columns: step; coverage (share of all cases that are in the box); density (share of the points
    in the box that are cases); mass (share of all points in the box); restricted (inputs).
    """
    rows = []
    for step, box in enumerate(boxes):
        inside = box.inside(design)
        hits = int(cases[inside].sum())
        rows.append(
            {
                "step": step, "coverage": hits / max(1, int(cases.sum())),
                "density": hits / max(1, int(inside.sum())), "mass": float(inside.mean()),
                "restricted": len(box.limits),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def quasi_p(design: pd.DataFrame, cases: Masks, box: Box) -> pd.DataFrame:
    """How easily chance alone would give the box's density if one limit were no limit.

    Columns: input; side (low, high, categories); quasi_p: probability of as many cases or more
    in the box, were its density that of the box without this limit (one-sided binomial). The box
    was found on the same points, hence "quasi".
    """
    from scipy.stats import binom

    inside = box.inside(design)
    hits, points = int(cases[inside].sum()), int(inside.sum())
    rows = []
    for name, limit in box.limits.items():
        for side in sides(limit):
            wider = freed(box, name, side).inside(design)
            chance = float(cases[wider].mean())
            rows.append(
                {"input": name, "side": side, "quasi_p": float(binom.sf(hits - 1, points, chance))}
            )
    return pd.DataFrame(rows, columns=["input", "side", "quasi_p"])


def sides(limit: Limit) -> tuple[str, ...]:
    """Sides on which an input is limited."""
    if isinstance(limit, frozenset):
        return ("categories",)
    low, high = limit
    return ("low",) * (low > -math.inf) + ("high",) * (high < math.inf)


def freed(box: Box, name: str, side: str) -> Box:
    """The box with one limit of an input lifted."""
    limit = box.limits[name]
    if isinstance(limit, frozenset):
        return box.without(name)
    low, high = limit
    return box.restricted(name, (-math.inf, high) if side == "low" else (low, math.inf))


def _within(column: pd.Series, limit: Limit) -> Masks:
    if isinstance(limit, frozenset):
        return column.isin(limit).to_numpy()
    values = column.to_numpy(float)
    return np.asarray((values >= limit[0]) & (values <= limit[1]))


def _limit(box: Box, design: pd.DataFrame, name: str) -> Limit:
    """Limits of an input in the box; those of everything where it is free."""
    if name in box.limits:
        return box.limits[name]
    if is_text(design[name]):
        return frozenset(str(value) for value in design[name].unique())
    return (-math.inf, math.inf)


def _peels(
    design: pd.DataFrame, box: Box, inside: Masks, alpha: float
) -> Iterator[tuple[Box, Masks]]:
    """Every box that is smaller by one slice."""
    for name in design.columns:
        limit = _limit(box, design, name)
        if isinstance(limit, frozenset):
            for category in sorted(limit) if len(limit) > 1 else ():
                smaller = limit - {category}
                yield box.restricted(name, smaller), inside & _within(design[name], smaller)
            continue
        values = design[name].to_numpy(float)
        low, high = limit
        cut = -_slice(-values[inside], alpha)
        yield box.restricted(name, (low, cut)), inside & (values <= cut)
        cut = _slice(values[inside], alpha)
        yield box.restricted(name, (cut, high)), inside & (values >= cut)


def _pastes(
    design: pd.DataFrame, box: Box, inside: Masks, alpha: float
) -> Iterator[tuple[Box, Masks]]:
    """Every box that is larger by one slice, on a side that is restricted."""
    for name in (column for column in design.columns if column in box.limits):
        limit = box.limits[name]
        free = box.without(name).inside(design)
        if isinstance(limit, frozenset):
            everything = {str(value) for value in design[name].unique()}
            for category in sorted(everything - limit):
                larger = limit | {category}
                wider = box.restricted(name, larger) if larger < everything else box.without(name)
                yield wider, free & _within(design[name], larger)
            continue
        values = design[name].to_numpy(float)
        low, high = limit
        below, above = values[free & (values < low)], values[free & (values > high)]
        if len(below):
            cut = -_slice(-below, alpha)
            cut = cut if (values < cut).any() else -math.inf
            yield box.restricted(name, (cut, high)), free & (values >= cut) & (values <= high)
        if len(above):
            cut = _slice(above, alpha)
            cut = cut if (values > cut).any() else math.inf
            yield box.restricted(name, (low, cut)), free & (values >= low) & (values <= cut)


def _slice(values: np.ndarray, alpha: float) -> float:
    """Where the lowest `alpha` of the values end, halfway to the next; equal values stay together.

    The lowest value itself where all that follow are equal: nothing can be cut off.
    """
    ordered = np.sort(values)
    last = ordered[math.floor((len(ordered) - 1) * alpha)]
    beyond = np.searchsorted(ordered, last, side="right")
    following = ordered[beyond] if beyond < len(ordered) else last
    return float(last + (following - last) / 2)
