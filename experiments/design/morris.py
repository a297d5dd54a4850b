"""Trajectories that change one factor at a time, for screening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.design.base import Design, Seed
from experiments.design.sobol import unit_problem
from simulator.strict_model import Fault, doc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Morris(Design):
    """The design of Morris (1991) by SALib: each trajectory is a start and one step a factor."""

    kind: Literal["morris"]
    trajectories: Annotated[int, Field(ge=2, strict=True)] = doc(
        "nombre de trajectoires, souvent 10 à 50", "number of trajectories, often 10 to 50"
    )
    levels: Annotated[int, Field(ge=2, le=100, strict=True)] = doc(
        "nombre de niveaux, pair", "number of levels, even", default=4
    )
    seed: Seed = doc("graine du plan, de 1", "seed of the design, from 1", default=1)

    @property
    def crosses(self) -> bool:
        """No: effects are differences of successive rows."""
        return False

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """See the base class; and levels are even."""
        found = super().faults(names)
        if self.levels % 2:
            hint = f"write {self.levels - 1} or {self.levels + 1}"
            found.append((("levels",), f"{self.levels} is not even", hint))
        return found

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        return self.trajectories * (len(names) + 1)

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """See the base class."""
        from SALib.sample import morris

        points: NDArray[np.float64] = morris.sample(
            unit_problem(names), self.trajectories, num_levels=self.levels, seed=self.seed
        )
        return points.clip(0.0, 1.0)  # sums of steps may pass an end by the last bit
