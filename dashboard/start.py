"""`penser-demain start`: what `make run` does, from nothing to a page that can be looked at."""

from __future__ import annotations

from threading import Thread
from typing import Annotated

import typer

from dashboard.cli import STORE
from dashboard.server import HOST, PORT, check_port, serve_results
from simulator.cli import run as run_command


def register_start(app: typer.Typer) -> None:
    """Add the command `start` to the root application."""
    app.command("start")(start)


def start(
    serve: Annotated[
        bool, typer.Option(help="Open the dashboard afterwards, or end after the table.")
    ] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the dashboard.")] = PORT,
) -> None:
    """Simulate the starting scenarios, print their comparison, open the dashboard on it."""
    from dashboard.static_files import compress_largest
    from simulator.scenario_check import default_source

    if serve:
        check_port(HOST, port)  # told before the simulation, not after it
        # Ready when the page is first asked for.
        Thread(target=compress_largest, daemon=True).start()
    folder = run_command.default_folder()
    # Verdict words count signs over draws of the parameters: the first table shows them.
    run_command.run(out=folder, parameters=default_source())
    if serve:
        serve_results([folder], HOST, port, store=folder.parent / STORE.name)
