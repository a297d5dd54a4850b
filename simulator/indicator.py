"""What an indicator is: a name, a meaning, and a formula over weighted sums of a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["higher", "lower", "none"]
Unit = Literal["organisations", "fte", "share", "index", "months", "quarters", "eur", "eur_per_fte",
               "persons_per_eur", "number"]  # fmt: skip


@dataclass(frozen=True)
class Total:
    """The sum itself."""

    sum: str

    def sums(self) -> tuple[str, ...]:
        return (self.sum,)


@dataclass(frozen=True)
class Ratio:
    """One sum over another; `complement` is one minus that ratio."""

    numerator: str
    denominator: str
    complement: bool = False

    def sums(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)


@dataclass(frozen=True)
class Index:
    """100 times the sum over what it was in 2025Q4, in the same run and group."""

    sum: str

    def sums(self) -> tuple[str, ...]:
        return (self.sum,)


@dataclass(frozen=True)
class Kept:
    """The sum over what it was in 2025Q4, in the same run and group."""

    sum: str

    def sums(self) -> tuple[str, ...]:
        return (self.sum,)


@dataclass(frozen=True)
class Median:
    """A weighted median that the recorder takes itself: medians of groups do not add up."""

    name: str

    def sums(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class MeanSurvival:
    """Area under the `survival` path since 2025Q4, in quarters; computed when comparing."""

    def sums(self) -> tuple[str, ...]:
        return ()


Formula = Total | Ratio | Index | Kept | Median | MeanSurvival


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    `smallest_effect` is the smallest difference worth a word, in the unit of the indicator, or
    as a share of the reference's value where `smallest_effect_is_relative` (all judgement).
    """

    code: str
    unit: Unit
    label_fr: str
    label_en: str
    direction: Direction
    definition_fr: str
    definition_en: str
    formula: Formula
    smallest_effect: float
    smallest_effect_is_relative: bool = False
    headline: bool = False

    @property
    def additive(self) -> bool:
        """True where the values of disjoint groups may be added."""
        return isinstance(self.formula, Total)

    @property
    def counts_events(self) -> bool:
        """True where the value counts what happened within the quarter."""
        return self.code in _EVENTS

    @property
    def recorded(self) -> bool:
        """True where the indicator is a column of the trajectories."""
        return not isinstance(self.formula, MeanSurvival)

    def label(self, language: str = "fr") -> str:
        return self.label_fr if language == "fr" else self.label_en

    def definition(self, language: str = "fr") -> str:
        return self.definition_fr if language == "fr" else self.definition_en

    def threshold(self, reference_value: float) -> float:
        """The smallest effect of interest beside this reference value, in the indicator's unit."""
        if self.smallest_effect_is_relative:
            return self.smallest_effect * abs(reference_value)
        return self.smallest_effect


_EVENTS: Final = {
    "exits", "liquidations", "procedures", "dissolutions", "stopped_employing", "absorptions",
    "entries", "layoffs", "supported", "support_euros", "creditor_losses",
}  # fmt: skip
