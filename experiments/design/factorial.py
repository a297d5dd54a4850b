"""Both ends of every range: all combinations, or a fraction of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from experiments.design.base import Design
from simulator.strict_model import Fault, doc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_FACTORS = 16


class Factorial(Design):
    """Two levels a factor.

    `full`: all 2^k combinations, the last factor changing fastest. `folded`: the columns of a
    Hadamard matrix and its mirror image (resolution IV: no main effect is mixed up with an
    interaction of two factors), 2 × the power of two that is not below the number of factors.
    """

    kind: Literal["factorial"]
    fraction: Literal["full", "folded"] = doc(
        "`full` (toutes les combinaisons) ou `folded` (fraction de résolution IV)",
        "`full` (all combinations) or `folded` (a fraction of resolution IV)", default="full",
    )  # fmt: skip

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """See the base class; and the full design stays within reach."""
        found = super().faults(names)
        if self.fraction == "full" and len(names) > MOST_FACTORS:
            message = f"2^{len(names)} combinations are out of reach"
            hint = f"vary at most {MOST_FACTORS} factors, or write fraction: folded"
            found.append((("fraction",), message, hint))
        return found

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        if self.fraction == "full":
            return 1 << len(names)
        return 2 << (len(names) - 1).bit_length()

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """See the base class."""
        import numpy as np

        if self.fraction == "full":
            row, factor = np.arange(1 << len(names)), np.arange(len(names) - 1, -1, -1)
            return ((row[:, None] >> factor[None, :]) & 1).astype(np.float64)
        from SALib.sample.ff import generate_contrast

        contrast = generate_contrast({"num_vars": len(names)})
        return (np.asarray(contrast, dtype=np.float64)[:, : len(names)] + 1.0) / 2.0
