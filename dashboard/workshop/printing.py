"""Cards and shocks on paper: 63 × 88 mm, nine to a page of A4, their backs behind them.

Sheets are printed on both sides, turned over the long edge, at actual size: backs stand in
mirrored rows. What a card says fits: longer texts get smaller letters (a script of the page sets
them), and what would be too small to read is refused.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from dashboard.language import Language, Texts, texts_in
from simulator.cards import (
    Card,
    Shock,
    Side,
    list_cards,
    list_shocks,
    load_card,
    load_file,
    load_shock,
    words,
)
from simulator.problems import InputError, Problem

FOLDER: Final = Path(__file__).parent
ROWS: Final = 3
COLUMNS: Final = 3
FRONT_HOLDS: Final = 650  # characters, in letters that can be read
BACK_HOLDS: Final = 900
_SHAPES: Final[dict[Side, str]] = {
    "organisations": "circle", "funders": "square", "public": "triangle",
}  # fmt: skip
_NUMBER: Final = re.compile(r"([a-z]\d+)-")
_ADDRESS: Final = re.compile(
    r"(?:(?P<code>\S+(?:, \S+)*) )?https?://(?:www\.)?(?P<host>doi\.org/\S+|[^/\s]+)"
)
_JUDGEMENT: Final = "modelling judgement"


@dataclass(frozen=True)
class Face:
    """One side of a card: a head, then parts of heading (may be empty) and lines."""

    shape: str
    side: str
    number: str
    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    foot: tuple[tuple[str, str], ...] = ()

    @property
    def length(self) -> int:
        """Characters, the head not counted."""
        told = [*(line for _, lines in self.parts for line in lines), *(v for _, v in self.foot)]
        return sum(map(len, told))


def printed_cards(folder: Path | None = None) -> list[Card]:
    """The cards and shocks that ship, or those of a folder; InputError with the faults of all its
    files."""
    if folder is None:
        return [*map(load_card, list_cards()), *map(load_shock, list_shocks())]
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise InputError.single("--cards", f"no card in {folder}", "name a folder of YAML files")
    cards: list[Card] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            cards.append(load_file(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return cards


def cards_page(cards: Sequence[Card], language: Language) -> str:
    """HTML of sheets to print, which needs nothing beside itself.

    InputError where a card says more than paper of its size can hold.
    """
    texts = texts_in(language)
    # Shocks are drawn from a heap of their own, so they have sheets of their own.
    cards = sorted(cards, key=lambda card: isinstance(card, Shock))
    faces = [(front(card, texts), back(card, texts, cards)) for card in cards]
    decisions = sum(not isinstance(card, Shock) for card in cards)
    problems = [
        Problem(card.id, None, None, side, f"{face.length} characters do not fit on a card",
                f"at most {most}")
        for card, both in zip(cards, faces, strict=True)
        for side, face, most in zip(("text", "note"), both, (FRONT_HOLDS, BACK_HOLDS), strict=True)
        if face.length > most
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return _template().render(
        language=language,
        title=texts("Cartes de l'atelier"),
        how=texts("Imprimez en recto verso, retourné sur le bord long, à la taille réelle (100 %, "
                  "sans ajuster à la page), puis coupez le long des traits."),
        sheets=[*_sheets(faces[:decisions]), *_sheets(faces[decisions:])],
        columns=COLUMNS, rows=ROWS,
    )  # fmt: skip


def front(card: Card, texts: Texts) -> Face:
    """What those who choose read: the decision, its cost, when it acts; all of a shock, which
    is drawn from its back."""
    if isinstance(card, Shock):
        return _shock_front(card, texts)
    foot = [
        (texts("Coût"), texts.spaced(card.cost.in_words(texts.language))),
        (texts("Effet"), _acts(card, texts)),
    ]
    if agreement := words.agreement(card, texts.language):
        foot.append((texts("À plusieurs"), agreement[0].lower() + agreement[1:]))
    text = texts.spaced(card.text.in_language(texts.language))
    return Face(*_head(card, texts), parts=(("", (text,)),), foot=tuple(foot))


def back(card: Card, texts: Texts, cards: Sequence[Card]) -> Face:
    """What the model does with the card: effects, who follows, who pays, what is approximated.

    cards: those printed with it, of which it may name one. Backs of shocks are all the same.
    """
    if isinstance(card, Shock):
        return _shock_back(texts)
    own = card.side == "organisations"
    payers = texts("celles qui suivent") if own else words.payers(card, texts.language)
    told = {
        texts("Ce que le modèle change"): words.effects(card, texts.language),
        texts("Qui suit"): [words.adoption(card, texts.language)],
        texts("Qui la joue et la paie"): [payers],
        texts("Conditions"): list(_conditions(card, texts, cards)),
        texts("À savoir"): [card.note.in_language(texts.language)] if card.note else [],
        texts("Sources"): [texts.series(_sources(card, texts))],
    }
    parts = tuple(
        (heading, tuple(texts.spaced(line) for line in lines if line))
        for heading, lines in told.items()
        if any(lines)
    )
    return Face(*_head(card, texts), parts=parts)


def _shock_front(shock: Shock, texts: Texts) -> Face:
    changed = tuple(texts.spaced(line) for line in words.effects(shock, texts.language))
    return Face(
        "diamond", texts("Choc"), _number(shock),
        texts.spaced(shock.title.in_language(texts.language)),
        parts=(
            ("", (texts.spaced(shock.text.in_language(texts.language)),)),
            (texts("Ce que le modèle change"), changed),
            (texts("Sources"), (texts.series(_sources(shock, texts)),)),
        ),
        foot=((texts("Effet"), texts("dès le début du tour")),),
    )  # fmt: skip


def _shock_back(texts: Texts) -> Face:
    return Face(
        "diamond", texts("Choc"), "", texts("Un choc"),
        parts=(("", (
            texts("Tirez une carte sans la regarder, et lisez-la à toute la salle."),
            texts("Il frappe avec et sans les décisions de la salle : il n'est la faute d'aucune "
                  "table."),
            texts("L'animation presse « Tirer celui-ci » dans sa console, sous « Tirer un choc »."),
        )),),
    )  # fmt: skip


def _number(card: Card) -> str:
    number = _NUMBER.match(card.id)
    return number[1].upper() if number else ""


def _head(card: Card, texts: Texts) -> tuple[str, str, str, str]:
    return (
        _SHAPES[card.side],
        words.SIDE_LABELS[card.side][texts.language],
        _number(card),
        texts.spaced(card.title.in_language(texts.language)),
    )


def _acts(card: Card, texts: Texts) -> str:
    lag = words.lag(card, texts.language)
    return lag if card.lag[1] == 0 else texts("après {lag}", lag=lag)


def _conditions(card: Card, texts: Texts, cards: Sequence[Card]) -> Iterator[str]:
    requires = card.requires
    if requires.once:
        yield texts("Une seule fois.")
    if requires.cards:
        beside = {one.id: one for one in cards}
        needed = [beside.get(name) or load_card(name) for name in requires.cards]
        titles = [texts.quoted(one.title.in_language(texts.language)) for one in needed]
        yield texts("Après {cards}.", cards=texts.listing(titles))
    if requires.conditions is not None:
        yield requires.conditions.in_language(texts.language)


def _sources(card: Card, texts: Texts) -> list[str]:
    """Code and host of what is on the web, each source once; the card's file has the whole."""
    short = []
    for source in card.sources:
        if address := _ADDRESS.match(source):
            short.append(" ".join(part for part in address.groups() if part))
        elif source.startswith(_JUDGEMENT):
            short.append(texts("jugement de modélisation"))
        else:
            short.append(textwrap.shorten(source, 60, placeholder="…"))
    return list(dict.fromkeys(short))


def _sheets(faces: Sequence[tuple[Face, Face]]) -> Iterator[list[Face | None]]:
    """Pages of nine places, fronts then their backs; None where there is no card."""
    for first in range(0, len(faces), ROWS * COLUMNS):
        some = faces[first : first + ROWS * COLUMNS]
        empty = [None] * (ROWS * COLUMNS - len(some))
        yield [*(one[0] for one in some), *empty]
        backs = [*(one[1] for one in some), *empty]
        yield [backs[row * COLUMNS + COLUMNS - 1 - column] for row in range(ROWS)
               for column in range(COLUMNS)]  # fmt: skip


@cache
def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("cards.html")
