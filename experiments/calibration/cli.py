"""`penser-demain calibrate`: parameter draws that agree with the published facts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.calibration.settings import Settings
from simulator.cli.output import console, print_json, progress

_USUAL = Settings()


def calibrate(
    out: Annotated[
        Path, typer.Option(help="Folder of the calibration; one that was stopped goes on.")
    ],
    population: Annotated[
        str, typer.Option(help="demo, workshop, national, full, or a YAML file.")
    ] = "national",
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = _USUAL.seed,
    waves: Annotated[int, typer.Option(help="Waves of history matching.")] = _USUAL.waves,
    points: Annotated[int, typer.Option(help="Points of a wave.")] = _USUAL.points,
    repeated: Annotated[
        int, typer.Option(help="Points of a wave that are run several times.")
    ] = _USUAL.repeated,
    replicates: Annotated[int, typer.Option(help="Runs of these points.")] = _USUAL.replicates,
    cutoff: Annotated[
        float, typer.Option(help="Implausibility that rules a point out.")
    ] = _USUAL.cutoff,
    near: Annotated[
        float, typer.Option(help="Implausibility below which the last wave is drawn.")
    ] = _USUAL.near,
    accept: Annotated[int, typer.Option(help="Draws to accept.")] = _USUAL.accept,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes, one per processor by default.", show_default=False),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Match the history of the facts in waves, accept draws, report. Stop and go on at will."""
    # Before NumPy is loaded: the same sums in the same order, and workers fill the processors.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from experiments.calibration import report
    from experiments.calibration.calibrate import calibrate as run
    from experiments.calibration.model_problem import ModelProblem
    from simulator import pool
    from simulator.plan import check_seed
    from simulator.population import load_spec
    from simulator.problems import InputError
    from simulator.simulation import prime

    check_seed(seed)
    load_spec(population)
    if workers is not None and not 1 <= workers <= 1024:
        raise InputError.single("workers", f"{workers} is not possible", "1 to 1024")
    settings = Settings(seed, waves, points, repeated, replicates, cutoff, near, accept)
    settings.check()
    prime("fil-de-l-eau")
    try:
        done = run(ModelProblem(population, seed), settings, out, workers, Stages())
    except pool.Stopped:
        print(f"stopped; the same command goes on in {out}", file=sys.stderr)
        raise typer.Exit(1) from None
    except pool.UnitError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    summary = report.write(done, out)
    if json_:
        print_json(summary)
    else:
        _print(summary, out)


class Stages:
    """Progress of the stages, one after the other, each in a bar of its own."""

    def __init__(self) -> None:
        self._title = ""
        self._bar: Any = None
        self._report: Callable[[int, int], None] | None = None

    def __call__(self, title: str, done: int, total: int) -> None:
        if title != self._title:
            self._title, self._bar = title, progress(title)
            self._report = self._bar.__enter__()
        assert self._report is not None
        self._report(done, total)
        if done == total:
            self._bar.__exit__(None, None, None)


def _print(summary: dict[str, Any], folder: Path) -> None:
    from experiments.calibration import tables

    out = console()
    out.print(tables.acceptance(summary), markup=False)
    missed = [miss["id"] for miss in summary["misses"]]
    words = [parameter["word"] for parameter in summary["parameters"]]
    out.print(
        f"facts whose accepted median is out of range: {', '.join(missed) or 'none'}\n"
        f"parameters: {words.count('identified')} identified, {words.count('shifted')} shifted, "
        f"{words.count('not identified')} not identified\n"
        f"report: {folder / 'report.md'}; to ship the set: "
        f"python -m experiments.calibration.ship {folder}",
        markup=False,
        soft_wrap=True,
    )
