"""Morris screening: which inputs matter at all, from few runs.

An elementary effect is the change of the outcome when one input moves across its whole range, at
one place of the others, measured by a step. mu is their mean, mu_star the mean of their absolute
values (Campolongo et al. 2007), sigma their spread: interactions or curvature. By SALib, which
only reads in which direction an input moved; that each step moves one input is checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.analysis.convergence import Convergence, judge, with_changes
from experiments.analysis.frames import check_design, inputs_of, is_text, means
from experiments.analysis.variance import chance_share
from simulator.intervals import CONFIDENCE
from simulator.problems import InputError

RESAMPLES: Final = 1000
SETTLED: Final = 0.10
MEASURES: Final = ("mu_star", "mu", "sigma")


def morris(
    design: pd.DataFrame,
    values: pd.DataFrame,
    levels: int = 4,
    inputs: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Elementary effects of every input, the largest mu_star first.

    design: points of Morris trajectories, in any order of rows; values: `frames.response` of it;
    levels: of the sampler's grid. Columns: input; measure (mu_star, mu, sigma); value (outcome's
    unit per whole range of the input); low, high (90 % interval, bootstrap over trajectories);
    half_width; size (trajectories); replicates; chance_share (as in `sobol`).

    Raises InputError where the rows are no trajectories.
    """
    trajectories = _Trajectories.of(design, levels, inputs)
    ordered = trajectories.design
    found = _effects(trajectories, means(ordered, values), trajectories.size, seed, resamples)
    star = found[found["measure"] == "mu_star"].set_index("input")["value"]
    found = found.sort_values("input", key=lambda names: -names.map(star), kind="stable")
    found["replicates"] = values.shape[1]
    found["chance_share"] = chance_share(values.reindex(ordered.index))
    return found.reset_index(drop=True)


def morris_convergence(
    design: pd.DataFrame,
    values: pd.DataFrame,
    levels: int = 4,
    inputs: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Convergence:
    """mu_star on a quarter, half and all of the trajectories, and a verdict.

    The unit of the rule is the largest mu_star: screening asks what is small beside it.
    """
    trajectories = _Trajectories.of(design, levels, inputs)
    if trajectories.size < 8:
        raise _refused(f"{trajectories.size} trajectories are too few to be halved twice",
                       "run 8 trajectories or more")  # fmt: skip
    response = means(trajectories.design, values)
    sizes = (trajectories.size // 4, trajectories.size // 2, trajectories.size)
    parts = [_effects(trajectories, response, size, seed, resamples) for size in sizes]
    table = with_changes(pd.concat(parts))
    table = table[table["measure"] == "mu_star"].reset_index(drop=True)
    largest = float(table.loc[table["size"] == trajectories.size, "value"].max())
    return judge(table, SETTLED, "of the largest mu_star", scale=largest or 1.0)


class _Trajectories:
    """Trajectories of a Morris design: each row moves one input, each input moves once."""

    def __init__(self, design: pd.DataFrame, inputs: list[str], levels: int) -> None:
        self.design, self.inputs, self.levels = design, inputs, levels
        values = design[inputs].to_numpy(float)
        # Sums of steps differ in the last bits where nothing moved, and SALib reads signs.
        self.points = np.round((values - values.min(axis=0)) / np.ptp(values, axis=0), 9)
        self.size = len(design) // (len(inputs) + 1)

    @classmethod
    def of(
        cls, design: pd.DataFrame, levels: int, inputs: Sequence[str] | None
    ) -> _Trajectories:  # fmt: skip
        check_design(design)
        design = design.sort_index()
        names = inputs_of(design, inputs)
        texts = [name for name in names if is_text(design[name])]
        if texts:
            raise _refused(f"{', '.join(texts)} holds categories, which have no direction",
                           "give the numeric inputs, one structure at a time")  # fmt: skip
        found = cls(design, names, levels)
        steps = len(names) + 1
        if len(design) % steps or not _one_at_a_time(found.points.reshape(-1, steps, len(names))):
            raise _refused(
                f"{len(design)} points over {len(names)} inputs ({', '.join(names)}) are no "
                "trajectories that move one input at a time: rows are missing, changed, or of "
                "another kind",
                "morris needs a plan with `design: {kind: morris, n: …}` that was run whole; other "
                "designs allow regional, discovery and layers",
            )
        return found


def _one_at_a_time(paths: np.ndarray) -> bool:
    """Whether in every path (n, inputs + 1, inputs) each step moves one input, each input once."""
    moved = np.diff(paths, axis=1) != 0
    return bool((moved.sum(axis=2) == 1).all() and (moved.sum(axis=1) == 1).all())


def _effects(
    trajectories: _Trajectories, response: np.ndarray, size: int, seed: int, resamples: int
) -> pd.DataFrame:
    """Measures of the first `size` trajectories, one row per input and measure."""
    steps = len(trajectories.inputs) + 1
    effects = np.stack(
        [
            _of_one(trajectories, trajectories.points[rows], response[rows])
            for rows in (slice(t * steps, (t + 1) * steps) for t in range(size))
        ]
    )
    value = _measures(effects)
    random = np.random.default_rng(seed)
    again = _measures(effects[random.integers(size, size=(resamples, size))].swapaxes(0, 1))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(again, [tail, 1 - tail], axis=1)
    rows = [
        {
            "input": name, "measure": measure, "value": float(value[m, j]),
            "low": float(low[m, j]), "high": float(high[m, j]),
            "half_width": float(high[m, j] - low[m, j]) / 2, "size": size,
        }
        for j, name in enumerate(trajectories.inputs)
        for m, measure in enumerate(MEASURES)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _of_one(trajectories: _Trajectories, points: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """(inputs,) elementary effects of one trajectory."""
    from SALib.analyze import morris as salib

    names = trajectories.inputs
    problem = {"num_vars": len(names), "names": names, "groups": None,
               "bounds": [[0.0, 1.0]] * len(names)}  # fmt: skip
    # Given twice: SALib takes a spread, and its mean over two equal trajectories is the effect.
    found: dict[str, Any] = salib.analyze(
        problem, np.tile(points, (2, 1)), np.tile(outcome, 2), num_levels=trajectories.levels,
        num_resamples=2, seed=1,
    )  # fmt: skip
    return np.asarray(np.ma.getdata(found["mu"]), dtype=float)


def _measures(effects: np.ndarray) -> np.ndarray:
    """(measures, …, inputs) of effects (trajectories, …, inputs)."""
    spread = effects.std(axis=0, ddof=1)
    return np.stack([np.abs(effects).mean(axis=0), effects.mean(axis=0), spread])


def _refused(message: str, hint: str) -> InputError:
    return InputError.single("morris", message, hint, file="analysis")
