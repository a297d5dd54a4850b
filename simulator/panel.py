"""The optional panel: a few state variables of every organisation in every quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from simulator import codes
from simulator.codes import quarter_label
from simulator.lifetimes import published_identifier
from simulator.trajectories import BASE_QUARTER, Run

if TYPE_CHECKING:
    from simulator.model import EssModel

COLUMNS: Final = (
    "staff", "volunteers", "cash", "restricted", "revenue_year", "cost_year", "equity", "service",
    "quality", "overload", "drift", "price", "gap",
)  # fmt: skip
_MONEY: Final = {"cash", "restricted", "revenue_year", "cost_year", "equity"}
_CODED: Final = {"sector": codes.SECTORS, "region": codes.REGIONS, "form": codes.FORMS}


@dataclass
class Panel:
    """Rows collected quarter by quarter; money in 2025 euros."""

    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def look(self, model: EssModel) -> None:
        """Copy the state of the living organisations at the end of the model's last quarter."""
        organisations = model.organisations
        rows = np.flatnonzero(organisations.alive)
        part = {
            "quarter": np.full(len(rows), model.quarter - 1, np.int32),
            "organisation": published_identifier(organisations.uid[rows]),
            "weight": organisations.weight[rows],
            **{name: getattr(organisations, name)[rows] for name in _CODED},
        }
        for name in COLUMNS:
            scale = model.price_level if name in _MONEY else 1.0
            part[name] = getattr(organisations, name)[rows] / scale
        self.parts.append(part)

    def columns(self) -> dict[str, np.ndarray]:
        """All quarters, one array a column."""
        return {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}


def panel_tables(runs: Sequence[Run]) -> list[pa.Table]:
    """One chunk per run with a panel: keys, quarter, organisation, state variables."""
    scenarios = list(dict.fromkeys(run.scenario for run in runs))
    structures = list(dict.fromkeys(run.structure for run in runs))
    last = max(int(run.record.quarters["all"][-1]) for run in runs)
    labels = [quarter_label(q) for q in range(BASE_QUARTER, last + 1)]

    def text(values: np.ndarray, names: Sequence[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(
            pa.array(values.astype(np.int32)), pa.array(list(names), pa.string())
        )

    tables = []
    for run in runs:
        if run.panel is None:
            continue
        source = run.panel.columns()
        size = len(source["quarter"])
        columns = {
            "scenario": text(np.full(size, scenarios.index(run.scenario)), scenarios),
            "draw": pa.array(np.full(size, run.draw, np.int32)),
            "structure": text(np.full(size, structures.index(run.structure)), structures),
            "replicate": pa.array(np.full(size, run.replicate, np.int32)),
            "quarter": text(source["quarter"] - BASE_QUARTER, labels),
        }
        for name, values in source.items():
            if name in _CODED:
                columns[name] = text(values, _CODED[name])
            elif name != "quarter":
                columns[name] = pa.array(values)
        tables.append(pa.table(columns))
    return tables
