"""Commands of the dashboard."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from simulator.problems import InputError

RESULTS: Final = Path("results")
STORE: Final = RESULTS / "essais"


def register(app: typer.Typer) -> None:
    """Add the dashboard's commands to the root application."""
    app.command("dashboard")(dashboard)
    if find_spec("dashboard.start") is not None:
        from dashboard.start import register_start

        register_start(app)
    from dashboard.workshop.cli import register_workshop

    register_workshop(app)


def dashboard(
    results: Annotated[
        list[Path] | None,
        typer.Option(
            help="Results folder; may be given several times. Default: the newest of results/."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8050,
    public_name: Annotated[
        list[str] | None,
        typer.Option(
            help="Host name that readers use, when a proxy stands in front; may be given several "
            "times. Other names are then refused."
        ),
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(help="File that says who publishes and hosts the pages (docs/hosting.md)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the URL as JSON.")] = False,
    contacts: Annotated[
        Path | None,
        typer.Option(
            help="YAML file of whom to turn to in difficulty, instead of the one that ships.",
            show_default=False,
        ),
    ] = None,
    store: Annotated[
        Path, typer.Option(help="Folder of scenarios shared and simulated from the pages.")
    ] = STORE,
    experiments: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of an experiment, or of several; may be given several times."),
    ] = None,
) -> None:
    """Open results in a browser page."""
    from dashboard.server import serve_results

    chosen = results or [newest_results(RESULTS)]
    serve_results(
        chosen,
        host,
        port,
        as_json,
        contacts=contacts,
        site=site,
        public_names=public_name or (),
        store=store,
        experiments=experiments or (),
    )


def newest_results(parent: Path) -> Path:
    """The results folder written last; InputError where there is none."""
    manifests = parent.glob("*/manifest.json") if parent.is_dir() else iter(())
    folders = [manifest.parent for manifest in manifests]
    if not folders:
        raise InputError.single(
            "results",
            f"no results folder in {parent}/",
            "run `penser-demain run`, or --results DIR",
        )
    return max(folders, key=lambda folder: (folder / "manifest.json").stat().st_mtime)
