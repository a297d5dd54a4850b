"""A unit of work: one design point, one replicate, all scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unit:
    """`point`: the design point, by column of the design.

    Units are ordered by replicate, then by design point, so that a batch cut short has as many
    replicates of one point as of another, give or take one.
    """

    design_id: int
    replicate: int
    point: Mapping[str, float | int | str] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> tuple[int, int]:
        """Place in the order of units."""
        return self.replicate, self.design_id

    def __str__(self) -> str:
        return f"design point {self.design_id}, replicate {self.replicate}"
