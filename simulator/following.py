"""A world that goes on under another scenario, which is the old one in all that has acted so far.

A workshop plays a few years, decides, and plays on. The world then has to be the one that the whole
of what was played would have made from the start: what the new scenario says of quarters that are
played must be what acted in them, and is refused otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.codes import quarter_label
from simulator.levers.effects import Effects, Modifier, Programme, VoteChange
from simulator.levers.pot import share_taken
from simulator.plan import check_quarters
from simulator.problems import InputError, Problem
from simulator.processes.vote import factor_of_year, growth_of_year
from simulator.scenario import Scenario, scenario_of

if TYPE_CHECKING:
    from simulator.model import EssModel

Effect = Modifier | VoteChange | Programme
_KINDS = (Modifier, VoteChange, Programme)  # in the order of the fields of `Effects`


def follow(model: EssModel, scenario: Scenario | str, quarters: int | None = None) -> None:
    """From the next quarter on, the world follows `scenario`, an id or a path too.

    It is then the world that the scenario makes from the start. quarters: horizon instead of the
    scenario's own, where the levers are cut short or carried on. InputError, the world left as it
    was, where a lever would have acted otherwise in a quarter that is played, or where the horizon
    is too near or too far.
    """
    future = scenario_of(scenario)
    check_quarters(quarters)
    horizon = int(future.horizon.quarters if quarters is None else quarters)
    played = model.quarter
    if horizon < played:
        message = f"{horizon} quarters, of which {played} are already played"
        raise InputError.single("quarters", message, f"at least {played}", file=future.id)
    parts = [
        model.structure.keep(lever.compile(horizon, model.parameters)) for lever in future.levers
    ]
    before = list(_acts(model.effects, played, "levers"))
    after = [
        act for index, part in enumerate(parts) for act in _acts(part, played, f"levers[{index}]")
    ]
    after.sort(key=lambda act: _KINDS.index(type(act.effect)))
    _check_same(before, after, played, future.id)
    effects = Effects.joined(parts)
    # What is carried on from vote to vote stands by the place of the change among all of them.
    places = {id(change): index for index, change in enumerate(effects.votes)}
    now = {
        id(old.effect): places.get(id(new.effect)) for old, new in zip(before, after, strict=True)
    }
    model.carved_paths = {
        place: model.carved_paths[index]
        for index, change in enumerate(model.effects.votes)
        if (place := now.get(id(change))) is not None and index in model.carved_paths
    }
    model.future, model.horizon, model.effects = future, horizon, effects
    model.values.follow(effects.modifiers)
    model.programmes.follow(effects.programmes)
    model.running = played < horizon


@dataclass(frozen=True)
class _Act:
    """How an effect acted in the quarters played.

    place: of its lever. what: whom and what it changes. operands: (numbers, quarters), nan where
    nothing was changed.
    """

    place: str
    effect: Effect
    what: tuple[Any, ...]
    operands: NDArray[np.float64]

    def same(self, other: _Act) -> bool:
        """Whether both did the same."""
        return (
            type(self.effect) is type(other.effect)
            and self.what == other.what
            and np.array_equal(self.operands, other.operands, equal_nan=True)
        )

    @property
    def first(self) -> str:
        """First quarter in which something was changed."""
        return quarter_label(int(np.argmin(np.isnan(self.operands).all(axis=0))))


def _acts(effects: Effects, played: int, place: str) -> Iterator[_Act]:
    """What acted in the quarters played, in the order in which effects of a kind apply."""
    quarters = np.arange(played)
    for modifier in effects.modifiers:
        path = np.where(modifier.neutral, np.nan, modifier.path)
        whom = (modifier.name, modifier.operation, modifier.selector)
        yield from _acting(place, modifier, whom, _at(path, quarters))
    for change in effects.votes:
        # A vote is that of its whole year, quarters to come included.
        years = (quarters // 4).tolist()
        factor = np.array([factor_of_year(change, year) for year in years])
        growth = np.array([growth_of_year(change, year) for year in years])
        factor[factor == 1.0] = np.nan
        yield from _acting(place, change, (change.selector, change.instruments), factor, growth)
    for programme in effects.programmes:
        nothing = np.zeros(1)
        pot = nothing if programme.of_pot is None else programme.of_pot
        taken = nothing if programme.of_pot is None else share_taken(programme)
        places = nothing if programme.capacity is None else programme.capacity
        paths = (programme.amount, programme.share, pot, taken, places)
        spent = [np.where(path == 0.0, np.nan, path) for path in paths]
        paid = (programme.kind, programme.payer, programme.selector)
        yield from _acting(place, programme, paid, *(_at(path, quarters) for path in spent))


def _at(path: NDArray[np.float64], quarters: NDArray[np.int64]) -> NDArray[np.float64]:
    """A path in some quarters; its last value goes on."""
    return np.asarray(path[np.minimum(quarters, len(path) - 1)])


def _acting(
    place: str, effect: Effect, what: tuple[Any, ...], *operands: NDArray[np.float64]
) -> Iterator[_Act]:
    found = np.stack(operands)
    if not np.isnan(found).all():
        yield _Act(place, effect, what, found)


def _check_same(before: list[_Act], after: list[_Act], played: int, file: str) -> None:
    """InputError naming every lever that did not act so, or did and no more does."""
    found = [
        (act.place, f"{act.effect.lever} acts in {act.first}, which is already played otherwise",
         f"what is new begins in {quarter_label(played)} or later")
        for act in after
        if not any(act.same(other) for other in before)
    ] + [
        (act.place, f"{act.effect.lever} acted in {act.first}, and here does not",
         "keep the levers of what is played as they are")
        for act in before
        if not any(act.same(other) for other in after)
    ]  # fmt: skip
    if not found and (len(before) != len(after) or not all(map(_Act.same, before, after))):
        found = [("levers", "not in the order in which they acted", "append what is new")]
    if found:
        raise InputError(Problem(file, None, None, *told) for told in found)
