"""The parts of docs/cards.md that the cards write: `python -m simulator.cards docs/cards.md`.

A test compares the page with the files, so that neither drifts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from simulator.cards import words
from simulator.cards.loading import card_folder, list_cards, list_shocks, load_card, load_shock
from simulator.cards.schema import SIDES, Card
from simulator.odd import refreshed, table

EXAMPLE: Final = "o3-plan-social"
_HEADINGS: Final = {
    "fr": ("carte", "coût", "effet après", "ce que le modèle change", "qui suit"),
    "en": ("card", "cost", "acts after", "what the model changes", "who follows"),
}
_WHO_PLAYS: Final = {"fr": "Peuvent la jouer et la payer", "en": "May play it and pay for it"}
_ONCE: Final = {"fr": "Une seule fois", "en": "Only once"}
_AFTER: Final = {"fr": "Après", "en": "After"}


def cards() -> list[Card]:
    """All cards that ship, in their order."""
    return [load_card(identifier) for identifier in list_cards()]


def tables(language: str) -> str:
    """A table of the cards of each side."""
    blocks = []
    for side in SIDES:
        rows = [_row(card, language) for card in cards() if card.side == side]
        title = words.SIDE_LABELS[side][language]
        blocks.append(f"**{title}**\n\n" + table(_HEADINGS[language], rows))
    return "\n\n".join(blocks)


def _row(card: Card, language: str) -> list[str]:
    return [
        f"**{card.title.in_language(language)}** `{card.id}`",
        card.cost.in_words(language),
        words.lag(card, language),
        ". ".join(words.effects(card, language)),
        words.adoption(card, language) or "–",
    ]


def shocks(language: str) -> str:
    """A table of the shocks."""
    headings = ("choc", "ce que le modèle change", "sources")
    rows = [
        [
            f"**{shock.title.in_language(language)}** `{shock.id}`",
            ". ".join(words.effects(shock, language)),
            "; ".join(shock.sources),
        ]
        for shock in map(load_shock, list_shocks())
    ]
    return table(headings if language == "fr" else ("shock", "what the model changes", "sources"),
                 rows)  # fmt: skip


def conditions(language: str) -> str:
    """What each card requires, and who may pay for those of funders, as a list."""
    lines = []
    for card in cards():
        parts = []
        if card.side != "organisations":
            parts.append(f"{_WHO_PLAYS[language]} : {words.payers(card, language)}.")
        if card.requires.once:
            parts.append(f"{_ONCE[language]}.")
        if card.requires.cards:
            parts.append(f"{_AFTER[language]} {', '.join(f'`{c}`' for c in card.requires.cards)}.")
        if card.requires.agreement is not None:
            parts.append(f"{words.agreement(card, language)}.")
        if card.requires.conditions is not None:
            parts.append(card.requires.conditions.in_language(language))
        if parts:
            lines.append(f"- **{card.title.in_language(language)}.** {' '.join(parts)}")
    text = "\n".join(lines)
    return text if language == "fr" else text.replace(" : ", ": ")


def notes(language: str) -> str:
    """What the model approximates, card by card."""
    return "\n".join(
        f"- **{card.title.in_language(language)}.** {card.note.in_language(language)}"
        for card in cards()
        if card.note is not None
    )


def fields(language: str) -> str:
    """Every key of a card file."""
    rows = []
    for name, field in Card.model_fields.items():
        extra = field.json_schema_extra
        french = str(extra.get("description_fr", "")) if isinstance(extra, dict) else ""
        rows.append([f"`{name}`", french if language == "fr" else field.description or ""])
    return table(("clé" if language == "fr" else "key", "sens" if language == "fr" else "meaning"),
                 rows)  # fmt: skip


def example() -> str:
    """A whole card, as its file is."""
    text = (card_folder() / f"{EXAMPLE}.yaml").read_text(encoding="utf-8")
    return f"```yaml\n{text}```"


SECTIONS: Final[Mapping[str, Callable[[], str]]] = {
    "example": example,
    **{f"{name}-{language}": partial(write, language)
       for name, write in (("tables", tables), ("conditions", conditions), ("notes", notes),
                           ("fields", fields), ("shocks", shocks))
       for language in ("fr", "en")},
}  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Rewrite the generated sections in the pages named."""
    for name in arguments:
        path = Path(name)
        page = refreshed(path.read_text(encoding="utf-8"), SECTIONS)
        path.write_text(page, encoding="utf-8")
