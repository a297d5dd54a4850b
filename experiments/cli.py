"""Commands of the experiments. Modules are imported when a command runs, so that `--help` is
quick."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of the experiments to the root application."""
    from experiments.calibration.cli import calibrate
    from experiments.commands import experiment
    from experiments.grants.command import fit_grants
    from experiments.hindcast.cli import hindcast

    app.command("fit-grants")(fit_grants)
    app.command("calibrate")(calibrate)
    app.command("hindcast")(hindcast)
    app.add_typer(experiment, name="experiment")
