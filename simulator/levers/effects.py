"""What levers compile to: the only things that the engine knows of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.levers.selection import Selector

Nature = Literal["decision", "hypothesis"]
Operation = Literal["set", "add", "multiply"]
ProgrammeKind = Literal[
    "administration", "core_funding", "emergency_fund", "guarantee", "market_support",
    "merger_support", "mutualisation_subsidy", "quasi_equity", "support_consolidation",
    "support_rethinking", "support_crisis_anticipation", "support_leaders_health",
    "support_orderly_closure", "support_governance", "support_alliances", "support_dla",
]  # fmt: skip


@dataclass(frozen=True)
class Modifier:
    """One parameter changed along the quarters, for those selected.

    `path`, (quarters,): the operand in each quarter; where it is neutral (nan for `set`, 0 for
    `add`, 1 for `multiply`) the quarter is left alone. Modifiers apply in the order of the levers.
    """

    name: str
    operation: Operation
    path: np.ndarray
    selector: Selector
    lever: str
    nature: Nature

    @property
    def neutral(self) -> np.ndarray:
        """(quarters,) whether nothing is changed in the quarter."""
        if self.operation == "set":
            return np.isnan(self.path)
        return self.path == (0.0 if self.operation == "add" else 1.0)


@dataclass(frozen=True)
class VoteChange:
    """What public funders vote, changed.

    `factor`, (quarters of whole years,): cumulative factor on what would have been voted; 1 is no
    change. The vote of a year takes the mean of its four quarters. `growth`, (years,): the whole
    nominal growth of the year's vote, nan where the baseline's growth stays.
    """

    selector: Selector
    instruments: frozenset[int]
    factor: np.ndarray
    growth: np.ndarray
    lever: str
    nature: Nature


@dataclass(frozen=True)
class Programme:
    """Money that someone spends for a purpose.

    `amount`, (quarters,): euros of 2025 a year; 0 is off.
    `share`, (quarters,): for programmes that pay a share of something (the cost of a merger, the
    grants voted, the loss of a loan); 0 is off. `payer`: a code of `codes.PAYERS`.
    `of_pot`, (quarters of whole years,): share of the payer's own grants, a year, that goes to the
    programme and bounds it; None where the money does not come from them.
    `capacity`, (quarters,): organisations a year that a support programme takes in at most, whose
    `amount` is what they cost; None for other programmes.
    """

    kind: ProgrammeKind
    amount: np.ndarray
    share: np.ndarray
    payer: str
    selector: Selector
    lever: str
    nature: Nature
    of_pot: np.ndarray | None = None
    capacity: np.ndarray | None = None


@dataclass(frozen=True)
class Effects:
    """All that a lever, or a scenario, changes; tuples in the order of the levers."""

    modifiers: tuple[Modifier, ...] = ()
    votes: tuple[VoteChange, ...] = ()
    programmes: tuple[Programme, ...] = ()

    @classmethod
    def joined(cls, parts: Iterable[Effects]) -> Effects:
        """The effects of several levers, one after the other."""
        listed = list(parts)
        return cls(
            tuple(item for part in listed for item in part.modifiers),
            tuple(item for part in listed for item in part.votes),
            tuple(item for part in listed for item in part.programmes),
        )
