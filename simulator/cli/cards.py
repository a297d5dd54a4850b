"""`penser-demain cards`: list, show and check the cards of the workshop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.output import Language, console, plain_table, print_json

if TYPE_CHECKING:
    from simulator.cards import Card

app = typer.Typer(help="Cards of the workshop: list, show, validate, schema.",
                  no_args_is_help=True)  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of texts.")]
_HEADINGS = {
    "fr": ("carte", "titre", "coût", "effet après"),
    "en": ("card", "title", "cost", "acts after"),
}


@app.command("list")
def list_(language: LanguageOption = Language.fr, json_: Json = False) -> None:
    """List the cards that ship, by who plays them."""
    from simulator.cards import SIDES, list_cards, load_card, words

    cards = [load_card(identifier) for identifier in list_cards()]
    if json_:
        print_json({"cards": [_summary(card) for card in cards]})
        return
    out = console()
    for side in SIDES:
        table = plain_table(*_HEADINGS[language])
        for column in (table.columns[0], table.columns[-1]):
            column.no_wrap = True
        for card in cards:
            if card.side == side:
                table.add_row(
                    card.id, card.title.in_language(language), card.cost.in_words(language),
                    words.lag(card, language),
                )  # fmt: skip
        out.print(words.SIDE_LABELS[side][language], style="bold", markup=False)
        out.print(table)
        out.print()


@app.command()
def show(card: Annotated[str, typer.Argument(metavar="ID")], json_: Json = False) -> None:
    """Print a card as a file."""
    from simulator.cards import load_card
    from simulator.cards.words import effects
    from simulator.scenario.writing import write_yaml

    loaded = load_card(card)
    if not json_:
        typer.echo(write_yaml(loaded.resolved()), nl=False)
        return
    told = {language: effects(loaded, language) for language in ("fr", "en")}
    print_json({**_summary(loaded), "effects": told, "card": loaded.resolved()})


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...")], json_: Json = False
) -> None:
    """Check files of cards and shocks; every problem of every file is told."""
    from simulator.cards import load_file
    from simulator.cli.validation import validate_files

    validate_files(paths, load_file, json_)


@app.command()
def schema() -> None:
    """Print the JSON Schema of card files."""
    from simulator.scenario.json_schemas import card_schema

    print_json(card_schema())


def _summary(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": {"fr": card.title.fr, "en": card.title.en},
        "side": card.side,
        "payer": list(card.payer),
        "cost": {language: card.cost.in_words(language) for language in ("fr", "en")},
        "lag": list(card.lag),
        "sha256": card.digest,
    }
