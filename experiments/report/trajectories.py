"""Indicators along time, read from the folder a piece at a time and as few columns as needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.store import reading

Place = tuple[str, str]
"""Dimension and group."""
_KEYS = ["design_id", "replicate", "scenario", "quarter"]


class Trajectories:
    """Values of some indicators: (units, quarters) for a scenario, an indicator and a place.

    `units`: keys (design_id, replicate) in order; `quarters`: labels in order.
    """

    def __init__(
        self, folder: Path, needs: Mapping[Place, Iterable[str]], scenarios: Iterable[str],
        units: pd.MultiIndex,
    ) -> None:  # fmt: skip
        self.units = units
        self.quarters: list[str] = []
        self._scenarios = list(scenarios)
        self._values: dict[tuple[str, str, Place], np.ndarray] = {}
        for place, indicators in needs.items():
            self._read(folder, place, list(dict.fromkeys(indicators)))

    def of(self, scenario: str, indicator: str, place: Place) -> np.ndarray:
        """(units, quarters); not a number where nothing was kept."""
        nothing = np.full((len(self.units), len(self.quarters)), np.nan)
        return self._values.get((scenario, indicator, place), nothing)

    def _read(self, folder: Path, place: Place, indicators: list[str]) -> None:
        columns = [*_KEYS, "dimension", "group", *indicators]
        for table in reading.arrow_tables(folder, "trajectories", columns):
            dimension, group = (
                pc.equal(table[name].cast(pa.string()), value)
                for name, value in zip(("dimension", "group"), place, strict=True)
            )
            rows = table.filter(pc.and_(dimension, group)).select([*_KEYS, *indicators]).to_pandas()
            if len(rows):
                self._keep(rows, place, indicators)

    def _keep(self, rows: pd.DataFrame, place: Place, indicators: list[str]) -> None:
        labels = sorted(set(rows["quarter"].astype(str)) | set(self.quarters))
        self._widen(labels)
        unit = self.units.get_indexer(pd.MultiIndex.from_frame(rows[["design_id", "replicate"]]))
        quarter = pd.Index(self.quarters).get_indexer(pd.Index(rows["quarter"].astype(str)))
        names = rows["scenario"].astype(str).to_numpy()
        for scenario in self._scenarios:
            mine = (names == scenario) & (unit >= 0)
            if not mine.any():
                continue
            for indicator in indicators:
                key = (scenario, indicator, place)
                if key not in self._values:
                    shape = (len(self.units), len(self.quarters))
                    self._values[key] = np.full(shape, np.nan)
                self._values[key][unit[mine], quarter[mine]] = rows[indicator].to_numpy(float)[mine]

    def _widen(self, labels: list[str]) -> None:
        """Make room for quarters that come up late: crossings hold fourth quarters only."""
        if labels == self.quarters:
            return
        places = [labels.index(label) for label in self.quarters]
        for key, values in self._values.items():
            wider = np.full((len(values), len(labels)), np.nan)
            wider[:, places] = values
            self._values[key] = wider
        self.quarters = labels
