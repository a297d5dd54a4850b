"""`penser-demain run`: simulate scenarios, print the comparison, keep the results."""

from __future__ import annotations

import datetime
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.output import Language, console, print_json, progress

if TYPE_CHECKING:
    from simulator.costing import LeverCost
    from simulator.explain import Explanation
    from simulator.results import Results
    from simulator.scenario import Scenario
    from simulator.support_break_even import BreakEven

_SETTING = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.+)$")


def run(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...", show_default=False,
            help="Ids or paths of YAML files; the starting set without any.",
        ),
    ] = None,
    population: Annotated[
        str, typer.Option(help="demo, workshop, national, full, or a YAML file.")
    ] = "workshop",
    replicates: Annotated[
        int | None, typer.Option(help="Replicates, 20 by default.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 2026,
    quarters: Annotated[
        int | None,
        typer.Option(help="Horizon in quarters instead of the scenarios' own.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Processes, one per processor by default.", show_default=False),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            help="default, accepted or ranges: what is varied; "
            "else what the scenarios' `uncertainty` asks for.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            help="Draws of the parameters; one per replicate unless --replicates is given too.",
            show_default=False,
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="Scenario that differences are taken from.", show_default=False),
    ] = None,
    structures: Annotated[
        str | None,
        typer.Option(
            metavar="all|NAME,...", show_default=False,
            help="Structures of the model to run: default, cascade_off, contest_only, "
            "hazard_additive.",
        ),
    ] = None,
    layers: Annotated[
        bool,
        typer.Option(
            "--layers",
            help="Print what makes the differences vary: chance, parameters, structure.",
        ),
    ] = False,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INDICATOR", show_default=False,
            help="Take the differences of an indicator apart; may be repeated.",
        ),
    ] = None,
    record: Annotated[
        list[str] | None, typer.Option(help="Also keep: organisations.", show_default=False)
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...", show_default=False,
            help="What the record of organisations holds: state variables of the model.",
        ),
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", show_default=False,
            help="Share of the organisations that the record follows, such as 10%.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the results, new; under results/ by default.",
                     show_default=False),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing results folder.")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAM=VALUE", show_default=False,
                     help="A parameter's value, for every scenario of the run."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the table.")] = Language.fr,
    json_: Annotated[
        bool, typer.Option("--json", help="Print machine-readable output.")
    ] = False,
) -> None:  # fmt: skip
    """Simulate scenarios beside the baseline, with common random numbers, and compare them."""
    # Before NumPy is loaded: one thread here, since the workers fill the processors.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from simulator.cli.break_even import effects_that_pay
    from simulator.cli.texts import text
    from simulator.compare import known_indicator
    from simulator.plan import (
        check_counts,
        check_quarters,
        check_seed,
        check_workers,
        gather,
        plan_units,
    )
    from simulator.pool import UnitError
    from simulator.results_folder import FolderError, check_target
    from simulator.simulation import Interrupted, chosen_panel, simulate

    check_counts(draws, replicates)
    check_quarters(quarters)
    check_seed(seed)
    check_workers(workers)
    settings = parse_settings(set_ or [])
    target = out or default_folder()
    check_target(target, overwrite)
    asked: list[Any] = list(scenarios) if scenarios else _starting_set()
    recorded, share = _listed(columns), _share(cohort)
    chosen_panel(tuple(record or ()), recorded, share)
    for code in explain or ():
        known_indicator(code)
    gathered = gather(asked, reference, quarters)
    uncertainties = [s.uncertainty for s in gathered if s.uncertainty]
    plan_units(parameters, draws, replicates, uncertainties, _listed(structures))
    costs, idle = _costs(gathered, population, settings, quarters)
    if not json_:
        from simulator.cli.costs import print_costs

        titles = {s.id: s.title.in_language(language) for s in gathered}
        print_costs(costs, titles, console(), language)
        for sentence in idle:
            console().print(text("idle_lever", language, lever=sentence[language]), markup=False)
    try:
        with progress("Simulation") as report:
            results = simulate(
                asked, population=population, replicates=replicates, seed=seed, workers=workers,
                parameters=parameters, draws=draws, quarters=quarters, reference=reference,
                record=tuple(record or ()), progress=report, set=settings,
                command=_command_line(), structures=_listed(structures),
                columns=recorded, cohort=share,
            )  # fmt: skip
        results.save(target, overwrite)
        paying = effects_that_pay(
            gathered, target, language, population=population, replicates=replicates, seed=seed,
            workers=workers, parameters=parameters, draws=draws, quarters=quarters, set=settings,
        )  # fmt: skip
    except Interrupted as stop:
        _keep(stop.results, target, overwrite)
        raise typer.Exit(1) from None
    except (UnitError, FolderError) as error:
        print(error if isinstance(error, UnitError) else error.strerror, file=sys.stderr)
        raise typer.Exit(1) from None
    explanations = [
        results.explain(code, scenario)
        for code in dict.fromkeys(explain or ())
        for scenario in results.scenario_ids
        if scenario != results.reference
    ]
    if json_:
        print_json(as_json(results, target, costs, explanations, paying))
        return
    from simulator.cli.break_even import print_break_even
    from simulator.cli.table import INDICATORS_SHOWN, print_comparison

    print_comparison(results, console(), language)
    for found in paying:
        console().print()
        title = results.title(found.scenario, language)
        print_break_even(found, title, results.quarters[-1], console(), language)
    if layers:
        from simulator.cli.layers import print_layers

        print_layers(results, INDICATORS_SHOWN, console(), language)
    for explanation in explanations:
        console().print()
        console().print(explanation.text(language), markup=False, soft_wrap=True)
    console().print()
    console().print(text("saved", language, path=target), markup=False, soft_wrap=True)


