"""Saltelli's design, for Sobol indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.design.base import Design, Seed
from simulator.strict_model import Fault, doc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Sobol(Design):
    """Saltelli's design of SALib: n base points, each with A, the A that take one coordinate of B
    each (and, for second order, the B that take one of A each), then B, in successive rows."""

    kind: Literal["sobol"]
    n: Annotated[int, Field(ge=2, strict=True)] = doc(
        "nombre de points de base, une puissance de deux", "number of base points, a power of two"
    )
    second_order: bool = doc(
        "indices du second ordre aussi (deux fois plus de points)",
        "second-order indices as well (twice as many points)", default=False, strict=True,
    )  # fmt: skip
    seed: Seed = doc("graine du plan, de 1", "seed of the design, from 1", default=1)

    @property
    def crosses(self) -> bool:
        """No: indices are computed from rows in this very layout."""
        return False

    def faults(self, names: Sequence[str]) -> list[Fault]:
        """See the base class; and n is a power of two."""
        found = super().faults(names)
        if self.n & (self.n - 1):
            below = 1 << (self.n.bit_length() - 1)
            message = f"{self.n} is no power of two"
            found.append((("n",), message, f"write {below} or {2 * below}"))
        return found

    def rows(self, names: Sequence[str]) -> int:
        """See the base class."""
        return self.n * ((2 * len(names) + 2) if self.second_order else (len(names) + 2))

    def unit_points(self, names: Sequence[str]) -> NDArray[np.float64]:
        """See the base class."""
        from SALib.sample import sobol

        points: NDArray[np.float64] = sobol.sample(
            unit_problem(names), self.n, calc_second_order=self.second_order, seed=self.seed
        )
        return points


def unit_problem(names: Sequence[str]) -> dict[str, object]:
    """The factors as SALib takes them, each between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
