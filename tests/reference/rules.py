"""Values in force: what the parameters are in a quarter, for one place, as plain numbers.

The twin's own reading of parameters and levers. A lever changes a parameter along a path of
quarters (`set`, `add` or `multiply`), for the funders, régions, sectors, forms and sizes that it
selects. What an organisation reads depends on its place alone: région, sector, form, size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.codes import LEVELS
from simulator.parameters import SPECS
from tests.reference.public_money import payment_odds

if TYPE_CHECKING:
    from simulator.levers.effects import Effects, Modifier
    from simulator.levers.selection import Selector
    from simulator.parameters import Parameters

Lot = tuple[str, float]  # name of a draw, and the share of organisations that it reaches
# Région, sector, form, size, and the lots that fell on an organisation.
Place = tuple[int | None, int | None, int | None, int | None, frozenset[Lot]]
EVERYWHERE: Place = (None, None, None, None, frozenset())
PLACES = {"sector": 1, "form": 2, "size": 3}  # axes of tables, and where the place tells them
DIMENSIONS = ("region", "sector", "form", "size", "share")
TABLES = (False, True, any(spec.axis == "form" for spec in SPECS.values()), True, False)
KERNELS = ("payment_kernel", "payment_kernel_procurement", "payment_kernel_tariff")


def includes(selector: Selector, place: Place) -> bool:
    """Whether a lever reaches a place."""
    region, sector, form, size, lots = place
    return (
        (selector.region is None or region in selector.region)
        and (selector.sector is None or sector in selector.sector)
        and (selector.form is None or form in selector.form)
        and (selector.size is None or size in selector.size)
        and (selector.share is None or (selector.draw, selector.share) in lots)
    )


def selects(selector: Selector, level: int | None, place: Place) -> bool:
    """Whether a lever reaches a funder level there."""
    return (selector.funder is None or level in selector.funder) and includes(selector, place)


def lots_of(effects: Effects) -> frozenset[Lot]:
    """Draws that levers make among organisations."""
    parts = (*effects.modifiers, *effects.programmes, *effects.votes)
    selectors = [part.selector for part in parts]
    return frozenset((s.draw, s.share) for s in selectors if s.share is not None)


class Terms:
    """All parameters at one place: a number, or a tuple by funder level, each read once."""

    def __init__(self, rules: Rules, place: Place) -> None:
        self._rules = rules
        self._place = place

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self.__dict__[name] = value = self._rules.value(name, self._place)
        return value

    @cached_property
    def wage_step(self) -> float:
        """Growth of wages in a quarter."""
        return (1.0 + self.wage_growth) ** 0.25

    @cached_property
    def sales_step(self) -> float:
        """Growth of sales in a quarter."""
        return (1.0 + self.user_growth) ** 0.25

    @cached_property
    def payment(self) -> tuple[tuple[tuple[float, ...], ...], ...]:
        """Odds of payment by instrument, level and age."""
        shift, advance = self.payment_shift, self.advance_share
        found = []
        for name in KERNELS:
            kernels = getattr(self, name)
            if not isinstance(kernels[0], tuple):
                kernels = (kernels,) * len(LEVELS)
            by_level = zip(kernels, shift, advance, strict=True)
            found.append(tuple(payment_odds(*line) for line in by_level))
        return tuple(found)


class Rules:
    """Parameters of a world and the levers that change them."""

    def __init__(self, parameters: Parameters, modifiers: Sequence[Modifier]) -> None:
        self.parameters = parameters
        self._modifiers = modifiers
        self._active: list[tuple[int, float]] | None = None
        self._changes: dict[str, list[tuple[Modifier, float]]] = {}
        self._terms: dict[Place, Terms] = {}
        self._plain = {name: _plain(value) for name, value in parameters.values.items()}
        # Codes of a place that tables or levers of the quarter read; others need no telling apart.
        self._read = TABLES

    def open(self, quarter: int) -> bool:
        """Enter a quarter; tells whether anything is another than in the quarter before."""
        active = []
        for index, modifier in enumerate(self._modifiers):
            operand = float(modifier.path[min(quarter, len(modifier.path) - 1)])
            if not math.isnan(operand):  # nothing is set in this quarter
                active.append((index, operand))
        if active == self._active:
            return False
        self._active, self._terms = active, {}
        self._changes = {}
        for index, operand in active:
            modifier = self._modifiers[index]
            self._changes.setdefault(modifier.name, []).append((modifier, operand))
        chosen = [self._modifiers[index].selector for index, _ in active]
        self._read = tuple(
            table or any(getattr(selector, name) is not None for selector in chosen)
            for table, name in zip(TABLES, DIMENSIONS, strict=True)
        )
        return True

    def at(self, place: Place = EVERYWHERE) -> Terms:
        """Values at a place."""
        told = zip(place, EVERYWHERE, self._read, strict=True)
        read = tuple([code if kept else anything for code, anything, kept in told])
        terms = self._terms.get(read)
        if terms is None:
            terms = self._terms[read] = Terms(self, read)
        return terms

    def usual(self, name: str) -> float:
        """Default of the parameter file."""
        return float(SPECS[name].default)

    def value(self, name: str, place: Place) -> Any:
        """A parameter at a place, levers included."""
        spec, value = SPECS[name], self._plain[name]
        if spec.axis in PLACES:
            code = place[PLACES[spec.axis]]
            value = value if code is None else value[code]
        if "funder" not in spec.varies_by:
            return self._change(name, value, None, place)
        return tuple(self._change(name, value, level, place) for level in range(len(LEVELS)))

    def _change(self, name: str, value: Any, level: int | None, place: Place) -> Any:
        for modifier, operand in self._changes.get(name, ()):
            if selects(modifier.selector, level, place):
                value = _apply(modifier.operation, value, operand)
        # Levers together may ask for more than is possible.
        return _within(value, *SPECS[name].domain) if name in self._changes else value


def _plain(value: Any) -> Any:
    """Numbers, and tuples of numbers, for what is kept as arrays."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    return _frozen(listed)


def _frozen(listed: Any) -> Any:
    return tuple(_frozen(part) for part in listed) if isinstance(listed, list) else listed


def _within(value: Any, low: float, high: float) -> Any:
    if isinstance(value, tuple):
        return tuple(_within(part, low, high) for part in value)
    return min(max(value, low), high)


def _apply(operation: str, value: Any, operand: float) -> Any:
    if isinstance(value, tuple):
        return tuple(_apply(operation, part, operand) for part in value)
    if operation == "set":
        return operand
    return value + operand if operation == "add" else value * operand
