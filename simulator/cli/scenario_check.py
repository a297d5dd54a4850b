"""`penser-demain scenarios check`: what every scenario expects, against what the model does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.output import Language, console, print_json, progress

if TYPE_CHECKING:
    from simulator.scenario_check import ScenarioCheck


def check(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", show_default=False, help="All that ship without any."),
    ] = None,
    population: Annotated[
        str, typer.Option(help="demo, workshop, national, full, or a YAML file.")
    ] = "national",
    parameters: Annotated[
        str | None,
        typer.Option(
            help="accepted, ranges or default; the calibrated set where one ships, else ranges.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            help="Draws of the parameters, each with a replicate of its own; replicates with "
            "default parameters. 20 by default.",
            show_default=False,
        ),
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
            help="Rewrite the generated part of a page, such as docs/scenarios-check.md.",
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of what is printed.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:  # fmt: skip
    """Test the hypotheses of the scenarios: found, not found or ambiguous."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from simulator.cli.generated_part import page_text, rewritten
    from simulator.cli.scenario_check_page import NAME, generated
    from simulator.plan import check_counts
    from simulator.pool import UnitError
    from simulator.problems import InputError
    from simulator.scenario_check import Interrupted, check_scenarios

    check_counts(draws, None)
    if workers is not None and not 1 <= workers <= 1024:
        raise InputError.single("workers", f"{workers} is not possible", "1 to 1024")
    page = None if write is None else page_text(write, NAME)
    stopped = False
    try:
        with progress("Hypotheses") as report:
            found = check_scenarios(
                scenarios, population, parameters, draws, seed, workers, progress=report
            )
    except Interrupted as stop:
        if stop.found is None:
            print("interrupted: no world was finished", file=sys.stderr)
            raise typer.Exit(1) from None
        found, stopped = stop.found, True
    except UnitError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if json_:
        print_json(as_json(found))
    else:
        _print(found, language)
    if stopped:
        worlds = len(found.manifest["units"])
        print(f"interrupted: {worlds} worlds were finished", file=sys.stderr)
        raise typer.Exit(1)
    if write is not None and page is not None:
        write.write_text(rewritten(page, NAME, generated(found)), encoding="utf-8")


def as_json(found: ScenarioCheck) -> dict[str, Any]:
    """What `scenarios check --json` prints; `docs/json/scenarios-check.schema.json`."""
    manifest, rows = found.manifest, found.table.to_dict("records")
    return {
        "version": manifest["version"],
        "seed": manifest["seed"],
        "population": manifest["population"]["name"],
        "parameters": manifest["parameters"]["source"],
        "worlds": len(manifest["units"]),
        "incomplete": found.incomplete,
        "hypotheses": [row for row in rows if not row["built_in"]],
        "built_in": [row for row in rows if row["built_in"]],
        "seconds": manifest["seconds"],
    }


def _print(found: ScenarioCheck, language: str) -> None:
    from simulator.cli.hypothesis_words import expected, measured
    from simulator.cli.output import plain_table
    from simulator.cli.texts import text

    out, entries = console(), found.manifest["scenarios"]

    def title(scenario: str) -> str:
        return str(entries[scenario]["title"][language])

    rows = found.table.to_dict("records")
    out.print(heading(found, language), markup=False)
    for built_in, name in ((False, "to_test"), (True, "not_to_test")):
        chosen = [row for row in rows if bool(row["built_in"]) == built_in]
        if not chosen:
            continue
        out.print()
        out.print(text(name, language), style="bold", markup=False)
        for scenario in dict.fromkeys(row["scenario"] for row in chosen):
            out.print(f"\n{title(scenario)} ({scenario})", style="italic", markup=False)
            table = plain_table()
            for width, wrap in ((12, True), (53, False), (27, False)):
                table.add_column(min_width=width, max_width=width, no_wrap=wrap)
            table.show_header = False
            for row in chosen:
                if row["scenario"] == scenario:
                    told = expected(row, title, language), measured(row, language)
                    table.add_row(
                        row[f"outcome_{language}"], *(t.replace("[", "\\[") for t in told)
                    )
            out.print(table)
    out.print()
    out.print(tally(found, language), markup=False)


def heading(found: ScenarioCheck, language: str) -> str:
    """What was run, in a sentence."""
    from simulator.cli.texts import text

    manifest = found.manifest
    source = text(f"source_{manifest['parameters']['source']}", language)
    return text(
        "checked", language, population=manifest["population"]["name"], source=source,
        units=len(manifest["units"]), seed=manifest["seed"],
    )  # fmt: skip


def tally(found: ScenarioCheck, language: str) -> str:
    """How many hypotheses were found, were not, or are ambiguous; those built in apart."""
    from simulator.cli.texts import text

    tested = found.table[~found.table["built_in"].astype(bool)]
    counts = {name: int((tested["outcome"] == name).sum())
              for name in ("found", "not_found", "ambiguous")}  # fmt: skip
    return text("tally", language, **counts, built_in=len(found.table) - len(tested))
