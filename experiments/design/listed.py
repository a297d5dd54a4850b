"""Points given by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator

from experiments.design.amount import Amount
from experiments.design.base import Design
from simulator.problems import did_you_mean
from simulator.strict_model import Fault, doc, not_empty

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Listed(Design):
    """The points that the plan lists, in their order; one without values where nothing varies."""

    kind: Literal["list"] = "list"
    points: Annotated[tuple[dict[str, Amount], ...], AfterValidator(not_empty)] = doc(
        "points : [{nom: valeur, …}, …]", "points: [{name: value, …}, …]", default=({},),
    )  # fmt: skip

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """Every point names every factor and no other."""
        found: list[Fault] = []
        for index, point in enumerate(self.points):
            for name in point:
                if name not in names:
                    message = f"{name} is nothing that the plan varies"
                    hint = did_you_mean(name, list(names)) if names else "leave it out"
                    found.append((("points", index, name), message, hint))
            lacking = [name for name in names if name not in point]
            if lacking:
                message = f"lacks {', '.join(lacking)}"
                found.append((("points", index), message, "give every point all that varies"))
        return found

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        return len(self.points)

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """ValueError: points given by hand have no place in the unit cube."""
        raise ValueError("points that are listed are not drawn from the unit cube")
