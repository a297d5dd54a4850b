"""Draws of parameters from their ranges, for ensembles.

A draw is one point of a scrambled Sobol sequence, one dimension per drawn parameter: point
`index` of a seed is the same whatever the number of draws that are asked.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from simulator.parameter_file import KERNEL_LENGTH, ParameterSpec, Value, load_specs

Floats = NDArray[np.float64]

_BLOCK = 64
# Keeps the stream of parameter draws apart from every other use of the same seed.
_STREAM = 0x7061726D
MAXIMUM_INDEX = 2**30 - 1


@lru_cache(maxsize=32)
def _block(seed: int, block: int, dimensions: int) -> Floats:
    from scipy.stats import qmc  # slow to import, and only ensembles need it

    generator = np.random.default_rng([_STREAM, seed])
    sequence = qmc.Sobol(dimensions, scramble=True, rng=generator)
    if block:
        sequence.fast_forward(block * _BLOCK)
    points: Floats = sequence.random(_BLOCK)
    points.flags.writeable = False
    return points


def sobol_point(index: int, seed: int, dimensions: int) -> Floats:
    """(dimensions,) coordinates in [0, 1) of point `index` of the sequence of `seed`."""
    if not 0 <= index <= MAXIMUM_INDEX:
        raise ValueError(f"draw {index} is not between 0 and {MAXIMUM_INDEX}")
    if seed < 0:
        raise ValueError(f"seed {seed} is negative")
    return _block(seed, index // _BLOCK, dimensions)[index % _BLOCK]


def _triangular(u: float, low: float, peak: float, high: float) -> float:
    split = (peak - low) / (high - low)
    if u < split:
        return low + float(np.sqrt(u * (high - low) * (peak - low)))
    return high - float(np.sqrt((1 - u) * (high - low) * (high - peak)))


def _truncated_normal(u: float, low: float, centre: float, high: float) -> float:
    deviation = (high - low) / 4
    below, above = ndtr((low - centre) / deviation), ndtr((high - centre) / deviation)
    return centre + deviation * float(ndtri(below + u * (above - below)))


def quantile_between(distribution: str, low: float, centre: float, high: float, u: float) -> float:
    """Number at quantile `u` of a distribution on [low, high].

    `centre`: peak of a triangular one, mean of a normal one, which is truncated to the range of
    four deviations; `uniform` and `loguniform` (low above 0) do not look at it.
    """
    if distribution == "triangular":
        number = _triangular(u, low, centre, high)
    elif distribution == "normal":
        number = _truncated_normal(u, low, centre, high)
    elif distribution == "loguniform":
        number = low * (high / low) ** u
    else:
        number = low + u * (high - low)
    return min(max(number, low), high)


def neutral(spec: ParameterSpec) -> float:
    """The number that leaves a parameter at its default: the default, factor 1 or shift 0."""
    known = {"factor": 1.0, "shift": 0.0}.get(spec.range_mode)
    return float(spec.default) if known is None else known


def quantile(spec: ParameterSpec, u: float) -> float:
    """Number at quantile `u` of the range: a value, or the common factor or shift of a table."""
    if spec.range is None:
        raise ValueError(f"{spec.name} has no range")
    low, high = spec.range
    return quantile_between(spec.distribution, low, neutral(spec), high, u)


def delayed(kernel: Floats, quarters: float) -> Floats:
    """The kernel (…, 7) with every payment `quarters` later (earlier if negative).

    Fractions split between two quarters; what would leave the kernel stays in its first or last
    quarter, so that the shares always add up to 1.
    """
    whole = int(np.floor(quarters))
    fraction = quarters - whole
    result = np.zeros_like(kernel)
    for quarter in range(KERNEL_LENGTH):
        for step, share in ((whole, 1 - fraction), (whole + 1, fraction)):
            if share > 0:
                target = min(max(quarter + step, 0), KERNEL_LENGTH - 1)
                result[..., target] += share * kernel[..., quarter]
    return result


def moved(spec: ParameterSpec, number: float) -> Value:
    """Value of a parameter whose drawn number (value, factor or shift) is `number`."""
    default = spec.default
    if not isinstance(default, np.ndarray):
        return number
    if spec.axis == "kernel":
        return delayed(default, number)
    values = default * number if spec.range_mode == "factor" else default + number
    return np.clip(values, *spec.domain)


def drawn_names() -> tuple[str, ...]:
    """Parameters that an ensemble varies, in the order of the file (and of the dimensions)."""
    return tuple(name for name, spec in load_specs()[0].items() if spec.is_drawn)


def draw_values(index: int, seed: int) -> dict[str, Value]:
    """Values of all drawn parameters at point `index` of `seed`."""
    names, specs = drawn_names(), load_specs()[0]
    point = sobol_point(index, seed, len(names))
    return {
        name: moved(specs[name], quantile(specs[name], float(u)))
        for name, u in zip(names, point, strict=True)
    }
