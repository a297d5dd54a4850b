"""`penser-demain experiment`: one file a command; each imports what it needs when it runs."""

from __future__ import annotations

import typer

from experiments.commands.analyse import analyse
from experiments.commands.benchmark import benchmark
from experiments.commands.export import export
from experiments.commands.new import new
from experiments.commands.plans import plans
from experiments.commands.report import report
from experiments.commands.run import run
from experiments.commands.schema import schema
from experiments.commands.status import status
from experiments.commands.verify import verify

experiment = typer.Typer(
    help="Experiments: plans of many worlds, run, kept and analysed.", no_args_is_help=True
)
experiment.command("new")(new)
experiment.command("plans")(plans)
experiment.command("schema")(schema)
experiment.command("run")(run)
experiment.command("status")(status)
experiment.command("verify")(verify)
experiment.command("export")(export)
experiment.command("analyse")(analyse)
experiment.command("benchmark")(benchmark)
experiment.command("report")(report)
