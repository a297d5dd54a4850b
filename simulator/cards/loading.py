"""From an id, a path or a text to a card; which cards ship."""

from __future__ import annotations

import os
import re
from pathlib import Path

from simulator.cards.schema import SIDES, Card
from simulator.formats import migrate
from simulator.problems import InputError, did_you_mean
from simulator.scenario.catalogue import scenario_folder
from simulator.strict_yaml import Node, parse_yaml, read_yaml
from simulator.typed_document import validate_document

_NAME = re.compile(r"([a-z]+)(\d+)-")
_LETTERS = dict(zip("ofp", SIDES, strict=True))


def card_folder() -> Path:
    """`scenarios/cards/`, of the repository or of the installed package."""
    return scenario_folder() / "cards"


def list_cards() -> list[str]:
    """Ids of the cards that ship: organisations, funders, public; by number."""
    return sorted((path.stem for path in card_folder().glob("*.yaml")), key=_order)


def _order(identifier: str) -> tuple[int, int, str]:
    match = _NAME.match(identifier)
    if match is None or match[1] not in _LETTERS:
        return len(SIDES), 0, identifier
    return SIDES.index(_LETTERS[match[1]]), int(match[2]), identifier


def load_card(id_or_path: str | os.PathLike[str]) -> Card:
    """The card of an id that ships or of a YAML file.

    Raises InputError with every fault found, each with file, line and column.
    """
    name = os.fspath(id_or_path)
    if isinstance(id_or_path, str) and not (
        name.endswith((".yaml", ".yml")) or "/" in name or os.sep in name
    ):
        known = list_cards()
        if name not in known:
            raise InputError.single(
                "card", f"{name!r} is no card and no YAML file", did_you_mean(name, known)
            )
        name = str(card_folder() / f"{name}.yaml")
    path = Path(name)
    return _read(read_yaml(path), path.parent)


def parse_card(text: str, file: str = "text") -> Card:
    """The card of a text; it may require cards that ship."""
    return _read(parse_yaml(text, file), None)


def _read(document: Node, folder: Path | None) -> Card:
    migrate(document, "card")
    card = validate_document(document, Card)
    _check_required(document, card, folder)
    return card


def _check_required(document: Node, card: Card, folder: Path | None) -> None:
    """Cards that are required ship, or lie beside the file."""
    known = list_cards()
    if folder is not None:
        known += [path.stem for path in folder.glob("*.yaml") if path.stem not in known]
    requires = document.child("requires")
    listed = None if requires is None else requires.child("cards")
    for index, required in enumerate(card.requires.cards):
        node = None if listed is None else listed.child(index)
        if node is None:
            continue
        if required == card.id:
            raise InputError([node.problem("the card requires itself", "leave it out")])
        if required not in known:
            raise InputError(
                [node.problem(f"{required} is no card", did_you_mean(required, known))]
            )
