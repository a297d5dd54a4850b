"""Money that a funder takes out of its own grants: what it gives to one use, it gives less there.

The pot is what a public funder votes in grants, or what foundations give, in a year. A lever with
`pot_share` lowers it by that share and spends the same euros, quarter by quarter.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import codes
from simulator.levers import paths
from simulator.levers.base import Lever
from simulator.levers.effects import Effects, Modifier, Programme, VoteChange
from simulator.levers.selection import Selector
from simulator.strict_model import Fault

FOUNDATIONS = "foundations"
LARGEST = 0.9
"""Largest share of a pot that one lever may take: something is left to share."""
_SUBVENTION = codes.INSTRUMENTS.index("subvention")


def pot_faults(lever: Lever) -> list[Fault]:
    """A share of a pot needs a payer that has one, and leaves something in it."""
    share = lever.given("pot_share")
    if share is None:
        return []
    found: list[Fault] = []
    if lever.paid_by not in (*codes.LEVELS, FOUNDATIONS):
        hint = f"name one of {', '.join((*codes.LEVELS, FOUNDATIONS))}"
        found.append((("payer",), f"{lever.paid_by} have no pot of grants", hint))
    if share > LARGEST:
        message = f"{share:.0%} of a pot leaves almost nothing"
        found.append((("pot_share",), message, f"the most is {LARGEST:.0%}"))
    return found


def with_pot(lever: Lever, effects: Effects, quarters: int) -> Effects:
    """The effects of a lever, its last programme paid out of the pot, which is that much smaller.

    `where` limits the pot of a public funder to its régions; it never limits that of foundations.
    """
    share = lever.given("pot_share")
    if share is None:
        return effects
    taken = share * lever.in_force(paths.to_year_end(quarters))
    *others, paid = effects.programmes
    return Effects(
        modifiers=(*effects.modifiers, *_less_given(lever, taken)),
        votes=(*effects.votes, *_less_voted(lever, taken)),
        programmes=(*others, replace(paid, of_pot=taken)),
    )


def share_taken(programme: Programme) -> np.ndarray:
    """(quarters of whole years,) share of the pot that is gone in each quarter.

    Foundations hold back payments quarter by quarter; a vote is that of the year, whose mean it
    takes.
    """
    assert programme.of_pot is not None
    taken = programme.of_pot.copy()
    if programme.payer != FOUNDATIONS:
        for first in range(0, len(taken), 4):
            taken[first : first + 4] = programme.of_pot[first : first + 4].mean()
    return taken


def pot_selector(programme: Programme) -> Selector:
    """Where the pot of a programme's payer lies."""
    if programme.payer == FOUNDATIONS:
        return Selector()
    level = frozenset((codes.LEVELS.index(programme.payer),))
    return Selector(funder=level, region=programme.selector.region)


def _less_voted(lever: Lever, taken: np.ndarray) -> tuple[VoteChange, ...]:
    if lever.paid_by == FOUNDATIONS:
        return ()
    selector = Selector(
        funder=frozenset((codes.LEVELS.index(lever.paid_by),)),
        region=lever.where.selector("region").region,
    )
    growth = np.full(len(taken) // 4, np.nan)
    instruments = frozenset((_SUBVENTION,))
    return (VoteChange(selector, instruments, 1.0 - taken, growth, lever.name, lever.nature),)


def _less_given(lever: Lever, taken: np.ndarray) -> tuple[Modifier, ...]:
    if lever.paid_by != FOUNDATIONS:
        return ()
    name, path = "foundation_pool_factor", 1.0 - taken
    return (Modifier(name, "multiply", path, Selector(), lever.name, lever.nature),)
