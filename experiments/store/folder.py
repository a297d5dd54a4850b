"""The folder of an experiment while it is filled, whoever was killed in between.

journal/R-D.arrow           one unit, as its worker left it
parts/00000/TABLE.parquet   a hundred units in a row, once all of them are there
TABLE.parquet               everything, once all parts are there; journal and parts then go
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.execution.unit import Unit
from experiments.store import parcel, parts, reading
from experiments.store.lock import locked
from experiments.store.package import write_package
from experiments.store.reopening import reopen
from experiments.store.sessions import ended, with_another
from simulator.problems import InputError
from simulator.results_folder import MANIFEST, MARKER, FolderError, file_entry, write_json

_GOES_ON: Final = "not all units are finished; `penser-demain experiment run … --resume` goes on\n"


class ExperimentFolder:
    """A folder being filled with units; `order` lists them, and grows while it is filled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = path / reading.JOURNAL
        self.order: list[tuple[int, int]] = []
        self._closed = len(reading.part_folders(path))
        self._there = set(self._read_journal())
        self._kept = 0

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls,
        path: Path,
        manifest: Mapping[str, Any],
        texts: Mapping[str, str],
        design: pd.DataFrame,
        retry_failed: bool = False,
    ) -> Iterator[ExperimentFolder]:
        """Make the folder, or go on in it, with a lock on it.

        `texts`: files to write as they are, by path. retry_failed: units that failed are missing
        again. Raises InputError where another process is at
        work in it, and FolderError where the disk refuses what is written.
        """
        with _told_of(path):
            path.mkdir(parents=True, exist_ok=True)
            with locked(path / reading.LOCK):
                if not (path / MANIFEST).exists():
                    _begin(path, with_another(manifest, manifest, 0, 0), texts, design)
                else:
                    _go_on(path, manifest, retry_failed)
                yield cls(path)
            if sys.platform == "win32" and reading.is_complete(reading.read_manifest(path)):
                (path / reading.LOCK).unlink(missing_ok=True)  # only a closed file can go there

    # -- units --------------------------------------------------------------------------

    def extend(self, units: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Add units to the order; those of them, as (replicate, design_id), that are not there."""
        start = len(self.order)
        self.order.extend(units)
        closed = self._closed * parts.UNITS
        # A kill can fall between the making of a part and the end of what it was made of.
        self._forget(self._there.intersection(self.order[start:closed]))
        missing = [key for key in self.order[max(start, closed) :] if key not in self._there]
        self._close_parts()
        return missing

    @property
    def finished(self) -> int:
        """Units that are there, failed ones included."""
        return min(self._closed * parts.UNITS, len(self.order)) + len(self._there)

    def keep(self, unit: Unit, content: bytes | None) -> None:
        """A unit is there: with its parcel, or None where its worker has put it in the journal."""
        if content is not None:
            parcel.write(self._file(unit.key), content)
        self._there.add(unit.key)
        self._kept += 1
        self._close_parts()

    def outcomes(self) -> pd.DataFrame:
        """Outcomes of all units that are there."""
        return reading.read_table(self.path, "outcomes")

    def _close_parts(self, last: bool = False) -> None:
        """Make parts of the units that follow the parts that are there."""
        while True:
            start = self._closed * parts.UNITS
            keys = self.order[start : start + parts.UNITS]
            if not keys or len(keys) < (1 if last else parts.UNITS):
                return
            if not self._there.issuperset(keys):
                return
            (self.path / reading.PARTS).mkdir(exist_ok=True)
            files = [self._file(key) for key in keys]
            parts.write_part(self.path / reading.PARTS / f"{self._closed:05}", files)
            self._closed += 1
            self._forget(keys)

    def _forget(self, keys: Iterable[tuple[int, int]]) -> None:
        """Remove units from the journal: a part holds them."""
        for key in list(keys):
            self._there.discard(key)
            self._file(key).unlink()

    def _file(self, key: tuple[int, int]) -> Path:
        return self.journal / parcel.file_name(*key)

    def _read_journal(self) -> Iterator[tuple[int, int]]:
        self.journal.mkdir(exist_ok=True)
        for file in self.journal.iterdir():
            if file.name.startswith(".") or reading.unpacked(file) is None:
                file.unlink()
            else:
                yield reading.place(file)

    # -- the end ------------------------------------------------------------------------

    def finish(self, title: str, seconds: float) -> None:
        """Join all parts in whole tables, describe them, and remove what they were made of.

        seconds: that this session took.
        """
        self._close_parts(last=True)
        schemas: dict[str, pa.Schema] = {
            reading.DESIGN: pq.read_schema(reading.table_file(self.path, reading.DESIGN))
        }
        for name in parts.TABLES:
            schema = parts.write_whole(
                reading.table_file(self.path, name), name, reading.part_folders(self.path)
            )
            if schema is not None:
                schemas[name] = schema
        held = pq.read_metadata(reading.table_file(self.path, parcel.RUNS)).num_rows
        if held != len(self.order):
            raise InputError.single(
                str(self.path),
                f"its parts hold {held:,} units of {len(self.order):,}",
                "files were removed by hand or lost: run the plan in another folder",
            )
        files = {name: file_entry(reading.table_file(self.path, name)) for name in schemas}
        write_package(self.path, schemas, files, title)
        manifest = ended(reading.read_manifest(self.path), self._kept, seconds)
        _write_manifest(self.path, {**manifest, "files": files})
        reading.tidy(self.path)


def _begin(
    path: Path, manifest: Mapping[str, Any], texts: Mapping[str, str], design: pd.DataFrame
) -> None:
    """Write all but the units; the manifest, which says that the rest is there, comes last."""
    (path / MARKER).write_text(_GOES_ON, encoding="utf-8")
    for name, text in texts.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8", newline="\n")
    pq.write_table(
        pa.Table.from_pandas(design.reset_index(), preserve_index=False),
        reading.table_file(path, reading.DESIGN),
        compression="zstd",
    )
    _write_manifest(path, manifest)


def _go_on(path: Path, manifest: Mapping[str, Any], retry_failed: bool) -> None:
    """List this session; units that failed go first, where they are to be played again."""
    before = len(reading.read_table(path, parcel.RUNS, ["design_id"]))
    again = reopen(path) if retry_failed else 0
    there = before - again
    _write_manifest(path, with_another(reading.read_manifest(path), manifest, before, there))


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    beside = path / f".{MANIFEST}"
    write_json(beside, manifest)
    os.replace(beside, path / MANIFEST)


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """What the disk refuses, told with the folder and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno is None or isinstance(error, ConnectionError | TimeoutError):
            raise  # of a network, not of a disk
        raise FolderError(
            error.errno,
            f"{path} could not be written: {error.strerror or error}; "
            "what is finished is kept: make room, then run again with --resume",
        ) from error
