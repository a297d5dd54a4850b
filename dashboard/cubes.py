"""Trajectories as arrays, read one dimension at a time and held.

Filtering a table at every change of a view takes longer than drawing it: a group of an array is a
slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.codes import quarter_index
from simulator.compare import Grid
from simulator.indicators import HEADLINES

if TYPE_CHECKING:
    from simulator.results import Results

ROWS: Final = "rows"
FIRST_READ: Final = (ROWS, *HEADLINES)


@dataclass(frozen=True)
class Axes:
    """Position of each group, and the quarters of a dimension."""

    groups: dict[str, int]
    quarters: list[int]


class Cubes:
    """Columns of the trajectories of some results as arrays (group, scenario, unit, quarter).

    A value is not a number where a world has no such group.
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._axes: dict[str, Axes] = {}
        self._held: dict[tuple[str, str], np.ndarray] = {}
        self._reading = Lock()

    def axes(self, dimension: str) -> Axes:
        if dimension not in self._axes:
            self.read(dimension, FIRST_READ)
        return self._axes[dimension]

    def group(self, dimension: str, group: str, column: str) -> np.ndarray:
        """(scenarios, units, quarters) of one group; not a number where no world has it."""
        axes = self.axes(dimension)
        if (dimension, column) not in self._held:
            self.read(dimension, FIRST_READ if column in FIRST_READ else (column,))
        held = self._held[dimension, column]
        position = axes.groups.get(group)
        return np.full(held.shape[1:], np.nan) if position is None else held[position].astype(float)

    def read(self, dimension: str, columns: Sequence[str]) -> None:
        """Read the columns that are not held yet."""
        with self._reading:
            missing = [c for c in columns if (dimension, c) not in self._held]
            if not missing:
                return
            grid = Grid.of(self._results, self._results.rows(dimension, []))
            for column in missing:  # one by one: the finest crossing has millions of rows
                values = grid.filled(self._results.rows(dimension, [column], [])[column])
                held = _compact(np.ascontiguousarray(np.moveaxis(values, 3, 0)))
                self._held[dimension, column] = held
            self._axes[dimension] = Axes(
                {group: i for i, group in enumerate(grid.groups)},
                [quarter_index(label) for label in grid.quarters],
            )


def _compact(values: np.ndarray) -> np.ndarray:
    """Half the memory where nothing is lost: crossings are kept with 24 bits in the folder."""
    half = values.astype(np.float32)
    return half if np.array_equal(half, values, equal_nan=True) else values
