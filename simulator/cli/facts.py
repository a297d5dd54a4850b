"""`penser-demain facts check`: the baseline against the published facts."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli import numbers
from simulator.cli.output import Language, console, plain_table, print_json, progress

app = typer.Typer(help="Published facts that the baseline is held against.", no_args_is_help=True)


@app.callback()
def facts() -> None:
    """Published facts that the baseline is held against."""


@app.command()
def check(
    population: Annotated[
        str, typer.Option(help="demo, workshop, national, full, or a YAML file.")
    ] = "national",
    replicates: Annotated[int, typer.Option(help="Replicates of the baseline.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 2026,
    language: Annotated[Language, typer.Option(help="Language of labels.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """Run the baseline and print each fact: value, range, in or out, role, source."""
    from simulator import facts as published
    from simulator.plan import check_seed, plan_units
    from simulator.population import load_population
    from simulator.simulation import simulate

    plan_units("default", None, replicates)
    check_seed(seed)
    people = load_population(population)
    with progress("Facts") as report:
        results = simulate(
            published.SCENARIOS, population=people, replicates=replicates, seed=seed,
            parameters="default", progress=report,
        )  # fmt: skip
    found = published.check(results, people)
    if json_:
        print_json({"facts": [fact.to_json("en") for fact in found]})
        return
    table = plain_table("id", "fact", "value", "range", "", "role", "source", right=(2,))
    for fact in found:
        entry = fact.to_json(language)
        table.add_row(
            fact.id,
            entry["label"],
            _number(fact.value, language),
            _range(fact.fact.low, fact.fact.high, language),
            _mark(fact.inside),
            fact.fact.role,
            entry["reason"] or entry["source"],
        )
    console().print(table)
    validating = [fact for fact in found if fact.is_validation]
    inside = sum(bool(fact.inside) for fact in validating)
    console().print(
        f"\nheld out, which count as validation: {inside} of {len(validating)} in range; "
        "input and tuned facts prove nothing."
    )


def _range(low: float | None, high: float | None, language: str) -> str:
    if low is None and high is None:
        return "–"
    return f"{_number(low, language)} – {_number(high, language)}"


def _number(value: float | None, language: str) -> str:
    if value is None:
        return "…"
    if abs(value) >= 1000:
        return numbers.large(value, language)
    digits = 4 if abs(value) < 0.1 else 3 if abs(value) < 10 else 1
    return numbers.decimal(value, digits, language)


def _mark(inside: bool | None) -> str:
    return {True: "in", False: "OUT", None: "–"}[inside]
