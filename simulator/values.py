"""Named values in force in a quarter: parameters as modified by the levers.

Levers never touch the state. Each compiles to modifiers (set, add, multiply) of a named
parameter along the quarters, for a selection of funders, régions, sectors, forms or sizes. This
module is the one place where they are combined, in the order of the scenario's levers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulator.codes import N_LEVELS, N_REGIONS, N_SECTORS
from simulator.compiled import kernel
from simulator.parameters import SPECS, Parameters

if TYPE_CHECKING:
    from simulator.organisations import Organisations
    from simulator.randomness import Randomness
    from simulator.scenario import Modifier

Floats = NDArray[np.float64]
_NEUTRAL = {"add": 0.0, "multiply": 1.0}


def _is_neutral(operation: str, operand: float) -> bool:
    return bool(np.isnan(operand)) if operation == "set" else operand == _NEUTRAL[operation]


def _apply(value: Floats | float, operation: str, operand: float) -> Floats | float:
    if operation == "set":
        return operand
    return value + operand if operation == "add" else value * operand


@kernel
def look_up(table: Floats, codes: NDArray[np.int8]) -> Floats:
    """Value of each row in a table by code, shape (rows,)."""
    found = np.empty(len(codes))
    for i in range(len(codes)):
        found[i] = table[codes[i]]
    return found


class Values:
    """Parameters of one world, quarter by quarter."""

    def __init__(
        self,
        parameters: Parameters,
        modifiers: Sequence[Modifier],
        organisations: Organisations,
        draws: Randomness,
    ) -> None:
        self.parameters = parameters
        self.organisations = organisations
        self.draws = draws
        self._modifiers = tuple(modifiers)
        self._active: dict[str, list[tuple[Modifier, float]]] = {}
        self._remember_base()

    def _remember_base(self) -> None:
        self._cache: dict[tuple[str, str], Floats | float] = {}
        # What most reads ask for: single numbers that no lever touches in the quarter.
        self._numbers = {
            name: float(np.asarray(self.parameters[name]))
            for name, spec in SPECS.items()
            if spec.axis is None
        }
        # Tables by level that no lever touches, which do not depend on the organisations.
        self._tables: dict[tuple[str, str], Floats | float] = {}
        self._columns = {name: np.array([number]) for name, number in self._numbers.items()}
        self._know_quarter()

    def _know_quarter(self) -> None:
        """Answers known without looking: numbers that no lever touches in the quarter."""
        self._plain, self._plain_columns = self._numbers, self._columns
        if self._active:
            self._plain = {n: x for n, x in self._numbers.items() if n not in self._active}
            self._plain_columns = {n: self._columns[n] for n in self._plain}

    def __getstate__(self) -> dict[str, Any]:
        """Everything but what is remembered of it."""
        kept = ("parameters", "organisations", "draws", "_modifiers", "_active")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._remember_base()

    def follow(self, modifiers: Sequence[Modifier]) -> None:
        """From the next quarter on, these are the modifiers."""
        self._modifiers = tuple(modifiers)

    def start(self, quarter: int) -> None:
        """Enter a quarter: keep the modifiers that are not neutral in it."""
        self._cache.clear()
        self._active = {}
        for modifier in self._modifiers if quarter >= 0 else ():
            operand = float(modifier.path[min(quarter, len(modifier.path) - 1)])
            if not _is_neutral(modifier.operation, operand):
                self._active.setdefault(modifier.name, []).append((modifier, operand))
        self._know_quarter()

    def _possible(self, name: str, value: Floats | float) -> Floats | float:
        """The value within its parameter's domain: levers together may ask for more."""
        return np.clip(value, *SPECS[name].domain) if name in self._active else value

    def scalar(self, name: str) -> float:
        """Value of a parameter that is the same for all; selective levers are refused earlier."""
        plain = self._plain.get(name)
        if plain is not None:
            return plain
        value: Floats | float = self._numbers[name]
        for modifier, operand in self._active[name]:
            value = _apply(value, modifier.operation, operand)
        return float(self._possible(name, value))

    def table(self, name: str) -> Floats:
        """Table parameter, shape of its axis."""
        value: Floats | float = np.asarray(self.parameters[name], dtype=np.float64)
        for modifier, operand in self._active.get(name, ()):
            value = np.broadcast_to(
                np.asarray(_apply(value, modifier.operation, operand), dtype=np.float64),
                np.shape(self.parameters[name]),
            )
        return np.asarray(self._possible(name, value))

    def rows(self, name: str) -> Floats | float:
        """Value by organisation: a number, or shape (rows,) for tables and selective levers."""
        plain = self._plain.get(name)
        if plain is not None:
            return plain
        key = (name, "rows")
        if key not in self._cache:
            self._cache[key] = self._possible(name, self._rows(name))
        return self._cache[key]

    def levels(self, name: str) -> Floats | float:
        """Value by funder level: a number, (6, 1), or (6, rows) where levers select rows."""
        plain = self._plain.get(name)
        if plain is not None:
            return plain
        key = (name, "levels")
        if key not in self._cache:
            self._cache[key] = self._possible(name, self._levels(name))
        return self._cache[key]

    def column(self, name: str) -> Floats:
        """The same as `rows` for kernels: shape (1,) where it is one for all, else (rows,)."""
        plain = self._plain_columns.get(name)
        if plain is not None:
            return plain
        key = (name, "column")
        if key not in self._cache:
            found = np.asarray(self.rows(name), dtype=np.float64)
            self._cache[key] = np.ascontiguousarray(found.reshape(-1))
        return np.asarray(self._cache[key])

    def level_table(self, name: str) -> Floats:
        """The same as `levels` for kernels: shape (6, 1), or (6, rows) where levers select rows."""
        kept = self._cache if name in self._active else self._tables
        key = (name, "level_table")
        if key not in kept:
            found = np.atleast_2d(np.asarray(self.levels(name), dtype=np.float64))
            shape = (N_LEVELS, found.shape[1])
            kept[key] = np.array(np.broadcast_to(found, shape))
        return np.asarray(kept[key])

    def cells(self, name: str) -> Floats | float:
        """Value by (level, région, sector): a number or an array that broadcasts to it."""
        key = (name, "cells")
        if key not in self._cache:
            self._cache[key] = self._possible(name, self._cells(name))
        return self._cache[key]

    def _gather(self, name: str) -> Floats | float:
        spec, base = SPECS[name], self.parameters[name]
        if spec.axis is None:
            return float(base)
        organisations = self.organisations
        codes: Mapping[str, NDArray[np.int8]] = {
            "sector": organisations.sector,
            "form": organisations.form,
            "size": organisations.size_entry,
        }
        return look_up(np.asarray(base, dtype=np.float64), codes[spec.axis])

    def _rows(self, name: str) -> Floats | float:
        value = self._gather(name)
        for modifier, operand in self._active.get(name, ()):
            changed = _apply(value, modifier.operation, operand)
            if modifier.selector.restricts_rows:
                mask = modifier.selector.reached(self.organisations, self.draws)
                value = np.where(mask, changed, value)
            else:
                value = changed
        return value

    def _levels(self, name: str) -> Floats | float:
        base = self.parameters[name]
        value: Floats | float
        value = np.asarray(base)[:, None] if SPECS[name].axis == "level" else float(base)
        for modifier, operand in self._active.get(name, ()):
            changed = _apply(value, modifier.operation, operand)
            selector = modifier.selector
            if selector.funder is None and not selector.restricts_rows:
                value = changed
                continue
            mask: NDArray[np.bool_] = selector.funder_mask()[:, None]
            if selector.restricts_rows:
                rows = selector.reached(self.organisations, self.draws)
                mask = mask & np.asarray(rows)[None, :]
            value = np.where(mask, changed, value)
        return value

    def _cells(self, name: str) -> Floats | float:
        base, axis = self.parameters[name], SPECS[name].axis
        value: Floats | float
        if axis == "level":
            value = np.asarray(base)[:, None, None]
        elif axis == "sector":
            value = np.asarray(base)[None, None, :]
        else:
            value = float(base)
        for modifier, operand in self._active.get(name, ()):
            changed = _apply(value, modifier.operation, operand)
            mask = modifier.selector.cell_mask()
            value = changed if mask.all() else np.where(mask, changed, value)
        return value

    def node_grid(self, name: str) -> Floats:
        """Value by (level, région, sector) as a full (6, 18, 10) array, not to be written to."""
        kept = self._cache if name in self._active else self._tables
        key = (name, "node_grid")
        if key not in kept:
            found = np.asarray(self.cells(name), dtype=np.float64)
            kept[key] = np.array(np.broadcast_to(found, (N_LEVELS, N_REGIONS, N_SECTORS)))
        return np.asarray(kept[key])
