"""Writing a results folder so that it is either whole or says that it is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from simulator.problems import InputError
from simulator.results_manifest import check_manifest, parsed_manifest
from simulator.results_schema import data_package

MARKER: Final = "INCOMPLETE"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1  # of the folder, see docs/results.md


class FolderError(OSError):
    """The disk refused the results (full, quota, taken away); nothing was left that looks whole."""


def check_target(path: Path, overwrite: bool) -> None:
    """Raise InputError when results cannot go to `path`; leaves nothing behind."""
    path = Path(os.path.abspath(path))
    try:
        _check_place(path, overwrite)
        missing = [folder for folder in path.parents if not folder.exists()]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            probe = path.parent / f".{path.name}.{secrets.token_hex(4)}"
            probe.mkdir()
            probe.rmdir()
        finally:
            with contextlib.suppress(OSError):
                for folder in missing:
                    folder.rmdir()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError.single(
            "out", f"{path} cannot be written: {reason}", "name a folder you may write in"
        ) from error


def _check_place(path: Path, overwrite: bool) -> None:
    """Nothing stands at `path`, or an empty folder, or results that may be replaced."""
    if path.exists() or path.is_symlink():
        if not path.is_dir():
            raise InputError.single("out", f"{path} is a file", "name a new folder")
        if any(path.iterdir()):
            if not overwrite:
                raise InputError.single(
                    "out", f"{path} exists and is not empty", "name a new folder or add --overwrite"
                )
            if not (path / MANIFEST).exists() and not (path / MARKER).exists():
                raise InputError.single(
                    "out",
                    f"{path} holds something else than results, it is not overwritten",
                    "name a new folder",
                )


@contextlib.contextmanager
def atomic_folder(path: Path, overwrite: bool, incomplete: str | None = None) -> Iterator[Path]:
    """A sibling folder to write in, which takes the name `path` only when all is written.

    `incomplete` is the text of the marker that stays when the content is known to be partial.
    """
    path = Path(os.path.abspath(path))
    check_target(path, overwrite)
    token = secrets.token_hex(4)
    work = path.parent / f".{path.name}.incomplete-{token}"
    try:
        work.mkdir(parents=True)
        (work / MARKER).write_text(incomplete or "being written\n", encoding="utf-8")
        yield work
        if incomplete is None:
            (work / MARKER).unlink()
        if path.exists():
            aside = path.parent / f".{path.name}.old-{token}"
            path.rename(aside)
            try:
                work.rename(path)
            except BaseException:
                aside.rename(path)
                raise
            shutil.rmtree(aside, ignore_errors=True)
        else:
            work.rename(path)
    except OSError as error:
        raise FolderError(
            error.errno, f"the results could not be written to {path}: {error.strerror or error}"
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_table(path: Path, tables: Iterable[pa.Table]) -> pa.Schema:
    """Write chunks one after the other (one row group each); returns the schema."""
    writer: pq.ParquetWriter | None = None
    try:
        for table in tables:
            if writer is None:
                texts = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
                writer = pq.ParquetWriter(
                    path,
                    table.schema,
                    compression="zstd",
                    use_dictionary=texts,
                    use_byte_stream_split=[
                        f.name for f in table.schema if pa.types.is_floating(f.type)
                    ],
                )
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise ValueError(f"nothing to write in {path.name}")
    return writer.schema


def file_entry(path: Path) -> dict[str, Any]:
    """Name, bytes and sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return {"path": path.name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def write_folder(
    path: Path,
    tables: Mapping[str, Iterable[pa.Table]],
    scenarios: Mapping[str, str],
    manifest: Mapping[str, Any],
    title: str,
    overwrite: bool = False,
    incomplete: str | None = None,
) -> Path:
    """Write tables, scenarios (id → YAML), data package and, last, the manifest."""
    with atomic_folder(path, overwrite, incomplete) as work:
        schemas = {name: write_table(work / f"{name}.parquet", t) for name, t in tables.items()}
        files = {name: file_entry(work / f"{name}.parquet") for name in schemas}
        (work / "scenarios").mkdir()
        for identifier, text in scenarios.items():
            (work / "scenarios" / f"{identifier}.yaml").write_text(text, encoding="utf-8")
        write_json(work / "datapackage.json", data_package(schemas, files, title))
        write_json(work / MANIFEST, {**manifest, "files": files})
    return path


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(path: Path, allow_incomplete: bool = False) -> dict[str, Any]:
    """The manifest of a results folder; InputError when the folder is not whole."""
    if not path.is_dir():
        raise InputError.single("results", f"{path} is not a folder", "name a results folder")
    if (path / MARKER).exists() and not allow_incomplete:
        reason = _reason(path / MARKER)
        raise InputError.single(
            "results",
            f"{path} is incomplete: {reason}",
            "run it again, or read what is finished with Results.load(path, allow_incomplete=True)",
        )
    try:
        manifest = parsed_manifest(path / MANIFEST)
    except FileNotFoundError:
        raise InputError.single(
            "results", f"{path} has no {MANIFEST}", "name a folder written by `penser-demain run`"
        ) from None
    _check_format(path, manifest)
    check_manifest(path / MANIFEST, manifest)
    for entry in manifest["files"].values():
        file = path / entry["path"]
        if not file.exists():
            raise InputError.single("results", f"{path} lacks {entry['path']}", "run it again")
        if file.stat().st_size != entry["bytes"]:
            raise InputError.single(
                "results",
                f"{file} has {file.stat().st_size} bytes, and {entry['bytes']} were written",
                "copy the folder again, or run it again",
            )
    return dict(manifest)


def _reason(marker: Path) -> str:
    try:
        return marker.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "it says nothing of why"


def _check_format(path: Path, manifest: Any) -> None:
    """Raise InputError unless this version reads what the manifest describes."""
    given = manifest.get("format") if isinstance(manifest, dict) else None
    if isinstance(given, int) and given > FORMAT:
        raise InputError.single(
            "results",
            f"{path} is of format {given}, newer than this version",
            f"this version reads up to format {FORMAT}: update penser-demain",
        )
    if given != FORMAT or not isinstance(manifest.get("files"), dict):
        raise InputError.single(
            "results",
            f"{path / MANIFEST} does not describe results",
            "name a folder written by `penser-demain run`",
        )
