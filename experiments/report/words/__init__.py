"""Everything that reports say, French and English, by name; one file a part of the page."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!»%])|(?<=[«±]) ")


@cache
def every() -> dict[str, dict[str, str]]:
    """Name → language → words."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            found |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


class Words:
    """The words of one language: `say("policies", count="3")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, name: str, /, **values: str) -> str:
        """The words of a name, with values put in."""
        written = every()[name][self.language].format(**values)
        return self.spaced(written)

    def spaced(self, written: str) -> str:
        """French double punctuation, and numbers, keep the space that stands beside them."""
        return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", written) if self.language == "fr" else written

    def quoted(self, title: str) -> str:
        """A title in the quotation marks of the language."""
        return self.spaced(f"« {title} »") if self.language == "fr" else f"“{title}”"

    def joined(self, items: list[str]) -> str:
        """`a ; b ; c`, with the space before that French has."""
        return self.spaced(" ; ".join(items)) if self.language == "fr" else "; ".join(items)

    def listed(self, items: list[str]) -> str:
        """`a, b et c`."""
        if len(items) < 2:
            return "".join(items)
        last = " et " if self.language == "fr" else " and "
        return ", ".join(items[:-1]) + last + items[-1]
