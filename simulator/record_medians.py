"""Weighted medians of the months of cash, for every group of every dimension at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.codes import (
    AGE_CLASSES,
    FUNDING_PROFILES,
    N_CELLS,
    N_FORMS,
    N_REGIONS,
    N_SECTORS,
    N_SIZES,
    age_class,
    size_class,
)

if TYPE_CHECKING:
    from simulator.model import EssModel

Floats = NDArray[np.float64]


def cash_medians(model: EssModel, *, crossings: bool) -> dict[str, Floats]:
    """Weighted median months of cash: dimension → (groups,); crossings only where asked."""
    o = model.organisations
    rows = np.flatnonzero(o.alive)
    ranked = rows[np.argsort(model.cash_months[rows])]
    value, weight = model.cash_months[ranked], o.weight[ranked]
    region, sector = o.region[ranked].astype(np.int16), o.sector[ranked].astype(np.int16)
    size = size_class(o.revenue_year[ranked] / model.price_level).astype(np.int16)
    keys = {
        "all": (np.zeros(len(ranked), np.int16), 1),
        "region": (region, N_REGIONS),
        "sector": (sector, N_SECTORS),
        "size": (size, N_SIZES),
        "form": (o.form[ranked].astype(np.int16), N_FORMS),
        "funding_profile": (o.profile[ranked].astype(np.int16), len(FUNDING_PROFILES)),
        "age": (age_class(o.age[ranked]).astype(np.int16), len(AGE_CLASSES)),
    }
    if crossings:
        keys["region_sector"] = (o.cell[ranked].astype(np.int16), N_CELLS)
        keys["region_size"] = (region * N_SIZES + size, N_REGIONS * N_SIZES)
        keys["sector_size"] = (sector * N_SIZES + size, N_SECTORS * N_SIZES)
        keys["region_sector_size"] = (
            o.cell[ranked].astype(np.int16) * N_SIZES + size, N_CELLS * N_SIZES,
        )  # fmt: skip
    counts = [count for _, count in keys.values()]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    group = np.concatenate(
        [key.astype(np.int32) + offset for (key, _), offset in zip(keys.values(), offsets[:-1],
                                                                  strict=True)]
    )  # fmt: skip
    repeats = len(keys)
    found = grouped_median(
        np.tile(value, repeats), np.tile(weight, repeats), group.astype(np.int16),
        int(offsets[-1]),
    )  # fmt: skip
    return {name: found[offsets[i] : offsets[i + 1]] for i, name in enumerate(keys)}


def grouped_median(value: Floats, weight: Floats, group: NDArray[np.int16], count: int) -> Floats:
    """Weighted median of each group; NaN where a group is empty.

    `value` must be sorted inside every group, in the order of the rows.
    """
    if count == 1:
        order, ranked, total = None, group, np.cumsum(weight)
    else:
        order = np.argsort(group, kind="stable")
        ranked, total = group[order], np.cumsum(weight[order])
    sizes = np.bincount(ranked, minlength=count)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    before = np.where(starts > 0, total[np.maximum(starts, 1) - 1], 0.0)
    full = sizes > 0
    half = np.zeros(count)
    half[full] = before[full] + 0.5 * (total[ends[full] - 1] - before[full])
    at = np.searchsorted(total, half[full], side="left")
    at = np.clip(at, starts[full], ends[full] - 1)
    result = np.full(count, np.nan)
    result[full] = value[at if order is None else order[at]]
    return result
