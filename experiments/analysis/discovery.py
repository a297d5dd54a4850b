"""Scenario discovery: in which region of the uncertainties does a policy fail?

PRIM (`prim`) always finds some box, on pure noise too. So a box is kept only where its limits are
more than chance, its dimensions come back when half of the points are looked at, and it holds on
the other half. "No box" is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from experiments.analysis import prim
from experiments.analysis.frames import means, regions_of
from simulator.problems import InputError

FEWEST: Final = 20
"""Failing points, and others, below which no box is looked for."""
SIGNIFICANT: Final = 0.05
"""Quasi-p value above which a limit is dropped."""
SUPPORT: Final = 0.5
"""Share of the halves in which a dimension must come back."""
HOLDS: Final = 0.9
"""Share of the halves whose box must be denser than chance on the other half."""
HALVES: Final = 20

RULE: Final = (
    f"a box is kept where each limit has a quasi-p value of at most {SIGNIFICANT:g}, each "
    f"dimension comes back in at least {SUPPORT:.0%} of the halves of the points, and in at least "
    f"{HOLDS:.0%} of them the box of one half is denser than the average on the other half"
)


@dataclass(frozen=True)
class Discovery:
    """A region where cases of interest are dense, or why there is none.

    box: one row per restricted input: input; low, high (infinite where open) or categories;
    quasi_p_low, quasi_p_high (quasi_p_low for categories); support (share of the halves). Empty
    where no box was found. quality: one row: points; cases; base (share of cases in all points);
    coverage, density, mass of the box; held_out_density (mean, on points that the box was not
    found on) and held_out_base; holds (share of the halves). support: every input and its share
    of the halves. trajectory: `prim.statistics` with `chosen`. why: "" where a box was found.
    """

    box: pd.DataFrame
    quality: pd.DataFrame
    support: pd.DataFrame
    trajectory: pd.DataFrame
    why: str
    limits: prim.Box

    @property
    def found(self) -> bool:
        """Whether there is a box."""
        return not self.why


def failing(
    design: pd.DataFrame,
    values: pd.DataFrame,
    threshold: float,
    fails: Literal["below", "above"] = "below",
) -> pd.Series:
    """Which points fail: mean over replicates of the response below (above) the threshold.

    `threshold` itself does not fail. Returns booleans with the index of `design`.
    """
    if not np.isfinite(threshold):
        raise InputError.single("threshold", f"{threshold} is no number", "a finite number")
    value = means(design, values)
    failed = value < threshold if fails == "below" else value > threshold
    return pd.Series(failed, design.index, name="fails")


def discover(
    design: pd.DataFrame,
    cases: pd.Series,
    inputs: Sequence[str] | None = None,
    coverage: float | None = None,
    density: float | None = None,
    alpha: float = prim.ALPHA,
    halves: int = HALVES,
    seed: int = 0,
) -> Discovery:
    """The box of inputs where `cases` are dense.

    design: points that are a sample of the inputs; cases: booleans by `design_id`. The box is the
    smallest that still covers `coverage` of the cases, or the largest as dense as `density`, or,
    without either, that at the knee of coverage against density.
    """
    missing = design.index.difference(cases.index)
    if len(missing):
        raise InputError.single("cases", f"{len(missing)} design points are not told apart",
                                "one boolean per design_id", "analysis")  # fmt: skip
    design = design.sort_index()
    points = design[regions_of(design, inputs)]
    hit = cases.reindex(points.index).to_numpy(bool)
    few = _too_few(hit)
    if few:
        return _nothing(points, hit, few)
    target = _Target(coverage, density, alpha)
    boxes = prim.trajectory(points, hit, alpha)
    path = prim.statistics(points, hit, boxes)
    chosen = target.choose(path)
    path["chosen"] = path["step"] == chosen
    found = _significant(points, hit, boxes[chosen])
    support, held = _halves(points, hit, target, halves, np.random.default_rng(seed))
    kept = prim.Box({n: limit for n, limit in found.limits.items() if support[n] >= SUPPORT})
    why = ""
    if not found.limits:
        why = "no limit of the box is more than chance"
    elif not kept.limits:
        why = "no dimension of the box comes back when half of the points are looked at"
    elif held["holds"] < HOLDS:
        why = "the boxes of halves of the points are no denser than chance on the other halves"
    box = prim.Box() if why else kept
    return Discovery(
        _table(points, hit, box, support), _quality(points, hit, box, held),
        _supports(support), path, why, box,
    )  # fmt: skip


@dataclass(frozen=True)
class _Target:
    """How a box is chosen on a trajectory."""

    coverage: float | None
    density: float | None
    alpha: float

    def __post_init__(self) -> None:
        for name in ("coverage", "density"):
            share = getattr(self, name)
            if share is not None and not 0.0 < share <= 1.0:
                raise InputError.single(name, f"{share} is no share", "above 0, at most 1")
        if self.coverage is not None and self.density is not None:
            raise InputError.single("density", "coverage and density cannot both be a target",
                                    "give one of them")  # fmt: skip

    def choose(self, path: pd.DataFrame) -> int:
        """Step of the box; 0, no restriction, where no box is as dense as asked."""
        if self.coverage is not None:
            return int(path.loc[path["coverage"] >= self.coverage, "step"].max())
        if self.density is not None:
            dense = path.loc[path["density"] >= self.density, "step"]
            return int(dense.min()) if len(dense) else 0
        lost = 1.0 - path["coverage"]
        won = path["density"] - path["density"].iloc[0]
        if lost.max() <= 0 or won.max() <= 0:
            return int(won.argmax())
        return int((won / won.max() - lost / lost.max()).argmax())


def _significant(points: pd.DataFrame, hit: np.ndarray, box: prim.Box) -> prim.Box:
    """The box without limits that chance alone would give, the least certain dropped first."""
    while box.limits:
        chance = prim.quasi_p(points, hit, box)
        worst = chance.iloc[int(chance["quasi_p"].argmax())]
        if worst["quasi_p"] <= SIGNIFICANT:
            break
        box = prim.freed(box, str(worst["input"]), str(worst["side"]))
    return box


def _halves(
    points: pd.DataFrame, hit: np.ndarray, target: _Target, count: int, random: np.random.Generator
) -> tuple[dict[str, float], dict[str, float]]:
    """How often each dimension comes back, and how the box of one half does on the other."""
    returned = dict.fromkeys(points.columns, 0.0)
    densities, bases = [], []
    for _ in range(count):
        order = random.permutation(len(points))
        one, other = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
        boxes = prim.trajectory(points.iloc[one], hit[one], target.alpha)
        step = target.choose(prim.statistics(points.iloc[one], hit[one], boxes))
        box = _significant(points.iloc[one], hit[one], boxes[step])
        for name in box.limits:
            returned[name] += 1.0 / count
        inside = box.inside(points.iloc[other])
        densities.append(hit[other][inside].mean() if inside.any() else 0.0)
        bases.append(hit[other].mean())
    better = np.array(densities) > np.array(bases)
    held = {
        "held_out_density": float(np.mean(densities)), "held_out_base": float(np.mean(bases)),
        "holds": float(better.mean()),
    }  # fmt: skip
    return {name: min(1.0, share) for name, share in returned.items()}, held


def _too_few(hit: np.ndarray) -> str:
    """Why no box is looked for; "" where there are enough points of both kinds."""
    failed, points = int(hit.sum()), len(hit)
    if failed == 0:
        return f"none of the {points} points is such a case: there are none in these ranges"
    if failed == points:
        return f"all of the {points} points are such cases: everywhere in these ranges"
    if min(failed, points - failed) < FEWEST:
        return f"{failed} of {points} points are such cases; {FEWEST} of either kind are needed"
    return ""


def _nothing(points: pd.DataFrame, hit: np.ndarray, why: str) -> Discovery:
    box = prim.Box()
    path = prim.statistics(points, hit, [box])
    path["chosen"] = True
    unknown = float("nan")
    held = dict.fromkeys(("held_out_density", "held_out_base", "holds"), unknown)
    support = dict.fromkeys(points.columns, unknown)
    return Discovery(_table(points, hit, box, support), _quality(points, hit, box, held),
                     _supports(support), path, why, box)  # fmt: skip


def _supports(support: dict[str, float]) -> pd.DataFrame:
    table = pd.DataFrame({"input": list(support), "support": list(support.values())})
    return table.sort_values("support", ascending=False, kind="stable").reset_index(drop=True)


def _quality(
    points: pd.DataFrame, hit: np.ndarray, box: prim.Box, held: dict[str, float]
) -> pd.DataFrame:  # fmt: skip
    one = prim.statistics(points, hit, [box]).iloc[0]
    row = {
        "points": len(hit), "cases": int(hit.sum()), "base": float(hit.mean()),
        **{name: float(one[name]) for name in ("coverage", "density", "mass")}, **held,
    }  # fmt: skip
    return pd.DataFrame([row])


def _table(
    points: pd.DataFrame, hit: np.ndarray, box: prim.Box, support: dict[str, float]
) -> pd.DataFrame:  # fmt: skip
    chance = prim.quasi_p(points, hit, box).set_index(["input", "side"])["quasi_p"]
    rows = []
    for name, limit in box.limits.items():
        text = isinstance(limit, frozenset)
        low, high = (float("nan"), float("nan")) if isinstance(limit, frozenset) else limit
        rows.append(
            {
                "input": name, "low": low, "high": high,
                "categories": ", ".join(sorted(limit)) if isinstance(limit, frozenset) else None,
                "quasi_p_low": chance.get((name, "categories" if text else "low"), np.nan),
                "quasi_p_high": chance.get((name, "high"), np.nan),
                "support": support[name],
            }
        )  # fmt: skip
    columns = ["input", "low", "high", "categories", "quasi_p_low", "quasi_p_high", "support"]
    return pd.DataFrame(rows, columns=columns)
