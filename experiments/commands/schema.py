"""`penser-demain experiment schema`: the JSON Schema of plan files."""

from __future__ import annotations


def schema() -> None:
    """Print the JSON Schema of plan files."""
    from experiments.plan.json_schema import plan_schema
    from simulator.cli.output import print_json

    print_json(plan_schema())
