"""Loops over rows, compiled to machine code by Numba where a profile asks for it.

A *kernel* is a plain function of arrays and numbers: it says row by row what a process does, in one
pass over memory, and only adds, compares, multiplies, calls `math`. With `NUMBA_DISABLE_JIT=1` the
same functions run as ordinary Python, slowly; a test plays a world both ways and wants the same
fates. Neither contraction nor reordering of floating point is allowed, so that a kernel's result is
that of its text (`checking_kernel` alone may reorder: the model does not read what it returns).

Conventions. Arrays of organisations have shape (rows,), those of funder levels (6, rows). A value
of `Values.column` has shape (1,) where it is the same for all and (rows,) otherwise; `at` reads
both. Sums by cell run in the order of the rows.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import llvmlite.binding
import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
Floats = NDArray[np.float64]
Identities = NDArray[np.uint64]

_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_GOLDEN, _OFFSET = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x632BE59BD9B4E019)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 2.0**-53
SAFE = 1.000001  # margin of a bound of odds, which only spares a look, over rounding
_VERSIONS_KEPT = 3


def _cache_folder() -> str:
    """Where this very code keeps its compiled kernels.

    Numba looks at the file of a kernel only, not at the files of the kernels and constants that
    it uses: a folder named after all their sources makes sure that no machine code outlives its
    text. The newest few are kept, for those who go back and forth between versions.
    """
    package = Path(__file__).resolve().parent
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted((*package.glob("*.py"), *package.glob("processes/*.py"))):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    given = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    parent = Path(given) if given else package / "__pycache__"
    kept = sorted(parent.glob("kernels-*"), key=lambda found: found.stat().st_mtime)
    folder = parent / f"kernels-{digest.hexdigest()}"
    if folder not in kept:
        for old in kept[: max(len(kept) - _VERSIONS_KEPT, 0)]:
            shutil.rmtree(old, ignore_errors=True)
    return str(folder)


_FOLDER = _cache_folder()


def _kept_mark() -> Path:
    """There once the kernels of a whole world were kept for this Python, Numba and processor."""
    processor = llvmlite.binding.get_host_cpu_name()
    return Path(_FOLDER, f"kept-{sys.implementation.cache_tag}-{numba.__version__}-{processor}")


def are_kept() -> bool:
    """True where kernels need no compiling, only loading."""
    return _kept_mark().exists()


def note_kept() -> None:
    """To be called when a world has been played: what it compiled was kept, if anything can be."""
    with contextlib.suppress(OSError):
        if any(Path(_FOLDER).iterdir()):
            _kept_mark().touch()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function at its first call, once per version where a folder can be written."""
    return _compiled(function, frozenset())


def checking_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The same for a check that the model never reads: its sums may run in any order, faster."""
    return _compiled(function, frozenset({"reassoc", "nsz"}))


def _compiled(function: Callable[P, R], liberties: frozenset[str]) -> Callable[P, R]:
    given = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    # First beside the sources, then in the user's cache; where neither can be written, kernels
    # are compiled each time.
    for folder, keep in ((_FOLDER, True), (given, True), ("", False)):
        numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]
        try:
            return numba.njit(
                function, cache=keep, error_model="numpy", nogil=True,
                fastmath=set(liberties) or False,
            )  # fmt: skip
        except (OSError, RuntimeError):
            continue
        finally:
            numba.config.CACHE_DIR = given  # type: ignore[attr-defined]
    raise AssertionError("unreachable")


@kernel
def at(column: Floats, row: int | np.uint64) -> float:
    """Value of a row in a column of shape (1,) or (rows,)."""
    return column[0] if column.shape[0] == 1 else column[row]


@kernel
def at_level(table: Floats, level: int, row: int) -> float:
    """Value of a funder level for a row, in a table of shape (6, 1) or (6, rows)."""
    return table[level, 0] if table.shape[1] == 1 else table[level, row]


@kernel
def alike(column: Floats, size: int) -> Floats:
    """The first value of a column, `size` times: what `part` takes where it is one for all."""
    return np.full(size, column[0])


@kernel
def part(column: Floats, value: Floats, first: int, last: int) -> Floats:
    """Values of the rows from `first` to `last`, of a column of shape (rows,), or (1,): of `value`.

    A loop over columns that are all of one length works on several rows at once; not one with `at`.
    """
    return value[: last - first] if column.shape[0] == 1 else column[first:last]


@kernel
def picks(flags: NDArray[np.bool_], rows: int, found: NDArray[np.int64]) -> int:
    """Put the positions of the first `rows` flags that are set first in `found`; their number.

    Flags come in a multiple of eight; those behind the first `rows` are cleared.
    """
    flags[rows:] = False
    eights, count = flags.view(np.uint64), 0
    for eight in range(len(eights)):
        if eights[eight]:
            for i in range(8 * eight, 8 * eight + 8):
                found[count] = i
                count += flags[i]
    return count


@kernel
def clip(value: float, low: float, high: float) -> float:
    """The value within its bounds."""
    return min(max(value, low), high)


def powers(base: Floats, exponent: Floats | float) -> Floats:
    """`base ** exponent` of each number of an array, (rows,), in its place, up to the last digits.

    0 where the base is not positive, 1 where the exponent is 0. NumPy computes logarithms and
    exponentials side by side where it can. Exponents: a number, (1,) or (rows,).
    """
    none = ~(base > 0.0)
    some = none.any()
    if some:
        np.copyto(base, 1.0, where=none)
    np.log(base, out=base)
    base *= exponent
    np.exp(base, out=base)
    if some:
        np.copyto(base, np.equal(exponent, 0.0), where=none)  # 0⁰ is 1
    return base


@kernel
def mixed(word: np.uint64, other: np.uint64) -> np.uint64:
    """SplitMix64 of the sum of two words: golden-ratio step and finaliser, modulo 2⁶⁴."""
    x = (word + other) * _GOLDEN + _GOLDEN
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return np.uint64(x ^ (x >> _S31))


@kernel
def hashed(key: np.uint64, identity: np.uint64) -> np.uint64:
    """Hash of an identity under a key: the finaliser of SplitMix64, twice (see `randomness`)."""
    x = identity ^ key
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    x = (x ^ (x >> _S31)) + (key * _GOLDEN + _OFFSET)
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return np.uint64(x ^ (x >> _S31))


@kernel
def uniform(key: np.uint64, identity: np.uint64) -> float:
    """Uniform draw of an identity in the open interval (0, 1)."""
    return (np.float64(hashed(key, identity) >> _S11) + 0.5) * _TO_UNIT


@kernel
def draw_all(luck: Floats, key: np.uint64, identities: Identities) -> None:
    """Put the uniform draw of each identity into `luck`; four times as fast as one by one."""
    for i in range(len(luck)):
        luck[i] = uniform(key, identities[i])


@kernel
def fall_below(
    flags: NDArray[np.bool_], luck: Floats, odds: Floats, alive: NDArray[np.bool_]
) -> None:
    """Whether living rows draw below their odds."""
    for i in range(len(flags)):
        flags[i] = alive[i] & (luck[i] < odds[i])


@kernel
def hash_all(key: np.uint64, identities: Identities) -> Identities:
    """Hash of each identity, shape (identities,)."""
    found = np.empty_like(identities)
    for i in range(len(identities)):
        found[i] = hashed(key, identities[i])
    return found


@kernel
def uniform_all(key: np.uint64, identities: Identities) -> Floats:
    """Uniform draw of each identity, shape (identities,)."""
    found = np.empty(len(identities))
    draw_all(found, key, identities)
    return found
