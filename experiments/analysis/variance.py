"""Variance of a response by layer: chance, design points, structures of the model.

The estimators are those of `simulator.layers`: a mean over few replicates still holds chance,
which is taken off the variance between design points instead of being counted as theirs.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from experiments.analysis.frames import STRUCTURE, means
from simulator import layers as estimators
from simulator.layers import Split, Unit

BANDS_UP_TO: Final = 1000
"""Design points up to which shares get bands: leaving each out in turn grows with the square."""

_NAMES: Final = {"chance": "chance", "parameter": "design", "structure": "structure"}


def variance_by_layer(design: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """One row per layer: chance, design, structure.

    design: points; with a column `structure`, every point of the others under every structure.
    values: `frames.response` of that design. Columns: layer; variance (square of the outcome's
    unit); sd; share of the total; low, high (90 % band of the share, by jackknife, up to
    BANDS_UP_TO points); missing (codes of `simulator.layers.REASONS`, None where nothing is).

    Where structures are not crossed with the points they count among the design's inputs.
    """
    means(design, values)  # refuses points without a response
    values = values.reindex(design.index)
    units = _units(design, values)
    flat = values.to_numpy(float).ravel()
    found = estimators.split(flat, units)
    few = len({unit[0] for unit in units}) <= BANDS_UP_TO
    bands = estimators.bands(flat, units) if few else {}
    nothing = (float("nan"), float("nan"))
    rows = []
    for layer, name in _NAMES.items():
        part = getattr(found, layer)
        variance = float("nan") if part is None else float(part)
        low, high = bands.get(layer, nothing)
        rows.append(
            {
                "layer": name, "variance": variance, "sd": np.sqrt(variance),
                "share": found.share(layer), "low": low, "high": high,
                "missing": None if part is not None else estimators.missing(found),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def between_points(values: pd.DataFrame) -> float:
    """Variance between points (points × replicates), without what replicates leak into it."""
    replicates = values.shape[1]
    units: list[Unit] = [(d, "default", r) for d in range(len(values)) for r in range(replicates)]
    found: Split = estimators.split(values.to_numpy(float).ravel(), units)
    return found.parameter or 0.0


def chance_share(values: pd.DataFrame) -> float:
    """Share of the variance of the replicate means that is chance which points do not share.

    Chance that is the same at every point moves all means together and blurs nothing. Not a
    number with one replicate or one point: then it is not known.
    """
    if values.shape[1] < 2 or len(values) < 2:
        return float("nan")
    raw = float(values.mean(axis=1).var(ddof=1))
    return float(np.clip(1.0 - between_points(values) / raw, 0.0, 1.0)) if raw > 0.0 else 0.0


def _units(design: pd.DataFrame, values: pd.DataFrame) -> list[Unit]:
    """(point, structure, replicate) of every value; the point is that of the other columns."""
    replicates = range(values.shape[1])
    structures = design.get(STRUCTURE)
    structure = ["default"] * len(design)
    points: np.ndarray = np.arange(len(design))
    others = design.drop(columns=STRUCTURE, errors="ignore")
    if structures is not None and others.shape[1]:
        same = others.groupby(list(others.columns), sort=False).ngroup().to_numpy()
        crossed = pd.crosstab(same, structures.to_numpy())
        if bool((crossed == 1).to_numpy().all()) and crossed.shape[1] > 1:
            points, structure = same, [str(name) for name in structures]
    return [(int(d), s, r) for d, s in zip(points, structure, strict=True) for r in replicates]
