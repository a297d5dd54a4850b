"""French texts and their English translation, and numbers written in each language.

French is the source language: code calls `texts("…")` and the English catalogues
`locales/en/LC_MESSAGES/*.po` translate, one catalogue for each page and `dashboard.po` for what
pages share. They are read as they are, so that there is no compiled file to forget.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from babel.messages.pofile import read_po

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
DEFAULT_LANGUAGE: Final[Language] = "fr"
LOCALES: Final = Path(__file__).parent / "locales"
MINUS: Final = "\N{MINUS SIGN}"
_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!%»])|(?<=«) ")
_SEPARATORS: Final = {
    "fr": str.maketrans({",": "\N{NARROW NO-BREAK SPACE}", ".": ","}),
    "en": str.maketrans({}),
}
_IN_RANGE: Final = re.compile(r"(?<=\d–)(?=\d)")
_NUMBER: Final = re.compile(r"\d[\d,.]*\d")
_THOUSANDS: Final = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


@cache
def catalogue(language: Language) -> dict[str, str]:
    """French text → translated text; empty for French itself."""
    if language == DEFAULT_LANGUAGE:
        return {}
    found: dict[str, str] = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale=language)
        found |= {cast(str, m.id): cast(str, m.string) for m in messages if m.id and m.string}
    return found


class Texts:
    """Texts of one language: `texts("Bonjour {name}", name="Ada")`."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._catalogue = catalogue(language)

    def __call__(self, message: str, **values: object) -> str:
        text = self._catalogue.get(message, message)
        return self.spaced(text.format(**values) if values else text)

    def spaced(self, text: str) -> str:
        """Lines never break inside `5–95` or `2 700`, nor before French double punctuation."""
        text = _IN_RANGE.sub("\N{WORD JOINER}", text)
        if self.language != "fr":
            return text
        text = _THOUSANDS.sub("\N{NARROW NO-BREAK SPACE}", text)
        return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", text)

    @property
    def name(self) -> str:
        """Name of the language in itself."""
        return {"fr": "Français", "en": "English"}[self.language]

    def number(self, value: float, decimals: int = 0, signed: bool = False) -> str:
        """A number with the separators of the language; `signed` writes the plus sign too."""
        # As `babel.numbers.format_decimal` writes it (tested), which takes a hundred times longer.
        written = f"{round(abs(value), decimals):,.{decimals}f}".translate(
            _SEPARATORS[self.language]
        )
        is_zero = round(abs(value), decimals) == 0
        if value < 0 and not is_zero:
            return MINUS + written
        return f"+{written}" if signed and not is_zero else written

    def rewritten(self, text: str) -> str:
        """A text whose numbers are written as in English, with those of the language."""
        return _NUMBER.sub(lambda found: found[0].translate(_SEPARATORS[self.language]), text)

    def quarter(self, label: str) -> str:
        """`2030Q4` as a French or English reader writes it."""
        year, number = label.split("Q")
        if number == "4":
            return self("fin {year}", year=year)
        return self("T{number} {year}", number=number, year=year)

    def said(self, name: str, value: str) -> str:
        """`name : value` with the spaces of the language."""
        return self("{name} : {value}", name=name, value=value)

    def between(self, low: str, high: str) -> str:
        """`[−3,1 ; −0,4]` in one line; the semicolon keeps decimal commas clear."""
        return self("[{low} ; {high}]", low=low, high=high).replace(" ", "\N{NO-BREAK SPACE}")

    def left_out(self, name: str) -> str:
        """That a part of a link is not followed."""
        return self(
            "« {name} » n'existe pas ici : cette partie du lien est laissée de côté.",
            name=name[:80],
        )

    def quoted(self, title: str) -> str:
        return (
            f"«\N{NO-BREAK SPACE}{title}\N{NO-BREAK SPACE}»"
            if self.language == "fr"
            else (f"“{title}”")
        )

    def series(self, items: list[str]) -> str:
        """`a ; b` in French, `a; b` in English."""
        return ("\N{NO-BREAK SPACE}; " if self.language == "fr" else "; ").join(items)

    def listing(self, items: list[str]) -> str:
        """`a, b et c`."""
        if len(items) < 2:
            return "".join(items)
        return self("{first} et {last}", first=", ".join(items[:-1]), last=items[-1])


def language_of_name(name: str | None) -> Language:
    """The language of a code, French unless it is another known one."""
    return next((known for known in LANGUAGES if known == name), DEFAULT_LANGUAGE)


@cache
def texts_in(language: Language) -> Texts:
    return Texts(language)
