"""`penser-demain experiment verify`: play some units again and compare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import console, plain_table, progress


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of an experiment.")],
    sample: Annotated[int, typer.Option(min=1, help="Units to play again, taken at random.")] = 5,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes, one per processor by default.", show_default=False),
    ] = None,
) -> None:
    """Play a random sample of units again: the same bits, or the same fates on another platform."""
    from experiments.verify import verify as verify_folder

    with progress("Verification") as report:
        found = verify_folder(folder, sample, None, workers, report)
    if found.platform:
        print(f"this is not what it was run on: {found.platform}", file=sys.stderr)
    table = plain_table("design point", "replicate", "", "parts first in", right=(0, 1))
    for unit in found.units:
        size = "" if unit.verdict == "identical" else f" (at most {unit.largest:.1e} apart)"
        table.add_row(str(unit.design_id), str(unit.replicate), f"{unit.verdict}{size}", unit.first)
    console().print(table)
    if not found.holds:
        raise typer.Exit(1)
