"""The three layers of uncertainty: chance, parameters, structure.

The paired differences of a run form an array x[s, d, r] over structures, draws of the parameters
and replicates. Its variance splits by the law of total variance, from the inside out:

    chance      mean over (s, d) of the variance over replicates
    parameters  mean over s of the variance, over draws, of the means over replicates
    structure   variance over structures of the means over draws and replicates

A mean over few replicates still holds chance, and a mean over few draws still holds parameters;
what they leak into the outer layers is estimated from the mean squares of the crossed design and
taken off (method of moments; Searle, Casella & McCulloch 1992, Variance Components, ch. 4), so that
the three estimates are unbiased. What comes out negative is no variance at all and counts as 0.
Replicates and draws stand for many more; structures are those of the run, each with the same
weight, so their variance is that of a complete list.

Chance and parameters can only be told apart where every draw was run with the same two replicates
or more (`draws` and `replicates` both given). Where every draw has a replicate of its own they are
one layer, and both shares are missing: see `REASONS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.results import Results

Floats = NDArray[np.float64]
Unit = tuple[int, str, int]  # draw, structure, replicate
LAYERS: Final = ("chance", "parameter", "structure")
REASONS: Final[dict[str, dict[str, str]]] = {
    "one_replicate_per_draw": {
        "fr": "chaque jeu d'hypothèses n'a été simulé qu'une fois, si bien que hasard et "
        "paramètres ne se séparent pas (il faut au moins deux répliques de chaque tirage)",
        "en": "each set of assumptions was simulated once, so that chance and parameters cannot "
        "be told apart (two replicates or more of each draw are needed)",
    },
    "chance_not_varied": {
        "fr": "une seule réplique : le hasard n'a pas varié",
        "en": "one replicate: chance was not varied",
    },
    "parameters_not_varied": {
        "fr": "paramètres non variés (option --parameters accepted)",
        "en": "parameters not varied (option --parameters accepted)",
    },
    "structure_not_varied": {
        "fr": "un seul modèle : la structure n'a pas varié (option --structures all)",
        "en": "a single model: structure was not varied (option --structures all)",
    },
    "no_variance": {
        "fr": "l'écart ne varie pas", "en": "the difference does not vary",
    },
    "missing_worlds": {
        "fr": "l'écart manque dans une partie des mondes",
        "en": "the difference is missing in part of the worlds",
    },
}  # fmt: skip
_DUST: Final = 1e-12
_QUANTILE_90: Final = 1.6448536269514722  # of the standard normal distribution, two-sided 90 %
_LEAST: Final = 3  # of draws and of replicates from which leaving one out gives a band


@dataclass(frozen=True)
class Split:
    """Variance of each layer, in the square of the indicator's unit; None is missing.

    `rest`: chance and parameters together, where they cannot be told apart. `reasons`: codes of
    REASONS, why something is missing; empty where nothing is.
    """

    chance: float | None = None
    parameter: float | None = None
    structure: float | None = None
    rest: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """Variance over the layers that were varied."""
        known = (self.chance, self.parameter, self.structure)
        return self.rest + sum(part for part in known if part is not None)

    def share(self, layer: str) -> float:
        """Share of the total of a layer; not a number where missing."""
        part = getattr(self, layer)
        return float("nan") if part is None or self.total <= 0.0 else part / self.total


def split(differences: Floats, units: Sequence[Unit]) -> Split:
    """Variance of paired differences by layer.

    `differences`: one for each unit (draw, structure, replicate), nan where a world lacks a value.
    The share of one layer alone says nothing: then all are missing.
    """
    if np.isnan(differences).any():
        return Split(reasons=("missing_worlds",))
    design = _design(differences, units)
    found = _components(design)
    if _any_known(found) and found.total <= _DUST * float(np.mean(differences**2)):
        return Split(reasons=(*found.reasons, "no_variance"))
    return found


def can_split(units: Sequence[Unit]) -> bool:
    """True where these units tell layers apart at all, whatever the differences are."""
    changing = np.arange(len(units), dtype=float)
    return _any_known(_components(_design(changing, units)))


def _any_known(found: Split) -> bool:
    return any(getattr(found, layer) is not None for layer in LAYERS)


@dataclass(frozen=True)
class Design:
    """Differences as an array (structures, draws, replicates).

    Where replicates are not crossed with draws, shape (structures, 1, pairs of both).
    """

    x: Floats
    crossed: bool
    draws: int
    structures: int


def _design(differences: Floats, units: Sequence[Unit]) -> Design:
    """The complete part of the design: an interrupted run loses what not every world had."""
    structures = list(dict.fromkeys(unit[1] for unit in units))
    draws = sorted({unit[0] for unit in units})
    value = dict(zip(units, differences, strict=True))
    replicates = [
        r for r in sorted({unit[2] for unit in units})
        if all((d, s, r) in value for d in draws for s in structures)
    ]  # fmt: skip
    if len(draws) == 1 or len(replicates) >= 2:
        x = [[[value[d, s, r] for r in replicates] for d in draws] for s in structures]
        return Design(_array(x, len(structures), len(draws)), True, len(draws), len(structures))
    pairs = [
        (d, r) for d, r in dict.fromkeys((unit[0], unit[2]) for unit in units)
        if all((d, s, r) in value for s in structures)
    ]  # fmt: skip
    x = [[[value[d, s, r] for d, r in pairs]] for s in structures]
    return Design(_array(x, len(structures), 1), False, len(draws), len(structures))


def _array(x: list[list[list[float]]], structures: int, draws: int) -> Floats:
    return np.array(x, dtype=np.float64).reshape(structures, draws, -1)


def _components(design: Design) -> Split:
    """Unbiased variance of each layer, negative estimates counted as 0."""
    x, reasons = design.x, []
    structures, draws, replicates = x.shape
    if not design.crossed:
        reasons.append("one_replicate_per_draw")
    elif replicates < 2:
        reasons.append("chance_not_varied")
    if design.draws < 2:
        reasons.append("parameters_not_varied")
    if structures < 2:
        reasons.append("structure_not_varied")
    varied = (design.crossed and replicates >= 2) + (design.draws >= 2) + (structures >= 2)
    if not design.crossed:
        varied = 1 + (structures >= 2)
    if varied < 2 or replicates < 2:
        return Split(reasons=tuple(reasons))
    within = float(x.var(axis=2, ddof=1).mean())
    structure = max(_between_structures(x), 0.0) if structures >= 2 else None
    if not design.crossed:
        return Split(None, None, structure, within, tuple(reasons))
    parameter = max(_between_draws(x), 0.0) if draws >= 2 else None
    return Split(within, parameter, structure, 0.0, tuple(reasons))


def _interaction(x: Floats) -> Floats:
    """(structures,) mean square of draws × replicates."""
    draws, replicates = x.shape[1:]
    left = x - x.mean(axis=2, keepdims=True) - x.mean(axis=1, keepdims=True)
    left = left + x.mean(axis=(1, 2), keepdims=True)
    return np.asarray((left**2).sum(axis=(1, 2)) / ((draws - 1) * (replicates - 1)))


def _between_draws(x: Floats) -> float:
    """Variance over draws of the means, less what replicates leak into it (they are shared)."""
    raw = x.mean(axis=2).var(axis=1, ddof=1)
    return float((raw - _interaction(x) / x.shape[2]).mean())


def _between_structures(x: Floats) -> float:
    """Variance over structures of the means, less what draws and replicates leak into it."""
    _, draws, replicates = x.shape
    apart = x - x.mean(axis=0)
    by_replicate = draws * apart.mean(axis=1).var(axis=1, ddof=1)
    if draws == 1:
        noise = by_replicate / replicates
    else:
        by_draw = replicates * apart.mean(axis=2).var(axis=1, ddof=1)
        noise = (by_draw + by_replicate - _interaction(apart)) / (draws * replicates)
    return float((apart.mean(axis=(1, 2)) ** 2 - noise).mean())


def bands(differences: Floats, units: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """90 % band of each share: jackknife, leaving out one draw, then one replicate, at a time.

    Variances over both add up, which is a little wide; not a number under three of either.
    """
    nothing = (float("nan"), float("nan"))
    found = split(differences, units)
    if not _any_known(found):
        return dict.fromkeys(LAYERS, nothing)
    design = _design(differences, units)
    spread = dict.fromkeys(LAYERS, 0.0)
    for axis in (1, 2) if design.x.shape[1] > 1 else (2,):
        count = design.x.shape[axis]
        if count < _LEAST:
            return dict.fromkeys(LAYERS, nothing)
        parts = [_components(replace(design, x=np.delete(design.x, i, axis))) for i in range(count)]
        for layer in LAYERS:
            shares = np.array([part.share(layer) for part in parts])
            spread[layer] += (count - 1) * float(shares.var())
    result = {}
    for layer in LAYERS:
        centre, half = found.share(layer), _QUANTILE_90 * np.sqrt(spread[layer])
        result[layer] = (float(np.clip(centre - half, 0, 1)), float(np.clip(centre + half, 0, 1)))
    return result


def layers(
    results: Results,
    indicator: str | Sequence[str],
    by: str | None = None,
    at: str | Sequence[str] | None = None,
    reference: str | None = None,
) -> pd.DataFrame:
    """One row per indicator, scenario, group and quarter; see `Results.layers`."""
    from simulator.compare import pairs

    rows: list[dict[str, Any]] = []
    for pair in pairs(results, indicator, by, at, reference):
        found, band = split(pair.differences, results.units), bands(pair.differences, results.units)
        row: dict[str, Any] = {
            **pair.keys, "difference": float(np.nanmean(pair.differences)),
            "sd": float(np.sqrt(found.total)) if _any_known(found) else float("nan"),
        }  # fmt: skip
        for layer in LAYERS:
            row[f"{layer}_share"] = found.share(layer)
            row[f"{layer}_low"], row[f"{layer}_high"] = band[layer]
        rows.append({**row, "layers_missing": missing(found)})
    return pd.DataFrame(rows)


def missing(found: Split) -> str | None:
    """Codes of what is missing and why, separated by spaces; None where nothing is."""
    return " ".join(found.reasons) or None


def shares(differences: Floats, units: Sequence[Unit]) -> dict[str, Any]:
    """The columns that a comparison has: one share per layer, and what is missing."""
    found = split(differences, units)
    named = {f"{layer}_share": found.share(layer) for layer in LAYERS}
    return {**named, "layers_missing": missing(found)}


def reason(codes: str, language: str = "fr") -> str:
    """The sentence for the codes of `layers_missing`."""
    return " ; ".join(REASONS[code][language] for code in codes.split())
