"""`penser-demain experiment run`: play a plan, or what is missing of it."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.output import console, progress


class ExecutorName(StrEnum):
    """Where units run."""

    processes = "processes"
    dask = "dask"


def run(
    plan: Annotated[str, typer.Argument(help="Id of a plan that ships, or path of a YAML file.")],
    out: Annotated[Path, typer.Option(help="Folder of the experiment, new unless --resume.")],
    executor: Annotated[
        ExecutorName, typer.Option(help="Processes of this machine, or a Dask cluster.")
    ] = ExecutorName.processes,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", show_default=False,
                     help="Dask scheduler, tcp://192.0.2.1:8786; else one is started here."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes, one per processor by default.", show_default=False),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in the folder with what is missing.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: play failed units again too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Run it even if it takes hours.")] = False,
) -> None:  # fmt: skip
    """Play every design point of a plan in all its scenarios, replicate by replicate."""
    # Before NumPy is loaded: one thread here, since the workers fill the processors.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from experiments.execution.workers import WorkersError
    from experiments.runner import run as run_plan
    from simulator.results_folder import FolderError

    goes_on = f"what is finished is kept in {out}: the same command with --resume goes on"
    try:
        with progress("Experiment") as report:
            results = run_plan(
                plan, out, executor.value, workers, scheduler, resume, yes, report,
                " ".join(["penser-demain", *sys.argv[1:]]), retry_failed,
            )  # fmt: skip
    except KeyboardInterrupt:
        print(f"stopped; {goes_on}", file=sys.stderr)
        raise typer.Exit(1) from None
    except WorkersError as error:
        print(f"{error}; {goes_on}", file=sys.stderr)
        raise typer.Exit(1) from None
    except FolderError as error:
        print(error.strerror, file=sys.stderr)
        raise typer.Exit(1) from None
    failed = results.runs[results.runs["status"] == "failed"]
    console().print(f"{len(results.runs):,} units in {out}", markup=False, soft_wrap=True)
    if len(failed):
        first = failed.iloc[0]
        print(
            f"{len(failed):,} of them failed, first design point {first['design_id']}, replicate "
            f"{first['replicate']}: {first['error']}\nsee: penser-demain experiment status {out}; "
            "the same command with --resume --retry-failed plays them again",
            file=sys.stderr,
        )
        raise typer.Exit(1)