def parse_settings(settings: list[str]) -> dict[str, float]:
    """`PARAM=VALUE` pairs; a value is a number or a percentage."""
    from simulator.problems import InputError, Problem

    values: dict[str, float] = {}
    problems = []
    for setting in settings:
        match = _SETTING.match(setting.strip())
        try:
            if match is None:
                raise ValueError
            value = match[2].strip().replace("−", "-")
            number = float(value[:-1]) / 100 if value.endswith("%") else float(value)
            if match[1] in values:
                problems.append(
                    Problem("command line", None, None, "--set", f"{match[1]} is given twice", "")
                )
            values[match[1]] = number
        except ValueError:
            problems.append(
                Problem("command line", None, None, "--set", f"{setting!r} is not understood",
                        "write PARAM=VALUE, --set inertia=0.7")
            )  # fmt: skip
    if problems:
        raise InputError(problems)
    return values


def _listed(names: str | None) -> list[str] | None:
    """`a,b` as a list; None where nothing is given."""
    if names is None:
        return None
    return [name.strip() for name in names.split(",") if name.strip()]


def _share(text: str | None) -> float | None:
    """`10%` or `0.1`; None where nothing is given."""
    if text is None:
        return None
    from simulator.problems import InputError

    try:
        written = text.strip()
        return float(written[:-1]) / 100 if written.endswith("%") else float(written)
    except ValueError:
        raise InputError.single("cohort", f"{text!r} is not a share", "write 10% or 0.1") from None


def default_folder() -> Path:
    """A folder under `results/` named after the moment, new."""
    stem = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = Path("results") / stem
    number = 2
    while folder.exists():
        folder = Path("results") / f"{stem}-{number}"
        number += 1
    return folder


def as_json(
    results: Results,
    folder: Path,
    costs: list[LeverCost],
    explanations: list[Explanation],
    paying: list[BreakEven],
) -> dict[str, Any]:
    """What `run --json` prints; `docs/json/run.schema.json`."""
    from simulator.cli.table import EXITS, exits_by_cause
    from simulator.indicators import HEADLINES
    from simulator.structures import STRUCTURES

    last = results.quarters[-1]
    values, shown = [], [*HEADLINES, "rmst"]
    for code in shown:
        bands = results.bands(code)
        bands = bands[bands["quarter"] == last]
        values += bands.drop(columns=["dimension", "group", "rows"]).assign(
            indicator=code).to_dict("records")  # fmt: skip
    exits = exits_by_cause(results).groupby("scenario", sort=False, observed=True)[list(EXITS)]
    manifest = results.manifest
    return {
        "results": str(folder),
        "version": manifest["version"],
        "seed": manifest["seed"],
        "population": manifest["population"],
        "parameters": manifest["parameters"],
        "units": len(results.units),
        "reference": results.reference,
        "quarter": last,
        "scenarios": [
            {name: entry[name] for name in ("title", "family", "support", "sha256")} | {"id": s}
            for s, entry in manifest["scenarios"].items()
        ],
        "structures": [
            {
                "name": name,
                "label": {"fr": about.label_fr, "en": about.label_en},
                "definition": {"fr": about.definition_fr, "en": about.definition_en},
                "comparisons": results.compare(shown, structure=name).to_dict("records"),
            }
            for name, about in ((name, STRUCTURES[name]) for name in results.structures)
        ],
        "costs": [cost.as_dict() for cost in costs],
        "values": values,
        "comparisons": results.compare(shown).to_dict("records"),
        "missing": results.missing(shown).to_dict("records"),
        "layers": results.layers(shown).to_dict("records"),
        "explanations": [explanation.as_dict() for explanation in explanations],
        "exits_by_cause": [
            {"scenario": str(scenario), **row} for scenario, row in exits.mean().iterrows()
        ],
        "hypotheses": results.hypotheses().to_dict("records"),
        "break_even": [found.as_dict() for found in paying],
        "laws": manifest.get("laws", {}),
        "seconds": manifest["seconds"],
    }


def _starting_set() -> list[str]:
    from simulator.scenario import STARTING_SET

    return list(STARTING_SET)


def _costs(
    scenarios: list[Scenario], population: str, settings: dict[str, float], quarters: int | None
) -> tuple[list[LeverCost], list[dict[str, str]]]:
    """Euros of the levers from the population of the run, and levers that reach nobody in it."""
    from simulator.costing import idle_levers, scenario_costs
    from simulator.parameters import Parameters
    from simulator.population import load_population

    parameters = Parameters.default()
    for name, value in settings.items():
        parameters = parameters.with_(name, set=value)
    people = load_population(population, parameters=parameters)
    costs = [c for s in scenarios for c in scenario_costs(s, people, parameters, quarters)]
    return costs, [lever for s in scenarios for lever in idle_levers(s, people, parameters)]


def _command_line() -> str:
    import shlex

    return shlex.join(["penser-demain", *sys.argv[1:]])


def _keep(results: Results | None, target: Path, overwrite: bool) -> None:
    """Keep the replicates that were finished, in a folder that says it is incomplete."""
    if results is None:
        print("interrupted: nothing was finished, nothing is kept", file=sys.stderr)
        return
    results.save(target, overwrite)
    print(
        f"interrupted: {results.incomplete.strip() if results.incomplete else ''}, "
        f"kept in {target} and marked incomplete",
        file=sys.stderr,
    )
