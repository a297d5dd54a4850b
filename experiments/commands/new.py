"""`penser-demain experiment new`: a commented plan to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    identifier: Annotated[str, typer.Argument(metavar="[ID]")] = "mon-experience",
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; ID.yaml here by default.", show_default=False),
    ] = None,
) -> None:
    """Write an example plan with comments, ready to be changed."""
    from experiments.plan.example import example_text
    from experiments.plan.loading import parse_plan
    from simulator.problems import InputError

    target = out or Path(f"{identifier}.yaml")
    text = example_text(identifier)
    parse_plan(text, str(target))  # an id that is none is told before anything is written
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError.single("out", f"{target} exists", "name a new file with --out") from None
    except OSError as error:
        raise InputError.single(
            "out", f"{target} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    typer.echo(f"{target}: written; change it, then penser-demain experiment run {target}")
