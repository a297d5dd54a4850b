"""Every combination of evenly spread quantiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from experiments.design.base import Design
from simulator.problems import did_you_mean
from simulator.strict_model import Fault, doc
from simulator.units import fault, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LEVELS = 1000
_HINT = f"a whole number from 1 to {MOST_LEVELS}"


def _levels(value: object) -> object:
    given: dict[Any, Any] = value if isinstance(value, dict) else {"": value}
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int) or (
            not 1 <= number <= MOST_LEVELS
        ):  # fmt: skip
            of = f" of {name}" if name else ""
            raise fault(f"{shown(number)} is no number of levels{of}", _HINT)
    return value


class Grid(Design):
    """All combinations, the last factor changing fastest.

    A factor with k levels takes its quantiles 0, 1/(k−1), … 1, so that both ends of its range are
    among them; with one level it takes its median.
    """

    kind: Literal["grid"]
    levels: Annotated[int | dict[str, int], BeforeValidator(_levels)] = doc(
        "nombre de niveaux, le même pour tous ou nom → nombre",
        "number of levels, the same for all or name → number",
    )

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """See the base class; and every factor has its levels."""
        found = super().faults(names)
        if isinstance(self.levels, int):
            return found
        for name in self.levels:
            if name not in names:
                message = f"{name} is nothing that the plan varies"
                found.append((("levels", name), message, did_you_mean(name, list(names))))
        lacking = [name for name in names if name not in self.levels]
        if lacking:
            message = f"{', '.join(lacking)} has no number of levels"
            found.append((("levels",), message, "give one for each name"))
        return found

    def _counts(self, names: Sequence[str]) -> list[int]:
        if isinstance(self.levels, int):
            return [self.levels] * len(names)
        return [self.levels[name] for name in names]

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        return math.prod(self._counts(names))

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """See the base class."""
        import numpy as np

        axes = [
            np.linspace(0.0, 1.0, count) if count > 1 else np.array([0.5])
            for count in self._counts(names)
        ]
        return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
