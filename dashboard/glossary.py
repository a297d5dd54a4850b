"""Words of the trade in plain words: one file, read strictly."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import model_validator

from dashboard.language import Language
from simulator.strict_model import Bilingual, Fault, Identifier, StrictModel, Text, doc, faults
from simulator.strict_yaml import parse_yaml
from simulator.typed_document import validate_document


class Forms(StrictModel):
    """How sentences write a word, the longest first."""

    fr: list[Text] = doc("formes françaises", "French forms", min_length=1)
    en: list[Text] = doc("formes anglaises", "English forms", min_length=1)

    def in_language(self, language: Language) -> list[str]:
        return self.en if language == "en" else self.fr


class Term(StrictModel):
    """A word and what it means."""

    id: Identifier = doc("identifiant", "identifier")
    name: Bilingual = doc("le mot", "the word")
    forms: Forms = doc("ses formes dans les phrases", "its forms in sentences")
    gloss: Bilingual = doc("ce qu'il veut dire", "what it means")


class Glossary(StrictModel):
    """All the words; a form belongs to one of them."""

    format: Literal[1] = doc("format du fichier", "format of the file", default=1)
    terms: list[Term] = doc("les mots", "the words", min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Glossary:
        found: list[Fault] = []
        known: set[tuple[str, str]] = set()
        for index, term in enumerate(self.terms):
            taken = {("id", term.id)}
            taken |= {("fr", form) for form in term.forms.fr}
            taken |= {("en", form) for form in term.forms.en}
            for kind, word in sorted(taken & known):
                at = ("terms", index) if kind == "id" else ("terms", index, "forms", kind)
                found.append((at, f"{word!r} stands in another term", "write it once"))
            known |= taken
        if found:
            raise faults(found)
        return self

    def sorted(self, language: Language) -> list[Term]:
        """Terms in the order of the alphabet, accents and capitals aside."""
        return sorted(self.terms, key=lambda term: _plain(term.name.in_language(language)))


@cache
def glossary() -> Glossary:
    """The glossary that ships, `dashboard/data/glossary.yaml`."""
    text = (files("dashboard") / "data" / "glossary.yaml").read_text(encoding="utf-8")
    return validate_document(parse_yaml(text, "glossary.yaml"), Glossary)


@cache
def _pattern(language: Language) -> tuple[re.Pattern[str], dict[str, Term]]:
    by_form = {form: term for term in glossary().terms for form in term.forms.in_language(language)}
    longest_first = sorted(by_form, key=len, reverse=True)
    written = "|".join(re.escape(form) for form in longest_first)
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)"), by_form


def marked(sentence: str, language: Language) -> list[str | tuple[str, Term]]:
    """A sentence in pieces; the first form of each known term comes with the term."""
    pattern, by_form = _pattern(language)
    pieces: list[str | tuple[str, Term]] = []
    told: set[str] = set()
    last = 0
    for found in pattern.finditer(sentence):
        term = by_form[found.group()]
        if term.id not in told:
            told.add(term.id)
            pieces += [sentence[last : found.start()], (found.group(), term)]
            last = found.end()
    pieces.append(sentence[last:])
    return [piece for piece in pieces if piece]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
