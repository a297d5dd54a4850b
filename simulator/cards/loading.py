"""From an id, a path or a text to a card or a shock; which ship."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from simulator.cards.schema import SIDES, Card
from simulator.cards.shock import Shock
from simulator.formats import migrate
from simulator.problems import InputError, did_you_mean
from simulator.scenario.catalogue import scenario_folder
from simulator.strict_yaml import Node, parse_yaml, read_yaml
from simulator.typed_document import validate_document

Kind = TypeVar("Kind", bound=Card)
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


def shock_folder() -> Path:
    """`scenarios/shocks/`, of the repository or of the installed package."""
    return scenario_folder() / "shocks"


def list_shocks() -> list[str]:
    """Ids of the shocks that ship, by number."""
    return sorted((path.stem for path in shock_folder().glob("*.yaml")), key=_order)


def load_card(id_or_path: str | os.PathLike[str]) -> Card:
    """The card of an id that ships or of a YAML file.

    Raises InputError with every fault found, each with file, line and column.
    """
    path = _path("card", id_or_path, card_folder(), list_cards())
    return _checked(read_yaml(path), path.parent, Card)


def load_shock(id_or_path: str | os.PathLike[str]) -> Shock:
    """The shock of an id that ships or of a YAML file; InputError as `load_card`."""
    path = _path("shock", id_or_path, shock_folder(), list_shocks())
    return _checked(read_yaml(path), path.parent, Shock)


def load_file(path: str | os.PathLike[str]) -> Card:
    """The card of a file, or its shock where it says `side: event`; InputError as `load_card`."""
    side = read_yaml(Path(path)).child("side")
    is_event = side is not None and side.content == "event"
    return load_shock(Path(path)) if is_event else load_card(Path(path))


def parse_card(text: str, file: str = "text", *, of_deck: bool = False) -> Card:
    """The card of a text; it may require cards that ship, as one of a deck what it likes."""
    document = parse_yaml(text, file)
    return _read(document, Card) if of_deck else _checked(document, None, Card)


def parse_shock(text: str, file: str = "text") -> Shock:
    """The shock of a text."""
    return _checked(parse_yaml(text, file), None, Shock)


def _path(kind: str, given: str | os.PathLike[str], folder: Path, known: list[str]) -> Path:
    """The file of an id that ships, or the file that is given."""
    name = os.fspath(given)
    if isinstance(given, str) and not (
        name.endswith((".yaml", ".yml")) or "/" in name or os.sep in name
    ):
        if name not in known:
            raise InputError.single(
                kind, f"{name!r} is no {kind} and no YAML file", did_you_mean(name, known)
            )
        return folder / f"{name}.yaml"
    return Path(name)


def _checked(document: Node, folder: Path | None, kind: type[Kind]) -> Kind:
    card = _read(document, kind)
    _check_required(document, card, folder)
    return card


def _read(document: Node, kind: type[Kind]) -> Kind:
    migrate(document, "card")
    return validate_document(document, kind)


def _check_required(document: Node, card: Card, folder: Path | None) -> None:
    """Cards that are required ship, or lie beside the file, whatever their files are called."""
    known = list_cards()
    if folder is not None and not set(card.requires.cards) <= set(known):
        known += [name for name in _ids(folder) if name not in known]
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


def _ids(folder: Path) -> list[str]:
    """Ids that the cards of a folder give themselves; files that cannot be read give none."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        with suppress(InputError, OSError):
            document = read_yaml(path)
            node, side = document.child("id"), document.child("side")
            event = side is not None and side.content == "event"
            if node is not None and isinstance(node.content, str) and not event:
                found.append(node.content)
    return found
