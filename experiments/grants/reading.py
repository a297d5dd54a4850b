"""Reading files strictly: every fault is told with its place, every dropped row is counted."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.grants.sources import Source
from simulator.problems import InputError, Problem


@dataclass(frozen=True)
class Dropped:
    """Rows left out for one reason; `euros` is NaN where the amount is what was missing."""

    reason: str
    rows: int
    euros: float


@dataclass
class Reading:
    """A file as read: `table` holds what was kept, one row per grant or request.

    `name` says which funder or part of the data set it is.
    """

    source: Source
    name: str
    table: pd.DataFrame
    rows: int
    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, where: NDArray[np.bool_] | pd.Series[bool], reason: str) -> None:
        """Leave out rows of the table, and remember how many and how many euros."""
        mask = np.asarray(where, dtype=bool)
        euros = self.table["amount"].to_numpy(float)[mask]
        total = float(np.nansum(euros)) if np.isfinite(euros).any() else math.nan
        self.dropped.append(Dropped(reason, int(mask.sum()), total))
        self.table = self.table[~mask].reset_index(drop=True)


def read_table(
    path: Path, columns: Sequence[str], encoding: str = "utf-8-sig", separator: str = ";"
) -> pd.DataFrame:
    """The named columns of a delimited file, as text.

    Raises InputError where the file is missing, is not in the encoding, lacks a column, or has a
    line with too few or too many fields.
    """
    try:
        text = read_bytes(path).decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError.single(
            "", f"byte {error.start} is no {encoding} text", f"save it as {encoding}", str(path)
        ) from None
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    header = [" ".join(name.split()) for name in next(rows, [])]
    check_columns(path, header, columns)
    records = []
    for record in rows:
        if len(record) != len(header):
            raise InputError(
                [
                    Problem(
                        str(path), rows.line_num, 1, "",
                        f"{len(record)} fields where the header has {len(header)}",
                        f"fields are separated by {separator!r}",
                    )
                ]
            )  # fmt: skip
        records.append(record)
    return pd.DataFrame(records, columns=header, dtype=str)[list(columns)]


def check_columns(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    """InputError naming every column that a file lacks."""
    missing = [name for name in columns if name not in header]
    if missing:
        shown = ", ".join(header[:8]) + (", …" if len(header) > 8 else "")
        raise InputError(
            Problem(str(path), 1, 1, name, "no such column", f"the file has: {shown}")
            for name in missing
        )


def read_bytes(path: Path) -> bytes:
    """Content of a file; InputError where there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError.single("", reason.lower(), "see docs/grants.md", str(path)) from None


def missing_files(data: Path, sources: Sequence[Source]) -> list[Problem]:
    """One problem per file that is not there, or one for the folder of all."""
    if not data.is_dir():
        hint = f"it holds the folders {', '.join(source.folder for source in sources)}"
        return [Problem(str(data), None, None, "", "no such folder", hint)]
    return [
        Problem(
            str(source.path(data, file.name)), None, None, "",
            f"missing file of the data set {source.id}", f"it is copied from {source.copy}",
        )
        for source in sources
        for file in source.files
        if not source.path(data, file.name).is_file()
    ]  # fmt: skip


def changed_files(data: Path, sources: Sequence[Source]) -> list[str]:
    """One sentence per file whose checksum is not one that the shipped parameters rest on."""
    found = []
    for source in sources:
        for file in source.files:
            path = source.path(data, file.name)
            digest = hashlib.sha256(read_bytes(path)).hexdigest()
            if digest not in file.known:
                found.append(
                    f"{path}: sha256 {digest} is not {file.sha256} as in docs/grants.md; "
                    "the results will differ"
                )
    return found
