"""Do units give the same bits when they are played again?"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from experiments.execution.perform import Played
from experiments.execution.sameness import Sameness, sameness
from experiments.execution.unit import Unit
from experiments.execution.worlds import Worlds
from experiments.results import ExperimentResults
from experiments.store import parcel, reading
from simulator import pool
from simulator.problems import InputError

Verdict = Literal["identical", "same fates", "different fates"]
SAMPLE: Final = 5
CLOSE: Final = 1e-9  # largest relative difference between platforms: rounding, not another model


@dataclass(frozen=True)
class Compared:
    """A unit beside itself, played again.

    `identical`: every bit of what is kept is the same. `same fates`: the same organisations came
    and left, in the same quarters for the same reasons; `largest` is the largest relative
    difference of a number. `first`: where the tables part first; empty where they do not.
    """

    design_id: int
    replicate: int
    verdict: Verdict
    largest: float
    first: str


@dataclass(frozen=True)
class Verification:
    """`platform`: what differs from where the experiment was run; empty where nothing does."""

    platform: str
    units: tuple[Compared, ...]

    @property
    def holds(self) -> bool:
        """Same bits on the same platform; same fates on another."""
        return all(
            unit.verdict == "identical"
            or (bool(self.platform) and unit.verdict == "same fates" and unit.largest <= CLOSE)
            for unit in self.units
        )


def verify(
    path: Path,
    sample: int = SAMPLE,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Play a random sample of the units that are done again, and compare.

    seed: of the choice, None for another one each time. InputError where there is no experiment.
    """
    results = ExperimentResults.load(path, allow_incomplete=True)
    reading.check_files(path, results.manifest, contents=True)
    runs = results.runs[results.runs["status"] == parcel.DONE]
    if runs.empty:
        raise InputError.single("folder", f"no unit of {path} is done", "run it first")
    keys = list(runs[["replicate", "design_id"]].itertuples(index=False, name=None))
    chosen = sorted(random.Random(seed).sample(keys, min(sample, len(keys))))
    fates = {key: runs["fates"].iloc[place] for place, key in enumerate(keys)}
    kept = {key: tables for key, tables in _kept(path, chosen)}
    columns = list(results.design.columns)
    units = [
        Unit(design_id, replicate, dict(zip(columns, results.design.loc[design_id], strict=True)))
        for replicate, design_id in chosen
    ]
    played = pool.map_units(
        _again, units, shared=(Worlds(results.plan),), workers=workers, progress=progress
    )
    found = [
        _compared(unit, again, kept[unit.key], fates[unit.key])
        for unit, again in zip(units, played, strict=True)
    ]
    return Verification(sameness().unlike(Sameness.of(results.manifest)), tuple(found))


def _again(unit: Unit, work: Worlds) -> Played:
    return work(unit)


Key = tuple[int, int]


def _kept(path: Path, keys: Sequence[Key]) -> list[tuple[Key, dict[str, pa.Table]]]:
    """Rows of these units in every table; tables are read a piece at a time."""
    found: dict[Key, dict[str, list[pa.Table]]] = {key: {} for key in keys}
    for name in ("outcomes", "trajectories", "lifetimes"):
        for table in reading.arrow_tables(path, name):
            for replicate, design_id in keys:
                mine = pc.and_(
                    pc.equal(table["replicate"], replicate), pc.equal(table["design_id"], design_id)
                )
                rows = table.filter(mine)
                if rows.num_rows:
                    found[replicate, design_id].setdefault(name, []).append(rows)
    return [
        (key, {name: pa.concat_tables(rows) for name, rows in tables.items()})
        for key, tables in found.items()
    ]


def _compared(unit: Unit, again: Played, kept: Mapping[str, pa.Table], fates: str) -> Compared:
    first, largest = "", 0.0
    for name, table in again.tables.items():
        where, difference = _apart(name, kept.get(name), table)
        first = first or where
        largest = max(largest, difference)
    verdict: Verdict = "same fates" if first else "identical"
    if again.fates != fates:
        verdict = "different fates"
    return Compared(unit.design_id, unit.replicate, verdict, largest, first)


def _apart(name: str, before: pa.Table | None, now: pa.Table) -> tuple[str, float]:
    """Where two tables part first, and the largest relative difference of their numbers."""
    if before is None or before.num_rows != now.num_rows:
        rows = 0 if before is None else before.num_rows
        return f"{name}: {rows} rows, then {now.num_rows}", float("inf")
    earliest, where, largest = now.num_rows, "", 0.0
    for column in now.column_names:
        one, other = _values(before[column]), _values(now[column])
        if one == other:
            continue
        differ = [row for row, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        largest = max([largest, *(_relative(one[row], other[row]) for row in differ)])
        if differ[0] < earliest:
            earliest = differ[0]
            where = (
                f"{name}, {_row(now, earliest)}: {column} {before[column][earliest]}, then "
                f"{now[column][earliest]}"
            )
    return where, largest


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Values that compare by their bits: texts of numbers, so that nan equals itself."""
    if pa.types.is_floating(column.type):
        return [None if value is None else value.hex() for value in column.to_pylist()]
    return list(column.to_pylist())


def _relative(one: Any, other: Any) -> float:
    """Relative difference of two numbers; infinite where they are not two numbers."""
    try:
        a, b = float.fromhex(one), float.fromhex(other)
    except (TypeError, ValueError):
        return float("inf")
    return abs(a - b) / max(abs(a), abs(b))


def _row(table: pa.Table, row: int) -> str:
    keys = ("scenario", "quarter", "dimension", "group", "organisation")
    return " ".join(str(table[key][row].as_py()) for key in keys if key in table.column_names)
