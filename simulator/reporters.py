"""Mesa model reporters: the headline indicators of a running world.

Values are computed from the recorder's last quarters, so they equal the recorded ones.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import indicators

if TYPE_CHECKING:
    from simulator.model import EssModel


def _headline(code: str, model: EssModel) -> float:
    return model.recorder.headline(code)


# Not closures: a world that is put aside takes its data collector along.
REPORTERS: Final[Mapping[str, Callable[[EssModel], float]]] = {
    code: functools.partial(_headline, code) for code in indicators.HEADLINES
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
