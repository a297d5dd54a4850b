"""Reading the folder of an experiment, finished or not."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.store import parcel
from simulator.problems import InputError
from simulator.results_folder import FORMAT, MANIFEST, MARKER, check_target, file_entry

LOCK: Final = ".lock"
JOURNAL: Final = "journal"
PARTS: Final = "parts"
DESIGN: Final = "design"
PLAN: Final = "plan.yaml"
RESOLVED: Final = "plan.resolved.yaml"


def tidy(path: Path) -> None:
    """Remove what whole tables were made of, and the lock."""
    (path / MARKER).unlink(missing_ok=True)
    with contextlib.suppress(PermissionError):  # Windows keeps the lock while it is held
        (path / LOCK).unlink(missing_ok=True)
    for name in (JOURNAL, PARTS):
        shutil.rmtree(path / name, ignore_errors=True)


def is_untidy(path: Path) -> bool:
    """True where something is left of what whole tables were made of."""
    return any((path / name).exists() for name in (MARKER, LOCK, JOURNAL, PARTS))


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
        return pd.DataFrame(columns=list(columns or _empty(path, name)))
    return pa.concat_tables(found).unify_dictionaries().to_pandas(use_threads=False)


def _empty(path: Path, name: str) -> list[str]:
    """Columns of a table that has no rows yet, as far as they are known beforehand."""
    if name == parcel.RUNS:
        return list(parcel.RUN_COLUMNS.names)
    keys = ["design_id", "replicate", "scenario"]
    return [*keys, *read_manifest(path)["outcomes"]] if name == "outcomes" else keys


def arrow_tables(path: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """A table in pieces, in the order of units: the whole one, or that of parts and journal."""
    if name == DESIGN or is_complete(read_manifest(path)):
        if table_file(path, name).exists():
            yield from pieces(table_file(path, name), columns)
        return
    folders = part_folders(path)
    for part in folders:
        if (part / f"{name}.parquet").exists():
            yield from pieces(part / f"{name}.parquet", columns)
    # What a kill has left of the last part is in the journal as well.
    twice = set()
    if folders:
        runs = pq.read_table(folders[-1] / f"{parcel.RUNS}.parquet", use_threads=False)
        twice = set(zip(runs["replicate"].to_pylist(), runs["design_id"].to_pylist(), strict=True))
    for file in sorted((path / JOURNAL).glob("[0-9]*"), key=place):
        if place(file) not in twice and (found := unpacked(file)) and name in found:
            yield found[name] if columns is None else found[name].select(columns)


def pieces(file: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """A Parquet file, a group of rows at a time."""
    try:
        with pq.ParquetFile(file) as parquet:
            for group in range(parquet.num_row_groups):
                yield parquet.read_row_group(group, columns=columns, use_threads=False)
    except pa.ArrowInvalid as error:
        raise _damaged(file) from error


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an experiment, finished or not; InputError where there is none."""
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        manifest = {}
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path / MANIFEST) from error
    if not isinstance(manifest, dict) or "plan" not in manifest:
        raise InputError.single(
            "folder", f"{path} does not hold an experiment",
            "name a folder written by `penser-demain experiment run`",
        )  # fmt: skip
    given = manifest.get("format")
    if isinstance(given, int) and given > FORMAT:
        raise InputError.single(
            "folder", f"{path} is of format {given}, newer than this version",
            f"this version reads up to format {FORMAT}: update penser-demain",
        )  # fmt: skip
    if given != FORMAT or not isinstance(manifest.get("files", {}), dict):
        raise _damaged(path / MANIFEST)
    return dict(manifest)


def check_files(path: Path, manifest: Mapping[str, Any], *, contents: bool = False) -> None:
    """InputError where a table of a finished experiment is gone or, with `contents`, is another."""
    for entry in manifest.get("files", {}).values():
        file = path / entry["path"]
        if not file.exists() or (contents and file_entry(file) != entry):
            raise _damaged(file)


def _damaged(file: Path) -> InputError:
    return InputError.single(
        "folder", f"{file} is missing, damaged or not what was written",
        "take the folder from a copy, or run the plan again in a new one",
    )  # fmt: skip


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


def unpacked(file: Path) -> dict[str, pa.Table] | None:
    """A parcel of the journal; None where it was cut off, or is in a part by now."""
    try:
        return parcel.unpack(file.read_bytes())
    except FileNotFoundError:
        return None


def place(file: Path) -> tuple[int, int]:
    """Replicate and design point of a file of the journal."""
    replicate, _, design_id = file.stem.partition("-")
    return int(replicate), int(design_id)
