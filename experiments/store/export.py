"""The tables of an experiment in one file each, for programs that do not read its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from experiments.store import parts, reading
from simulator.problems import InputError
from simulator.results_folder import atomic_folder, write_table

FORMATS: Final = ("csv", "parquet")


def export(path: Path, out: Path, format: str) -> list[str]:
    """Write every table of `path`, as far as its units are there, to a new folder.

    In CSV text is UTF-8 and nothing is empty but what is not there. Returns the names of the
    files. InputError where there is no experiment, or `out` is not empty.
    """
    if format not in FORMATS:
        raise InputError.single("format", f"{format!r} is not known", "one of csv, parquet")
    reading.check_files(path, reading.read_manifest(path))
    if out.is_dir() and any(out.iterdir()):
        raise InputError.single("out", f"{out} exists and is not empty", "name a new folder")
    written = []
    with atomic_folder(out, overwrite=False) as folder:
        for name in (reading.DESIGN, *parts.TABLES):
            tables = reading.arrow_tables(path, name)
            first = next(tables, None)
            if first is None:
                continue
            file = folder / f"{name}.{format}"
            _write(file, first, tables)
            written.append(file.name)
    return written


def _write(file: Path, first: pa.Table, rest: Iterator[pa.Table]) -> None:
    def tables() -> Iterator[pa.Table]:
        yield first
        yield from rest

    if file.suffix == ".parquet":
        write_table(file, parts.grouped(tables()))
        return
    from pyarrow import csv

    plain = pa.schema([_plain(field) for field in first.schema])
    with csv.CSVWriter(file, plain) as writer:
        for table in tables():
            writer.write_table(table.cast(plain))


def _plain(field: pa.Field) -> pa.Field:
    """CSV knows no dictionaries."""
    return field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
