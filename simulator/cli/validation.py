"""Checking files of any kind: what is valid, and every problem of what is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from simulator.cli.output import print_json
from simulator.problems import InputError, Problem


def validate_files(paths: Sequence[Path], load: Callable[[Path], object], json_: bool) -> None:
    """Load every file; print the valid ones, then raise InputError with all problems, if any."""
    problems: list[Problem] = []
    valid: list[str] = []
    for path in paths:
        try:
            load(path)
            valid.append(str(path))
        except InputError as error:
            problems += error.problems
    if json_:
        print_json({"valid": valid, "problems": [vars(problem) for problem in problems]})
    else:
        for name in valid:
            typer.echo(f"{name}: valid")
    if problems:
        raise InputError(problems)
