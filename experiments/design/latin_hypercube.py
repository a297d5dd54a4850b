"""Points that fill the ranges: one in each of n slices of every factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.design.base import Design, Seed
from simulator.strict_model import doc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LatinHypercube(Design):
    """A Latin hypercube (`scipy.stats.qmc.LatinHypercube`)."""

    kind: Literal["latin_hypercube"]
    n: Annotated[int, Field(ge=1, strict=True)] = doc("nombre de points", "number of points")
    seed: Seed = doc("graine du plan, de 1", "seed of the design, from 1", default=1)

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        return self.n

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """See the base class."""
        import numpy as np
        from scipy.stats import qmc

        rng = np.random.default_rng(self.seed)
        points: NDArray[np.float64] = qmc.LatinHypercube(len(names), rng=rng).random(self.n)
        return points
