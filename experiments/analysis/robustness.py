"""Robustness of policies over the design points: several measures, since they disagree.

A policy can be judged by how far it stays from the best one (regret), by how often it is good
enough (satisficing), or by its worst case. None is right for everybody (McPhail et al. 2018), so
all are shown, and where they name different policies that is said. There is no overall winner.

Every policy is looked at on the same points and replicates. The points and the replicates are
drawn again together for all policies (paired bootstrap): a policy "may be best" by a measure
where the 90 % interval of its distance to the best one holds 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from experiments.analysis.frames import response
from simulator.intervals import CONFIDENCE
from simulator.problems import InputError

RESAMPLES: Final = 500
TAIL: Final = 0.9  # of points: the 90 % regret leaves out the worst tenth
QUARTILES: Final = (0.25, 0.5, 0.75)
_LESS_IS_BETTER: Final = ("maximum_regret", "regret_90")


def robustness(
    design: pd.DataFrame,
    outcomes: pd.DataFrame,
    outcome: str,
    policies: Sequence[str],
    better: Literal["higher", "lower"],
    thresholds: Sequence[float] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """One row per measure, threshold and policy.

    policies: two scenarios or more; doing nothing (the reference) may be one. better: which way
    of the outcome is good. thresholds: of satisficing; by default the quartiles of the values of
    all policies over the points. Columns: measure (worst_case, maximum_regret, regret_90,
    satisficing); threshold (satisficing only); policy; value (outcome's unit; a share of the
    points for satisficing); low, high (90 % interval, points and replicates drawn again); rank
    (ties share the better rank); may_be_best; points; replicates.

    At a point, the regret of a policy is how much better the best of `policies` does there.
    """
    chosen = list(dict.fromkeys(policies))
    if len(chosen) < 2:
        raise InputError.single("policies", "regret compares policies: one is not enough",
                                "name two scenarios or more", "analysis")  # fmt: skip
    frames = [response(design, outcomes, outcome, policy) for policy in chosen]
    common = frames[0].columns
    for frame in frames[1:]:
        common = common.intersection(frame.columns)
    cube = np.stack([frame[common].to_numpy(float) for frame in frames])
    sign = 1.0 if better == "higher" else -1.0
    limits = _thresholds(cube, thresholds)
    value = _measures(sign * cube.mean(axis=2), sign * limits)
    again = _again(sign * cube, sign * limits, np.random.default_rng(seed), resamples)
    keys = [("worst_case", np.nan), ("maximum_regret", np.nan), ("regret_90", np.nan)]
    keys += [("satisficing", float(limit)) for limit in limits]
    tail = (1 - CONFIDENCE) / 2
    rows = []
    for k, (measure, limit) in enumerate(keys):
        goodness = -1.0 if measure in _LESS_IS_BETTER else 1.0
        unit = sign if measure == "worst_case" else 1.0
        score, scores = goodness * value[k], goodness * again[:, k]
        behind = scores[:, [int(score.argmax())]] - scores
        for p, policy in enumerate(chosen):
            ends = np.sort(unit * np.quantile(again[:, k, p], [tail, 1 - tail]))
            rows.append(
                {
                    "measure": measure, "threshold": limit, "policy": policy,
                    "value": float(unit * value[k, p]), "low": float(ends[0]),
                    "high": float(ends[1]), "rank": 1 + int((score > score[p]).sum()),
                    "may_be_best": bool(np.quantile(behind[:, p], tail) <= 0.0),
                    "points": cube.shape[1], "replicates": cube.shape[2],
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Which policies each measure of `robustness` puts first.

    One row per measure and threshold: measure; threshold; best (ids, separated by commas: more
    than one in a tie); may_be_best (those that cannot be told from the best); verdict: `clear`
    where one policy is left, `tie` where several have the best value, `ambiguous` where
    intervals do not tell.
    """
    rows = []
    for key, part in table.groupby(["measure", "threshold"], sort=False, dropna=False):
        best = list(part.loc[part["rank"] == 1, "policy"])
        open_ = list(part.loc[part["may_be_best"], "policy"])
        verdict = "tie" if len(best) > 1 else "ambiguous" if len(open_) > 1 else "clear"
        rows.append(
            {
                "measure": key[0], "threshold": key[1], "best": ", ".join(best),
                "may_be_best": ", ".join(open_), "verdict": verdict,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def disagreement(table: pd.DataFrame) -> str:
    """One sentence: whether the measures put the same policy first."""
    firsts = agreement(table)
    clear = firsts[firsts["verdict"] == "clear"]
    named = list(dict.fromkeys(clear["best"]))
    if not named:
        return "no measure tells the policies apart"
    unclear = len(firsts) - len(clear)
    rest = f"; {unclear} of {len(firsts)} measures do not tell them apart" if unclear else ""
    if len(named) == 1:
        return f"every measure that tells policies apart puts {named[0]} first{rest}"
    by = []
    for policy in named:
        own = clear[clear["best"] == policy]
        titles = [title(m, t) for m, t in zip(own["measure"], own["threshold"], strict=True)]
        by.append(f"{policy} by {', '.join(titles)}")
    return f"the measures disagree: {'; '.join(by)}{rest}"


def title(measure: str, threshold: float) -> str:
    """A measure in words, with its threshold where it has one."""
    words = measure.replace("_", " ")
    return words if np.isnan(threshold) else f"{words} at {threshold:.6g}"


def _thresholds(cube: np.ndarray, given: Sequence[float] | None) -> np.ndarray:
    if given is None:
        return np.unique(np.quantile(cube.mean(axis=2), QUARTILES))
    limits = np.array(list(dict.fromkeys(given)), float)
    if not np.isfinite(limits).all():
        raise InputError.single("thresholds", "a threshold is not finite", "finite numbers")
    return limits


def _measures(values: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """(measures, policies) of values (policies, points) of which more is better."""
    regret = values.max(axis=0) - values
    satisfied = [(values >= limit).mean(axis=1) for limit in limits]
    return np.stack(
        [values.min(axis=1), regret.max(axis=1), np.quantile(regret, TAIL, axis=1), *satisfied]
    )


def _again(
    cube: np.ndarray, limits: np.ndarray, random: np.random.Generator, resamples: int
) -> np.ndarray:
    """(resamples, measures, policies) with points and replicates drawn again, for all alike."""
    points, replicates = cube.shape[1:]
    found = []
    for _ in range(resamples):
        # Weights instead of copies: one product gives the means over the replicates drawn.
        weight = np.bincount(random.integers(replicates, size=replicates), minlength=replicates)
        mean = cube @ (weight / replicates)
        found.append(_measures(mean[:, random.integers(points, size=points)], limits))
    return np.stack(found)
