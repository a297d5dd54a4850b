"""What a results folder must say and hold before it is read; a folder can be damaged or edited."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from simulator.problems import InputError
from simulator.results_schema import known_columns
from simulator.units import shown

_TABLES: Final = ("trajectories", "lifetimes", "flows")
_AGAIN: Final = "copy the folder again, or run it again"

Name = Annotated[str, StringConstraints(pattern=r"^[^/\\]+$", min_length=1)]
"""Of a file or a scenario: nothing that leads out of the folder."""


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _File(_Read):
    path: Name
    bytes: int


class _Title(_Read):
    fr: str
    en: str


class _Scenario(_Read):
    title: _Title


class _Parameters(_Read):
    source: str


class _Manifest(_Read):
    files: dict[str, _File]
    scenarios: dict[Name, _Scenario] = Field(min_length=1)
    reference: str
    parameters: _Parameters
    units: list[Annotated[list[int | str], Field(min_length=3, max_length=3)]] = Field(min_length=1)
    quarters: list[str] = Field(min_length=1)
    dimensions: dict[str, list[str]] = Field(min_length=1)


def parsed_manifest(file: Path) -> Any:
    """The JSON of a manifest; InputError where it cannot be read. FileNotFoundError passes."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        message = f"{file} is not JSON: {getattr(error, 'strerror', None) or error}"
        raise InputError.single("results", message, _AGAIN) from error


def check_manifest(file: Path, manifest: Mapping[str, Any]) -> None:
    """InputError where the manifest lacks what every reader takes for granted."""
    try:
        read = _Manifest.model_validate(dict(manifest))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        given = "" if first["type"] == "missing" else f" (given: {shown(first['input'])})"
        told = first["msg"].partition(" or instance")[0]
        raise InputError.single("results", f"{file}: {place}: {told}{given}", _AGAIN) from None
    if read.reference not in read.scenarios:
        message = f"{file}: reference: {read.reference} is not among the scenarios"
        raise InputError.single("results", message, _AGAIN)
    absent = [name for name in _TABLES if name not in read.files]
    if absent:
        message = f"{file}: files: {', '.join(absent)} is missing"
        raise InputError.single("results", message, _AGAIN)


@contextlib.contextmanager
def reading(file: Path) -> Iterator[None]:
    """InputError where a table cannot be read, because it is damaged or lacks a column asked for.

    Not looked for when a folder is opened: the footers of large tables take seconds to read.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        message = f"{file} is damaged: {(str(error) or type(error).__name__).splitlines()[0]}"
        raise InputError.single("results", message, _AGAIN) from error


def check_columns(file: Path, columns: Sequence[str], wanted: Sequence[str]) -> None:
    """InputError where a table lacks a column."""
    absent = [name for name in wanted if name not in columns]
    if absent:
        message = f"{file} lacks the column {', '.join(absent)}"
        raise InputError.single("results", message, _AGAIN)


def read_table(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A table, or some of its columns; InputError where it is damaged or lacks one."""
    with reading(file):
        found = pq.read_table(
            file, columns=None if columns is None else list(columns), use_threads=False
        )
    wanted = known_columns(file.stem) if columns is None else columns
    check_columns(file, found.column_names, wanted)
    return found


def read_scenario(file: Path) -> str:
    """The text of a scenario as run; InputError where it is gone or no text."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        message = f"{file} cannot be read: {error}"
        raise InputError.single("scenario", message, "keep scenarios/") from error
