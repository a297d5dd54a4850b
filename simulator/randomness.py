"""Random draws as a hash of (seed, replicate, decision, quarter, identity).

No generator is ever advanced: a draw belongs to one organisation, one quarter and one decision
(a *stream*), so that row order, subsampling and the fate of other organisations change nobody's
draws. Two scenarios with the same seed and replicate therefore share every draw (common random
numbers). Every distribution is the inverse CDF of one uniform.

The mixing function (`compiled.hashed`) is the finaliser of SplitMix64 (Steele, Lea & Flood 2014,
OOPSLA), applied twice; keys come from BLAKE2b.
"""

from __future__ import annotations

import functools
import hashlib
import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrik

from simulator.codes import REGIONS, SECTORS
from simulator.compiled import hash_all, kernel, mixed, uniform_all
from simulator.normal_quantiles import to_quantiles

_MASK = (1 << 64) - 1
MANY_EVENTS = 500.0  # mean up to which adding up probabilities is fast and exact
_AHEAD = 16  # quarters whose keys are computed together


def _moment(quarter: int, draw: int) -> np.uint64:
    """Word of the n-th draw of a quarter, the same for every decision."""
    return np.uint64(mixed(np.uint64((quarter * 64 + draw) & _MASK), np.uint64(0)))


@functools.cache
def _moments_ahead(first: int, draw: int) -> NDArray[np.uint64]:
    """Words of the n-th draw of the next quarters, (_AHEAD,)."""
    return np.array([_moment(quarter, draw) for quarter in range(first, first + _AHEAD)])


@functools.cache
def _moments_of(quarter: int, draws: int) -> NDArray[np.uint64]:
    """Words of the first draws of a quarter, (draws,)."""
    return np.array([_moment(quarter, draw) for draw in range(draws)])


@kernel
def _mix_all(stream: np.uint64, moments: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Keys of a decision at several moments, (moments,)."""
    found = np.empty_like(moments)
    for i in range(len(moments)):
        found[i] = mixed(stream, moments[i])
    return found


def birth(quarter: int) -> str:
    """Name of a birth quarter in the identities of entrants, counted from 2026 for ever.

    Not the label of the quarter: moving the calendar to another base year must leave luck as it is.
    """
    return f"{2026 + quarter // 4}Q{quarter % 4 + 1}"


def identity(*parts: object) -> int:
    """64-bit identity of anything that has a stable name."""
    text = "/".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@functools.cache
def cell_ids() -> NDArray[np.uint64]:
    """Identity of each cell, région × sector, (180,)."""
    ids = np.array(
        [identity("cell", region, sector) for region in REGIONS for sector in SECTORS],
        dtype=np.uint64,
    )
    ids.flags.writeable = False
    return ids


def hash_ids(key: int, ids: np.ndarray) -> np.ndarray:
    """uint64 hash of each id under `key`; shape of `ids`."""
    return hash_all(np.uint64(key), ids)


class Randomness:
    """All draws of one world: `seed`, `replicate`."""

    def __init__(self, seed: int, replicate: int) -> None:
        self.seed = seed
        self.replicate = replicate
        self._forget()

    def _forget(self) -> None:
        self._streams: dict[str, np.uint64] = {}
        # Keys by decision, draw and first of the quarters.
        self._words: dict[tuple[str, int, int], list[np.uint64]] = {}

    def __getstate__(self) -> tuple[int, int]:
        """Everything but what is remembered of it."""
        return self.seed, self.replicate

    def __setstate__(self, state: tuple[int, int]) -> None:
        self.seed, self.replicate = state
        self._forget()

    def _stream(self, name: str) -> np.uint64:
        """Word of a decision, the same in every quarter."""
        known = self._streams.get(name)
        if known is None:
            known = np.uint64(identity(self.seed, self.replicate, name))
            self._streams[name] = known
        return known

    def key(self, stream: str, quarter: int, draw: int = 0) -> int:
        """64-bit key of one decision in one quarter (`draw`: its n-th draw)."""
        return int(self.word(stream, quarter, draw))

    def word(self, stream: str, quarter: int, draw: int = 0) -> np.uint64:
        """The same key as kernels take it."""
        first = quarter - quarter % _AHEAD
        words = self._words.get((stream, draw, first))
        if words is None:
            words = list(_mix_all(self._stream(stream), _moments_ahead(first, draw)))
            self._words[stream, draw, first] = words
        return words[quarter - first]

    def words(self, stream: str, quarter: int, draws: int) -> np.ndarray:
        """Keys of the first `draws` draws, shape (draws,), such as one for each funder level."""
        return _mix_all(self._stream(stream), _moments_of(quarter, draws))

    def uniform(self, stream: str, quarter: int, ids: np.ndarray, draw: int = 0) -> np.ndarray:
        """Uniform draws in the open interval (0, 1), one for each id."""
        return uniform_all(self.word(stream, quarter, draw), ids)

    def normal(self, stream: str, quarter: int, ids: np.ndarray, draw: int = 0) -> np.ndarray:
        """Standard normal draws."""
        return to_quantiles(self.uniform(stream, quarter, ids, draw))

    def gumbel(self, stream: str, quarter: int, ids: np.ndarray, draw: int = 0) -> np.ndarray:
        """Standard Gumbel draws."""
        u = self.uniform(stream, quarter, ids, draw)
        np.log(u, out=u)
        np.negative(u, out=u)
        np.log(u, out=u)
        return np.negative(u, out=u)

    def poisson(
        self, stream: str, quarter: int, ids: np.ndarray, mean: np.ndarray, draw: int = 0
    ) -> np.ndarray:
        """Poisson counts (int64) by inversion of the CDF."""
        u = self.uniform(stream, quarter, ids, draw)
        counts = count_events(u, mean)
        many = mean > MANY_EVENTS
        if many.any():
            # pdtrik inverts the CDF continuously; the quantile is the next integer.
            quantile = pdtrik(u[many], mean[many])
            counts[many] = np.ceil(np.maximum(quantile, 0.0)).astype(np.int64)
        return counts


@kernel
def count_events(u: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Poisson quantiles (int64) of uniform draws; 0 where `mean` is above MANY_EVENTS."""
    counts = np.zeros(len(u), np.int64)
    for i in range(len(u)):
        if 0.0 < mean[i] <= MANY_EVENTS:
            chance = below = math.exp(-mean[i])
            before = 0.0
            # In the far tail, rounding ends the growth of the sum.
            while before < below < u[i]:
                counts[i] += 1
                chance *= mean[i] / counts[i]
                before = below
                below += chance
    return counts
