"""From the sums of run records to the columns of `trajectories.parquet`.

Rows come in the order dimension, run, quarter, group; a run is one scenario under one draw of
the parameters and one replicate. Columns are built per dimension, so that a question about one
dimension never builds the crossings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator import codes, indicators
from simulator.codes import age_class, quarter_label

if TYPE_CHECKING:
    from simulator.panel import Panel
    from simulator.recording import RunRecord

DIMENSIONS: Final[tuple[str, ...]] = (
    "all", "region", "sector", "size", "form", "funding_profile", "age",
    "region_sector", "region_size", "sector_size", "region_sector_size",
)  # fmt: skip
KEYS: Final = ("scenario", "draw", "structure", "replicate", "quarter", "dimension", "group")
BASE_QUARTER: Final = -1
_CODES: Final = {
    "region": codes.REGIONS, "sector": codes.SECTORS, "size": codes.SIZES, "form": codes.FORMS,
    "funding_profile": codes.FUNDING_PROFILES, "age": codes.AGE_CLASSES,
}  # fmt: skip
_CHANGING: Final = {"size", "form", "funding_profile", "age"}
_FINEST: Final = "region_sector_size"


@dataclass(frozen=True)
class Run:
    """One scenario under one draw and one replicate, its record, and its panel if kept."""

    scenario: str
    draw: int
    replicate: int
    record: RunRecord
    structure: str = "default"
    panel: Panel | None = None


def compact(record: RunRecord) -> RunRecord:
    """Halve the memory of a record: its finest crossing, most of it, keeps 24 bits.

    Cells of a few rows are far less certain than the seven figures that are left.
    """
    if _FINEST in record.sums:
        labels, array = record.sums[_FINEST]
        record.sums[_FINEST] = (labels, array.astype(np.float32))
    return record


def group_name(label: object) -> str:
    """`52|CULTURE|S` from a label or a tuple of codes."""
    return "|".join(label) if isinstance(label, tuple | list) else str(label)


def quarters_of(record: RunRecord, dimension: str) -> np.ndarray:
    """(times,) quarter indices kept for a dimension; crossings keep fourth quarters only."""
    return np.asarray(record.quarters[dimension])


@dataclass(frozen=True)
class Categories:
    """Text values of the key columns, the same in every chunk, so that chunks join up."""

    scenarios: tuple[str, ...]
    structures: tuple[str, ...]
    quarters: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, runs: Sequence[Run], dimensions: Sequence[str] = DIMENSIONS) -> Categories:
        last = max(int(quarters_of(run.record, "all")[-1]) for run in runs)
        groups: dict[str, tuple[str, ...]] = {
            dimension: tuple(group_name(label) for label in runs[0].record.sums[dimension][0])
            for dimension in DIMENSIONS
            if dimension in dimensions and dimension in runs[0].record.sums
        }
        return cls(
            tuple(dict.fromkeys(run.scenario for run in runs)),
            tuple(dict.fromkeys(run.structure for run in runs)),
            tuple(quarter_label(q) for q in range(BASE_QUARTER, last + 1)),
            groups,
        )


def value_columns(sum_names: Sequence[str]) -> list[str]:
    """Columns after the keys and `rows`: indicators, then the sums they are made of."""
    sums = indicators.sum_columns(list(sum_names))
    return [*indicators.RECORDED, *(c for c in sums.values() if c not in indicators.RECORDED)]


def _present(record: RunRecord, dimension: str) -> np.ndarray:
    """Groups with anything in them in some quarter; a desert keeps its need, so it stays."""
    _, sums = record.sums[dimension]
    return np.flatnonzero((np.nan_to_num(sums) != 0).any(axis=(0, 2)))


def _values(
    record: RunRecord, dimension: str, present: np.ndarray, columns: Iterable[str]
) -> dict[str, np.ndarray]:
    """Each column of one run and dimension as a flat array, quarter by quarter."""
    names = {name: i for i, name in enumerate(record.sum_names)}
    of_column = {c: name for name, c in indicators.sum_columns(list(names)).items()}
    array = record.sums[dimension][1][:, present, :]
    quarters = quarters_of(record, dimension)
    at_base = int(np.flatnonzero(quarters == BASE_QUARTER)[0])
    cohort = cohort_at_entry(record, dimension, quarters)

    def sums(name: str) -> np.ndarray:
        if name in cohort:
            return cohort[name][:, present]
        if name not in names:
            return np.full(array.shape[:2], np.nan)
        return array[:, :, names[name]]

    def base(name: str) -> np.ndarray:
        return sums(name)[at_base]

    def medians(name: str) -> np.ndarray:
        return record.medians[dimension][:, present]

    result = {}
    for column in columns:
        if column == "rows":
            result[column] = sums("rows").astype(np.int64).ravel()
        elif column in indicators.INDICATORS:
            value = indicators.evaluate(indicators.INDICATORS[column], sums, base, medians)
            result[column] = np.ascontiguousarray(value).ravel()
        else:
            result[column] = np.ascontiguousarray(sums(of_column[column])).ravel()
    if array.dtype == np.float32:
        # As exact as the sums they come from; the zeros behind compress to nothing.
        return {
            name: values if name == "rows" else values.astype(np.float32).astype(np.float64)
            for name, values in result.items()
        }
    return result


def cohort_at_entry(
    record: RunRecord, dimension: str, quarters: np.ndarray
) -> dict[str, np.ndarray]:
    """`cohort` and `cohort_jobs` (times, groups) by what organisations were in 2025Q4.

    A group of survivors must not gain or lose members that grow, age or change form, so for
    such dimensions the cohort is counted from lifetimes; {} for dimensions that never change.
    """
    parts = dimension.split("_") if dimension != "funding_profile" else [dimension]
    if not set(parts) & _CHANGING:
        return {}
    lives = record.lifetimes
    initial = lives["entry_quarter"] <= BASE_QUARTER
    group = np.zeros(int(initial.sum()), np.int64)
    for part in parts:
        code = (
            age_class(lives["age_0"][initial]) if part == "age" else lives[part][initial]
        ).astype(np.int64)
        group = group * len(_CODES[part]) + code
    groups = int(np.prod([len(_CODES[part]) for part in parts]))
    left = np.where(lives["exit_cause"] < 0, np.iinfo(np.int32).max, lives["exit_quarter"])
    weight = lives["weight"][initial]
    counted = {"cohort": weight, "cohort_jobs": weight * lives["jobs_0"][initial]}
    return {
        name: np.stack([np.bincount(group, value * (left[initial] > q), groups) for q in quarters])
        for name, value in counted.items()
    }


def dimension_columns(
    runs: Sequence[Run],
    dimension: str,
    columns: Sequence[str] | None = None,
    categories: Categories | None = None,
) -> dict[str, np.ndarray]:
    """Columns of one dimension over runs; keys as integer codes into `Categories`.

    Shape of every column: (rows of this dimension,). `columns` restricts the value columns.
    """
    categories = categories or Categories.of(runs)
    wanted = ["rows", *value_columns(runs[0].record.sum_names)] if columns is None else columns
    parts: dict[str, list[np.ndarray]] = {}
    for run in runs:
        present = _present(run.record, dimension)
        quarters = quarters_of(run.record, dimension)
        shape = (len(quarters), len(present))
        size = shape[0] * shape[1]
        scenario = categories.scenarios.index(run.scenario)
        structure = categories.structures.index(run.structure)
        keys = {
            "scenario": np.full(size, scenario, np.int32),
            "draw": np.full(size, run.draw, np.int32),
            "structure": np.full(size, structure, np.int32),
            "replicate": np.full(size, run.replicate, np.int32),
            "quarter": np.repeat((quarters - BASE_QUARTER).astype(np.int32), shape[1]),
            "group": np.tile(present.astype(np.int32), shape[0]),
        }
        for name, values in {**keys, **_values(run.record, dimension, present, wanted)}.items():
            parts.setdefault(name, []).append(values)
    return {name: np.concatenate(chunks) for name, chunks in parts.items()}


def frame(
    runs: Sequence[Run], dimension: str, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Rows of one dimension, text keys as categories."""
    categories = Categories.of(runs)
    data = dimension_columns(runs, dimension, columns, categories)
    texts = {
        "scenario": categories.scenarios,
        "structure": categories.structures,
        "quarter": categories.quarters,
        "group": categories.groups[dimension],
    }
    series: dict[str, object] = {}
    for name, values in data.items():
        if name in texts:
            series[name] = pd.Categorical.from_codes(values, categories=pd.Index(texts[name]))
        else:
            series[name] = values
        if name == "quarter":
            series["dimension"] = pd.Categorical.from_codes(
                np.zeros(len(values), np.int8), categories=pd.Index([dimension])
            )
    return pd.DataFrame(series, copy=False)


