"""`penser-demain indicators`: what is measured, in which unit, and what it means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from simulator.cli.output import Language, console, plain_table, print_json


def indicators(
    language: Annotated[Language, typer.Option(help="Language of labels.")] = Language.fr,
    json_: Annotated[bool, typer.Option("--json", help="Print machine-readable output.")] = False,
) -> None:
    """List the indicators: unit, label, direction, definition."""
    from simulator.indicators import INDICATORS

    if json_:
        print_json({"indicators": [entry(code) for code in INDICATORS]})
        return
    table = plain_table("indicator", "unit", "better", "label and definition")
    for indicator in INDICATORS.values():
        mark = "*" if indicator.headline else ""
        table.add_row(
            indicator.code + mark,
            indicator.unit,
            indicator.direction,
            f"[bold]{indicator.label(language)}[/bold]. {indicator.definition(language)}",
        )
    console().print(table)
    console().print("\n* headline indicator")


def entry(code: str) -> dict[str, Any]:
    """One indicator for JSON."""
    from dataclasses import asdict

    from simulator.indicators import INDICATORS

    indicator = INDICATORS[code]
    return {
        "code": indicator.code,
        "unit": indicator.unit,
        "label": {"fr": indicator.label_fr, "en": indicator.label_en},
        "definition": {"fr": indicator.definition_fr, "en": indicator.definition_en},
        "direction": indicator.direction,
        "headline": indicator.headline,
        "additive": indicator.additive,
        "smallest_effect": indicator.smallest_effect,
        "smallest_effect_is_relative": indicator.smallest_effect_is_relative,
        "formula": {
            "kind": type(indicator.formula).__name__.lower(),
            **asdict(indicator.formula),
        },
    }
