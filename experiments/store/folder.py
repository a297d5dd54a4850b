"""The folder of an experiment while it is filled, whoever was killed in between.

    journal/R-D.arrow           one unit, as its worker left it
    parts/00000/TABLE.parquet   a hundred units in a row, once all of them are there
    TABLE.parquet               everything, once all parts are there; journal and parts then go
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.execution.unit import Unit
from experiments.store import parcel, parts
from experiments.store.identity import refuse_another
from experiments.store.lock import locked
from experiments.store.package import write_package
from simulator.problems import InputError
from simulator.results_folder import (
    MANIFEST,
    MARKER,
    FolderError,
    check_target,
    file_entry,
    write_json,
)

LOCK: Final = ".lock"
JOURNAL: Final = "journal"
PARTS: Final = "parts"
DESIGN: Final = "design"
PLAN: Final = "plan.yaml"
RESOLVED: Final = "plan.resolved.yaml"
_GOES_ON: Final = "not all units are finished; `penser-demain experiment run … --resume` goes on\n"


class ExperimentFolder:
    """A folder being filled with units; `order` lists them, and grows while it is filled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = path / JOURNAL
        self.order: list[tuple[int, int]] = []
        self._closed = len(part_folders(path))
        self._there = set(self._read_journal())

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls,
        path: Path,
        resume: bool,
        manifest: Mapping[str, Any],
        texts: Mapping[str, str],
        design: pd.DataFrame,
    ) -> Iterator[ExperimentFolder]:
        """Make the folder, or go on in it where `resume` says so, with a lock on it.

        `texts`: files to write as they are, by path. Raises InputError where the folder is
        another's, and FolderError where the disk refuses it.
        """
        path = Path(os.path.abspath(path))
        check_folder(path, resume)
        if (path / MANIFEST).exists():
            refuse_another(path, manifest, texts[RESOLVED])
        with _told_of(path):
            path.mkdir(exist_ok=True)
            with locked(path / LOCK):
                if not (path / MANIFEST).exists():
                    _begin(path, manifest, texts, design)
                yield cls(path)

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
        self._close_parts()

    def outcomes(self) -> pd.DataFrame:
        """Outcomes of all units that are there."""
        return read_table(self.path, "outcomes")

    def _close_parts(self, last: bool = False) -> None:
        """Make parts of the units that follow the parts that are there."""
        while True:
            start = self._closed * parts.UNITS
            keys = self.order[start : start + parts.UNITS]
            if not keys or len(keys) < (1 if last else parts.UNITS):
                return
            if not self._there.issuperset(keys):
                return
            (self.path / PARTS).mkdir(exist_ok=True)
            files = [self._file(key) for key in keys]
            parts.write_part(self.path / PARTS / f"{self._closed:05}", files)
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
            if file.name.startswith(".") or _unpacked(file) is None:
                file.unlink()
            else:
                yield _place(file)

    # -- the end ------------------------------------------------------------------------

    def finish(self, manifest: Mapping[str, Any], title: str) -> None:
        """Join all parts in whole tables, describe them, and remove what they were made of."""
        self._close_parts(last=True)
        schemas: dict[str, pa.Schema] = {DESIGN: pq.read_schema(table_file(self.path, DESIGN))}
        for name in parts.TABLES:
            schema = parts.write_whole(
                table_file(self.path, name), name, part_folders(self.path)
            )
            if schema is not None:
                schemas[name] = schema
        files = {name: file_entry(table_file(self.path, name)) for name in schemas}
        write_package(self.path, schemas, files, title)
        _write_manifest(self.path, {**manifest, "files": files})
        tidy(self.path)


def tidy(path: Path) -> None:
    """Remove what whole tables were made of."""
    (path / MARKER).unlink(missing_ok=True)
    for name in (JOURNAL, PARTS):
        shutil.rmtree(path / name, ignore_errors=True)


def is_complete(manifest: Mapping[str, Any]) -> bool:
    """True for the manifest of an experiment whose whole tables are there."""
    return "files" in manifest


def table_file(path: Path, name: str) -> Path:
    """Where a whole table lies."""
    return path / f"{name}.parquet"


def part_folders(path: Path) -> list[Path]:
    """Folders of the parts, in order."""
    return sorted(path.glob(f"{PARTS}/[0-9]*"))


def read_table(path: Path, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table of an experiment, as far as there is one; see `arrow_tables`."""
    found = list(arrow_tables(path, name, columns))
    if not found:
        return pd.DataFrame(columns=columns)
    return pa.concat_tables(found).unify_dictionaries().to_pandas(use_threads=False)


def arrow_tables(
    path: Path, name: str, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """A table in pieces, in the order of units: the whole one, or that of parts and journal."""
    if name == DESIGN or is_complete(read_manifest(path)):
        if table_file(path, name).exists():
            yield from _pieces(table_file(path, name), columns)
        return
    folders = part_folders(path)
    for part in folders:
        if (part / f"{name}.parquet").exists():
            yield from _pieces(part / f"{name}.parquet", columns)
    # What a kill has left of the last part is in the journal as well.
    twice = set()
    if folders:
        runs = pq.read_table(folders[-1] / f"{parcel.RUNS}.parquet", use_threads=False)
        twice = set(zip(runs["replicate"].to_pylist(), runs["design_id"].to_pylist(), strict=True))
    for file in sorted((path / JOURNAL).glob("[0-9]*"), key=_place):
        if _place(file) not in twice and (found := _unpacked(file)) and name in found:
            yield found[name] if columns is None else found[name].select(columns)


def _pieces(file: Path, columns: Sequence[str] | None) -> Iterator[pa.Table]:
    with pq.ParquetFile(file) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, columns=columns, use_threads=False)


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an experiment, finished or not; InputError where there is none."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        manifest = {}
    if "plan" not in manifest:
        raise InputError.single(
            "folder", f"{path} does not hold an experiment",
            "name a folder written by `penser-demain experiment run`",
        )  # fmt: skip
    return dict(manifest)


def check_folder(path: Path, resume: bool) -> None:
    """InputError where an experiment cannot be begun, or gone on with, in `path`."""
    begun = (path / MANIFEST).exists() or (path / LOCK).exists()
    if begun and not resume:
        raise InputError.single(
            "out", f"{path} holds an experiment already", "name a new folder, or add --resume"
        )
    if not begun and path.is_dir() and any(path.iterdir()):
        raise InputError.single("out", f"{path} exists and is not empty", "name a new folder")
    if not begun:
        check_target(path, overwrite=False)


def _unpacked(file: Path) -> dict[str, pa.Table] | None:
    """A parcel of the journal; None where it was cut off, or is in a part by now."""
    try:
        return parcel.unpack(file.read_bytes())
    except (pa.ArrowInvalid, FileNotFoundError):
        return None


def _place(file: Path) -> tuple[int, int]:
    replicate, _, design_id = file.stem.partition("-")
    return int(replicate), int(design_id)


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
        table_file(path, DESIGN),
        compression="zstd",
    )
    _write_manifest(path, manifest)


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    beside = path / f".{MANIFEST}"
    write_json(beside, manifest)
    os.replace(beside, path / MANIFEST)


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """What the disk refuses, told with the folder and what to do."""
    try:
        yield
    except FolderError:
        raise
    except OSError as error:
        raise FolderError(
            error.errno,
            f"{path} could not be written: {error.strerror or error}; "
            "what is finished is kept: make room, then run again with --resume",
        ) from error
