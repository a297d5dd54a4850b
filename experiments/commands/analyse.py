"""`penser-demain experiment analyse`: what the results of an experiment say."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from simulator.cli.numbers import significant
from simulator.cli.output import console, plain_table, print_json
from simulator.problems import InputError

if TYPE_CHECKING:
    import pandas as pd

ROWS_SHOWN: Final = 40
CONTEXT: Final = ("policy", "size", "points", "replicates", "chance_share", "kind")


class Analysis(enum.StrEnum):
    """Analyses that can be asked for."""

    sobol = "sobol"
    morris = "morris"
    discovery = "discovery"
    robustness = "robustness"
    vanishing = "vanishing"
    regional = "regional"
    layers = "layers"
    convergence = "convergence"


class Direction(enum.StrEnum):
    """Which way of an outcome is good."""

    HIGHER = "higher"  # in capitals: text has a method `lower`
    LOWER = "lower"


def analyse(
    folder: Annotated[Path, typer.Argument(help="Folder of an experiment.")],
    analysis: Annotated[Analysis, typer.Argument(help="What to look at.")],
    outcome: Annotated[
        str | None, typer.Option(help="Outcome; the first of the plan by default.")
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option(help="Policy, may be repeated; all by default.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Scenario compared with; the plan's by default.")
    ] = None,
    better: Annotated[
        Direction | None, typer.Option(help="Which way is good; the indicator's by default.")
    ] = None,
    threshold: Annotated[
        list[float] | None,
        typer.Option(
            help="discovery, regional: difference beyond which a policy fails; vanishing: size "
            "that counts; robustness: values that are good enough, may be repeated."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resampling.")] = 0,
    allow_incomplete: Annotated[
        bool,
        typer.Option("--allow-incomplete",
                     help="Look at an unfinished experiment, in the replicates that are whole."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables as CSV, one file each.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:  # fmt: skip
    """Analyse an experiment: which inputs matter, where a policy fails, what is robust."""
    from experiments.analysis.answers import answer, question
    from experiments.results import ExperimentResults

    results = ExperimentResults.load(folder, allow_incomplete)
    asked = question(
        results, outcome, policy or (), reference, better.value if better else None,
        threshold or (), seed,
    )  # fmt: skip
    found = answer(results, analysis.value, asked)
    if out is not None:
        _write(out, analysis.value, found.tables)
    if json_:
        print_json(
            {
                "analysis": analysis.value, "outcome": asked.outcome,
                "policies": list(asked.policies), "reference": asked.reference,
                "sentences": list(found.sentences),
                "tables": {name: table.to_dict("records") for name, table in found.tables.items()},
            }
        )  # fmt: skip
        return
    page = console()
    page.print(f"{analysis.value}: {asked.outcome}, compared with {asked.reference}", markup=False)
    for name, table in found.tables.items():
        if len(table):
            page.print(f"\n{name}", style="bold")
            _print(table)
    for sentence in found.sentences:
        page.print(f"- {sentence}", markup=False, soft_wrap=True)


def _write(out: Path, analysis: str, tables: dict[str, pd.DataFrame]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_csv(out / f"{analysis}-{name}.csv", index=False, lineterminator="\n")
    except OSError as error:
        raise InputError.single(
            "out", f"{out} cannot be written: {error.strerror or error}",
            "name a folder that you may write in",
        ) from error  # fmt: skip


def _print(table: pd.DataFrame) -> None:
    """At most ROWS_SHOWN rows, without empty columns and context that is the same in all rows."""
    from pandas.api.types import is_numeric_dtype

    shown = [
        name for name in table.columns
        if table[name].notna().any()
        and not (name in CONTEXT and len(table) > 1 and table[name].nunique() == 1)
    ]  # fmt: skip
    numbers = tuple(i for i, name in enumerate(shown) if is_numeric_dtype(table[name]))
    page = console()
    told = plain_table(*(name.replace("_", " ") for name in shown), right=numbers)
    for row in table[shown].head(ROWS_SHOWN).itertuples(index=False):
        told.add_row(*(_cell(value) for value in row))
    page.print(told)
    if len(table) > ROWS_SHOWN:
        page.print(f"{len(table) - ROWS_SHOWN} more rows: --out or --json gives them all")


def _cell(value: Any) -> str:
    if value is None or value != value:
        return "–"
    if isinstance(value, float):
        return significant(value)
    return str(value)
