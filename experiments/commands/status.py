"""`penser-demain experiment status`: how far an experiment is, and what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    out.print(f"{found['plan']['id']}: {_counts(found)}", markup=False, soft_wrap=True)
    if len(found["sessions"]) > 1:
        out.print(_sessions(found["sessions"]), markup=False, soft_wrap=True)
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


def _counts(found: dict[str, Any]) -> str:
    """`stopped, 40 of 200 units done, 2 failed, 158 missing`."""
    most = "at most " if found["stopping_rule"] else ""
    told = f"{found['state']}, {found['done']:,} of {most}{found['units']:,} units done, "
    told += f"{found['failed']:,} failed"
    if found["missing"]:
        told += f", {most}{found['missing']:,} missing"
    if found["not_needed"]:
        told += f", {found['not_needed']:,} not needed: the stopping rule was met without them"
    return told


def _sessions(sessions: list[dict[str, Any]]) -> str:
    """`filled in 3 sessions, at 2 commits: 2026-11-28T10:00:00+00:00, 40 units; …`."""
    commits = len({one["commit"] for one in sessions})
    at = f", at {commits} commits" if commits > 1 else ""
    each = [
        f"{one['started']}, {one['units']:,} units" if "units" in one else one["started"]
        for one in sessions
    ]
    return f"filled in {len(sessions)} sessions{at}: {'; '.join(each)}"
