"""From readings of worlds to what a round led to; the worlds of a list are pairs, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.account_names import PAYERS
from dashboard.workshop.outcome import (
    Bands,
    FamilyOutcome,
    Interval,
    Level,
    Measured,
    Others,
    Outcome,
)
from dashboard.workshop.room.settings import PREDICTED, Settings
from simulator import codes, intervals
from simulator.compare import SHOWN_FROM_ROWS, paired
from simulator.indicators import INDICATORS
from simulator.paired_summary import spread, summary

if TYPE_CHECKING:
    from dashboard.workshop.worlds.reading import Reading
    from simulator.layers import Unit

_SIGN_HOLDS: Final = ("robust", "likely")
FEWEST: Final = 2  # worlds, under which nothing can be said of differences
ALONE: Final = 6  # payers that stand by themselves on a screen, where there are more


@dataclass(frozen=True)
class Pairs:
    """Worlds of a round as played and of its reference; `units`: draw, structure, replicate."""

    units: Sequence[Unit]
    played: Sequence[Reading]
    reference: Sequence[Reading]

    def differences(self, value: Callable[[Reading], float]) -> np.ndarray:
        """(worlds,) paired differences of a number of each world."""
        return paired(
            np.array([value(one) for one in self.played]),
            np.array([value(one) for one in self.reference]),
        )

    def chosen(self, places: Sequence[int]) -> Pairs:
        """Some of the worlds."""
        parts = (self.units, self.played, self.reference)
        return Pairs(*([part[place] for place in places] for part in parts))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Asked:
    """The round that an outcome is about.

    support: whether a support programme is in play on one of both sides. refused: as `Outcome`.
    """

    settings: Settings
    number: int
    support: bool
    refused: tuple[str, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Those projected, then those predicted."""
        return tuple(dict.fromkeys((*self.settings.indicators, *PREDICTED)))

    @property
    def last(self) -> int:
        """Index of the last quarter."""
        return codes.quarter_index(self.settings.rounds[self.number])


def outcome_of(
    asked: Asked, pairs: Pairs, without: Mapping[str, Mapping[int, Reading]] | None = None
) -> Outcome:
    """The outcome of the worlds that are there, two at least.

    without: role → place in `pairs` → the world without the cards of the role.
    """
    contributions, interaction, places = _contributions(asked, pairs, without or {})
    payers, others = _payers(asked, pairs)
    settings = asked.settings
    return Outcome(
        round=asked.number,
        quarters=tuple(codes.quarter_label(q) for q in range(-1, asked.last + 1)),
        played=len(pairs.units),
        wanted=settings.worlds,
        indicators={code: _measured(code, asked, pairs) for code in asked.indicators},
        contributions=contributions,
        interaction=interaction,
        families={
            role.id: _family(role.id, asked, pairs) for role in settings.roles if role.family
        },
        payers=payers,
        other_payers=others,
        refined=len(places) == settings.worlds,
        refused=asked.refused,
    )


def interval(differences: np.ndarray, units: Sequence[Unit]) -> Interval | None:
    """Mean and 90 % interval over the worlds that have a value; None for fewer than two."""
    there = ~np.isnan(differences)
    kept = [unit for unit, here in zip(units, there, strict=True) if here]
    if len(kept) < FEWEST:
        return None
    values = differences[there]
    _, low, high, _ = spread(values, kept)
    return Interval(float(values.mean()), low, high, len(kept))


def _measured(code: str, asked: Asked, pairs: Pairs) -> Measured:
    count = asked.last + 2  # 2025Q4 included
    played, reference = (
        np.array([one.values[code][:count] for one in side])
        for side in (pairs.played, pairs.reference)
    )
    differences = paired(played[:, -1], reference[:, -1])
    there = ~np.isnan(differences)
    kept = [unit for unit, here in zip(pairs.units, there, strict=True) if here]
    threshold = INDICATORS[code].threshold(float(np.mean(reference[there, -1])))
    told = summary(differences[there], kept, threshold)
    mean, low, high = (float(told[name]) for name in ("difference", "low", "high"))
    word, withheld = told["verdict"], None
    if asked.support:
        word, withheld = None, "support"
    elif asked.settings.source == "default":
        word, withheld = None, "chance_alone"
    elif word == "too_few_draws":
        word, withheld = None, "few_worlds"
    elif word in _SIGN_HOLDS and mean * told["median"] < 0:
        word, withheld = None, "signs_differ"
    return Measured(
        _bands(played), _bands(reference), Interval(mean, low, high, len(kept)), word, withheld
    )