def arrow_tables(
    runs: Sequence[Run], runs_per_table: int, dimensions: Sequence[str] = DIMENSIONS
) -> Iterable[pa.Table]:
    """The whole file in chunks that never mix dimensions (a reader skips what it need not read)."""
    categories = Categories.of(runs, dimensions)
    all_groups = list(dict.fromkeys(g for names in categories.groups.values() for g in names))
    position = {group: i for i, group in enumerate(all_groups)}
    dictionaries = {
        "scenario": pa.array(categories.scenarios, pa.string()),
        "structure": pa.array(categories.structures, pa.string()),
        "quarter": pa.array(categories.quarters, pa.string()),
        "dimension": pa.array(list(categories.groups), pa.string()),
        "group": pa.array(all_groups, pa.string()),
    }
    order = [*KEYS, "rows", *value_columns(runs[0].record.sum_names)]
    for number, (dimension, groups) in enumerate(categories.groups.items()):
        to_global = np.array([position[group] for group in groups], np.int32)
        for start in range(0, len(runs), runs_per_table):
            data = dimension_columns(
                runs[start : start + runs_per_table], dimension, categories=categories
            )
            data["group"] = to_global[data["group"]]
            data["dimension"] = np.full(len(data["group"]), number, np.int32)
            arrays = [
                pa.DictionaryArray.from_arrays(pa.array(data[name]), dictionaries[name])
                if name in dictionaries
                else pa.array(data[name])
                for name in order
            ]
            yield pa.Table.from_arrays(arrays, names=order)
