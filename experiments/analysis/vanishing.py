"""What would have to be true for a difference to vanish?

Three answers of growing boldness: at which of the design points it does; how far each input
would have to move, alone, on a response surface fitted to the points; and the joint region where
it vanishes (`discovery`). "It never vanishes in these ranges" is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from experiments.analysis.discovery import Discovery, discover
from experiments.analysis.frames import STRUCTURE, is_text, means, regions_of
from experiments.calibration import emulator
from simulator.problems import InputError

NEEDED_R2: Final = 0.7
"""Out-of-sample R² of the response surface under which nothing is read from it."""
FEWEST_POINTS: Final = 20
STEPS: Final = 201
_NORMAL_90: Final = 1.6448536269514722


@dataclass(frozen=True)
class Vanishing:
    """Where a difference vanishes.

    sign: of the mean difference over points; a point counts as vanished where the difference
    times `sign` is `smallest` or less. share: of the points. by_structure: one row per structure:
    structure, points, difference (mean), share; empty where there is one. r2: out of sample.
    crossings: one row per numeric input: input; middle, low_end, high_end (of its range);
    at_middle, at_low_end, at_high_end (difference on the surface, all other inputs in the
    middle of their ranges); crossing (value nearest to the middle at which it vanishes; NaN
    where it does not); vanishes (yes, perhaps: only within the 90 % error of the surface, no).
    Empty where the surface is refused; `refused` says why. box: joint region, from discovery.
    """

    sign: int
    smallest: float
    share: float
    by_structure: pd.DataFrame
    r2: float
    crossings: pd.DataFrame
    refused: str
    box: Discovery

    @property
    def answer(self) -> str:
        """One sentence."""
        if self.share == 0.0:
            return "it never vanishes in these ranges: at none of the points"
        if self.share == 1.0:
            return "it is nowhere larger than the smallest effect of interest"
        return f"it vanishes at {self.share:.1%} of the points"


def vanishing(
    design: pd.DataFrame,
    values: pd.DataFrame,
    smallest: float = 0.0,
    inputs: Sequence[str] | None = None,
    seed: int = 0,
) -> Vanishing:
    """Where the paired difference `values` (`frames.response`) is `smallest` or less.

    design: points that are a sample of the inputs; smallest: size of the difference, in its unit,
    from which it counts (the smallest effect of interest; 0 asks for a change of sign).
    """
    if not smallest >= 0.0:
        raise InputError.single("smallest", f"{smallest} is no size", "0 or more", "analysis")
    design = design.sort_index()
    names = regions_of(design, inputs)
    difference = means(design, values)
    sign = 1 if difference.mean() >= 0 else -1
    gone = sign * difference <= smallest
    cases = pd.Series(gone, design.index, name="vanishes")
    numbers = [name for name in names if not is_text(design[name])]
    r2, found, refused = crossings(design[numbers], difference, sign, smallest)
    return Vanishing(
        sign, smallest, float(gone.mean()), _by_structure(design, difference, gone), r2, found,
        refused, discover(design, cases, names, seed=seed),
    )  # fmt: skip


_COLUMNS: Final = ["input", "low_end", "middle", "high_end", "at_low_end", "at_middle",
                   "at_high_end", "crossing", "vanishes"]  # fmt: skip


def crossings(
    points: pd.DataFrame, difference: np.ndarray, sign: int, smallest: float
) -> tuple[float, pd.DataFrame, str]:
    """R² out of sample, one row per input (`Vanishing.crossings`), and why there is none.

    points: (points, inputs) numbers; difference: (points,) mean paired difference at each.
    """
    nothing = pd.DataFrame(columns=_COLUMNS)
    if points.shape[1] == 0:
        return float("nan"), nothing, "no input is a number"
    if len(points) < FEWEST_POINTS:
        return float("nan"), nothing, f"{len(points)} points; {FEWEST_POINTS} are needed"
    values = points.to_numpy(float)
    low, high = values.min(axis=0), values.max(axis=0)
    fitted = emulator.fit((values - low) / (high - low), difference)
    if fitted.explained < NEEDED_R2:
        why = f"the surface explains {fitted.explained:.2f} of the variance out of sample"
        return fitted.explained, nothing, f"{why}; {NEEDED_R2} is needed"
    error = _NORMAL_90 * float(np.sqrt(fitted.error + fitted.fit_variance))
    rows = []
    for j, name in enumerate(points.columns):
        line = np.full((STEPS, points.shape[1]), 0.5)
        line[:, j] = np.linspace(0.0, 1.0, STEPS)
        predicted = fitted.predict(line)
        beyond = sign * predicted - smallest
        crossing = _nearest_zero(line[:, j], beyond)
        vanishes = "perhaps" if beyond.min() - error <= 0.0 else "no"
        rows.append(
            {
                "input": name, "low_end": low[j], "middle": (low[j] + high[j]) / 2,
                "high_end": high[j], "at_low_end": predicted[0],
                "at_middle": predicted[STEPS // 2], "at_high_end": predicted[-1],
                "crossing": low[j] + crossing * (high[j] - low[j]),
                "vanishes": "yes" if beyond.min() + error <= 0.0 else vanishes,
            }
        )  # fmt: skip
    return fitted.explained, pd.DataFrame(rows, columns=_COLUMNS), ""


def _nearest_zero(places: np.ndarray, beyond: np.ndarray) -> float:
    """Place nearest to the middle at which `beyond` is 0 or less; NaN where there is none."""
    gone = np.flatnonzero(beyond <= 0.0)
    if len(gone) == 0:
        return float("nan")
    middle = len(places) // 2
    nearest = int(gone[np.abs(gone - middle).argmin()])
    if nearest == middle:
        return float(places[middle])
    before = nearest + (1 if nearest < middle else -1)  # still there, one step towards the middle
    part = beyond[before] / (beyond[before] - beyond[nearest])
    return float(places[before] + part * (places[nearest] - places[before]))


def _by_structure(design: pd.DataFrame, difference: np.ndarray, gone: np.ndarray) -> pd.DataFrame:
    columns = ["structure", "points", "difference", "share"]
    if STRUCTURE not in design or design[STRUCTURE].nunique() < 2:
        return pd.DataFrame(columns=columns)
    table = pd.DataFrame(
        {"structure": design[STRUCTURE].astype(str), "difference": difference, "share": gone}
    )
    found = table.groupby("structure", sort=False).agg(
        points=("difference", "size"), difference=("difference", "mean"), share=("share", "mean")
    )
    return found.reset_index()[columns]
