"""Deterministic draws of the population: hashes of (population seed, name, identity).

`even` spreads a variable evenly inside each stratum (Latin hypercube), so that medians and
shares hold in small populations too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.randomness import hash_ids, identity

Floats = NDArray[np.float64]

_TO_UNIT = 2.0**-53
# Fractional parts of the golden ratio and of √2: their multiples spread evenly over (0, 1).
GOLDEN, SILVER = 0.6180339887498949, 0.4142135623730951


class Draws:
    """Uniform draws keyed by population seed, variable name and organisation identity."""

    def __init__(self, seed: int, uid: NDArray[np.uint64], stratum: NDArray[np.int8]) -> None:
        self.seed = seed
        self.uid = uid
        self.stratum = stratum
        counts = np.bincount(stratum)
        self._counts = counts[stratum]
        order = np.argsort(stratum, kind="stable")
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._place = np.arange(len(uid)) - starts[stratum[order]]

    def uniform(self, name: str) -> Floats:
        """(N,) independent uniforms in (0, 1)."""
        bits = hash_ids(identity("population", self.seed, name), self.uid) >> np.uint64(11)
        return (bits.astype(np.float64) + 0.5) * _TO_UNIT

    def even(self, name: str) -> Floats:
        """(N,) uniforms, evenly spread inside each stratum."""
        order = np.lexsort((self.uniform(name), self.stratum))
        place = np.empty(len(self.uid))
        place[order] = self._place + 0.5
        return place / self._counts


def identities(seed: int, stratum: NDArray[np.int8]) -> NDArray[np.uint64]:
    """(N,) 64-bit identity of each row: a hash of (seed, stratum, ordinal in the stratum)."""
    uid = np.empty(len(stratum), dtype=np.uint64)
    for code in np.unique(stratum):
        rows = np.flatnonzero(stratum == code)
        key = identity("organisation", seed, int(code))
        uid[rows] = hash_ids(key, np.arange(len(rows), dtype=np.uint64))
    return uid


def offset(seed: int, name: str) -> float:
    """One uniform number of the population."""
    return (identity("population", seed, name) >> 11) * _TO_UNIT


def spread_over(probabilities: Floats, order: NDArray[np.int64], step: float, start: float,
                ) -> NDArray[np.int64]:  # fmt: skip
    """Category of each row (N,) given (N, C) probabilities, evenly spread along `order`.

    Consecutive rows take the successive multiples of an irrational `step`, so that every run
    of neighbours holds each category in proportion, to within a row or two.
    """
    u = np.empty(len(order))
    u[order] = (start + step * np.arange(1, len(order) + 1)) % 1.0
    return (
        (np.cumsum(probabilities, axis=1) < u[:, None])
        .sum(axis=1)
        .clip(0, probabilities.shape[1] - 1)
    )


def systematic(probability: Floats, order: NDArray[np.int64], start: float) -> NDArray[np.bool_]:
    """Rows taken (N,) with the given probabilities, evenly along `order`: the number taken
    differs from the expected one by less than 1."""
    steps = np.floor(np.cumsum(probability[order]) + start)
    taken = np.empty(len(order), dtype=bool)
    taken[order] = np.diff(steps, prepend=np.floor(start)) > 0
    return taken
