"""What a round leads to, as screens show it: distributions, paired differences, who did what.

Values are in the units of the indicators' registry. `Range` and `Path` follow the rules of all
pages: under 50 worlds the lowest and highest world, and the worlds themselves as thin paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Interval:
    """Mean over worlds of a paired difference, with its 90 % interval; `worlds` behind it."""

    mean: float
    low: float
    high: float
    worlds: int


@dataclass(frozen=True)
class Bands:
    """An indicator along the quarters of `Outcome.quarters`, over the worlds."""

    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    paths: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Level:
    """A number over worlds: their median and ends, as `Bands` has them of a quarter.

    `kind`: what the ends are, as `simulator.intervals.band_kind` names it.
    """

    median: float
    low: float
    high: float
    kind: str
    worlds: int


@dataclass(frozen=True)
class Measured:
    """One indicator: as played, the reference under the same hypotheses, their difference.

    `verdict`: a word of the verdicts' vocabulary, None where it is withheld, and then `withheld`
    says why (few worlds, chance alone varied, most worlds against the mean, a support programme).
    """

    played: Bands
    reference: Bands
    difference: Interval
    verdict: str | None = None
    withheld: str | None = None


@dataclass(frozen=True)
class FamilyOutcome:
    """Of the organisations that a role stands for: how many out of 100 are there at the end.

    `rows`: of the population, behind the numbers; under 30 nothing is shown (None).
    """

    rows: int
    survival_played: Level | None
    survival_reference: Level | None
    difference: Interval | None


@dataclass(frozen=True)
class Others:
    """Those of `Outcome.payers` that move least, and what they pay together, summed in each world.

    Larger ones stand by themselves, in the order of all pages: what may not differ is not ranked.
    """

    payers: tuple[str, ...]
    together: Interval


@dataclass(frozen=True)
class Outcome:
    """A round as far as it is simulated.

    `played` counts worlds in it, of `wanted`. `contributions`: indicator → role → as played minus
    the same without the cards of that role; complete once `refined` is True. `interaction`: the
    whole difference minus the sum of contributions. `payers`: who pays → euros of 2025 a year more
    than in the reference, mean of the round's years; `other_payers`: those of them that are shown
    as one. `refused`: cards left out, with the reason.
    """

    round: int
    quarters: tuple[str, ...]
    played: int
    wanted: int
    indicators: Mapping[str, Measured]
    contributions: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    interaction: Mapping[str, Interval] = field(default_factory=dict)
    families: Mapping[str, FamilyOutcome] = field(default_factory=dict)
    payers: Mapping[str, Interval] = field(default_factory=dict)
    other_payers: Others | None = None
    refined: bool = False
    refused: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all worlds are in it."""
        return self.played == self.wanted


@dataclass(frozen=True)
class Supposed:
    """The room played again under another assumption, reference included; kept apart."""

    parameter: str
    value: float
    outcome: Outcome


@dataclass(frozen=True)
class Progress:
    """What is being simulated: steps done, in all, and what they are for."""

    done: int
    total: int
    what: str  # "futures", "contributions", "reference", "results", "supposed"
    failed: str | None = None  # an error's identifier in the log


@dataclass(frozen=True)
class Looked:
    """What is simulated of a room so far; `progress` is None where nothing is being simulated."""

    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    supposed: Supposed | None = None
    progress: Progress | None = None
