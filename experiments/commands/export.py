"""`penser-demain experiment export`: the tables as CSV or Parquet files."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import console


class Format(StrEnum):
    """Formats of files."""

    csv = "csv"
    parquet = "parquet"


def export(
    folder: Annotated[Path, typer.Argument(help="Folder of an experiment.")],
    format: Annotated[Format, typer.Option(help="Format of the files.")],
    out: Annotated[
        Path | None,
        typer.Option(help="New folder; FOLDER-csv or FOLDER-parquet else.", show_default=False),
    ] = None,
) -> None:
    """Write each table in one file, as far as its units are there."""
    from experiments.store.export import export as export_tables
    from simulator.results_folder import FolderError

    whole = folder.resolve()
    target = out or whole.with_name(f"{whole.name}-{format.value}")
    try:
        names = export_tables(folder, target, format.value)
    except FolderError as error:
        print(error.strerror, file=sys.stderr)
        raise typer.Exit(1) from None
    console().print(f"{', '.join(names)} in {target}", markup=False, soft_wrap=True)
