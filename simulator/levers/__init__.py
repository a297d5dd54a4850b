"""Levers: what people decide, or what the world does, as modifiers of named values.

One file per family, one registry. A lever is a small model that is read from a scenario file; its
`compile` says what it changes in each quarter, as a pure function, so nothing has to be undone.
"""

from simulator.levers.base import Lever
from simulator.levers.effects import Effects, Modifier, Programme, VoteChange
from simulator.levers.registry import FAMILIES, LEVERS, AnyLever
from simulator.levers.selection import Selector, Where

__all__ = [
    "FAMILIES", "LEVERS", "AnyLever", "Effects", "Lever", "Modifier", "Programme", "Selector",
    "VoteChange", "Where",
]  # fmt: skip
