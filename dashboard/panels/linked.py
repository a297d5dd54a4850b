"""Parameters that go with a difference, where no threshold can be told.

Every parameter is ranked against the difference over the draws (Spearman), and kept where so strong
a link is unlikely (5 %) among that many parameters by chance alone (Bonferroni). What is told is
counted: in how many draws the difference vanishes where the parameter is low, and where it is high;
where these counts may well be equal (Fisher's exact test) nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LEVEL: Final = 0.05
FEWEST: Final = 100  # draws; fewer say nothing of so many parameters
PARTS: Final = 3  # low, middle and high thirds of the draws


@dataclass(frozen=True)
class Linked:
    """A parameter: draws in its lowest and highest thirds, and how many of them have no effect."""

    parameter: str
    low_draws: int
    low_gone: int
    high_draws: int
    high_gone: int

    @property
    def counts(self) -> list[list[int]]:
        """Draws without and with an effect, where the parameter is low, then where it is high."""
        return [
            [self.low_gone, self.low_draws - self.low_gone],
            [self.high_gone, self.high_draws - self.high_gone],
        ]


def linked_parameters(
    numbers: pd.DataFrame, differences: np.ndarray, gone: np.ndarray
) -> list[Linked]:
    """Parameters linked with a difference, the strongest link first.

    numbers: (draws, parameters). differences: (draws,) mean paired difference in each draw; gone:
    (draws,) whether it has vanished there.
    """
    from scipy.stats import fisher_exact, spearmanr

    found: list[tuple[float, Linked]] = []
    if len(numbers) < FEWEST:
        return []
    for name in numbers.columns:
        values = numbers[name].to_numpy(float)
        if values.min() == values.max():
            continue
        chance = float(spearmanr(values, differences).pvalue)
        if chance * numbers.shape[1] < LEVEL:
            thirds = np.array_split(np.argsort(values, kind="stable"), PARTS)
            low, high = thirds[0], thirds[-1]
            linked = Linked(
                str(name), len(low), int(gone[low].sum()), len(high), int(gone[high].sum())
            )
            if fisher_exact(linked.counts).pvalue < LEVEL:
                found.append((chance, linked))
    return [linked for _, linked in sorted(found, key=lambda one: one[0])]
