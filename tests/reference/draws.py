"""Luck: the engine's draws, computed ahead, as lists that the agents read.

A draw is a hash of the world's seed, the decision (a *stream*), the quarter and an identity. The
engine computes it when it needs it; the twin reads the same numbers in a table by organisation,
and computes by itself, from the published formula, the few that belong to no row: those of pairs
and of newborns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from simulator.randomness import hash_ids, identity

if TYPE_CHECKING:
    from simulator.randomness import Randomness

Key = tuple[str, int, int]
NORMAL = ("own sales", "grant noise")
GUMBEL = ("call score", "corporate score", "foundation score")
HASH = "candidate cells"  # the hash itself decides
MASK = (1 << 64) - 1


def finalise(x: int) -> int:
    """SplitMix64's finaliser, modulo 2⁶⁴."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def hash_of(key: int, name: int) -> int:
    """64-bit hash of an identity under a key."""
    step = key * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019
    return finalise((finalise(name ^ key) + step) & MASK)


def inverse_normal(uniform: float) -> float:
    """Quantile of the standard normal law."""
    return NormalDist().inv_cdf(uniform)


def inverse_poisson(uniform: float, mean: float) -> int:
    """Quantile of a Poisson law."""
    count, term = 0, math.exp(-mean)
    below = term
    while below < uniform:
        count += 1
        term *= mean / count
        below += term
    return count


class DrawTable:
    """Draws by organisation; `rows` gives each identity its place in the lists."""

    def __init__(self, draws: Randomness) -> None:
        self.draws = draws
        self.rows: dict[int, int] = {}
        self._columns: dict[Key, list[float]] = {}

    def row_of(self, uid: int) -> int:
        """Place of an identity in the lists, new or known."""
        return self.rows.setdefault(uid, len(self.rows))

    def column(self, stream: str, quarter: int, draw: int = 0) -> list[float]:
        """Draws of a decision, of all organisations known so far."""
        key = (stream, quarter, draw)
        found = self._columns.setdefault(key, [])
        if len(found) < len(self.rows):
            missing = list(self.rows)[len(found) :]
            found.extend(self._draw(key, np.array(missing, dtype=np.uint64)))
        return found

    def _draw(self, key: Key, ids: np.ndarray) -> list[float]:
        stream, quarter, draw = key
        if stream == HASH:
            return hash_ids(self.draws.key(stream, quarter, draw), ids).tolist()
        law = self.draws.uniform
        if stream in NORMAL:
            law = self.draws.normal
        elif stream in GUMBEL:
            law = self.draws.gumbel
        return law(stream, quarter, ids, draw).tolist()

    def singles(self, stream: str, quarter: int) -> Callable[[int], float]:
        """Uniform draws of identities that have no row, one by one."""
        key = self.draws.key(stream, quarter)
        return lambda name: ((hash_of(key, name) >> 11) + 0.5) / 2.0**53

    def born(self, quarter_label: str, cell: int, ordinal: int) -> int:
        """Identity of the n-th organisation founded in a cell (its identity) in a quarter."""
        return hash_of(identity("entrant", quarter_label), (cell + ordinal) & MASK)

    def fill(self, keys: Iterable[Key]) -> None:
        """Compute these columns ahead."""
        for key in keys:
            self.column(*key)

    @property
    def asked(self) -> list[Key]:
        """Columns computed so far."""
        return list(self._columns)
