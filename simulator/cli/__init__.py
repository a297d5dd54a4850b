"""Commands of the simulator: `run`, `scenarios`, `cards`, `parameters`, `indicators`, `facts`,
`benchmark`.

Modules here import what they need when a command runs, so that `--help` is quick.
"""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the simulator's commands to the root application."""
    from simulator.cli import benchmark, cards, facts, indicators, parameters, run, scenarios

    app.command("run")(run.run)
    app.command("indicators")(indicators.indicators)
    app.command("benchmark")(benchmark.benchmark)
    app.add_typer(scenarios.app, name="scenarios")
    app.add_typer(cards.app, name="cards")
    app.add_typer(parameters.app, name="parameters")
    app.add_typer(facts.app, name="facts")
