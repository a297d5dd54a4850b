"""`penser-demain experiment plans`: the plans that ship, each with its question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.output import Language, console, print_json

if TYPE_CHECKING:
    from experiments.plan import Plan


def plans(
    language: Annotated[Language, typer.Option(help="Language of titles.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """List the plans that ship, with the question and the size of each."""
    from experiments.plan import list_plans, load_plan

    described = [_described(load_plan(identifier)) for identifier in list_plans()]
    if json_:
        print_json({"plans": described})
        return
    out = console()
    for plan in described:
        out.print(f"{plan['id']}: {plan['title'][language]}", style="bold", markup=False)
        out.print(f"  {plan['question'][language]}", markup=False)
        out.print(f"  {plan['design']}, {plan['population']}: {plan['size']}", markup=False)


def _described(plan: Plan) -> dict[str, Any]:
    from experiments.plan.size import size_of
    from simulator.pool import available_workers

    size, workers = size_of(plan), available_workers()
    return {
        "id": plan.id,
        "title": plan.title.model_dump(),
        "question": plan.question.model_dump(),
        "design": plan.design.kind,
        "population": plan.population.id,
        "points": size.points,
        "units": size.units,
        "runs": size.runs,
        "processor_hours": round(size.hours(1), 3),
        "size": size.sentence(workers),
        "sha256": plan.digest,
    }
