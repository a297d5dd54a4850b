"""What a calibration found, as plain numbers: shipped with the set, and all that pages tell."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from experiments.calibration import not_ruled_out
from experiments.calibration.calibrate import Calibration
from experiments.calibration.implausibility import FactView
from experiments.calibration.problem import Target

Floats = NDArray[np.float64]

UNIFORM_DEVIATION: Final = 1 / np.sqrt(12)
# A parameter is identified where its accepted draws spread less than this, and by more than few
# draws of a uniform prior would by chance (four deviations of a deviation). It is shifted where
# they are not spread like the prior (Kolmogorov–Smirnov, Holm over all parameters).
IDENTIFIED_FROM: Final = 0.20
CHANCE_OF_DEVIATION: Final = 4 * 0.45  # over the square root of the draws
SHIFTED_BELOW: Final = 0.01
CORRELATED_FROM: Final = 0.35
MOST_PAIRS: Final = 12
LEFT_OUT_POINTS: Final = 200
MOST_AGAINST: Final = 3
DIGITS: Final = 6
_STREAM: Final = 0x6D697373


def summarised(calibration: Calibration) -> dict[str, Any]:
    """Everything but the draws, in JSON types; the same for the same calibration."""
    accepted = calibration.accepted
    return _rounded({
        "acceptance": {
            "rule": "worst implausibility at most the bound, then the nearest by root mean square",
            "bound": accepted.bound,
            "candidates": accepted.candidates,
            "accepted": len(accepted.rows),
            "distance": [accepted.distances[0], accepted.distances[-1]],
            "set_aside": list(accepted.set_aside),
        },
        "waves": [_wave(calibration, index) for index in range(len(calibration.history.waves))],
        "facts": facts_before_and_after(calibration),
        "parameters": parameters_learnt(calibration),
        "together": correlated(calibration),
        "misses": misses(calibration),
    })  # fmt: skip


def _wave(calibration: Calibration, index: int) -> dict[str, Any]:
    wave = calibration.history.waves[index]
    return {
        "number": wave.number,
        "points": len(wave.points),
        "failed": len(wave.failed),
        "errors": sorted(set(wave.failed.values()))[:3],
        "share": wave.share,
        "bound": None if np.isinf(wave.bound) else wave.bound,
        "set_aside": list(wave.set_aside),
        "emulators": {view.target.id: _emulator(calibration, view) for view in wave.views},
        "foretold": wave.foretold,
    }


def _emulator(calibration: Calibration, view: FactView) -> dict[str, Any]:
    names = calibration.problem.names
    return {
        "r2": view.emulator.explained,
        "coverage": view.emulator.covered,
        "deviation": np.sqrt(view.emulator.error),
        "chance": np.sqrt(view.ensemble),
        "inputs": [names[j] for j in view.emulator.curved],
    }


def _spread(values: Floats, target: Target | None) -> dict[str, Any]:
    shown = values[np.isfinite(values)]
    if len(shown) == 0:
        return {"median": None, "low": None, "high": None, "share_inside": None}
    low, median, high = np.quantile(shown, [0.05, 0.5, 0.95])
    inside = None if target is None else target.contains(shown).mean()
    return {"median": median, "low": low, "high": high, "share_inside": inside}


def facts_before_and_after(calibration: Calibration) -> list[dict[str, Any]]:
    """Each fact over the ranges (first wave) and over the accepted draws in fresh worlds."""
    history, confirmed = calibration.history, calibration.accepted.confirmed
    targets = {target.id: target for target in calibration.problem.targets}
    emulated = {view.target.id for view in history.views}
    entries = []
    for column, id_ in enumerate(history.facts):
        target = targets.get(id_)
        entries.append({
            "id": id_,
            "fitted": target is not None,
            "moved": target is None or id_ in emulated,
            "low": None if target is None else target.low,
            "high": None if target is None else target.high,
            "before": _spread(history.waves[0].values[:, column], target),
            "after": _spread(confirmed.column(id_), target),
        })  # fmt: skip
    return entries


def parameters_learnt(calibration: Calibration) -> list[dict[str, Any]]:
    """Range, accepted band and shrinkage of each parameter, and whether the facts identify it.

    Shrinkage: one less the deviation of the accepted draws over that of the prior, both on the
    scale on which the prior is uniform. Shift: how far the mean moved, in prior deviations.
    """
    problem, points = calibration.problem, calibration.accepted.points
    ends = problem.numbers(np.vstack([np.zeros(len(problem.names)), np.ones(len(problem.names))]))
    bands = problem.numbers(np.quantile(points, [0.05, 0.5, 0.95], axis=0))
    unlike = _holm([float(stats.kstest(column, "uniform").pvalue) for column in points.T])
    shrinkage = 1 - points.std(axis=0) / UNIFORM_DEVIATION
    shift = (points.mean(axis=0) - 0.5) / UNIFORM_DEVIATION
    entries = []
    for j, name in enumerate(problem.names):
        word = "not identified"
        if shrinkage[j] >= max(IDENTIFIED_FROM, CHANCE_OF_DEVIATION / np.sqrt(len(points))):
            word = "identified"
        elif unlike[j] < SHIFTED_BELOW:
            word = "shifted"
        entries.append({
            "name": name, "from": ends[0, j], "to": ends[1, j],
            "low": bands[0, j], "median": bands[1, j], "high": bands[2, j],
            "shrinkage": shrinkage[j], "shift": shift[j], "word": word,
        })  # fmt: skip
    return entries


def _holm(values: list[float]) -> list[float]:
    """p values made stricter for being many (Holm)."""
    order, worst = np.argsort(values), 0.0
    adjusted = [0.0] * len(values)
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = worst
    return adjusted


def correlated(calibration: Calibration) -> list[dict[str, Any]]:
    """Pairs of parameters that the facts tie to each other (rank correlation)."""
    points, names = calibration.accepted.points, calibration.problem.names
    ranks = stats.rankdata(points, axis=0)
    found = np.corrcoef(ranks, rowvar=False)
    first, second = np.triu_indices(len(names), 1)
    strength = found[first, second]
    order = np.argsort(-np.abs(strength), kind="stable")[:MOST_PAIRS]
    return [
        {"first": names[first[k]], "second": names[second[k]], "correlation": strength[k]}
        for k in order
        if abs(strength[k]) >= CORRELATED_FROM
    ]


def misses(calibration: Calibration) -> list[dict[str, Any]]:
    """Fitted facts whose accepted median is out of range, and the experiments that show why.

    alone: share of the first wave, drawn from the whole ranges, that meets the fact. left_out:
    where the fact lies (5, 50, 95 %) on points that all *other* facts leave. against: the facts
    that points meeting this one meet least, with their share among these points and among all.
    """
    history = calibration.history
    after = {e["id"]: e["after"]["median"] for e in facts_before_and_after(calibration)}
    targets = {t.id: (t, history.facts.index(t.id)) for t in calibration.problem.targets}
    entries = []
    for id_, (target, column) in targets.items():
        median = after[id_]
        if median is None or bool(target.contains(np.array(median))):
            continue
        meets = target.contains(history.values[:, column])
        against = []
        for other, (wanted, place) in targets.items():
            met = wanted.contains(history.values[:, place])
            if other != id_ and meets.any():
                against.append({"id": other, "with": met[meets].mean(), "overall": met.mean()})
        against.sort(key=lambda entry: entry["with"] - entry["overall"])
        entries.append({
            "id": id_,
            "median": median,
            "alone": target.contains(history.waves[0].values[:, column]).mean(),
            "left_out": _left_out(calibration, id_),
            "against": [e for e in against if e["with"] < e["overall"]][:MOST_AGAINST],
        })  # fmt: skip
    return entries


def _left_out(calibration: Calibration, id_: str) -> list[float] | None:
    views = calibration.history.views
    own = [view for view in views if view.target.id == id_]
    others = [view for view in views if view.target.id != id_]
    if not own or not others:
        return None
    settings = calibration.settings
    rng = np.random.default_rng([_STREAM, settings.seed, *id_.encode()])
    space = not_ruled_out.draw_for(
        others, len(calibration.problem.names), LEFT_OUT_POINTS, settings.cutoff, rng
    )
    found = np.quantile(own[0].emulator.predict(space.points), [0.05, 0.5, 0.95])
    return [float(value) for value in found]


def _rounded(content: Any) -> Any:
    """Plain JSON types, numbers to six significant digits, null for what is not a number."""
    if isinstance(content, dict):
        return {str(key): _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    if isinstance(content, bool | np.bool_):
        return bool(content)
    if isinstance(content, float | np.floating):
        return float(f"{content:.{DIGITS}g}") if np.isfinite(content) else None
    if isinstance(content, np.integer):
        return int(content)
    return content
