"""Tables from single units, to parts of many, to whole files: always in the order of units.

What a file holds depends on the units alone, never on who finished first.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.store import parcel
from simulator.results_folder import write_table

UNITS: Final = 100
"""Units of a part."""
ROWS: Final = 20_000
"""Rows of a group, from which another one is begun: what is in memory at a time."""
TABLES: Final = (parcel.RUNS, "outcomes", "trajectories", "lifetimes")


def write_part(target: Path, parcels: Sequence[Path]) -> None:
    """Put the parcels of some units, in their order, in a folder that is whole or not there."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    beside.mkdir()
    try:
        for name in TABLES:
            write_table_of(beside, name, _of_parcels(name, parcels))
        os.replace(beside, target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_table_of(part: Path, name: str, units: Iterable[pa.Table]) -> None:
    """Put a table of the units of a part in its folder."""
    _write(part / f"{name}.parquet", units)


def write_whole(target: Path, name: str, parts: Sequence[Path]) -> pa.Schema | None:
    """Join a table of all parts in one file; its schema, None where no part has such a table."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        schema = _write(beside, _of_parts(name, parts))
        if schema is not None:
            os.replace(beside, target)
        return schema
    finally:
        beside.unlink(missing_ok=True)


def _of_parcels(name: str, parcels: Iterable[Path]) -> Iterator[pa.Table]:
    for path in parcels:
        try:
            table = parcel.unpack_one(path.read_bytes(), name)
        except ValueError as error:
            raise OSError(errno.EIO, "was cut off", str(path)) from error
        if table is not None:
            yield table


def _of_parts(name: str, parts: Iterable[Path]) -> Iterator[pa.Table]:
    for part in parts:
        path = part / f"{name}.parquet"
        if not path.exists():
            continue
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, use_threads=False)


def _write(path: Path, tables: Iterable[pa.Table]) -> pa.Schema | None:
    """Write tables one behind the other; None, and no file, where there are none."""
    groups = grouped(tables)
    first = next(groups, None)
    if first is None:
        return None

    def all_groups() -> Iterator[pa.Table]:
        yield first
        yield from groups

    return write_table(path, all_groups())


def grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables joined until they have ROWS rows."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= ROWS:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(tables: list[pa.Table]) -> pa.Table:
    """One table, with one dictionary a text that depends on its rows alone.

    Not on the dictionaries of the pieces, which hold what other pieces were read with.
    """
    # Where a dictionary changes half through, Parquet gives up dictionaries.
    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    for place, field in enumerate(whole.schema):
        if pa.types.is_dictionary(field.type):
            texts = whole[field.name].cast(field.type.value_type).combine_chunks()
            coded = texts.dictionary_encode()
            if isinstance(coded, pa.ChunkedArray):
                coded = coded.combine_chunks()
            indices = coded.indices.cast(field.type.index_type)
            column = pa.DictionaryArray.from_arrays(indices, coded.dictionary)
            whole = whole.set_column(place, field, column)
    return whole
