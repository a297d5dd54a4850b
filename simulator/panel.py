"""The optional panel: chosen state variables of organisations in every quarter.

A panel follows everybody, or a sample that is the same in every scenario, structure and replicate
of a seed: whether an organisation is in it is a hash of its identity, so that its path in two
worlds can be laid side by side. Entrants are sampled at the same rate as the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from simulator import codes
from simulator.codes import LEVELS, quarter_label
from simulator.lifetimes import published_identifier
from simulator.open_accounts import DUE_COLUMNS
from simulator.organisations import columns as state_variables
from simulator.problems import InputError, did_you_mean
from simulator.randomness import hash_ids, identity
from simulator.trajectories import BASE_QUARTER, Run

if TYPE_CHECKING:
    from simulator.model import EssModel

USUAL: Final = (
    "staff", "volunteers", "cash", "restricted", "revenue_year", "cost_year", "equity", "service",
    "quality", "overload", "drift", "price", "gap",
)  # fmt: skip
_CODED: Final = {
    "sector": codes.SECTORS, "region": codes.REGIONS, "form": codes.FORMS,
    "form_entry": codes.FORMS, "size_entry": codes.SIZES, "profile": codes.FUNDING_PROFILES,
}  # fmt: skip
_ALWAYS: Final = ("sector", "region", "form")
# Kept by every panel under another name, or numbers of the simulation's own.
_LEFT_OUT: Final = {"uid", "alive", "weight", "cell", *_ALWAYS}
_MONTHS: Final = "cash_months"


@cache
def choosable() -> dict[str, str]:
    """Column → what it holds, with its unit; one column per funder level where there are several.

    Money is in 2025 euros.
    """
    found = {_MONTHS: "Months of costs in free cash (month)."}
    for name, column in {**state_variables(), **DUE_COLUMNS}.items():
        if name in _LEFT_OUT:
            continue
        unit = "euro of 2025" + column.unit[4:] if _is_nominal(column.unit) else column.unit
        meaning = column.meaning[0].upper() + column.meaning[1:]
        if column.levels:
            found |= {f"{name}_{level}": f"{meaning}, {level} ({unit})." for level in LEVELS}
        else:
            found[name] = f"{meaning} ({unit})."
    return found


def _is_nominal(unit: str) -> bool:
    return unit.startswith("euro") and not unit.startswith("euro of 2025")


@dataclass(frozen=True)
class PanelChoice:
    """Columns of a panel, and the share of the organisations that it follows."""

    columns: tuple[str, ...] = USUAL
    share: float = 1.0

    @classmethod
    def of(cls, columns: Sequence[str] | None = None, share: float | None = None) -> PanelChoice:
        """A checked choice; None takes the usual columns, and everybody."""
        chosen = USUAL if columns is None else tuple(dict.fromkeys(columns))
        if not chosen:
            raise InputError.single("columns", "none is named", "for example staff,cash")
        for name in chosen:
            if name not in choosable():
                raise InputError.single(
                    "columns", f"unknown {name!r}",
                    did_you_mean(name, tuple(choosable()), "see docs/tutorial-extend.md"),
                )  # fmt: skip
        if share is not None and not 0.0 < share <= 1.0:
            raise InputError.single("cohort", f"{share:g} is not possible", "above 0, at most 1")
        return cls(chosen, 1.0 if share is None else float(share))

    def as_dict(self) -> dict[str, Any]:
        """Plain form, for a manifest."""
        return {"columns": list(self.columns), "share": self.share}


@dataclass
class Panel:
    """Rows collected quarter by quarter; money in 2025 euros."""

    choice: PanelChoice = field(default_factory=PanelChoice)
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def look(self, model: EssModel) -> None:
        """Copy the state of the living organisations at the end of the model's last quarter."""
        organisations = model.organisations
        rows = np.flatnonzero(organisations.alive)
        rows = rows[followed(model.entropy, organisations.uid[rows], self.choice.share)]
        part = {
            "quarter": np.full(len(rows), model.quarter - 1, np.int32),
            "organisation": published_identifier(organisations.uid[rows]),
            "weight": organisations.weight[rows],
            **{name: getattr(organisations, name)[rows] for name in _ALWAYS},
        }
        due = model.public.due if any(_is_due(name) for name in self.choice.columns) else None
        for name in self.choice.columns:
            part[name] = _values(model, name, due)[rows]
        self.parts.append(part)

    def columns(self) -> dict[str, np.ndarray]:
        """All quarters, one array a column."""
        return {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}


def followed(seed: int, identities: np.ndarray, share: float) -> np.ndarray:
    """Whether each organisation is in the sample of a seed; a larger share keeps all of a smaller.

    Depends on seed and identity alone.
    """
    if share >= 1.0:
        return np.ones(len(identities), dtype=bool)
    hashes = hash_ids(identity(seed, "panel"), identities) >> np.uint64(11)
    return np.asarray(hashes * 2.0**-53 < share)


def _is_due(name: str) -> bool:
    return any(name.startswith(stem) for stem in DUE_COLUMNS)


def _values(model: EssModel, name: str, due: np.ndarray | None) -> np.ndarray:
    """A column of the panel over all rows of the model, (rows,); `due`: of the public accounts."""
    if name == _MONTHS:
        return model.cash_months
    known = {**state_variables(), **DUE_COLUMNS}
    if name in known:
        values = getattr(model.organisations, name)
    else:
        stem, level = next(
            (name.removesuffix(f"_{level}"), number)
            for number, level in enumerate(LEVELS)
            if name.removesuffix(f"_{level}") in known
        )
        if due is not None and stem in DUE_COLUMNS:
            values = due[list(DUE_COLUMNS).index(stem), level]
        else:
            values = getattr(model.organisations, stem)[level]
        name = stem
    if _is_nominal(known[name].unit):
        return np.asarray(values / model.price_level)
    return published_identifier(values) if values.dtype == np.uint64 else np.asarray(values)


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
