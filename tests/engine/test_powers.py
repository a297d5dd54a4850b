"""Powers of a column, side by side, are those of its numbers one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from simulator.compiled import powers


def power(base: float, exponent: float) -> float:
    """One by one: 0 to a negative power is 0."""
    return base**exponent if base > 0.0 else float(exponent == 0.0)


BASES = st.lists(st.just(0.0) | st.floats(1e-12, 1e12), min_size=1, max_size=40)
EXPONENT = st.just(0.0) | st.floats(-3.0, 3.0)


@given(BASES, EXPONENT)
def test_one_exponent_for_all(bases: list[float], exponent: float) -> None:
    expected = [power(base, exponent) for base in bases]
    for given_as in (exponent, np.array([exponent]), np.full(len(bases), exponent)):
        assert_allclose(powers(np.array(bases), given_as), expected, rtol=1e-12)


@given(st.lists(st.tuples(st.just(0.0) | st.floats(1e-6, 1e6), EXPONENT), min_size=1, max_size=40))
def test_an_exponent_for_each(pairs: list[tuple[float, float]]) -> None:
    bases, exponents = map(np.array, zip(*pairs, strict=True))
    expected = [power(base, exponent) for base, exponent in pairs]
    assert_allclose(powers(bases.copy(), exponents), expected, rtol=1e-12)
