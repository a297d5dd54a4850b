"""Mesa model reporters: the headline indicators of a running world.

Values are computed from the recorder's last quarters, so they equal the recorded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import indicators

if TYPE_CHECKING:
    from simulator.model import EssModel


def _reporter(code: str) -> Callable[[EssModel], float]:
    def report(model: EssModel) -> float:
        return model.recorder.headline(code)

    report.__name__ = code
    report.__doc__ = indicators.INDICATORS[code].definition_en
    return report


REPORTERS: Final[Mapping[str, Callable[[EssModel], float]]] = {
    code: _reporter(code) for code in indicators.HEADLINES
}


def value(
    code: str,
    sums: Mapping[str, np.ndarray],
    base: Mapping[str, np.ndarray],
    median: np.ndarray,
) -> float:
    """One headline indicator from sums of the whole population, each a 0-d array."""
    found = indicators.evaluate(
        indicators.INDICATORS[code], lambda n: sums[n], lambda n: base[n], lambda _: median
    )
    return float(found)
