"""Giving units that failed another try: what is behind the first of them goes back to the journal.

A finished folder is first made one whose last step is still to be done: whole tables become parts
again. From there on it is filled as any other, and ends with the bytes of one that never failed.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.store import parcel, parts, reading
from simulator.results_folder import MANIFEST, MARKER, write_json


def reopen(path: Path) -> int:
    """Take failed units out of a folder, whose lock is held; how many there were.

    A kill at any moment leaves a folder that is finished, or goes on.
    """
    runs = reading.read_table(path, parcel.RUNS, ["replicate", "design_id", "status"])
    failed = runs.loc[runs["status"] == parcel.FAILED, ["replicate", "design_id"]]
    keys = set(failed.itertuples(index=False, name=None))
    if not keys:
        return 0
    manifest = reading.read_manifest(path)
    if reading.is_complete(manifest):
        _unjoin(path)
        manifest.pop("files")
        beside = path / f".{MANIFEST}"
        write_json(beside, manifest)
        os.replace(beside, path / MANIFEST)
    journal = path / reading.JOURNAL
    journal.mkdir(exist_ok=True)
    folders = reading.part_folders(path)
    # The last one first: parts stay without a gap, whenever this is cut short.
    while any(_holds(folder, keys) for folder in folders):
        last = folders.pop()
        _scatter(last, journal)
        # Gone at once, under a name that is no part's: half a part would be taken for a whole one.
        removed = last.with_name(f".{last.name}.{secrets.token_hex(4)}")
        os.replace(last, removed)
        shutil.rmtree(removed, ignore_errors=True)
    for key in keys:
        (journal / parcel.file_name(*key)).unlink(missing_ok=True)
    return len(keys)


def _unjoin(path: Path) -> None:
    """Make the parts that whole tables were joined from."""
    order = _keys(reading.read_table(path, parcel.RUNS, ["replicate", "design_id"]))
    beside = path / f".{reading.PARTS}.{secrets.token_hex(4)}"
    try:
        beside.mkdir()
        for name in parts.TABLES:
            units = _by_unit(reading.arrow_tables(path, name), order)
            for part, tables in groupby(units, lambda unit: unit[0] // parts.UNITS):
                folder = beside / f"{part:05}"
                folder.mkdir(exist_ok=True)
                parts.write_table_of(folder, name, (table for _, table in tables))
        (path / MARKER).write_text("failed units are played again: --resume\n", encoding="utf-8")
        shutil.rmtree(path / reading.PARTS, ignore_errors=True)
        os.replace(beside, path / reading.PARTS)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _keys(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[["replicate", "design_id"]])


def _by_unit(tables: Iterator[pa.Table], order: pd.MultiIndex) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each unit with its place in the order; a unit is never in two pieces."""
    for table in tables:
        found = table.select(["replicate", "design_id"]).to_pandas()
        places = order.get_indexer(_keys(found))
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
            yield int(places[start]), table.slice(start, end - start)


def _holds(folder: Path, keys: set[tuple[int, int]]) -> bool:
    runs = pd.read_parquet(folder / f"{parcel.RUNS}.parquet", columns=["replicate", "design_id"])
    return not keys.isdisjoint(runs.itertuples(index=False, name=None))


def _scatter(folder: Path, journal: Path) -> None:
    """Put the units of a part in the journal, failed ones too."""
    found: dict[str, Iterator[tuple[int, pa.Table]]] = {}
    order = _keys(pd.read_parquet(folder / f"{parcel.RUNS}.parquet"))
    waiting: dict[str, tuple[int, pa.Table] | None] = {}
    for name in parts.TABLES:
        if (folder / f"{name}.parquet").exists():
            found[name] = _by_unit(reading.pieces(folder / f"{name}.parquet"), order)
            waiting[name] = next(found[name], None)
    for place, key in enumerate(order):
        tables = {}
        for name, unit in waiting.items():
            if unit is not None and unit[0] == place:
                tables[name] = unit[1]
                waiting[name] = next(found[name], None)
        parcel.write(journal / parcel.file_name(*key), parcel.join(tables))
