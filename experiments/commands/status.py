"""`penser-demain experiment status`: how far an experiment is, and what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import console, plain_table, print_json


def status(
    folder: Annotated[Path, typer.Argument(help="Folder of an experiment.")],
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Tell how many units of an experiment are done, how many failed, and why."""
    from experiments.store.status import status as status_of

    found = status_of(folder)
    if json_:
        print_json(found)
        return
    out = console()
    out.print(
        f"{found['plan']['id']}: {found['state']}, {found['done']:,} of {found['units']:,} units "
        f"done, {found['failed']:,} failed",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    if found["seconds_per_unit"] is not None:
        out.print(f"{found['seconds_per_unit']:.2f} s a unit on one processor")
    if found["failures"]:
        table = plain_table("design point", "replicate", "error", right=(0, 1))
        for failure in found["failures"]:
            table.add_row(str(failure["design_id"]), str(failure["replicate"]), failure["error"])
        out.print(table)
    if found["failed"]:
        out.print("the command that began it plays them again with --resume --retry-failed")
    if found["state"] == "stopped":
        out.print("the command that began it goes on with --resume")
