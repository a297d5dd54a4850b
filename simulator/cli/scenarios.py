"""`penser-demain scenarios`: list, show, check and start scenario files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli import scenario_check
from simulator.cli.output import Language, console, plain_table, print_json

if TYPE_CHECKING:
    from simulator.levers import Lever

app = typer.Typer(help="Scenario files: list, show, validate, new, schema, levers, check.",
                  no_args_is_help=True)  # fmt: skip
app.command("check")(scenario_check.check)
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of titles.")]


@app.command("list")
def list_(language: LanguageOption = Language.fr, json_: Json = False) -> None:
    """List the scenarios that ship."""
    from simulator.plan import BASELINE
    from simulator.scenario import list_scenarios, load_scenario

    scenarios = [load_scenario(identifier) for identifier in list_scenarios()]
    if json_:
        print_json({"scenarios": [_summary(s) for s in scenarios]})
        return
    table = plain_table("id", "family", "title")
    for scenario in scenarios:
        mark = " (reference)" if scenario.id == BASELINE else ""
        table.add_row(scenario.id + mark, str(scenario.family), getattr(scenario.title, language))
    console().print(table)


@app.command()
def show(scenario: Annotated[str, typer.Argument(metavar="ID")], json_: Json = False) -> None:
    """Print a scenario as it would be run, with what it extends."""
    from simulator.scenario import load_scenario

    loaded = load_scenario(scenario)
    if json_:
        print_json({**_summary(loaded), "scenario": _parsed(loaded.to_yaml())})
    else:
        typer.echo(loaded.to_yaml(), nl=False)


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...")], json_: Json = False
) -> None:
    """Check scenario files; every problem of every file is told."""
    from simulator.cli.validation import validate_files
    from simulator.scenario import load_scenario

    validate_files(paths, load_scenario, json_)


@app.command()
def new(
    identifier: Annotated[str, typer.Argument(metavar="ID")],
    from_: Annotated[str, typer.Option("--from", metavar="ID", help="Scenario to start from.")],
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; ID.yaml here by default.", show_default=False),
    ] = None,
) -> None:
    """Write a scenario file that starts from another, ready to be changed."""
    from simulator.problems import InputError, Problem
    from simulator.scenario import load_scenario, parse_scenario

    origin = load_scenario(from_)
    text = origin.model_copy(update={"id": identifier}).to_yaml()
    try:
        parse_scenario(text)
    except InputError as error:
        raise InputError(
            Problem("command line", None, None, found.field, found.message, found.hint)
            for found in error.problems
        ) from None
    target = out or Path(f"{identifier}.yaml")
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError.single("out", f"{target} exists", "name a new file with --out") from None
    except OSError as error:
        raise InputError.single(
            "out", f"{target} cannot be written: {error.strerror}", "name another file with --out"
        ) from error
    typer.echo(f"{target}: written from {origin.id}")


@app.command()
def schema(
    extending: Annotated[
        bool, typer.Option("--extending", help="Of a file that extends another.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files."""
    from simulator.scenario.json_schemas import extending_scenario_schema, scenario_schema

    print_json(extending_scenario_schema() if extending else scenario_schema())


@app.command()
def levers(language: LanguageOption = Language.fr, json_: Json = False) -> None:
    """List the levers and their fields."""
    from simulator.levers import LEVERS

    described = [_lever(name, lever) for name, lever in LEVERS.items()]
    if json_:
        print_json({"levers": described})
        return
    out = console()
    for lever in described:
        out.print(f"{lever['name']} ({lever['family']}): {lever['label'][language]}",
                  style="bold", markup=False)  # fmt: skip
        out.print(f"  {lever['doc'][language]}", markup=False)
        for field in lever["fields"]:
            out.print(f"  - {field['name']}: {field['doc'][language]}", markup=False)


def _summary(scenario: Any) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": {"fr": scenario.title.fr, "en": scenario.title.en},
        "family": str(scenario.family),
        "sha256": scenario.digest,
    }


def _parsed(text: str) -> Any:
    from simulator.strict_yaml import parse_yaml

    return parse_yaml(text).plain()


def _lever(name: str, lever: type[Lever]) -> dict[str, Any]:
    """A lever and its own fields, documented in both languages."""
    from simulator.levers import Lever as Base

    common, fields = set(Base.model_fields), []
    for field_name, field in lever.model_fields.items():
        if field_name in common or field_name == "lever":
            continue
        extra = field.json_schema_extra
        fields.append(
            {
                "name": field.alias or field_name,
                "doc": {
                    "fr": extra.get("description_fr", "") if isinstance(extra, dict) else "",
                    "en": field.description or "",
                },
            }
        )
    return {
        "name": name,
        "family": lever.family,
        "label": dict(lever.names),
        "doc": dict(lever.about),
        "where": list(lever.selects),
        "fields": fields,
    }
