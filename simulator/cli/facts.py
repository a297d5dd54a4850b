"""`penser-demain facts check`: the baseline against the published facts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from simulator.cli import numbers
from simulator.cli.output import Language, console, print_json, progress

if TYPE_CHECKING:
    from simulator.facts import FactResult
    from simulator.plan import Plan
    from simulator.population import Population

DEFAULT_REPLICATES: Final = 2
_LINE: Final = "{:<20}{:<10}{:<5}{:>9}   {:<22}{}"
BAND_FROM: Final = 50  # draws; a band is quantiles from there on

app = typer.Typer(help="Published facts that the baseline is held against.", no_args_is_help=True)


@app.callback()
def facts() -> None:
    """Published facts that the baseline is held against."""


@app.command()
def check(
    population: Annotated[
        str, typer.Option(help="demo, workshop, national, full, or a YAML file.")
    ] = "national",
    parameters: Annotated[
        str | None,
        typer.Option(
            help="default, accepted or ranges; the calibrated set where one ships, else default.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(help="Draws, the whole calibrated set by default.", show_default=False),
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(help="Replicates of each draw, 1; 2 by default.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 2026,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes, one per processor by default.", show_default=False),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="PAGE", show_default=False,
            help="Rewrite the generated part of a page, such as docs/facts-check.md.",
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of labels.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:  # fmt: skip
    """Run the baseline and print each fact: median, band, range, in or out, role, source."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from simulator import facts as published
    from simulator.cli.facts_page import NAME, generated
    from simulator.cli.generated_part import page_text, rewritten
    from simulator.plan import check_seed
    from simulator.provenance import code_digest
    from simulator.version import __version__

    check_seed(seed)
    plan = _plan(parameters, draws, replicates)
    page = None if write is None else page_text(write, NAME)
    people = population if plan.source != "default" else _population(population)
    with progress("Facts") as report:
        found = published.check(people, plan.source, plan.units, seed, workers, report)
    if write is not None and page is not None:
        told = f"{over(plan)}, population `{population}`, seed {seed}"
        told += f", version {__version__}, code `{code_digest()[:12]}`"
        part = generated(found, told)
        write.write_text(rewritten(page, NAME, part), encoding="utf-8")
    if json_:
        run = {
            "parameters": plan.source,
            "draws": len({draw for draw, _ in plan.units}),
            "units": len(plan.units),
            "population": population,
            "seed": seed,
            "version": __version__,
            "code_sha256": code_digest(),
        }
        print_json({"run": run, "facts": [fact.to_json("en") for fact in found]})
        return
    _print(found, plan, language)


def _plan(source: str | None, draws: int | None, replicates: int | None) -> Plan:
    from simulator import accepted_set
    from simulator.plan import check_counts, plan_units

    check_counts(draws, replicates)
    if source is None:
        source = "accepted" if accepted_set.is_shipped() else "default"
    if source == "default":
        return plan_units(source, draws, replicates or DEFAULT_REPLICATES)
    if source == "accepted" and draws is None:
        draws = len(accepted_set.shipped())
    return plan_units(source, draws, replicates)


def _population(name: str) -> Population:
    from simulator.population import load_population

    return load_population(name)


def _print(found: list[FactResult], plan: Plan, language: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print(_LINE.format("id", "role", "", "median", "band", "range"), style="bold")
    for fact in found:
        entry = fact.to_json(language)
        numbers_ = (
            _number(fact.value, language),
            _ends(fact.band or (None, None), language),
            _ends((fact.fact.low, fact.fact.high), language),
        )
        line = _LINE.format(fact.id, fact.fact.role, _mark(fact.inside), *numbers_)
        out.print(line, markup=False, style="bold" if fact.inside is False else "")
        told = f"{entry['label']} – {entry['reason'] or entry['source']}"
        out.print(Padding(Text(told, style="dim"), (0, 0, 0, 4)))
    validating = [fact for fact in found if fact.is_validation]
    inside = sum(bool(fact.inside) for fact in validating)
    kind = "5 to 95 %" if len(found[0].values) >= BAND_FROM else "lowest to highest"
    out.print(
        f"\nmedian and band ({kind}) over {over(plan)}.\n"
        f"held out, which count as validation: {inside} of {len(validating)} in range; "
        "input and tuned facts prove nothing.\n"
        "The replay of 2017–18 and the drift of resources: penser-demain hindcast."
    )


def over(plan: Plan) -> str:
    """What medians and bands are taken over."""
    draws = len({draw for draw, _ in plan.units})
    return {
        "default": f"{len(plan.units)} replicates with default parameters",
        "ranges": f"{draws} draws from the ranges",
        "accepted": f"{draws} accepted draws",
    }[plan.source]


def _ends(ends: tuple[float | None, float | None], language: str) -> str:
    low, high = ends
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
