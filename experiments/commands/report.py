"""`penser-demain experiment report`: one HTML page that tells an experiment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import Language, console


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of an experiment.")],
    language: Annotated[Language, typer.Option(help="Language of the page.")] = Language.fr,
    out: Annotated[
        Path | None,
        typer.Option(help="The HTML file; FOLDER/report.html else.", show_default=False),
    ] = None,
    allow_incomplete: Annotated[
        bool,
        typer.Option("--allow-incomplete",
                     help="Report an unfinished experiment, in the replicates that are whole."),
    ] = False,
) -> None:  # fmt: skip
    """Write a page that opens without a network, and its figures as SVG and PNG files."""
    from experiments.report import write_report
    from simulator.results_folder import FolderError

    try:
        path = write_report(folder, language.value, out, allow_incomplete)
    except FolderError as error:
        print(error.strerror, file=sys.stderr)
        raise typer.Exit(1) from None
    console().print(str(path), markup=False, soft_wrap=True)
