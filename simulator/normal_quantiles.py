"""Quantiles of the standard normal distribution, many side by side.

Wichura (1988), "Algorithm AS 241: The percentage points of the normal distribution", Applied
Statistics 37(3), 477–484, routine PPND16: relative error about 1e-16. The middle of the
distribution, 85 % of it, is a fraction of two polynomials without a branch, which the compiler
computes for several numbers at once; the tails follow apart.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import kernel

Floats = NDArray[np.float64]
_MIDDLE: Final = 0.425  # distance from the median up to which a quantile belongs to the middle
_FAR: Final = 5.0  # √(−ln p) beyond which a tail is far
_BLOCK: Final = 1024


@kernel
def to_quantiles(chance: Floats) -> Floats:
    """Standard normal quantiles of probabilities in the open interval (0, 1), in their place."""
    tail, place = np.empty(_BLOCK), np.empty(_BLOCK + 1, np.int64)
    for first in range(0, len(chance), _BLOCK):
        block = chance[first : first + _BLOCK]
        count = 0
        for i in range(len(block)):
            place[count] = i
            count += abs(block[i] - 0.5) > _MIDDLE
        for k in range(count):
            p = block[place[k]]
            tail[k] = math.copysign(math.sqrt(-math.log(min(p, 1.0 - p))), p - 0.5)
        _put_middle(block)
        _put_tail(tail[:count])
        for k in range(count):
            block[place[k]] = tail[k]
    return chance


@kernel
def _put_middle(chance: Floats) -> None:
    """Quantiles in the place of probabilities, right for those near the median."""
    for i in range(len(chance)):
        q = chance[i] - 0.5
        r = _MIDDLE * _MIDDLE - q * q
        above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        above = above * r + 6.7265770927008700853e4
        above = above * r + 4.5921953931549871457e4
        above = above * r + 1.3731693765509461125e4
        above = above * r + 1.9715909503065514427e3
        above = above * r + 1.3314166789178437745e2
        above = above * r + 3.3871328727963666080e0
        below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        below = below * r + 3.9307895800092710610e4
        below = below * r + 2.1213794301586595867e4
        below = below * r + 5.3941960214247511077e3
        below = below * r + 6.8718700749205790830e2
        below = below * r + 4.2313330701600911252e1
        chance[i] = q * above / (below * r + 1.0)


@kernel
def _put_tail(tail: Floats) -> None:
    """Quantiles in the place of √(−ln p), p the chance beyond them, with the sign of their side."""
    for i in range(len(tail)):
        r = abs(tail[i]) - 1.6
        above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        above = above * r + 2.41780725177450611770e-1
        above = above * r + 1.27045825245236838258e0
        above = above * r + 3.64784832476320460504e0
        above = above * r + 5.76949722146069140550e0
        above = above * r + 4.63033784615654529590e0
        above = above * r + 1.42343711074968357734e0
        below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        below = below * r + 1.51986665636164571966e-2
        below = below * r + 1.48103976427480074590e-1
        below = below * r + 6.89767334985100004550e-1
        below = below * r + 1.67638483018380384940e0
        below = below * r + 2.05319162663775882187e0
        quantile = math.copysign(above / (below * r + 1.0), tail[i])
        tail[i] = quantile if r <= _FAR - 1.6 else _far(tail[i])


@kernel
def _far(tail: float) -> float:
    """The same beyond `_FAR`: one draw in 36 billion on either side."""
    r = abs(tail) - _FAR
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = above * r + 1.24266094738807843860e-3
    above = above * r + 2.65321895265761230930e-2
    above = above * r + 2.96560571828504891230e-1
    above = above * r + 1.78482653991729133580e0
    above = above * r + 5.46378491116411436990e0
    above = above * r + 6.65790464350110377720e0
    below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    below = below * r + 1.84631831751005468180e-5
    below = below * r + 7.86869131145613259100e-4
    below = below * r + 1.48753612908506148525e-2
    below = below * r + 1.36929880922735805310e-1
    below = below * r + 5.99832206555887937690e-1
    return math.copysign(above / (below * r + 1.0), tail)
