"""`penser-demain parameters`: the numbers behind the model and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.output import Language, console, plain_table, print_json

if TYPE_CHECKING:
    from simulator.parameters import ParameterSpec

app = typer.Typer(help="Parameters of the model: unit, default, range, domain, source.",
                  no_args_is_help=True)  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of labels.")]


@app.command("list")
def list_(language: LanguageOption = Language.fr, json_: Json = False) -> None:
    """List every parameter, in the order of the quarter's processes."""
    from simulator.parameters import SPECS

    if json_:
        print_json({"parameters": [entry(spec) for spec in SPECS.values()]})
        return
    table = plain_table("parameter", "unit", "default", "range", "kind", "label")
    for spec in SPECS.values():
        table.add_row(
            spec.name, spec.unit, _default(spec), _range(spec), spec.kind, _label(spec, language)
        )
    console().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    language: LanguageOption = Language.fr,
    json_: Json = False,
) -> None:
    """Show one parameter: value, range, domain, source."""
    from simulator.parameters import parameter_spec

    spec = parameter_spec(name)
    if json_:
        print_json(entry(spec))
        return
    out = console()
    out.print(f"{spec.name}: {_label(spec, language)}", style="bold", markup=False)
    facts: dict[str, Any] = {
        "unit": spec.unit,
        "symbol": spec.symbol,
        "default": _values(spec),
        "range": _range(spec),
        "domain": f"{spec.domain[0]:g} to {spec.domain[1]:g}",
        "varies by": ", ".join(spec.varies_by) or "–",
        "kind": spec.kind,
        "source": spec.source,
    }
    table = plain_table("", "")
    table.show_header = False
    for key, value in facts.items():
        table.add_row(key, str(value).replace("[", "\\["))
    out.print(table)


def entry(spec: ParameterSpec) -> dict[str, Any]:
    """One parameter for JSON; a table's default goes by code."""
    return {
        "name": spec.name,
        "label": {"fr": spec.label_fr, "en": spec.label_en},
        "symbol": spec.symbol,
        "unit": spec.unit,
        "default": _plain_default(spec),
        "axis": spec.axis,
        "varies_by": list(spec.varies_by),
        "range": None if spec.range is None else list(spec.range),
        "range_mode": spec.range_mode,
        "domain": list(spec.domain),
        "distribution": spec.distribution,
        "kind": spec.kind,
        "process": spec.process,
        "source": spec.source,
    }


def _plain_default(spec: ParameterSpec) -> Any:
    if isinstance(spec.default, float | int):
        return float(spec.default)
    codes = spec.codes()
    if len(codes) == len(spec.default):
        return dict(zip(codes, spec.default.tolist(), strict=True))
    return spec.default.tolist()


def _default(spec: ParameterSpec) -> str:
    return f"{spec.default:g}" if isinstance(spec.default, float | int) else f"by {spec.axis}"


def _values(spec: ParameterSpec) -> str:
    plain = _plain_default(spec)
    if isinstance(plain, dict):
        return ", ".join(f"{code} {value}" for code, value in plain.items())
    return str(plain)


def _range(spec: ParameterSpec) -> str:
    if spec.range is None:
        return "not varied"
    low, high = spec.range
    mark = {"value": "", "factor": "× ", "shift": "± "}.get(spec.range_mode, "")
    return f"{mark}{low:g} to {high:g}"


def _label(spec: ParameterSpec, language: str) -> str:
    return spec.label_fr if language == "fr" else spec.label_en
