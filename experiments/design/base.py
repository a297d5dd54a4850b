"""What all kinds of design share.

A design is read from a plan and knows nothing of parameters: it gives rows of coordinates between 0
and 1, which the plan turns into numbers by the quantiles of each distribution.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from simulator.strict_model import Fault, StrictModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# SALib takes seed 0 for none at all, and would draw another design each time.
Seed = Annotated[int, Field(ge=1, lt=2**31, strict=True)]


class Design(StrictModel):
    """Base of the kinds of design."""

    @property
    def crosses(self) -> bool:
        """Whether its points may be repeated under several draws or structures."""
        return True

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """What is wrong with the design for these factors; paths start at the design."""
        if not names:
            message = "there is nothing to vary"
            return [(("kind",), message, "name uncertainties or ranges of levers, or leave it out")]
        return []

    @abstractmethod
    def rows(self, names: Sequence[str]) -> int:
        """Number of points, without building them."""

    @abstractmethod
    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """(rows, factors) coordinates in [0, 1], columns in the order of the names."""