def _bands(values: np.ndarray) -> Bands:
    """Of (worlds, quarters); the worlds themselves where they are few."""
    found = intervals.band(values)
    few = intervals.band_kind(len(values)) == "range"
    paths = tuple(tuple(map(float, path)) for path in values) if few else ()
    median, low, high = (tuple(map(float, found[name])) for name in ("median", "low", "high"))
    return Bands(median, low, high, paths)


def _level(values: np.ndarray) -> Level | None:
    """Of (worlds,), those that have a value; None for fewer than two."""
    there = values[~np.isnan(values)]
    if len(there) < FEWEST:
        return None
    found = intervals.band(there)
    median, low, high = (float(found[name]) for name in ("median", "low", "high"))
    return Level(median, low, high, intervals.band_kind(len(there)), len(there))


def _contributions(
    asked: Asked, pairs: Pairs, without: Mapping[str, Mapping[int, Reading]]
) -> tuple[dict[str, dict[str, Interval]], dict[str, Interval], list[int]]:
    """Indicator → role → as played minus without it; the rest; places of the worlds in them."""
    roles = [role.id for role in asked.settings.roles]
    places = [
        place
        for place in range(len(pairs.units))
        if all(place in without.get(role, {}) for role in roles)
    ]
    if len(places) < FEWEST:
        return {}, {}, places
    some = pairs.chosen(places)
    contributions: dict[str, dict[str, Interval]] = {}
    interaction: dict[str, Interval] = {}
    for code in asked.indicators:
        at = _at(code, asked)
        rest, found = some.differences(at), {}
        for role in roles:
            against = [without[role][place] for place in places]
            part = Pairs(some.units, some.played, against).differences(at)
            rest = rest - part
            told = interval(part, some.units)
            if told is not None:
                found[role] = told
        contributions[code] = found
        told = interval(rest, some.units)
        if told is not None:
            interaction[code] = told
    return contributions, interaction, places


def _at(code: str, asked: Asked) -> Callable[[Reading], float]:
    return lambda one: float(one.values[code][asked.last + 1])


def _family(role: str, asked: Asked, pairs: Pairs) -> FamilyOutcome:
    rows = min(one.families[role].rows for one in (*pairs.played, *pairs.reference))
    if rows < SHOWN_FROM_ROWS:
        return FamilyOutcome(rows, None, None, None)

    def survival(one: Reading) -> float:
        return float(one.families[role].survival[asked.last + 1])

    played, reference = (
        _level(np.array([survival(one) for one in side]))
        for side in (pairs.played, pairs.reference)
    )
    difference = interval(pairs.differences(survival), pairs.units)
    return FamilyOutcome(rows, played, reference, difference)


def _payers(asked: Asked, pairs: Pairs) -> tuple[dict[str, Interval], Others | None]:
    """Of those who pay at all, in the order of all pages; those that are shown as one."""
    first, last = asked.settings.first_quarter(asked.number) // 4, asked.last // 4
    there = {payer for one in (*pairs.played, *pairs.reference) for payer in one.paid}
    more: dict[str, np.ndarray] = {}
    found: dict[str, Interval] = {}
    for payer in PAYERS:
        if payer not in there:
            continue

        def paid(one: Reading, payer: str = payer) -> float:
            years = one.paid.get(payer)
            return 0.0 if years is None else float(years[first : last + 1].mean())

        differences = pairs.differences(paid)
        told = interval(differences, pairs.units)
        if told is not None:
            more[payer], found[payer] = differences, told
    if len(found) <= ALONE + 1:  # one other is no others
        return found, None
    largest = sorted(found, key=lambda payer: -abs(found[payer].mean))[:ALONE]
    others = tuple(payer for payer in found if payer not in largest)
    together = interval(np.sum([more[payer] for payer in others], axis=0), pairs.units)
    return found, None if together is None else Others(others, together)
